"""Who may do what with roles: nobody makes a role with more permissions than they have, and a change counts at once."""

import pytest

from support.access import new_key, new_role
from support.client import expect
from support.people import new_address

PATH = "/api/v1/roles"
USERS = "/api/v1/users"
AUDIT = "/api/v1/audit-events"
ALL = ["audit:read", "roles:read", "roles:write", "users:read", "users:write", "webhooks:read", "webhooks:write"]


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture(scope="module")
def deputy(client, admin, people):
    """A user who may change roles, but not read the audit."""
    role = new_role(client, admin, "roles:read", "roles:write", "users:read", "users:write")
    return people.with_role(role["name"])


@pytest.fixture
def role(client, admin):
    return new_role(client, admin, "users:read")


def path(role: dict) -> str:
    return f"{PATH}/{role['id']}"


def make(client, token: str, *permissions: str):
    body = {"name": new_address().split("@")[0], "permissions": list(permissions)}
    return client.post(PATH, body, token=token)


def test_nobody_makes_a_role_with_more_permissions_than_their_own(client, deputy):
    for permissions in (["audit:read"], ["users:read", "audit:read"], ALL):
        expect(make(client, deputy.access, *permissions), 403, "FORBIDDEN")
    expect(make(client, deputy.access, "users:read", "users:write"), 201)


def test_nobody_adds_permissions_that_they_lack(client, deputy, role):
    for permissions in (["audit:read"], ["users:read", "audit:read"]):
        change = {"permissions": permissions}
        expect(client.patch(path(role), change, token=deputy.access), 403, "FORBIDDEN")
    assert expect(client.get(path(role), token=deputy.access), 200) == role


def test_nobody_changes_a_role_with_more_permissions_than_their_own(client, admin, deputy):
    role = new_role(client, admin, "users:read", "audit:read")
    for change in ({"permissions": []}, {"permissions": ["users:read"]}, {"description": "Mine."}, {}):
        expect(client.patch(path(role), change, token=deputy.access), 403, "FORBIDDEN")
    expect(client.delete(path(role), token=deputy.access), 403, "FORBIDDEN")
    assert expect(client.get(path(role), token=deputy.access), 200) == role


def test_nobody_raises_their_own_permissions(client, admin, people):
    """Not by their own role, by another role, or by a key."""
    role = new_role(client, admin, "roles:write", "roles:read", "users:write")
    person = people.with_role(role["name"])
    expect(client.patch(path(role), {"permissions": ALL}, token=person.access), 403, "FORBIDDEN")
    for name in ("admin", "support"):
        change = {"role": name}
        expect(client.patch(f"{USERS}/{person.id}", change, token=person.access), 403, "FORBIDDEN")
    key = {"name": "e2e", "scopes": ["audit:read"]}
    expect(client.post("/api/v1/api-keys", key, token=person.access), 403, "FORBIDDEN")
    expect(client.get(AUDIT, token=person.access), 403, "FORBIDDEN")


def test_a_key_makes_no_role_with_more_permissions_than_its_own(client, admin):
    """The key's owner has every permission."""
    secret = new_key(client, admin, "roles:write", "users:read")["secret"]
    expect(make(client, secret, "users:read", "audit:read"), 403, "FORBIDDEN")
    expect(make(client, secret, "users:read"), 201)


def test_a_change_takes_effect_with_the_next_request(client, admin, role, people):
    person = people.with_role(role["name"])
    secret = new_key(client, person, "users:read")["secret"]
    for permissions, status in (([], 403), (["users:read"], 200), (["audit:read"], 403)):
        expect(client.patch(path(role), {"permissions": permissions}, token=admin.access), 200)
        for token in (person.access, secret):
            assert client.get(USERS, token=token).status_code == status
    expect(client.get(AUDIT, token=person.access), 200)
    expect(client.get(AUDIT, token=secret), 403, "FORBIDDEN")
