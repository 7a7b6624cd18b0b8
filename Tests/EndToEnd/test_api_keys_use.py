"""How API keys are recognized, when they are valid, and what their use records."""

from datetime import UTC, datetime, timedelta

import pytest

from support.api_keys import DIGITS, checksum, made_up_secret
from support.client import expect
from support.people import new_password
from support.projects import PATH as PROJECTS

ME = "/api/v1/users/me"


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


@pytest.fixture
def key(api_keys, person):
    return api_keys.new(person.access, "projects:read", "account:read")


@pytest.mark.parametrize(
    "form",
    ["{}", "{}AA", "x{}", "ghk_", "ghk_{}", "Bearer {}"],
)
def test_an_incomplete_secret_is_refused(api_keys, key, form):
    secret = key["secret"]
    token = form.format(secret[:-1] if form == "{}" else secret)
    expect(api_keys.use(token), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("at", [4, 20, 46, 47, 52])
def test_a_secret_with_another_character_fails_its_checksum(api_keys, key, at):
    secret = key["secret"]
    other = DIGITS[(DIGITS.index(secret[at]) + 1) % len(DIGITS)]
    response = api_keys.use(secret[:at] + other + secret[at + 1 :])
    expect(response, 401, "UNAUTHORIZED")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_secret_that_was_never_issued_is_refused_like_a_malformed_one(client, api_keys, key):
    unknown, broken = api_keys.use(made_up_secret()), api_keys.use(key["secret"][::-1])
    assert [expect(each, 401, "UNAUTHORIZED")["message"] for each in (unknown, broken)] == [
        expect(client.get(PROJECTS), 401, "UNAUTHORIZED")["message"]
    ] * 2


def test_secrets_are_case_sensitive(api_keys, key):
    secret = key["secret"]
    body = secret[4:-6].swapcase()
    expect(api_keys.use(f"ghk_{body}{checksum('ghk_' + body)}"), 401, "UNAUTHORIZED")


def test_a_key_works_wherever_a_token_does_but_only_in_the_header(client, key, person):
    assert expect(client.get(ME, token=key["secret"]), 200)["id"] == person.id
    assert client.head(PROJECTS, token=key["secret"]).status_code == 200
    response = client.get(PROJECTS, headers={"Authorization": f"bearer {key['secret']}"})
    expect(response, 200)
    for headers in ({"X-API-Key": key["secret"]}, {"Authorization": key["secret"]}):
        expect(client.get(PROJECTS, headers=headers), 401, "UNAUTHORIZED")
    expect(client.get(f"{PROJECTS}?access_token={key['secret']}"), 401, "UNAUTHORIZED")


def test_ends_when_it_expires(api_keys, person, db):
    soon = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    key = api_keys.new(person.access, "projects:read", expiresAt=soon)
    assert key["expiresAt"] == soon
    expect(api_keys.use(key["secret"]), 200)
    db.run("UPDATE api_keys SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE public_id = %s", key["id"])
    response = api_keys.use(key["secret"])
    expect(response, 401, "TOKEN_EXPIRED")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert expect(api_keys.read(person.access, key), 200)["expiresAt"] < soon
    expect(api_keys.revoke(person.access, key), 204)
    expect(api_keys.use(key["secret"]), 401, "TOKEN_REVOKED")


def test_the_last_use_is_recorded_at_most_once_an_hour(api_keys, person, key, db):
    def last_used() -> str | None:
        return expect(api_keys.read(person.access, key), 200)["lastUsedAt"]

    def use_after(minutes: int) -> tuple[str, str]:
        """The time of the last use, and the time recorded after one more."""
        db.run(
            "UPDATE api_keys SET last_used_at = NOW(6) - INTERVAL %s MINUTE, updated_at = updated_at "
            "WHERE public_id = %s",
            minutes,
            key["id"],
        )
        before = last_used()
        expect(api_keys.use(key["secret"]), 200)
        return before, last_used()

    assert last_used() is None
    expect(api_keys.use(key["secret"]), 200)
    first = last_used()
    assert first >= key["createdAt"]
    expect(api_keys.use(key["secret"]), 200)
    assert last_used() == first
    before, after = use_after(59)
    assert before == after
    before, after = use_after(61)
    assert before < first <= after
    assert expect(api_keys.read(person.access, key), 200)["updatedAt"] == key["updatedAt"]


def test_an_expired_key_records_no_use(api_keys, person, db):
    key = api_keys.new(person.access, "projects:read")
    db.run("UPDATE api_keys SET expires_at = NOW(6) WHERE public_id = %s", key["id"])
    expect(api_keys.use(key["secret"]), 401, "TOKEN_EXPIRED")
    assert expect(api_keys.read(person.access, key), 200)["lastUsedAt"] is None


def test_a_refusal_for_lack_of_scope_counts_as_a_use(api_keys, person):
    """The use shows that somebody has the key."""
    key = api_keys.new(person.access, "account:read")
    expect(api_keys.use(key["secret"]), 403, "FORBIDDEN")
    assert expect(api_keys.read(person.access, key), 200)["lastUsedAt"] >= key["createdAt"]


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_a_key_is_refused_while_its_user_is_suspended_or_deleted(api_keys, people, db, status):
    person = people.signed_in()
    secret = api_keys.secret(person.access, "projects:read")
    expect(api_keys.use(secret), 200)
    change = (
        "UPDATE users SET status = %s, deleted_at = IF(%s = 'deleted', NOW(6), NULL) WHERE public_id = %s"
    )
    db.run(change, status, status, person.id)
    response = api_keys.use(secret)
    expect(response, 401, "TOKEN_REVOKED")
    db.run(change, "active", "active", person.id)
    expect(api_keys.use(secret), 200)


def test_a_key_survives_sign_outs_and_a_change_of_password(client, api_keys, people):
    person = people.signed_in()
    secret = api_keys.secret(person.access, "projects:read")
    expect(client.post("/api/v1/auth/logout?everywhere=true", token=person.access), 204)
    expect(api_keys.use(secret), 200)
    person.login()
    change = {"currentPassword": person.password, "newPassword": new_password()}
    expect(client.post(f"{ME}/password", change, token=person.access), 204)
    expect(api_keys.use(secret), 200)


def test_a_key_loses_the_permissions_that_its_user_loses(client, api_keys, people, db):
    person = people.with_role("admin")
    secret = api_keys.secret(person.access, "users:read", "projects:read")
    expect(client.get("/api/v1/users", token=secret), 200)
    db.run("UPDATE users SET role = 'user' WHERE public_id = %s", person.id)
    expect(client.get("/api/v1/users", token=secret), 403, "FORBIDDEN")
    expect(api_keys.use(secret), 200)
    db.run("UPDATE users SET role = 'support' WHERE public_id = %s", person.id)
    expect(client.get("/api/v1/users", token=secret), 200)


def test_an_erased_users_keys_are_erased(api_keys, people, db):
    person = people.signed_in()
    key = api_keys.new(person.access, "projects:read")
    db.run("DELETE FROM users WHERE public_id = %s", person.id)
    expect(api_keys.use(key["secret"]), 401, "UNAUTHORIZED")
    assert db.value("SELECT COUNT(*) FROM api_keys WHERE public_id = %s", key["id"]) == "0"


def test_the_audit_names_the_key_that_acted(projects, api_keys, person, db):
    key = api_keys.new(person.access, "projects:read", "projects:write")
    project = projects.new(key["secret"])
    ((actor, details),) = db.rows(
        "SELECT actor_id, details FROM audit_events WHERE target_id = %s", project["id"]
    )
    assert actor == person.id and key["id"] in details
    assert project["ownerId"] == person.id


def test_the_log_names_the_key(api_keys, key, person, logs):
    response = api_keys.use(key["secret"])
    line = logs.of(logs.program, response.headers["X-Request-Id"])
    assert (line["userId"], line["apiKeyId"]) == (person.id, key["id"])
