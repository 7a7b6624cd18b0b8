"""The members of an organization: who sees them, who gives which role, who leaves, who becomes owner."""

import itertools

import pytest

from support.client import at_once, expect, faults
from support.listing import listed, listed_by_cursor
from support.organizations import ROLES

UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"
FIELDS = {"userId", "name", "email", "avatarUrl", "role", "createdAt", "updatedAt"}


@pytest.fixture(scope="module")
def stranger(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def staffed(organizations):
    """An organization with someone of each role, which no test changes."""
    return organizations.with_every_role()


@pytest.fixture
def organization(organizations):
    return organizations.with_every_role()


@pytest.fixture(scope="module")
def ladder(organizations):
    """Someone of each role, and who is tried on: made a member anew by each test."""
    organization = organizations.with_every_role()
    organization.people["target"] = organizations.join(organization, "viewer")
    return organization


def change(client, organization, by: str, person, role: str, **headers):
    return client.patch(
        organization.member_path(person),
        {"role": role},
        token=organization.people[by].access,
        headers=headers,
    )


def remove(client, organization, by: str, person):
    return client.delete(organization.member_path(person), token=organization.people[by].access)


def leave(client, organization, person):
    return client.post(f"{organization.path}/leave", token=person.access)


def transfer(client, organization, by, to):
    return client.post(f"{organization.path}/transfer-ownership", {"userId": to.id}, token=by.access)


def rank(role: str) -> int:
    return ROLES.index(role)


def members_path(organization) -> str:
    return f"{organization.path}/members"


@pytest.mark.parametrize("role", ROLES)
def test_every_member_sees_every_member(client, staffed, role):
    members, meta = listed(client, members_path(staffed), staffed.people[role])
    assert {member["userId"]: member["role"] for member in members} == {
        person.id: role for role, person in staffed.people.items()
    }
    assert meta["total"] == len(ROLES)
    for member in members:
        assert set(member) == FIELDS
        person = staffed.people[member["role"]]
        assert (member["email"], member["name"], member["avatarUrl"]) == (person.email, "Ada Lovelace", None)
        path = staffed.member_path(person)
        assert expect(client.get(path, token=staffed.people[role].access), 200) == member


def test_the_list_can_be_narrowed_to_a_role(client, staffed, organizations):
    for role in ROLES:
        members, meta = listed(client, members_path(staffed), staffed.owner, f"role={role}")
        assert [member["userId"] for member in members] == [staffed.people[role].id] and meta["total"] == 1
    alone = organizations.new()
    assert listed(client, members_path(alone), alone.owner, "role=viewer")[0] == []


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_the_list_is_in_order_of_joining_whichever_way_it_is_read(client, staffed, order):
    path, query = members_path(staffed), f"sortBy=createdAt&sortOrder={order}"
    members, _ = listed(client, path, staffed.owner, query)
    times = [member["createdAt"] for member in members]
    assert times == sorted(times, reverse=order == "desc")
    pages = [listed(client, path, staffed.owner, f"{query}&limit=3&page={page}")[0] for page in (1, 2)]
    assert pages == [members[:3], members[3:]]
    assert listed_by_cursor(client, path, staffed.owner, query) == members


@pytest.mark.parametrize(
    "query, expected",
    [
        ("sortBy=name", {("sortBy", "choice")}),
        ("role=king", {("role", "choice")}),
        ("page=2&cursor=", {("cursor", "contradiction")}),
        ("cursor=x", {("cursor", "cursor")}),
        ("q=ada", {("q", "unknown")}),
    ],
)
def test_validates_what_part_of_the_list_is_wanted(client, staffed, query, expected):
    assert faults(client.get(f"{members_path(staffed)}?{query}", token=staffed.owner.access)) == expected


def test_a_cursor_is_good_for_its_own_list_only(client, staffed, organization):
    _, meta = listed(client, members_path(staffed), staffed.owner, "limit=2&cursor=")
    query = f"limit=2&cursor={meta['nextCursor']}"
    for path, person in (
        (f"{members_path(staffed)}?role=member&{query}", staffed.owner),
        (f"{members_path(staffed)}?{query}", staffed.people["viewer"]),
        (f"{members_path(organization)}?{query}", organization.owner),
    ):
        assert faults(client.get(path, token=person.access)) == {("cursor", "cursor")}


def test_to_a_stranger_there_are_no_members(client, staffed, stranger, organizations):
    person = staffed.people["member"]
    path = staffed.member_path(person)
    calls = [
        client.get(members_path(staffed), token=stranger.access),
        client.get(path, token=stranger.access),
        client.patch(path, {"role": "owner"}, token=stranger.access),
        client.delete(path, token=stranger.access),
        leave(client, staffed, stranger),
        transfer(client, staffed, stranger, stranger),
    ]
    for response in calls:
        expect(response, 404, "NOT_FOUND")
        assert person.email not in response.text
    assert organizations.role(staffed, person) == "member"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_who_is_no_member_is_not_found_whoever_they_are(client, staffed, stranger, method):
    """Whether somebody has an account is not told."""
    body = {"role": "viewer"} if method == "PATCH" else None
    paths = [f"{members_path(staffed)}/{user_id}" for user_id in (stranger.id, UNKNOWN_ID)]
    answers = [client.request(method, path, json=body, token=staffed.owner.access) for path in paths]
    errors = [expect(answer, 404, "NOT_FOUND") for answer in answers]
    assert errors[0]["message"] == errors[1]["message"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_what_is_no_id_is_a_fault(client, staffed, method):
    body = {"role": "viewer"} if method == "PATCH" else None
    response = client.request(method, f"{members_path(staffed)}/5", json=body, token=staffed.owner.access)
    assert faults(response) == {("userId", "format")}


@pytest.mark.parametrize("by, before, after", [*itertools.product(ROLES, repeat=3)])
def test_nobody_gives_or_takes_a_role_above_their_own(client, ladder, organizations, db, by, before, after):
    """Every caller, every role held, every role given, while there is another owner."""
    target = organizations.join(ladder, before, ladder.people["target"])
    events = db.actions(target.id).count("member.role_changed")
    response = change(client, ladder, by, target, after)
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
def test_nobody_removes_who_ranks_above_them(client, ladder, organizations, by, held):
    target = organizations.join(ladder, held, ladder.people["target"])
    response = remove(client, ladder, by, target)
    if rank(by) >= rank("admin") and rank(by) >= rank(held):
        expect(response, 204)
        assert organizations.role(ladder, target) is None
        expect(client.get(ladder.path, token=target.access), 404, "NOT_FOUND")
        expect(remove(client, ladder, by, target), 404, "NOT_FOUND")
    else:
        expect(response, 403, "FORBIDDEN")
        assert organizations.role(ladder, target) == held


@pytest.mark.parametrize("role", ["viewer", "member", "admin"])
def test_nobody_raises_themselves(client, organization, organizations, role):
    person = organization.people[role]
    for higher in ROLES[rank(role) + 1 :]:
        expect(change(client, organization, role, person, higher), 403, "FORBIDDEN")
    expect(transfer(client, organization, person, person), 403, "FORBIDDEN")
    assert organizations.role(organization, person) == role


def test_a_role_counts_from_the_next_request(client, organization):
    person = organization.people["viewer"]
    expect(client.patch(organization.path, {"name": "Mine"}, token=person.access), 403, "FORBIDDEN")
    expect(change(client, organization, "owner", person, "admin"), 200)
    expect(client.patch(organization.path, {"name": "Mine"}, token=person.access), 200)
    expect(change(client, organization, "owner", person, "viewer"), 200)
    expect(client.patch(organization.path, {"name": "Yours"}, token=person.access), 403, "FORBIDDEN")


def test_an_admin_can_step_down(client, organization, organizations):
    person = organization.people["admin"]
    expect(change(client, organization, "admin", person, "member"), 200)
    assert organizations.role(organization, person) == "member"
    expect(change(client, organization, "admin", person, "admin"), 403, "FORBIDDEN")


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


def test_a_change_of_an_old_version_is_refused(client, organization, organizations):
    person = organization.people["viewer"]
    path, token = organization.member_path(person), organization.owner.access
    read = client.get(path, token=token)
    old = read.headers["ETag"]
    expect(client.get(path, token=token, headers={"If-None-Match": old}), 304)
    changed = change(client, organization, "owner", person, "member", **{"If-Match": old})
    expect(changed, 200)
    assert changed.headers["ETag"] == client.get(path, token=token).headers["ETag"] != old
    refused = change(client, organization, "owner", person, "admin", **{"If-Match": old})
    expect(refused, 412, "PRECONDITION_FAILED")
    assert organizations.role(organization, person) == "member"


def test_of_concurrent_changes_of_one_version_one_wins(client, organization):
    person = organization.people["viewer"]
    tag = client.get(organization.member_path(person), token=organization.owner.access).headers["ETag"]
    responses = at_once(
        16,
        lambda number: change(
            client, organization, "owner", person, ("member", "admin")[number % 2], **{"If-Match": tag}
        ),
    )
    assert sorted(response.status_code for response in responses) == [200] + [412] * 15


def test_a_change_to_the_role_held_changes_nothing(client, organization, db):
    person = organization.people["member"]
    path, token = organization.member_path(person), organization.owner.access
    before = client.get(path, token=token)
    after = change(client, organization, "owner", person, "member")
    assert after.headers["ETag"] == before.headers["ETag"] and after.json() == before.json()


@pytest.mark.parametrize("role", ["viewer", "member", "admin"])
def test_whoever_leaves_is_out(client, organization, organizations, role):
    person = organization.people[role]
    expect(leave(client, organization, person), 204)
    assert organizations.role(organization, person) is None
    expect(client.get(organization.path, token=person.access), 404, "NOT_FOUND")
    expect(leave(client, organization, person), 404, "NOT_FOUND")
    assert len(organizations.roles(organization)) == len(ROLES) - 1


def test_the_last_owner_stays(client, organization, organizations):
    owner = organization.owner
    expect(leave(client, organization, owner), 409, "LAST_OWNER")
    expect(remove(client, organization, "owner", owner), 409, "LAST_OWNER")
    for role in ("admin", "member", "viewer"):
        expect(change(client, organization, "owner", owner, role), 409, "LAST_OWNER")
    assert organizations.role(organization, owner) == "owner"
    expect(change(client, organization, "owner", owner, "owner"), 200)


def test_the_last_owner_stays_even_when_alone(client, organizations):
    """Who wants nothing of it any more deletes it."""
    organization = organizations.new()
    expect(leave(client, organization, organization.owner), 409, "LAST_OWNER")
    assert organizations.role(organization, organization.owner) == "owner"


@pytest.mark.parametrize("way", ["leave", "demotion", "removal"])
def test_one_of_two_owners_can_go(client, organization, organizations, way):
    other = organizations.join(organization, "owner")
    if way == "leave":
        expect(leave(client, organization, organization.owner), 204)
    elif way == "demotion":
        expect(change(client, organization, "owner", organization.owner, "viewer"), 200)
    else:
        expect(remove(client, organization, "owner", organization.owner), 204)
    assert organizations.role(organization, other) == "owner"
    expect(leave(client, organization, other), 409, "LAST_OWNER")


@pytest.mark.parametrize("way", ["leave", "demotion", "removal"])
def test_an_owner_whose_account_is_deleted_does_not_count(client, organization, organizations, db, way):
    gone = organizations.join(organization, "owner")
    db.run("UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s", gone.id)
    if way == "leave":
        response = leave(client, organization, organization.owner)
    elif way == "demotion":
        response = change(client, organization, "owner", organization.owner, "viewer")
    else:
        response = remove(client, organization, "owner", organization.owner)
    expect(response, 409, "LAST_OWNER")
    assert organizations.role(organization, organization.owner) == "owner"


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_a_transfer_makes_one_owner_and_the_other_admin(client, organization, organizations, db, role):
    target = organization.people[role]
    data = expect(transfer(client, organization, organization.owner, target), 200)
    assert set(data) == FIELDS and (data["userId"], data["role"]) == (target.id, "owner")
    assert organizations.role(organization, target) == "owner"
    assert organizations.role(organization, organization.owner) == "admin"
    expect(transfer(client, organization, organization.owner, target), 403, "FORBIDDEN")
    expect(leave(client, organization, organization.owner), 204)
    events = db.actions(target.id) + db.actions(organization.id)
    assert events.count("ownership.transferred") == 1


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_only_an_owner_transfers(client, staffed, organizations, role):
    person = staffed.people[role]
    expect(transfer(client, staffed, person, staffed.people["member"]), 403, "FORBIDDEN")
    assert organizations.role(staffed, staffed.owner) == "owner"


def test_only_a_member_can_become_owner(client, staffed, stranger, organizations):
    path, token = f"{staffed.path}/transfer-ownership", staffed.owner.access
    for user_id in (stranger.id, UNKNOWN_ID):
        expect(client.post(path, {"userId": user_id}, token=token), 404, "NOT_FOUND")
    assert organizations.role(staffed, staffed.owner) == "owner"
    assert organizations.role(staffed, stranger) is None


def test_an_owner_transfers_to_somebody_else_or_not_at_all(client, organization, organizations):
    expect(transfer(client, organization, organization.owner, organization.owner), 409, "CONFLICT")
    assert organizations.role(organization, organization.owner) == "owner"


@pytest.mark.parametrize("way", ["transfer", "promotion"])
def test_a_deleted_account_does_not_become_owner(client, organization, organizations, db, way):
    gone = organization.people["admin"]
    db.run("UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s", gone.id)
    if way == "transfer":
        response = transfer(client, organization, organization.owner, gone)
    else:
        response = change(client, organization, "owner", gone, "owner")
    expect(response, 409, "CONFLICT")
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


def test_the_audit_tells_what_became_of_whom(client, organization, db):
    """Of the events about members, who did it and to which of them, and nobody's address."""
    people = organization.people
    expect(change(client, organization, "owner", people["viewer"], "member"), 200)
    expect(remove(client, organization, "admin", people["viewer"]), 204)
    expect(leave(client, organization, people["member"]), 204)
    expect(transfer(client, organization, people["owner"], people["admin"]), 200)
    rows = db.rows(
        "SELECT action, actor_id, target_id, details FROM audit_events WHERE details LIKE %s ORDER BY id",
        f"%{organization.id}%",
    )
    assert [row[:3] for row in rows] == [
        ["member.role_changed", people["owner"].id, people["viewer"].id],
        ["member.removed", people["admin"].id, people["viewer"].id],
        ["member.left", people["member"].id, people["member"].id],
        ["ownership.transferred", people["owner"].id, people["admin"].id],
    ]
    assert not any("@" in row[3] for row in rows)
