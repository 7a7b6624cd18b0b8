"""One administrator always remains, and so does one owner of each organization, whatever happens concurrently."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from support.access import new_role
from support.client import at_once, expect
from support.people import new_address, new_password

PATH = "/api/v1/users"
ME = f"{PATH}/me"
ALL = ["audit:read", "roles:read", "roles:write", "users:read", "users:write", "webhooks:read", "webhooks:write"]
ACTIVE_ADMINISTRATORS = "role = 'admin' AND status = 'active'"


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture(scope="module")
def equal(client, admin, people):
    """A user with all permissions of an administrator who is not one."""
    return people.with_role(new_role(client, admin, *ALL)["name"])


def path(person) -> str:
    return f"{PATH}/{person.id}"


@contextmanager
def only_administrators(db, *persons):
    """Suspends every other administrator while the block runs."""
    kept = ", ".join(["%s"] * len(persons))
    others = [
        number
        for (number,) in db.rows(
            f"SELECT id FROM users WHERE {ACTIVE_ADMINISTRATORS} AND public_id NOT IN ({kept})",
            *(person.id for person in persons),
        )
    ]
    numbers = ", ".join(others) or "NULL"
    db.rows(f"UPDATE users SET status = 'suspended' WHERE id IN ({numbers})")
    try:
        yield
    finally:
        db.rows(f"UPDATE users SET status = 'active' WHERE id IN ({numbers})")


def active_administrators(db) -> int:
    return int(db.value(f"SELECT COUNT(*) FROM users WHERE {ACTIVE_ADMINISTRATORS}"))


def test_an_administrator_who_is_not_the_last_can_step_down(client, people):
    caller = people.with_role("admin")
    expect(client.patch(path(caller), {"role": "user"}, token=caller.access), 200)
    caller.login()
    expect(client.get(PATH, token=caller.access), 403, "FORBIDDEN")


@pytest.mark.alone
def test_the_last_administrator_cannot_be_removed(client, people, equal, db):
    last = people.with_role("admin")
    with only_administrators(db, last):
        for change in ({"role": "user"}, {"status": "suspended"}):
            expect(client.patch(path(last), change, token=equal.access), 409, "CONFLICT")
        expect(client.delete(path(last), token=equal.access), 409, "CONFLICT")
        expect(client.patch(path(last), {"role": "user"}, token=last.access), 409, "CONFLICT")
        body = {"currentPassword": last.password}
        expect(client.delete(ME, json=body, token=last.access), 409, "CONFLICT")
        user = expect(client.get(ME, token=last.access), 200)
        assert (user["role"], user["status"]) == ("admin", "active")
        expect(client.post(f"{path(last)}/sessions/revoke", token=equal.access), 204)


@pytest.mark.alone
def test_with_a_successor_the_last_administrator_can_go(client, people, db):
    last, successor = people.with_role("admin"), people.signed_in()
    with only_administrators(db, last):
        expect(client.patch(path(successor), {"role": "admin"}, token=last.access), 200)
        expect(client.delete(ME, json={"currentPassword": last.password}, token=last.access), 204)
        successor.login()
        expect(client.get(PATH, token=successor.access), 200)


@pytest.mark.alone
def test_a_suspended_administrator_is_no_successor(client, people, equal, db):
    last, suspended = people.with_role("admin"), people.with_role("admin")
    expect(client.patch(path(suspended), {"status": "suspended"}, token=equal.access), 200)
    with only_administrators(db, last, suspended):
        expect(client.delete(path(last), token=equal.access), 409, "CONFLICT")
        expect(client.patch(path(suspended), {"status": "active"}, token=equal.access), 200)
        expect(client.delete(path(last), token=equal.access), 204)


@pytest.mark.alone
def test_an_administrator_who_cannot_sign_in_yet_is_no_successor(client, people, db, mailbox):
    """An account without a password whose address was never verified can do nothing."""
    last, address = people.with_role("admin"), new_address()
    body = {"email": address, "name": "Grace Hopper", "role": "admin"}
    successor = expect(client.post(PATH, body, token=last.access), 201)
    own = {"currentPassword": last.password}
    with only_administrators(db, last, SimpleNamespace(id=successor["id"])):
        expect(client.patch(path(last), {"role": "user"}, token=last.access), 409, "CONFLICT")
        expect(client.delete(ME, json=own, token=last.access), 409, "CONFLICT")
        body = {"token": mailbox.link(address, "reset-password"), "newPassword": new_password()}
        expect(client.post("/api/v1/auth/password-reset/confirm", body), 200)
        expect(client.patch(path(last), {"role": "user"}, token=last.access), 200)


def step_down(client, administrators, number: int):
    caller = administrators[number]
    return client.patch(path(caller), {"role": "user"}, token=caller.access)


def leave(client, administrators, number: int):
    caller = administrators[number]
    return client.delete(ME, json={"currentPassword": caller.password}, token=caller.access)


def suspend_the_next(client, administrators, number: int):
    caller, target = administrators[number], administrators[(number + 1) % len(administrators)]
    return client.patch(path(target), {"status": "suspended"}, token=caller.access)


def delete_the_next(client, administrators, number: int):
    caller, target = administrators[number], administrators[(number + 1) % len(administrators)]
    return client.delete(path(target), token=caller.access)


@pytest.mark.alone
@pytest.mark.parametrize("act", [step_down, leave])
def test_one_of_several_administrators_who_all_leave_at_once_stays(client, people, db, act):
    administrators = [people.with_role("admin") for _ in range(8)]
    with only_administrators(db, *administrators):
        responses = at_once(8, lambda number: act(client, administrators, number))
        assert sorted(response.status_code // 100 for response in responses) == [2] * 7 + [4]
        expect(next(response for response in responses if response.status_code >= 400), 409, "CONFLICT")
        assert active_administrators(db) == 1


@pytest.mark.alone
@pytest.mark.parametrize("act", [suspend_the_next, delete_the_next])
def test_one_of_several_administrators_who_remove_each_other_stays(client, people, db, act):
    """A call of an administrator who has just been removed may be refused as well."""
    administrators = [people.with_role("admin") for _ in range(8)]
    with only_administrators(db, *administrators):
        responses = at_once(8, lambda number: act(client, administrators, number))
        assert {response.status_code for response in responses} <= {200, 204, 401, 409}
        done = sum(response.status_code < 300 for response in responses)
        assert active_administrators(db) == 8 - done >= 1


@pytest.mark.alone
def test_one_of_two_who_remove_each_other_in_different_ways_stays(client, people, db):
    for first in (step_down, leave, suspend_the_next, delete_the_next):
        pair = [people.with_role("admin"), people.with_role("admin")]
        with only_administrators(db, *pair):
            at_once(2, lambda number: (leave if number else first)(client, pair, number))
            assert active_administrators(db) == 1


def test_the_last_owner_of_an_organization_with_others_cannot_be_deleted(client, admin, organizations):
    """Neither an administrator nor the owner can delete the account, until there is a successor."""
    organization = organizations.new("member")
    owner = organization.owner
    own = {"currentPassword": owner.password}
    expect(client.delete(path(owner), token=admin.access), 409, "LAST_OWNER")
    expect(client.delete(ME, json=own, token=owner.access), 409, "LAST_OWNER")
    expect(client.get(ME, token=owner.access), 200)
    organizations.join(organization, "owner")
    expect(client.delete(path(owner), token=admin.access), 204)


def test_the_only_member_of_an_organization_can_be_deleted(client, admin, organizations):
    for by_themselves in (True, False):
        owner = organizations.new().owner
        if by_themselves:
            expect(client.delete(ME, json={"currentPassword": owner.password}, token=owner.access), 204)
        else:
            expect(client.delete(path(owner), token=admin.access), 204)


def test_one_of_several_owners_deleted_at_once_stays(client, admin, organizations):
    organization = organizations.new("member")
    owners = [organization.owner] + [organizations.join(organization, "owner") for _ in range(5)]

    def delete(number: int):
        owner = owners[number]
        if number % 2:
            return client.delete(ME, json={"currentPassword": owner.password}, token=owner.access)
        return client.delete(path(owner), token=admin.access)

    responses = at_once(6, delete)
    assert sorted(response.status_code for response in responses) == [204] * 5 + [409]
    expect(next(response for response in responses if response.status_code == 409), 409, "LAST_OWNER")
