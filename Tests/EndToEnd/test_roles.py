"""/roles: names for sets of permissions."""

import pytest

from support.access import give_role, new_role
from support.client import at_once, expect, faults
from support.people import new_address
from support.text import in_order

PATH = "/api/v1/roles"
USERS = "/api/v1/users"
UNKNOWN = f"{PATH}/019b8d2e-0000-7000-8000-00000000ffff"
ALL = ["audit:read", "roles:read", "roles:write", "users:read", "users:write", "webhooks:read", "webhooks:write"]
BUILT_IN = {"admin": ALL, "support": ["audit:read", "roles:read", "users:read", "webhooks:read"], "user": []}


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture
def role(client, admin):
    return new_role(client, admin, "users:read")


def path(role: dict) -> str:
    return f"{PATH}/{role['id']}"


def every_role(client, admin, order: str = "asc") -> list[dict]:
    """All roles; other tests make more of them than fit on one page."""
    roles, cursor = [], ""
    while cursor is not None:
        part = client.get(f"{PATH}?limit=100&sortOrder={order}&cursor={cursor}", token=admin.access)
        roles += expect(part, 200)
        cursor = part.json()["meta"]["nextCursor"]
    return roles


def body(**changes: object) -> dict:
    """The body of a new role, with these changes."""
    return {"name": new_address().split("@")[0], "permissions": ["users:read"]} | changes


def test_makes_a_role(client, admin, db):
    sent = body(description="Reads <everything>.", permissions=["users:read", "audit:read"])
    response = client.post(PATH, sent, token=admin.access)
    made = expect(response, 201)
    assert set(made) == {"id", "name", "description", "permissions", "builtIn", "createdAt", "updatedAt"}
    assert made["name"] == sent["name"] and made["description"] == sent["description"]
    assert made["permissions"] == ["audit:read", "users:read"] and made["builtIn"] is False
    assert response.headers["Location"] == path(made)
    read = client.get(path(made), token=admin.access)
    assert expect(read, 200) == made and read.headers["ETag"] == response.headers["ETag"]
    assert db.actions(made["id"]) == ["role.created"]


def test_a_role_may_have_no_permissions(client, admin):
    made = expect(client.post(PATH, body(permissions=[]), token=admin.access), 201)
    assert (made["permissions"], made["description"]) == ([], "")


def test_lists_roles_by_name(client, admin, role):
    listed = every_role(client, admin)
    names = [each["name"] for each in listed]
    assert names == sorted(names) and {"admin", "support", "user"} <= set(names)
    assert role in listed and role in every_role(client, admin, "desc")
    assert {each["name"]: each["permissions"] for each in listed if each["builtIn"]} == BUILT_IN


def test_changes_only_the_given_fields(client, admin, role, db):
    changed = expect(client.patch(path(role), {"description": "Reads."}, token=admin.access), 200)
    assert changed == role | {"description": "Reads.", "updatedAt": changed["updatedAt"]}
    changed = expect(client.patch(path(role), {"permissions": ["audit:read"]}, token=admin.access), 200)
    assert (changed["description"], changed["permissions"]) == ("Reads.", ["audit:read"])
    assert expect(client.get(path(role), token=admin.access), 200) == changed
    assert db.actions(role["id"]) == ["role.created", "role.updated", "role.updated"]


def test_deletes_a_role(client, admin, role, db):
    expect(client.delete(path(role), token=admin.access), 204)
    expect(client.get(path(role), token=admin.access), 404, "NOT_FOUND")
    expect(client.delete(path(role), token=admin.access), 404, "NOT_FOUND")
    assert db.actions(role["id"]) == ["role.created", "role.deleted"]


@pytest.mark.parametrize(
    "sent, expected",
    [
        ({}, {("name", "required"), ("permissions", "required")}),
        ({"name": "x"}, {("name", "too_short")}),
        ({"name": "x" * 51}, {("name", "too_long")}),
        ({"name": "Auditor"}, {("name", "format")}),
        ({"name": "1st"}, {("name", "format")}),
        ({"name": "-a"}, {("name", "format")}),
        ({"name": "an auditor"}, {("name", "format")}),
        ({"name": "pr\u00fcfer"}, {("name", "format")}),
        ({"name": 5}, {("name", "type")}),
        ({"permissions": "users:read"}, {("permissions", "type")}),
        ({"permissions": ["users:read", "projects:read"]}, {("permissions[1]", "choice")}),
        ({"permissions": ["*"]}, {("permissions[0]", "choice")}),
        ({"permissions": ["users:read", "users:read"]}, {("permissions[1]", "repeated")}),
        ({"permissions": [None]}, {("permissions[0]", "type")}),
        ({"description": "x" * 501}, {("description", "too_long")}),
        ({"builtIn": True, "id": "x"}, {("builtIn", "unknown"), ("id", "unknown")}),
    ],
    ids=in_order,
)
def test_validates_a_new_role(client, admin, sent, expected):
    sent = body(**sent) if sent else {}
    assert faults(client.post(PATH, sent, token=admin.access)) == expected


@pytest.mark.parametrize(
    "sent, expected",
    [
        ({"name": "another"}, {("name", "unknown")}),
        ({"description": None}, {("description", "type")}),
        ({"permissions": ["account:read"]}, {("permissions[0]", "choice")}),
        ({"permissions": None}, {("permissions", "type")}),
    ],
    ids=in_order,
)
def test_validates_a_change(client, admin, role, sent, expected):
    assert faults(client.patch(path(role), sent, token=admin.access)) == expected


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_role_is_not_found(client, admin, method):
    sent = {"description": "x"} if method == "PATCH" else None
    expect(client.request(method, UNKNOWN, json=sent, token=admin.access), 404, "NOT_FOUND")
    assert faults(client.request(method, f"{PATH}/admin", json=sent, token=admin.access)) == {
        ("id", "format")
    }


@pytest.mark.parametrize("name", BUILT_IN)
def test_two_roles_cannot_have_the_same_name(client, admin, role, name):
    for taken in (name, role["name"]):
        expect(client.post(PATH, body(name=taken), token=admin.access), 409, "CONFLICT")


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_role_cannot_be_changed_or_deleted(client, admin, name):
    role = next(each for each in every_role(client, admin) if each["name"] == name)
    for change in ({"permissions": ["audit:read"]}, {"description": "Mine."}):
        expect(client.patch(path(role), change, token=admin.access), 409, "CONFLICT")
    for same in ({field: role[field] for field in ("description", "permissions")}, {}):
        assert expect(client.patch(path(role), same, token=admin.access), 200) == role
    expect(client.delete(path(role), token=admin.access), 409, "CONFLICT")
    assert expect(client.get(path(role), token=admin.access), 200) == role


def test_a_role_in_use_cannot_be_deleted(client, admin, role, people):
    person = people.signed_in()
    give_role(client, admin, person, role["name"])
    expect(client.delete(path(role), token=admin.access), 409, "CONFLICT")
    expect(client.get(USERS, token=person.access), 200)
    give_role(client, admin, person, "user")
    expect(client.delete(path(role), token=admin.access), 204)


def test_a_role_of_a_deleted_account_stays_while_the_account_can_be_restored(client, admin, role, people):
    person = people.signed_in()
    give_role(client, admin, person, role["name"])
    expect(client.delete(f"{USERS}/{person.id}", token=admin.access), 204)
    expect(client.delete(path(role), token=admin.access), 409, "CONFLICT")


def test_an_outdated_version_changes_nothing(client, admin, role):
    stale = client.get(path(role), token=admin.access).headers["ETag"]
    present = client.patch(path(role), {"description": "x"}, token=admin.access, headers={"If-Match": stale})
    expect(present, 200)
    match = {"If-Match": stale}
    expect(
        client.patch(path(role), {"description": "y"}, token=admin.access, headers=match),
        412,
        "PRECONDITION_FAILED",
    )
    expect(client.delete(path(role), token=admin.access, headers=match), 412, "PRECONDITION_FAILED")
    unchanged = client.get(path(role), token=admin.access, headers={"If-None-Match": present.headers["ETag"]})
    assert unchanged.status_code == 304
    match = {"If-Match": present.headers["ETag"]}
    expect(client.delete(path(role), token=admin.access, headers=match), 204)


def test_one_of_several_concurrent_roles_with_the_same_name_is_made(client, admin):
    sent = body()
    responses = at_once(16, lambda number: client.post(PATH, sent, token=admin.access))
    assert sorted(response.status_code for response in responses) == [201] + [409] * 15


def test_one_of_several_concurrent_changes_of_a_version_counts(client, admin, role, db):
    version = {"If-Match": client.get(path(role), token=admin.access).headers["ETag"]}

    def change(number: int):
        return client.patch(path(role), {"description": str(number)}, token=admin.access, headers=version)

    responses = at_once(16, change)
    assert sorted(response.status_code for response in responses) == [200] + [412] * 15
    assert db.actions(role["id"]).count("role.updated") == 1


def test_nobody_keeps_a_role_that_is_deleted_meanwhile(client, admin, people):
    """Eight people are given a role while it is deleted. Either some get it and it stays, or none do."""
    persons = [people.verified() for _ in range(8)]
    for _ in range(3):
        role = new_role(client, admin, "users:read")

        def act(number: int):
            if number == 4:
                return client.delete(path(role), token=admin.access)
            change = {"role": role["name"]}
            return client.patch(f"{USERS}/{persons[number].id}", change, token=admin.access)

        responses = at_once(8, act)
        deletion = responses.pop(4)
        given = {response.status_code for response in responses}
        is_there = client.get(path(role), token=admin.access).status_code == 200
        assert deletion.status_code == (409 if is_there else 204)
        assert given <= ({200} if is_there else {400})


def test_a_repeated_request_makes_no_second_role(client, admin, db):
    sent, key = body(), {"Idempotency-Key": new_address()}
    first = client.post(PATH, sent, token=admin.access, headers=key)
    again = client.post(PATH, sent, token=admin.access, headers=key)
    assert expect(first, 201) == expect(again, 201)
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert db.actions(first.json()["data"]["id"]) == ["role.created"]
    another = client.post(PATH, body(), token=admin.access, headers=key)
    expect(another, 422, "IDEMPOTENCY_KEY_REUSED")
