"""API keys: /api-keys as whoever has signed in uses it, and what a key is worth."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from support.api_keys import (
    DIGITS,
    PATH,
    SCOPES_OF_ROLES,
    SCOPES_OF_USERS,
    checksum,
    made_up_secret,
)
from support.client import at_once, expect, faults
from support.people import new_password

ME = "/api/v1/users/me"
PROJECTS = "/api/v1/projects"
UNKNOWN = {"id": "019b8d2e-0000-7000-8000-00000000ffff"}
FIELDS = {
    "id",
    "name",
    "scopes",
    "hint",
    "organizationId",
    "createdBy",
    "expiresAt",
    "lastUsedAt",
    "createdAt",
    "updatedAt",
}
SECRET = re.compile(r"ghk_[0-9A-Za-z]{49}")
MOST = 100


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


@pytest.fixture
def key(api_keys, person):
    return api_keys.new(person.access, "projects:read", "account:read")


def uses(client, secret: str):
    """Asks for projects with a key, and answers the answer."""
    return client.get(PROJECTS, token=secret)


def without_secret(key: dict) -> dict:
    return {name: value for name, value in key.items() if name != "secret"}


def test_is_made_and_shows_its_secret_this_once(client, api_keys, person, db):
    body = {"name": "Importer", "scopes": ["projects:write", "projects:read"]}
    response = client.post(PATH, body, token=person.access)
    key = expect(response, 201)
    assert set(key) == FIELDS | {"secret"}
    assert key == key | {
        "name": "Importer",
        "scopes": ["projects:read", "projects:write"],
        "hint": key["secret"][-4:],
        "organizationId": None,
        "createdBy": person.id,
        "expiresAt": None,
        "lastUsedAt": None,
    }
    assert response.headers["Location"] == f"{PATH}/{key['id']}"
    assert expect(api_keys.read(person.access, key), 200) == without_secret(key)
    assert without_secret(key) in api_keys.listed(person.access)
    assert db.actions(key["id"]) == ["api_key.created"]
    for response in (api_keys.read(person.access, key), client.get(PATH, token=person.access)):
        assert "ghk_" not in response.text and '"secret"' not in response.text


def test_secrets_can_be_told_from_chance(api_keys, person):
    secrets = [api_keys.secret(person.access, "projects:read") for _ in range(8)]
    assert len(set(secrets)) == 8
    for secret in secrets:
        assert SECRET.fullmatch(secret) and secret.endswith(checksum(secret[:-6]))


def test_the_database_knows_no_secret(key, db):
    for table, text in db.texts().items():
        assert key["secret"] not in text and key["secret"][4:-6] not in text, table


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("name", "required"), ("scopes", "required")}),
        ({"name": "x", "scopes": []}, {("scopes", "count")}),
        ({"name": "x", "scopes": "projects:read"}, {("scopes", "type")}),
        ({"name": "x", "scopes": ["projects:read", "everything"]}, {("scopes[1]", "choice")}),
        ({"name": "x", "scopes": ["projects:read", 5]}, {("scopes[1]", "type")}),
        ({"name": "x", "scopes": ["account:read"] * 2}, {("scopes[1]", "repeated")}),
        ({"name": "x", "scopes": ["projects:read"] * 21}, {("scopes", "count")}),
        ({"name": "", "scopes": ["account:read"]}, {("name", "too_short")}),
        ({"name": "a\nb", "scopes": ["account:read"]}, {("name", "format")}),
        ({"name": "x" * 101, "scopes": ["account:read"]}, {("name", "too_long")}),
        ({"name": "x", "scopes": ["account:read"], "expiresAt": "tomorrow"}, {("expiresAt", "format")}),
        ({"name": "x", "scopes": ["account:read"], "expiresAt": 5}, {("expiresAt", "type")}),
        (
            {"name": "x", "scopes": ["account:read"], "expiresAt": "2026-02-30T00:00:00Z"},
            {("expiresAt", "format")},
        ),
        (
            {"name": "x", "scopes": ["account:read"], "expiresAt": "2020-01-01T00:00:00Z"},
            {("expiresAt", "past")},
        ),
        ({"name": "x", "scopes": ["account:read"], "organizationId": 7}, {("organizationId", "type")}),
        ({"name": "x", "scopes": ["account:read"], "secret": "ghk_x"}, {("secret", "unknown")}),
    ],
    ids=lambda value: ",".join(map(str, value)),
)
def test_takes_no_faults(client, person, body, expected):
    before = client.get(PATH, token=person.access).json()["meta"]["total"]
    assert faults(client.post(PATH, body, token=person.access)) == expected
    assert client.get(PATH, token=person.access).json()["meta"]["total"] == before


def test_can_be_made_for_all_that_one_holds_and_for_nothing_else(api_keys, client, people, person):
    administrator, support = people.with_role("admin"), people.with_role("support")
    assert set(api_keys.new(person.access, *SCOPES_OF_USERS)["scopes"]) == SCOPES_OF_USERS
    everything = SCOPES_OF_USERS | SCOPES_OF_ROLES
    assert set(api_keys.new(administrator.access, *everything)["scopes"]) == everything
    reading = {scope for scope in SCOPES_OF_ROLES if scope.endswith(":read")}
    assert set(api_keys.new(support.access, *reading)["scopes"]) == reading
    refused = [(person, scope) for scope in SCOPES_OF_ROLES]
    refused += [(support, scope) for scope in SCOPES_OF_ROLES - reading]
    for caller, scope in refused:
        body = {"name": "Ambitious", "scopes": ["projects:read", scope]}
        expect(client.post(PATH, body, token=caller.access), 403, "FORBIDDEN")


@pytest.mark.parametrize(
    "form",
    ["{}", "{}AA", "x{}", "ghk_", "ghk_{}", "Bearer {}"],
)
def test_what_is_no_whole_secret_is_no_secret(client, key, form):
    secret = key["secret"]
    token = form.format(secret[:-1] if form == "{}" else secret)
    expect(uses(client, token), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("at", [4, 20, 46, 47, 52])
def test_a_secret_with_another_character_fails_its_checksum(client, key, at):
    secret = key["secret"]
    other = DIGITS[(DIGITS.index(secret[at]) + 1) % len(DIGITS)]
    response = uses(client, secret[:at] + other + secret[at + 1 :])
    expect(response, 401, "UNAUTHORIZED")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_secret_that_was_never_given_is_like_one_that_is_none(client, key):
    unknown, broken = uses(client, made_up_secret()), uses(client, key["secret"][::-1])
    assert [expect(each, 401, "UNAUTHORIZED")["message"] for each in (unknown, broken)] == [
        expect(client.get(PROJECTS), 401, "UNAUTHORIZED")["message"]
    ] * 2


def test_a_secret_with_its_case_changed_is_another(client, key):
    secret = key["secret"]
    body = secret[4:-6].swapcase()
    expect(uses(client, f"ghk_{body}{checksum('ghk_' + body)}"), 401, "UNAUTHORIZED")


def test_works_wherever_a_token_does_by_header_alone(client, key, person):
    assert expect(client.get(ME, token=key["secret"]), 200)["id"] == person.id
    assert client.head(PROJECTS, token=key["secret"]).status_code == 200
    response = client.get(PROJECTS, headers={"Authorization": f"bearer {key['secret']}"})
    expect(response, 200)
    for headers in ({"X-API-Key": key["secret"]}, {"Authorization": key["secret"]}):
        expect(client.get(PROJECTS, headers=headers), 401, "UNAUTHORIZED")
    expect(client.get(f"{PROJECTS}?access_token={key['secret']}"), 401, "UNAUTHORIZED")


def test_ends_when_it_expires(client, api_keys, person, db):
    soon = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    key = api_keys.new(person.access, "projects:read", expiresAt=soon)
    assert key["expiresAt"] == soon
    expect(uses(client, key["secret"]), 200)
    db.run("UPDATE api_keys SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE public_id = %s", key["id"])
    response = uses(client, key["secret"])
    expect(response, 401, "TOKEN_EXPIRED")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert expect(api_keys.read(person.access, key), 200)["expiresAt"] < soon
    expect(api_keys.revoke(person.access, key), 204)
    expect(uses(client, key["secret"]), 401, "TOKEN_REVOKED")


def test_an_offset_of_the_expiry_is_understood(api_keys, person):
    key = api_keys.new(person.access, "projects:read", expiresAt="2099-12-31T23:30:00.5+01:30")
    assert key["expiresAt"] == "2099-12-31T22:00:00.500Z"


def test_a_new_secret_takes_the_place_of_the_old_at_once(client, api_keys, person, key, db):
    expect(uses(client, key["secret"]), 200)
    response = api_keys.rotate(person.access, key)
    rotated = expect(response, 201)
    assert SECRET.fullmatch(rotated["secret"]) and rotated["secret"] != key["secret"]
    assert rotated["hint"] == rotated["secret"][-4:]
    assert [rotated[name] for name in ("id", "name", "scopes", "createdBy", "createdAt")] == [
        key[name] for name in ("id", "name", "scopes", "createdBy", "createdAt")
    ]
    assert response.headers["Location"] == api_keys.path(key)
    expect(uses(client, key["secret"]), 401, "UNAUTHORIZED")
    expect(uses(client, rotated["secret"]), 200)
    assert db.actions(key["id"]) == ["api_key.created", "api_key.rotated"]


def test_of_concurrent_rotations_the_last_ones_secret_works_and_no_other(client, api_keys, person, key):
    rotated = [expect(each, 201) for each in at_once(8, lambda number: api_keys.rotate(person.access, key))]
    statuses = [uses(client, each["secret"]).status_code for each in [key, *rotated]]
    assert sorted(statuses) == [200] + [401] * 8
    (hint,) = {rotated[index - 1]["hint"] for index, status in enumerate(statuses) if status == 200}
    assert expect(api_keys.read(person.access, key), 200)["hint"] == hint


def test_a_revoked_key_ends_at_once_and_is_gone(client, api_keys, person, key, db):
    expect(uses(client, key["secret"]), 200)
    expect(api_keys.revoke(person.access, key), 204)
    response = uses(client, key["secret"])
    expect(response, 401, "TOKEN_REVOKED")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    for answer in (
        api_keys.read(person.access, key),
        api_keys.rotate(person.access, key),
        api_keys.revoke(person.access, key),
    ):
        expect(answer, 404, "NOT_FOUND")
    assert key["id"] not in [each["id"] for each in api_keys.listed(person.access)]
    assert db.actions(key["id"])[:2] == ["api_key.created", "api_key.revoked"]


def test_of_concurrent_revocations_one_counts(api_keys, person, key, db):
    responses = at_once(12, lambda number: api_keys.revoke(person.access, key))
    assert sorted(response.status_code for response in responses) == [204] + [404] * 11
    assert db.actions(key["id"]).count("api_key.revoked") == 1


def test_no_rotation_survives_a_concurrent_revocation(client, api_keys, person, key):
    def act(number: int):
        return api_keys.revoke(person.access, key) if number == 4 else api_keys.rotate(person.access, key)

    for response in at_once(8, act):
        assert response.status_code in (201, 204, 404)
        if response.status_code == 201:
            assert uses(client, response.json()["data"]["secret"]).status_code == 401


def test_the_last_use_is_noted_at_most_once_an_hour(client, api_keys, person, key, db):
    def last_used() -> str | None:
        return expect(api_keys.read(person.access, key), 200)["lastUsedAt"]

    def use_after(minutes: int) -> tuple[str, str]:
        """When it had been used last, and after one more use."""
        db.run(
            "UPDATE api_keys SET last_used_at = NOW(6) - INTERVAL %s MINUTE, updated_at = updated_at "
            "WHERE public_id = %s",
            minutes,
            key["id"],
        )
        before = last_used()
        expect(uses(client, key["secret"]), 200)
        return before, last_used()

    assert last_used() is None
    expect(uses(client, key["secret"]), 200)
    first = last_used()
    assert first >= key["createdAt"]
    expect(uses(client, key["secret"]), 200)
    assert last_used() == first
    before, after = use_after(59)
    assert before == after
    before, after = use_after(61)
    assert before < first <= after
    assert expect(api_keys.read(person.access, key), 200)["updatedAt"] == key["updatedAt"]


def test_what_is_no_key_any_more_is_not_used(client, api_keys, person, db):
    key = api_keys.new(person.access, "projects:read")
    db.run("UPDATE api_keys SET expires_at = NOW(6) WHERE public_id = %s", key["id"])
    expect(uses(client, key["secret"]), 401, "TOKEN_EXPIRED")
    assert expect(api_keys.read(person.access, key), 200)["lastUsedAt"] is None


def test_a_use_for_which_a_key_has_no_scope_is_one(client, api_keys, person):
    """It shows that somebody has the key."""
    key = api_keys.new(person.access, "account:read")
    expect(uses(client, key["secret"]), 403, "FORBIDDEN")
    assert expect(api_keys.read(person.access, key), 200)["lastUsedAt"] >= key["createdAt"]


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_a_key_rests_while_its_user_may_not_act(client, api_keys, people, db, status):
    person = people.signed_in()
    secret = api_keys.secret(person.access, "projects:read")
    expect(uses(client, secret), 200)
    change = (
        "UPDATE users SET status = %s, deleted_at = IF(%s = 'deleted', NOW(6), NULL) WHERE public_id = %s"
    )
    db.run(change, status, status, person.id)
    response = uses(client, secret)
    expect(response, 401, "TOKEN_REVOKED")
    db.run(change, "active", "active", person.id)
    expect(uses(client, secret), 200)


def test_a_key_outlives_sessions_and_password(client, api_keys, people, links):
    person = people.signed_in()
    secret = api_keys.secret(person.access, "projects:read")
    expect(client.post("/api/v1/auth/logout?everywhere=true", token=person.access), 204)
    expect(uses(client, secret), 200)
    person.login()
    change = {"currentPassword": person.password, "newPassword": new_password()}
    expect(client.post(f"{ME}/password", change, token=person.access), 204)
    expect(uses(client, secret), 200)
    reset = {"token": links.reset(person), "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", reset), 200)
    expect(uses(client, secret), 200)


def test_a_key_can_do_no_more_than_its_user_still_can(client, api_keys, people, db):
    person = people.with_role("admin")
    secret = api_keys.secret(person.access, "users:read", "projects:read")
    expect(client.get("/api/v1/users", token=secret), 200)
    db.run("UPDATE users SET role = 'user' WHERE public_id = %s", person.id)
    expect(client.get("/api/v1/users", token=secret), 403, "FORBIDDEN")
    expect(uses(client, secret), 200)
    db.run("UPDATE users SET role = 'support' WHERE public_id = %s", person.id)
    expect(client.get("/api/v1/users", token=secret), 200)


def test_an_erased_users_keys_are_erased(client, api_keys, people, db):
    person = people.signed_in()
    key = api_keys.new(person.access, "projects:read")
    db.run("DELETE FROM users WHERE public_id = %s", person.id)
    expect(uses(client, key["secret"]), 401, "UNAUTHORIZED")
    assert db.value("SELECT COUNT(*) FROM api_keys WHERE public_id = %s", key["id"]) == "0"


def test_what_a_key_did_is_audited_with_its_id(projects, api_keys, person, db):
    key = api_keys.new(person.access, "projects:read", "projects:write")
    project = projects.new(key["secret"])
    ((actor, details),) = db.rows(
        "SELECT actor_id, details FROM audit_events WHERE target_id = %s", project["id"]
    )
    assert actor == person.id and key["id"] in details
    assert project["ownerId"] == person.id


def test_the_log_names_the_key(client, key, person, logs):
    response = uses(client, key["secret"])
    line = logs.of(logs.program, response.headers["X-Request-Id"])
    assert (line["userId"], line["apiKeyId"]) == (person.id, key["id"])


def test_a_user_has_at_most_100(client, api_keys, people, db):
    person = people.signed_in()
    first = api_keys.new(person.access, "projects:read")
    copies = (
        "INSERT INTO api_keys (public_id, user_id, created_by, name, scopes, secret_hash, hint) "
        "SELECT UUID(), user_id, created_by, name, scopes, UNHEX(SHA2(CONCAT(%s, seq), 256)), hint "
        f"FROM api_keys JOIN seq_1_to_{MOST - 3} WHERE public_id = %s"
    )
    db.rows(copies, first["id"], first["id"])
    body = {"name": "One more", "scopes": ["projects:read"]}
    responses = at_once(8, lambda number: client.post(PATH, body, token=person.access))
    assert sorted(response.status_code for response in responses) == [201] * 2 + [409] * 6
    for response in responses:
        if response.status_code == 409:
            expect(response, 409, "CONFLICT")
    expect(api_keys.rotate(person.access, first), 201)
    expect(api_keys.revoke(person.access, first), 204)
    api_keys.new(person.access, "projects:read")


def test_another_users_key_is_like_one_that_is_not_there(client, api_keys, people, key):
    other = people.signed_in().access
    for call in (api_keys.read, api_keys.rotate, api_keys.revoke):
        foreign, unknown = (expect(call(other, each), 404, "NOT_FOUND") for each in (key, UNKNOWN))
        assert foreign["message"] == unknown["message"]
    assert api_keys.listed(other) == []
    expect(uses(client, key["secret"]), 200)


@pytest.mark.parametrize("text", ["x", "1", "ghk_1", "019b8d2e00007000800000000000ffff"])
def test_an_id_that_is_no_uuid_is_a_fault(client, person, text):
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/rotate")):
        assert faults(client.request(method, f"{PATH}/{text}{path}", token=person.access)) == {
            ("id", "format")
        }


def test_the_export_of_an_account_tells_of_its_keys_but_no_secret(client, person, key):
    export = client.get("/api/v1/users/me/export", token=person.access)
    expect(export, 200)
    assert key["id"] in export.text and "ghk_" not in export.text
