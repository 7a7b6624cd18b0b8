"""What the calls of webhooks refuse: of those that do not exist, of other versions, and while one is disabled."""

import pytest

from support.client import expect
from support.webhooks import PATH, receiver

NOBODY = "01935c1e-8a00-7c3d-9e4f-2b6a71d0c518"
SINCE = {"since": "2026-01-01T00:00:00.000Z"}


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture
def taken():
    with receiver() as taking:
        yield taking


@pytest.fixture(params=["installation", "organization"])
def webhook(request, client, admin, organizations, webhooks, taken):
    """A webhook of the installation, which no other test wakes, or of an organization."""
    if request.param == "installation":
        made = webhooks.at(PATH, admin, taken.url, "role.deleted")
    else:
        made = webhooks.new(taken.url, "role.deleted")
    yield made
    client.delete(made.path, token=made.token)


def test_an_unknown_webhook_is_not_found(client, webhook):
    path, token = webhook.path.replace(webhook.data["id"], NOBODY), webhook.token
    for answer in (
        client.get(path, token=token),
        client.patch(path, {"description": "x"}, token=token),
        client.delete(path, token=token),
        client.post(f"{path}/rotate-secret", token=token),
        client.post(f"{path}/ping", token=token),
        client.post(f"{path}/recover", SINCE, token=token),
        client.get(f"{path}/deliveries", token=token),
        client.get(f"{path}/deliveries/{NOBODY}", token=token),
        client.post(f"{path}/deliveries/{NOBODY}/redeliver", token=token),
    ):
        expect(answer, 404, "NOT_FOUND")


def test_another_version_is_neither_changed_nor_deleted(client, webhook):
    stale = {"If-Match": '"another"'}
    changed = client.patch(webhook.path, {"description": "x"}, token=webhook.token, headers=stale)
    expect(changed, 412, "PRECONDITION_FAILED")
    expect(client.delete(webhook.path, token=webhook.token, headers=stale), 412, "PRECONDITION_FAILED")
    assert webhook.read()["version"] == webhook.data["version"]


def test_a_disabled_webhook_sends_nothing_again(webhook, taken):
    delivery = expect(webhook.post("ping"), 201)
    taken.wait_for(1)
    webhook.wait_for("delivered")
    expect(webhook.post(f"deliveries/{delivery['id']}/redeliver"), 200)
    taken.wait_for(2)
    expect(webhook.post("recover", SINCE), 200)
    webhook.change(status="disabled")
    for action, body in ((f"deliveries/{delivery['id']}/redeliver", None), ("recover", SINCE), ("ping", None)):
        expect(webhook.post(action, body), 409, "CONFLICT")
