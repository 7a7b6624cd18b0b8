"""Who can leave an organization, who becomes its owner, and why it always keeps one."""

import pytest

from support.client import expect, faults
from support.organizations import ROLES

UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"
FIELDS = {"userId", "name", "email", "avatarUrl", "role", "createdAt", "updatedAt"}


@pytest.fixture(scope="module")
def stranger(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def staffed(organizations):
    """An organization with one member of each role, which no test changes."""
    return organizations.with_every_role()


@pytest.fixture
def organization(organizations):
    return organizations.with_every_role()


@pytest.mark.parametrize("role", ["viewer", "member", "admin"])
def test_a_member_who_leaves_loses_access(client, organization, organizations, role):
    person = organization.people[role]
    expect(organizations.leave(organization, person), 204)
    assert organizations.role(organization, person) is None
    expect(client.get(organization.path, token=person.access), 404, "NOT_FOUND")
    expect(organizations.leave(organization, person), 404, "NOT_FOUND")
    assert len(organizations.roles(organization)) == len(ROLES) - 1


def test_the_last_owner_cannot_leave(organization, organizations):
    owner = organization.owner
    expect(organizations.leave(organization, owner), 409, "LAST_OWNER")
    expect(organizations.remove(organization, organization.owner, owner), 409, "LAST_OWNER")
    for role in ("admin", "member", "viewer"):
        expect(organizations.give(organization, organization.owner, owner, role), 409, "LAST_OWNER")
    assert organizations.role(organization, owner) == "owner"
    expect(organizations.give(organization, organization.owner, owner, "owner"), 200)


def test_the_last_owner_cannot_leave_even_when_alone(organizations):
    """An owner who no longer wants the organization deletes it."""
    organization = organizations.new()
    expect(organizations.leave(organization, organization.owner), 409, "LAST_OWNER")
    assert organizations.role(organization, organization.owner) == "owner"


@pytest.mark.parametrize("way", ["leave", "demotion", "removal"])
def test_one_of_two_owners_can_leave(organization, organizations, way):
    other = organizations.join(organization, "owner")
    if way == "leave":
        expect(organizations.leave(organization, organization.owner), 204)
    elif way == "demotion":
        expect(organizations.give(organization, organization.owner, organization.owner, "viewer"), 200)
    else:
        expect(organizations.remove(organization, organization.owner, organization.owner), 204)
    assert organizations.role(organization, other) == "owner"
    expect(organizations.leave(organization, other), 409, "LAST_OWNER")


def mark(db, person, status: str) -> None:
    """Gives an account a status in the database."""
    deleted_at = "NOW(6)" if status == "deleted" else "NULL"
    db.run(f"UPDATE users SET status = %s, deleted_at = {deleted_at} WHERE public_id = %s", status, person.id)


@pytest.mark.parametrize("status", ["suspended", "deleted"])
@pytest.mark.parametrize("way", ["leave", "demotion", "removal"])
def test_an_owner_whose_account_is_not_in_use_does_not_count(organization, organizations, db, way, status):
    mark(db, organizations.join(organization, "owner"), status)
    if way == "leave":
        response = organizations.leave(organization, organization.owner)
    elif way == "demotion":
        response = organizations.give(organization, organization.owner, organization.owner, "viewer")
    else:
        response = organizations.remove(organization, organization.owner, organization.owner)
    expect(response, 409, "LAST_OWNER")
    assert organizations.role(organization, organization.owner) == "owner"


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_a_transfer_makes_a_new_owner_and_the_old_one_admin(organization, organizations, db, role):
    target = organization.people[role]
    data = expect(organizations.transfer(organization, organization.owner, target), 200)
    assert set(data) == FIELDS and (data["userId"], data["role"]) == (target.id, "owner")
    assert organizations.role(organization, target) == "owner"
    assert organizations.role(organization, organization.owner) == "admin"
    expect(organizations.transfer(organization, organization.owner, target), 403, "FORBIDDEN")
    expect(organizations.leave(organization, organization.owner), 204)
    events = db.actions(target.id) + db.actions(organization.id)
    assert events.count("ownership.transferred") == 1
    assert db.actions(organization.owner.id).count("member.role_changed") == 1


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_only_an_owner_can_transfer(staffed, organizations, role):
    person = staffed.people[role]
    expect(organizations.transfer(staffed, person, staffed.people["member"]), 403, "FORBIDDEN")
    assert organizations.role(staffed, staffed.owner) == "owner"


def test_only_a_member_can_become_owner(client, staffed, stranger, organizations):
    path, token = f"{staffed.path}/transfer-ownership", staffed.owner.access
    for user_id in (stranger.id, UNKNOWN_ID):
        expect(client.post(path, {"userId": user_id}, token=token), 404, "NOT_FOUND")
    assert organizations.role(staffed, staffed.owner) == "owner"
    assert organizations.role(staffed, stranger) is None


def test_an_owner_cannot_transfer_to_themselves(organization, organizations):
    expect(organizations.transfer(organization, organization.owner, organization.owner), 409, "CONFLICT")
    assert organizations.role(organization, organization.owner) == "owner"


@pytest.mark.parametrize(
    "status, refused, code", [("suspended", 409, "CONFLICT"), ("deleted", 404, "NOT_FOUND")]
)
@pytest.mark.parametrize("way", ["transfer", "promotion"])
def test_an_account_that_is_not_in_use_cannot_become_owner(
    organization, organizations, db, way, status, refused, code
):
    gone = organization.people["admin"]
    mark(db, gone, status)
    if way == "transfer":
        response = organizations.transfer(organization, organization.owner, gone)
    else:
        response = organizations.give(organization, organization.owner, gone, "owner")
    expect(response, refused, code)
    assert organizations.role(organization, organization.owner) == "owner"
    assert organizations.role(organization, gone) == "admin"


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("userId", "required")}),
        ({"userId": "x"}, {("userId", "format")}),
        ({"userId": 5}, {("userId", "type")}),
        ({"userId": UNKNOWN_ID, "role": "owner"}, {("role", "unknown")}),
    ],
    ids=ascii,
)
def test_validates_a_transfer(client, staffed, body, expected):
    path = f"{staffed.path}/transfer-ownership"
    assert faults(client.post(path, body, token=staffed.owner.access)) == expected
