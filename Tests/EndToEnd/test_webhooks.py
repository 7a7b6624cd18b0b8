"""Webhooks: what receivers on loopback get, and what happens if they fail."""

import base64
import re
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from support.client import expect
from support.webhooks import PATH, receiver

FIELDS = {
    "id",
    "organizationId",
    "url",
    "description",
    "events",
    "status",
    "disabledReason",
    "previousSecretEndsAt",
    "createdBy",
    "version",
    "createdAt",
    "updatedAt",
}
NOTICE = "webhook"


@pytest.fixture
def taken():
    with receiver() as taking:
        yield taking


@pytest.fixture
def organization(organizations):
    return organizations.new()


@pytest.fixture
def webhook(webhooks, organization, taken):
    return webhooks.new(taken.url, organization=organization)


def test_a_new_webhook_shows_its_secret_once(client, webhook, organization, db):
    assert set(webhook.data) == FIELDS | {"secret"}
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", webhook.secret)
    assert len(base64.b64decode(webhook.secret.removeprefix("whsec_"))) == 32
    assert webhook.read() == {name: webhook.data[name] for name in FIELDS}
    assert webhook.data["organizationId"] == organization.id
    assert db.actions(webhook.data["id"]) == ["webhook.created"]


def test_a_delivery_is_signed_as_the_published_library_expects(webhook, webhooks, organization, taken):
    project = webhooks.project(organization)
    (received,) = taken.wait_for(1)
    message = received.verify(webhook.secret)
    assert message == received.message
    assert set(message) == {"id", "type", "sequence", "occurredAt", "data"}
    assert message["type"] == "project.created"
    assert message["id"] == received.id
    assert message["data"] == {
        "projectId": project["id"],
        "organizationId": organization.id,
        "ownerId": organization.owner.id,
    }
    assert received.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        received.verify("whsec_" + base64.b64encode(bytes(32)).decode())
    (delivery,) = webhook.wait_for("delivered")
    assert delivery["eventId"] == received.id
    (attempt,) = delivery["attempts"]
    assert (attempt["statusCode"], attempt["failure"]) == (204, None)


def test_only_wanted_events_arrive(webhooks, organization, taken, client):
    webhook = webhooks.new(taken.url, "project.deleted", organization=organization)
    project = webhooks.project(organization)
    expect(client.delete(f"/api/v1/projects/{project['id']}", token=organization.owner.access), 204)
    (received,) = taken.wait_for(1)
    assert received.verify(webhook.secret)["type"] == "project.deleted"
    assert [delivery["type"] for delivery in webhook.deliveries()] == ["project.deleted"]


def test_an_administrators_webhook_gets_the_events_of_the_installation(webhooks, people, organization, taken, client):
    admin = people.with_role("admin")
    webhook = webhooks.at(PATH, admin, taken.url, "project.created")
    try:
        project = webhooks.project(organization)
        webhook.wait_for("delivered")
        taken.wait_for(1)
        assert project["id"] in {received.message["data"]["projectId"] for received in list(taken.requests)}
    finally:
        expect(client.delete(webhook.path, token=admin.access), 204)


def test_the_sequence_grows(webhook, webhooks, organization, taken):
    for _ in range(5):
        webhooks.project(organization)
    received = taken.wait_for(5)
    by_project = {one.message["sequence"]: one.id for one in received}
    assert len(by_project) == 5
    assert [by_project[number] for number in sorted(by_project)] == sorted(one.id for one in received)


def test_a_ping_arrives_whatever_events_are_wanted(webhooks, organization, taken):
    webhook = webhooks.new(taken.url, "api_key.revoked", organization=organization)
    response = webhook.post("ping")
    delivery = expect(response, 201)
    (received,) = taken.wait_for(1)
    assert received.verify(webhook.secret)["type"] == "webhook.ping"
    assert received.message["data"] == {}
    assert received.id == delivery["eventId"]
    webhook.wait_for("delivered")
    assert expect(webhook.client.get(response.headers["Location"], token=webhook.token), 200)["status"] == "delivered"


def test_a_failed_delivery_is_tried_again_under_the_same_id(webhook, webhooks, organization, taken):
    taken.status = 500
    taken.answer = b"a secret of the receiver"
    webhooks.project(organization)
    pending = webhook.wait_for_failure()
    due = datetime.fromisoformat(pending["nextAttemptAt"])
    made = datetime.fromisoformat(pending["attempts"][0]["at"])
    assert 3.9 < (due - made).total_seconds() < 25
    assert "secret of the receiver" not in str(pending)
    taken.status = 200
    webhook.make_due()
    first, second = taken.wait_for(2)
    assert first.id == second.id and first.body == second.body
    (delivered,) = webhook.wait_for("delivered")
    assert [attempt["statusCode"] for attempt in delivered["attempts"]] == [500, 200]


def test_a_receiver_can_ask_for_a_longer_wait(webhook, webhooks, organization, taken):
    taken.status, taken.fields = 429, {"Retry-After": "3600"}
    webhooks.project(organization)
    pending = webhook.wait_for_failure()
    wait = datetime.fromisoformat(pending["nextAttemptAt"]) - datetime.now(UTC)
    assert 3500 < wait.total_seconds() <= 3600


def test_a_redirect_is_not_followed(webhook, webhooks, organization, taken):
    with receiver() as other:
        taken.status, taken.fields = 307, {"Location": other.url}
        webhooks.project(organization)
        assert webhook.wait_for_failure()["attempts"][0]["statusCode"] == 307
        assert other.requests == []


@pytest.mark.parametrize("status", [200, 500])
def test_of_a_long_answer_the_status_counts(webhook, webhooks, organization, taken, status):
    taken.status, taken.answer = status, bytes(100_000)
    webhooks.project(organization)
    delivery = webhook.wait_for("delivered")[0] if status == 200 else webhook.wait_for_failure()
    attempt = delivery["attempts"][0]
    assert (attempt["statusCode"], attempt["failure"]) == (status, None)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "https://[::ffff:169.254.169.254]/", "https://168.63.129.16/", "https://127.0.0.2/"]
)
def test_addresses_that_are_not_globally_reachable_are_refused(webhooks, people, organization, url, client):
    """An organization is not told, or it could ask which names the internal network has."""
    admin = people.with_role("admin")
    told = webhooks.at(PATH, admin, url, "project.created")
    try:
        webhook = webhooks.new(url, organization=organization)
        webhooks.project(organization)
        assert [attempt["failure"] for attempt in webhook.wait_for_failure()["attempts"]] == ["connection"]
        assert told.wait_for_failure()["attempts"][0]["failure"] == "address_refused"
    finally:
        expect(client.delete(told.path, token=admin.access), 204)


def test_410_to_a_ping_disables_at_once(webhook, taken):
    taken.status = 410
    expect(webhook.post("ping"), 201)
    webhook.wait_for("dead")
    assert (webhook.read()["status"], webhook.read()["disabledReason"]) == ("disabled", "gone")


def test_410_disables_at_once_and_the_owner_is_told(webhook, webhooks, organization, taken, mailbox, db):
    taken.status = 410
    webhooks.project(organization)
    webhook.wait_for("dead")
    assert (webhook.read()["status"], webhook.read()["disabledReason"]) == ("disabled", "gone")
    mail = mailbox.wait_for(organization.owner.email, about=NOTICE)
    assert "410" in mail.text and webhook.data["id"] in mail.text
    assert db.actions(webhook.data["id"]) == ["webhook.created", "webhook.disabled"]
    webhooks.project(organization)
    assert len(webhook.deliveries()) == 1, "a disabled webhook gets no events"
    expect(webhook.post("ping"), 409, "CONFLICT")
    taken.status = 200
    webhook.change(status="enabled")
    assert expect(webhook.post("recover", {"since": "2026-01-01T00:00:00Z"}), 200) == {"count": 1, "hasMore": False}
    webhook.wait_for("delivered")


def test_the_last_attempt_leaves_a_dead_delivery_and_one_mail(webhook, webhooks, organization, taken, mailbox, db):
    taken.status = 500
    for _ in range(2):
        webhooks.project(organization)
    webhook.wait_for_failure(2)
    db.rows(
        "UPDATE webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id SET d.attempts = 8 "
        "WHERE w.public_id = %s",
        webhook.data["id"],
    )
    webhook.make_due()
    dead = webhook.wait_for("dead", 2)
    mailbox.wait_for(organization.owner.email, about=r"failed\s+9\s+times")
    taken.status = 200
    again = expect(webhook.post(f"deliveries/{dead[0]['id']}/redeliver"), 200)
    assert again["id"] == dead[0]["id"]
    (delivered,) = webhook.wait_for("delivered")
    assert delivered["eventId"] == dead[0]["eventId"]
    assert len(webhook.deliveries("&status=dead")) == 1
    assert len(mailbox.to(organization.owner.email, about=r"failed\s+9\s+times")) == 1


def test_five_days_without_a_success_disable_a_webhook(webhook, webhooks, organization, taken, mailbox, db):
    taken.status = 503
    db.run(
        "UPDATE webhook_health h JOIN webhooks w ON w.id = h.webhook_id "
        "SET h.succeeded_at = NOW(6) - INTERVAL 121 HOUR, h.failing_since = NOW(6) - INTERVAL 13 HOUR "
        "WHERE w.public_id = %s",
        webhook.data["id"],
    )
    webhooks.project(organization)
    webhook.wait_for_failure()
    mailbox.wait_for(organization.owner.email, about=r"5\s+days")
    assert webhook.read()["disabledReason"] == "failing"


def test_after_a_rotation_both_secrets_sign_until_the_first_ends(webhook, webhooks, organization, taken, db):
    new = expect(webhook.post("rotate-secret"), 201)["secret"]
    webhooks.project(organization)
    (received,) = taken.wait_for(1)
    assert received.verify(new) == received.verify(webhook.secret)
    db.run(
        "UPDATE webhooks SET previous_secret_ends_at = NOW(6) - INTERVAL 1 SECOND WHERE public_id = %s",
        webhook.data["id"],
    )
    webhooks.project(organization)
    second = next(one for one in taken.wait_for(2) if one.id != received.id)
    second.verify(new)
    with pytest.raises(WebhookVerificationError):
        second.verify(webhook.secret)


def test_a_deleted_webhook_gets_nothing_more(webhook, webhooks, organization, taken, client):
    expect(client.delete(webhook.path, token=webhook.token), 204)
    webhooks.project(organization)
    expect(client.get(webhook.path, token=webhook.token), 404, "NOT_FOUND")
    other = webhooks.new(taken.url, organization=organization)
    webhooks.project(organization)
    (received,) = taken.wait_for(1)
    received.verify(other.secret)
