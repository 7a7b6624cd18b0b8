"""Who can revoke all API keys of a user at once, and how users learn of each new key."""

import pytest

from support.client import expect, faults
from support.people import new_password

LOGOUT = "/api/v1/auth/logout"
PASSWORD = "/api/v1/users/me/password"
RESET = "/api/v1/auth/password-reset/confirm"
USERS = "/api/v1/users"
UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture
def key(api_keys, person):
    return api_keys.new(person.access, "projects:read")


def path(person, key: dict | None = None) -> str:
    return f"{USERS}/{person.id}/api-keys" + (f"/{key['id']}" if key else "")


def is_revoked(api_keys, key: dict) -> bool:
    response = api_keys.use(key["secret"])
    if response.status_code == 401:
        expect(response, 401, "TOKEN_REVOKED")
        return True
    expect(response, 200)
    return False


def test_a_password_reset_revokes_them(client, api_keys, person, key, links, db):
    answer = client.post(RESET, {"token": links.reset(person), "newPassword": new_password()})
    assert "API keys" in expect(answer, 200)["message"]
    assert is_revoked(api_keys, key)
    assert "api_key.all_revoked" in db.actions(person.id)


@pytest.mark.parametrize("wish", [None, False, True])
def test_a_password_change_revokes_them_if_asked(client, api_keys, person, key, wish):
    body = {"currentPassword": person.password, "newPassword": new_password()}
    expect(client.post(PASSWORD, body | ({} if wish is None else {"revokeApiKeys": wish}), token=person.access), 204)
    assert is_revoked(api_keys, key) == bool(wish)


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize("wish", [None, False, True])
def test_signing_out_revokes_them_if_asked(client, api_keys, person, key, everywhere, wish):
    query = f"everywhere={str(everywhere).lower()}" + ("" if wish is None else f"&revokeApiKeys={str(wish).lower()}")
    expect(client.post(f"{LOGOUT}?{query}", token=person.access), 204)
    assert is_revoked(api_keys, key) == bool(wish)


@pytest.mark.parametrize("body", [None, {}, {"revokeApiKeys": False}, {"revokeApiKeys": True}])
def test_an_administrator_revokes_them_with_the_sessions_if_asked(client, api_keys, admin, person, key, body):
    expect(client.post(f"{USERS}/{person.id}/sessions/revoke", body, token=admin.access), 204)
    assert is_revoked(api_keys, key) == bool(body and body["revokeApiKeys"])


@pytest.mark.parametrize("wrong", ["yes", 1, None])
def test_revoke_api_keys_must_be_a_boolean(client, api_keys, admin, person, key, wrong):
    body = {"revokeApiKeys": wrong}
    response = client.post(f"{USERS}/{person.id}/sessions/revoke", body, token=admin.access)
    assert faults(response) == {("revokeApiKeys", "type")}
    assert not is_revoked(api_keys, key)


def test_an_administrator_sees_and_revokes_each(client, api_keys, admin, person, key, db):
    other = api_keys.new(person.access, "account:read")
    listed = expect(client.get(path(person), token=admin.access), 200)
    assert listed == expect(client.get("/api/v1/api-keys", token=person.access), 200)
    assert {each["id"] for each in listed} == {key["id"], other["id"]}
    assert "secret" not in listed[0] and key["secret"] not in str(listed)
    response = client.delete(path(person, key), token=admin.access)
    expect(response, 204)
    assert is_revoked(api_keys, key) and expect(client.get(USERS + "/me", token=other["secret"]), 200)
    ((actor, target, details),) = db.rows(
        "SELECT actor_id, target_id, details FROM audit_events WHERE request_id = %s",
        response.headers["X-Request-Id"],
    )
    assert (actor, target) == (admin.id, key["id"]) and person.id in details
    expect(client.delete(path(person, key), token=admin.access), 404, "NOT_FOUND")


def test_an_administrator_finds_a_key_only_below_its_user(client, api_keys, admin, organizations, people, person, key):
    organization = organizations.new(owner=person)
    its = api_keys.new(person.access, "projects:read", organizationId=organization.id)
    stranger = people.signed_in()
    for holder, each in ((stranger, key), (person, its), (person, {"id": UNKNOWN_ID})):
        expect(client.delete(path(holder, each), token=admin.access), 404, "NOT_FOUND")
    assert [each["id"] for each in expect(client.get(path(person), token=admin.access), 200)] == [key["id"]]
    assert not is_revoked(api_keys, key) and not is_revoked(api_keys, its)
    expect(client.get(f"{USERS}/{UNKNOWN_ID}/api-keys", token=admin.access), 404, "NOT_FOUND")
    expect(client.get(path(person), token=person.access), 403, "FORBIDDEN")


def test_the_owner_receives_a_mail_about_each_new_secret(client, api_keys, person, mailbox):
    key = api_keys.new(person.access, "account:read", "projects:read", name="Nightly export")
    mail = mailbox.wait_for(person.email, about="(?i)new API key")
    for part in (mail.text, mail.html):
        for fact in ("Nightly export", key["hint"], "account:read, projects:read", "never"):
            assert fact in part
    assert key["secret"].encode() not in mail.raw and "#token" not in mail.text
    replaced = expect(api_keys.rotate(person.access, key), 201)
    assert replaced["hint"] in mailbox.wait_for(person.email, about="(?i)API key was replaced").text


def test_a_thief_cannot_put_a_message_into_that_mail(api_keys, person, mailbox):
    api_keys.new(person.access, "account:read", name="Account locked: sign in at evil.example/now")
    mail = mailbox.wait_for(person.email, about="(?i)new API key")
    assert b"evil" not in mail.raw and "Name:" not in mail.text
