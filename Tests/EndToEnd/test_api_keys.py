"""API keys: /api-keys as a signed-in user sees it."""

import re

import pytest

from support.api_keys import PATH, SCOPES_OF_ROLES, SCOPES_OF_USERS, checksum
from support.client import at_once, expect, faults
from support.text import in_order

ME = "/api/v1/users/me"
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


def without_secret(key: dict) -> dict:
    return {name: value for name, value in key.items() if name != "secret"}


def test_a_new_key_shows_its_secret_once(client, api_keys, person, db):
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


def test_secrets_have_a_recognizable_form(api_keys, person):
    secrets = [api_keys.secret(person.access, "projects:read") for _ in range(8)]
    assert len(set(secrets)) == 8
    for secret in secrets:
        assert SECRET.fullmatch(secret) and secret.endswith(checksum(secret[:-6]))


def test_the_database_contains_no_secret(key, db):
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
    ids=in_order,
)
def test_validates_a_new_key(client, person, body, expected):
    before = client.get(PATH, token=person.access).json()["meta"]["total"]
    assert faults(client.post(PATH, body, token=person.access)) == expected
    assert client.get(PATH, token=person.access).json()["meta"]["total"] == before


def test_a_key_can_have_exactly_the_scopes_that_its_maker_holds(api_keys, client, people, person):
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


def test_an_expiry_may_have_an_offset(api_keys, person):
    key = api_keys.new(person.access, "projects:read", expiresAt="2099-12-31T23:30:00.5+01:30")
    assert key["expiresAt"] == "2099-12-31T22:00:00.500Z"


def test_a_new_secret_replaces_the_old_one_at_once(api_keys, person, key, db):
    expect(api_keys.use(key["secret"]), 200)
    response = api_keys.rotate(person.access, key)
    rotated = expect(response, 201)
    assert SECRET.fullmatch(rotated["secret"]) and rotated["secret"] != key["secret"]
    assert rotated["hint"] == rotated["secret"][-4:]
    assert [rotated[name] for name in ("id", "name", "scopes", "createdBy", "createdAt")] == [
        key[name] for name in ("id", "name", "scopes", "createdBy", "createdAt")
    ]
    assert response.headers["Location"] == api_keys.path(key)
    expect(api_keys.use(key["secret"]), 401, "UNAUTHORIZED")
    expect(api_keys.use(rotated["secret"]), 200)
    assert db.actions(key["id"]) == ["api_key.created", "api_key.rotated"]


def test_after_concurrent_rotations_only_the_last_secret_works(api_keys, person, key):
    rotated = [expect(each, 201) for each in at_once(8, lambda number: api_keys.rotate(person.access, key))]
    statuses = [api_keys.use(each["secret"]).status_code for each in [key, *rotated]]
    assert sorted(statuses) == [200] + [401] * 8
    (hint,) = {rotated[index - 1]["hint"] for index, status in enumerate(statuses) if status == 200}
    assert expect(api_keys.read(person.access, key), 200)["hint"] == hint


def test_revocation_ends_a_key_at_once_and_deletes_it(api_keys, person, key, db):
    expect(api_keys.use(key["secret"]), 200)
    expect(api_keys.revoke(person.access, key), 204)
    response = api_keys.use(key["secret"])
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


def test_one_of_several_concurrent_revocations_succeeds(api_keys, person, key, db):
    responses = at_once(12, lambda number: api_keys.revoke(person.access, key))
    assert sorted(response.status_code for response in responses) == [204] + [404] * 11
    assert db.actions(key["id"]).count("api_key.revoked") == 1


def test_no_rotation_survives_a_concurrent_revocation(api_keys, person, key):
    def act(number: int):
        return api_keys.revoke(person.access, key) if number == 4 else api_keys.rotate(person.access, key)

    for response in at_once(8, act):
        assert response.status_code in (201, 204, 404)
        if response.status_code == 201:
            assert api_keys.use(response.json()["data"]["secret"]).status_code == 401


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


def test_another_users_key_looks_like_a_missing_one(api_keys, people, key):
    other = people.signed_in().access
    for call in (api_keys.read, api_keys.rotate, api_keys.revoke):
        foreign, unknown = (expect(call(other, each), 404, "NOT_FOUND") for each in (key, UNKNOWN))
        assert foreign["message"] == unknown["message"]
    assert api_keys.listed(other) == []
    expect(api_keys.use(key["secret"]), 200)


@pytest.mark.parametrize("text", ["x", "1", "ghk_1", "019b8d2e00007000800000000000ffff"])
def test_an_id_must_be_a_uuid(client, person, text):
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/rotate")):
        assert faults(client.request(method, f"{PATH}/{text}{path}", token=person.access)) == {
            ("id", "format")
        }


def test_the_export_of_an_account_contains_its_keys_but_no_secret(client, person, key):
    export = client.get("/api/v1/users/me/export", token=person.access)
    expect(export, 200)
    assert key["id"] in export.text and "ghk_" not in export.text
