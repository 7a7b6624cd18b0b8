"""The members of an organization: who sees them, who gives which role, and who can be removed."""

import itertools

import pytest

from support.client import at_once, expect, faults
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


@pytest.fixture(scope="module")
def ladder(organizations):
    """One member of each role, and a target that each test makes a member again."""
    organization = organizations.with_every_role()
    organization.people["target"] = organizations.join(organization, "viewer")
    return organization


def rank(role: str) -> int:
    return ROLES.index(role)


def members_path(organization) -> str:
    return f"{organization.path}/members"


@pytest.mark.parametrize("role", ROLES)
def test_every_member_sees_every_member(client, staffed, role):
    members = expect(client.get(members_path(staffed), token=staffed.people[role].access), 200)
    assert {member["userId"]: member["role"] for member in members} == {
        person.id: role for role, person in staffed.people.items()
    }
    for member in members:
        assert set(member) == FIELDS
        person = staffed.people[member["role"]]
        assert (member["email"], member["name"], member["avatarUrl"]) == (person.email, "Ada Lovelace", None)
        path = staffed.member_path(person)
        assert expect(client.get(path, token=staffed.people[role].access), 200) == member


def test_the_list_can_be_filtered_by_role(client, staffed, organizations):
    for role in ROLES:
        members = expect(client.get(f"{members_path(staffed)}?role={role}", token=staffed.owner.access), 200)
        assert [member["userId"] for member in members] == [staffed.people[role].id]
    alone = organizations.new()
    assert expect(client.get(f"{members_path(alone)}?role=viewer", token=alone.owner.access), 200) == []
    response = client.get(f"{members_path(staffed)}?role=king", token=staffed.owner.access)
    assert faults(response) == {("role", "choice")}


def test_the_list_is_in_the_order_of_joining(client, staffed):
    joined = [person.id for person in staffed.people.values()]
    for query, expected in (("?sortOrder=asc", joined), ("", joined[::-1])):
        members = expect(client.get(members_path(staffed) + query, token=staffed.owner.access), 200)
        assert [member["userId"] for member in members] == expected


def test_a_stranger_sees_no_members(client, staffed, stranger, organizations):
    person = staffed.people["member"]
    path = staffed.member_path(person)
    calls = [
        client.get(members_path(staffed), token=stranger.access),
        client.get(path, token=stranger.access),
        client.patch(path, {"role": "owner"}, token=stranger.access),
        client.delete(path, token=stranger.access),
        organizations.leave(staffed, stranger),
        organizations.transfer(staffed, stranger, stranger),
    ]
    for response in calls:
        expect(response, 404, "NOT_FOUND")
        assert person.email not in response.text
    assert organizations.role(staffed, person) == "member"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_anyone_who_is_no_member_is_not_found(client, staffed, stranger, method):
    """The answer does not reveal whether somebody has an account."""
    body = {"role": "viewer"} if method == "PATCH" else None
    paths = [f"{members_path(staffed)}/{user_id}" for user_id in (stranger.id, UNKNOWN_ID)]
    answers = [client.request(method, path, json=body, token=staffed.owner.access) for path in paths]
    errors = [expect(answer, 404, "NOT_FOUND") for answer in answers]
    assert errors[0]["message"] == errors[1]["message"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_malformed_id_is_refused(client, staffed, method):
    body = {"role": "viewer"} if method == "PATCH" else None
    response = client.request(method, f"{members_path(staffed)}/5", json=body, token=staffed.owner.access)
    assert faults(response) == {("userId", "format")}


@pytest.mark.parametrize("by, before, after", [*itertools.product(ROLES, repeat=3)])
def test_nobody_gives_or_takes_a_role_above_their_own(ladder, organizations, db, by, before, after):
    """Tries every caller with every present and new role, while there is another owner."""
    target = organizations.join(ladder, before, ladder.people["target"])
    events = db.actions(target.id).count("member.role_changed")
    response = organizations.give(ladder, ladder.people[by], target, after)
    is_allowed = rank(by) >= rank("admin") and rank(by) >= max(rank(before), rank(after))
    if is_allowed:
        data = expect(response, 200)
        assert (data["userId"], data["role"]) == (target.id, after)
    else:
        expect(response, 403, "FORBIDDEN")
    assert organizations.role(ladder, target) == (after if is_allowed else before)
    events = db.actions(target.id).count("member.role_changed") - events
    assert events == int(is_allowed and before != after)


@pytest.mark.parametrize("by, held", [*itertools.product(ROLES, repeat=2)])
def test_nobody_removes_a_member_of_higher_rank(client, ladder, organizations, by, held):
    target = organizations.join(ladder, held, ladder.people["target"])
    response = organizations.remove(ladder, ladder.people[by], target)
    if rank(by) >= rank("admin") and rank(by) >= rank(held):
        expect(response, 204)
        assert organizations.role(ladder, target) is None
        expect(client.get(ladder.path, token=target.access), 404, "NOT_FOUND")
        expect(organizations.remove(ladder, ladder.people[by], target), 404, "NOT_FOUND")
    else:
        expect(response, 403, "FORBIDDEN")
        assert organizations.role(ladder, target) == held


@pytest.mark.parametrize("role", ["viewer", "member", "admin"])
def test_nobody_raises_their_own_role(organization, organizations, role):
    person = organization.people[role]
    for higher in ROLES[rank(role) + 1 :]:
        expect(organizations.give(organization, organization.people[role], person, higher), 403, "FORBIDDEN")
    expect(organizations.transfer(organization, person, person), 403, "FORBIDDEN")
    assert organizations.role(organization, person) == role


def test_a_role_takes_effect_with_the_next_request(client, organizations, organization):
    person = organization.people["viewer"]
    expect(client.patch(organization.path, {"name": "Mine"}, token=person.access), 403, "FORBIDDEN")
    expect(organizations.give(organization, organization.owner, person, "admin"), 200)
    expect(client.patch(organization.path, {"name": "Mine"}, token=person.access), 200)
    expect(organizations.give(organization, organization.owner, person, "viewer"), 200)
    expect(client.patch(organization.path, {"name": "Yours"}, token=person.access), 403, "FORBIDDEN")


def test_an_admin_can_step_down(organization, organizations):
    person = organization.people["admin"]
    expect(organizations.give(organization, organization.people["admin"], person, "member"), 200)
    assert organizations.role(organization, person) == "member"
    expect(organizations.give(organization, organization.people["admin"], person, "admin"), 403, "FORBIDDEN")


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("role", "required")}),
        ({"role": "king"}, {("role", "choice")}),
        ({"role": None}, {("role", "type")}),
        ({"role": "admin", "userId": UNKNOWN_ID}, {("userId", "unknown")}),
    ],
    ids=ascii,
)
def test_validates_a_change(client, staffed, body, expected):
    path = staffed.member_path(staffed.people["viewer"])
    assert faults(client.patch(path, body, token=staffed.owner.access)) == expected


def test_a_change_of_an_outdated_version_is_refused(client, organization, organizations):
    person = organization.people["viewer"]
    path, token = organization.member_path(person), organization.owner.access
    read = client.get(path, token=token)
    old = read.headers["ETag"]
    expect(client.get(path, token=token, headers={"If-None-Match": old}), 304)
    changed = organizations.give(organization, organization.owner, person, "member", **{"If-Match": old})
    expect(changed, 200)
    assert changed.headers["ETag"] == client.get(path, token=token).headers["ETag"] != old
    refused = organizations.give(organization, organization.owner, person, "admin", **{"If-Match": old})
    expect(refused, 412, "PRECONDITION_FAILED")
    assert organizations.role(organization, person) == "member"


def test_a_member_changed_meanwhile_is_not_removed(client, organization, organizations):
    person, owner = organization.people["viewer"], organization.owner
    path = organization.member_path(person)
    old = client.get(path, token=owner.access).headers["ETag"]
    expect(organizations.give(organization, owner, person, "member"), 200)
    refused = organizations.remove(organization, owner, person, **{"If-Match": old})
    expect(refused, 412, "PRECONDITION_FAILED")
    assert organizations.role(organization, person) == "member"
    new = client.get(path, token=owner.access).headers["ETag"]
    expect(organizations.remove(organization, owner, person, **{"If-Match": new}), 204)


def test_a_member_who_returns_is_a_new_member(client, organization, organizations):
    person, owner = organization.people["viewer"], organization.owner
    old = client.get(organization.member_path(person), token=owner.access).headers["ETag"]
    expect(organizations.leave(organization, person), 204)
    organizations.join(organization, "viewer", person)
    refused = organizations.give(organization, owner, person, "admin", **{"If-Match": old})
    expect(refused, 412, "PRECONDITION_FAILED")


def test_others_see_no_member_with_a_deleted_account(client, organization, organizations):
    person, owner = organization.people["viewer"], organization.owner
    expect(client.delete("/api/v1/users/me", json={"currentPassword": person.password}, token=person.access), 204)
    for query in ("", "?role=viewer", "?cursor="):
        response = client.get(members_path(organization) + query, token=owner.access)
        expect(response, 200)
        assert person.id not in response.text and person.email not in response.text
    response = client.get(members_path(organization), token=owner.access)
    assert response.json()["meta"]["total"] == len(organization.people) - 1
    expect(client.get(organization.member_path(person), token=owner.access), 404, "NOT_FOUND")
    expect(organizations.give(organization, owner, person, "member"), 404, "NOT_FOUND")
    expect(organizations.remove(organization, owner, person), 404, "NOT_FOUND")
    assert organizations.role(organization, person) == "viewer", "an account can be restored"


def test_one_of_several_concurrent_changes_of_a_version_wins(client, organizations, organization):
    person = organization.people["viewer"]
    tag = client.get(organization.member_path(person), token=organization.owner.access).headers["ETag"]
    responses = at_once(
        16,
        lambda number: organizations.give(
            organization, organization.owner, person, ("member", "admin")[number % 2], **{"If-Match": tag}
        ),
    )
    assert sorted(response.status_code for response in responses) == [200] + [412] * 15


def test_a_change_to_the_present_role_changes_nothing(client, organizations, organization):
    person = organization.people["member"]
    path, token = organization.member_path(person), organization.owner.access
    before = client.get(path, token=token)
    after = organizations.give(organization, organization.owner, person, "member")
    assert after.headers["ETag"] == before.headers["ETag"] and after.json() == before.json()


def test_the_audit_records_what_happened_to_each_member(organizations, organization, db):
    """Events about members contain the actor and the member, and no address."""
    people = organization.people
    expect(organizations.give(organization, organization.owner, people["viewer"], "member"), 200)
    expect(organizations.remove(organization, organization.people["admin"], people["viewer"]), 204)
    expect(organizations.leave(organization, people["member"]), 204)
    expect(organizations.transfer(organization, people["owner"], people["admin"]), 200)
    rows = db.rows(
        "SELECT action, actor_id, target_id, details FROM audit_events WHERE details LIKE %s ORDER BY id",
        f"%{organization.id}%",
    )
    assert [row[:3] for row in rows] == [
        ["member.added", people["owner"].id, people["owner"].id],
        ["member.role_changed", people["owner"].id, people["viewer"].id],
        ["member.removed", people["admin"].id, people["viewer"].id],
        ["member.left", people["member"].id, people["member"].id],
        ["ownership.transferred", people["owner"].id, people["admin"].id],
        ["member.role_changed", people["owner"].id, people["owner"].id],
    ]
    assert not any("@" in row[3] for row in rows)
