"""Who may administer whom: nobody touches an account with more permissions, or gives a role with more than their
own."""

import pytest

from support.access import new_key, new_role
from support.client import expect
from support.people import new_address

PATH = "/api/v1/users"
ME = f"{PATH}/me"


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture(scope="module")
def helper(client, admin, people):
    """A user who may administer accounts, but neither read the audit nor change roles."""
    role = new_role(client, admin, "users:read", "users:write")
    return people.with_role(role["name"])


@pytest.fixture
def person(people):
    return people.signed_in()


def path(person) -> str:
    return f"{PATH}/{person.id}"


def role_of(db, person) -> str:
    return db.value("SELECT role FROM users WHERE public_id = %s", person.id)


def attempts(client, caller, person) -> list:
    """Every action on an account."""
    return [
        client.patch(path(person), {"role": "user"}, token=caller.access),
        client.patch(path(person), {"status": "suspended"}, token=caller.access),
        client.patch(path(person), {"status": "active"}, token=caller.access),
        client.post(f"{path(person)}/sessions/revoke", token=caller.access),
        client.delete(path(person), token=caller.access),
    ]


def test_nobody_changes_an_account_with_more_permissions(client, helper, people, db):
    for role in ("admin", "support"):
        target = people.with_role(role)
        for response in attempts(client, helper, target):
            expect(response, 403, "FORBIDDEN")
        expect(client.get(ME, token=target.access), 200)
        assert role_of(db, target) == role


def test_one_additional_permission_is_enough_to_be_out_of_reach(client, admin, helper, people):
    role = new_role(client, admin, "users:read", "users:write", "roles:read")
    target = people.with_role(role["name"])
    for response in attempts(client, helper, target):
        expect(response, 403, "FORBIDDEN")


def test_accounts_with_the_same_or_fewer_permissions_can_be_changed(client, admin, helper, people):
    for permissions in ([], ["users:read"], ["users:read", "users:write"]):
        target = people.with_role(new_role(client, admin, *permissions)["name"])
        assert [response.status_code for response in attempts(client, helper, target)] == [
            200,
            200,
            200,
            204,
            204,
        ]


def test_raising_a_role_takes_its_accounts_out_of_reach_at_once(client, admin, helper, people):
    role = new_role(client, admin, "users:read")
    target = people.with_role(role["name"])
    expect(client.patch(path(target), {"status": "suspended"}, token=helper.access), 200)
    more = {"permissions": ["users:read", "audit:read"]}
    expect(client.patch(f"/api/v1/roles/{role['id']}", more, token=admin.access), 200)
    expect(client.patch(path(target), {"status": "active"}, token=helper.access), 403, "FORBIDDEN")


def test_nobody_gives_a_role_with_more_permissions_than_their_own(client, helper, person, db):
    for role in ("admin", "support"):
        change = {"role": role}
        expect(client.patch(path(person), change, token=helper.access), 403, "FORBIDDEN")
        account = {"email": new_address(), "name": "x", "role": role}
        expect(client.post(PATH, account, token=helper.access), 403, "FORBIDDEN")
        assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", account["email"]) == "0"
    assert role_of(db, person) == "user"


def test_nobody_raises_their_own_role(client, helper, db):
    before = role_of(db, helper)
    for role in ("admin", "support"):
        expect(client.patch(path(helper), {"role": role}, token=helper.access), 403, "FORBIDDEN")
    assert role_of(db, helper) == before


def test_a_key_does_no_more_than_its_scopes_allow(client, admin, people, db):
    """The key's owner has every permission."""
    secret = new_key(client, admin, "users:read", "users:write")["secret"]
    target, person = people.with_role("support"), people.signed_in()
    expect(client.patch(path(target), {"role": "user"}, token=secret), 403, "FORBIDDEN")
    expect(client.patch(path(person), {"role": "support"}, token=secret), 403, "FORBIDDEN")
    expect(client.patch(path(admin), {"role": "user"}, token=secret), 403, "FORBIDDEN")
    expect(client.patch(path(person), {"status": "suspended"}, token=secret), 200)
    assert (role_of(db, target), role_of(db, admin)) == ("support", "admin")


def test_a_key_changes_other_accounts_but_never_its_owners(client, people, db):
    caller, person = people.with_role("admin"), people.signed_in()
    secret = new_key(client, caller, "users:read", "users:write")["secret"]
    before = expect(client.get(path(caller), token=secret), 200)
    for change in ({"role": "support"}, {"role": "admin"}, {"status": "suspended"}, {"status": "active"}, {}):
        expect(client.patch(path(caller), change, token=secret), 403, "FORBIDDEN")
    expect(client.delete(path(caller), token=secret), 403, "FORBIDDEN")
    expect(client.post(f"{path(caller)}/sessions/revoke", token=secret), 403, "FORBIDDEN")
    # The owner's session has not ended either.
    assert expect(client.get(path(caller), token=caller.access), 200) == before
    expect(client.post(f"{path(person)}/sessions/revoke", token=secret), 204)
    expect(client.delete(path(person), token=secret), 204)


def test_nobody_can_suspend_or_delete_themselves_here(client, people):
    caller = people.with_role("admin")
    change = {"status": "suspended"}
    expect(client.patch(path(caller), change, token=caller.access), 403, "FORBIDDEN")
    expect(client.delete(path(caller), token=caller.access), 403, "FORBIDDEN")
    expect(client.get(ME, token=caller.access), 200)
