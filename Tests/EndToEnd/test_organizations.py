"""Organizations: members of sufficient rank create, read, list, change and delete them; others get a 404."""

import pytest

from support.client import at_once, expect, faults
from support.organizations import PATH, ROLES, new_slug
from support.text import in_order

UNKNOWN = f"{PATH}/019b8d2e-0000-7000-8000-00000000ffff"
FIELDS = {"id", "name", "slug", "role", "createdAt", "updatedAt"}


@pytest.fixture(scope="module")
def stranger(people):
    """Somebody with an organization, but without a membership in those of the others."""
    return people.signed_in()


@pytest.fixture(scope="module")
def staffed(organizations):
    """An organization with one member of each role, which no test changes."""
    return organizations.with_every_role()


@pytest.fixture
def organization(organizations):
    return organizations.with_every_role()


@pytest.fixture(scope="module")
def collector(organizations, people):
    """Someone who belongs to five organizations, and these organizations in order of creation."""
    person = people.signed_in()
    names = ["delta", "Alpha", "charlie", "Bravo", "alpha"]
    return person, [organizations.new(owner=person, name=name) for name in names]


def mine(client, person, query: str = "") -> list[dict]:
    """The organizations of a person."""
    return expect(client.get(PATH + query, token=person.access), 200)


def create(client, person, headers: dict[str, str] | None = None, **body):
    body = {"name": "Analytical Engines", "slug": new_slug()} | body
    return client.post(PATH, body, token=person.access, headers=headers)


def test_the_creator_becomes_the_owner(client, people, db):
    person, slug = people.signed_in(), new_slug()
    response = create(client, person, name="Ἀναλυτικαὶ μηχαναί", slug=slug)
    data = expect(response, 201)
    assert set(data) == FIELDS
    assert (data["name"], data["slug"], data["role"]) == ("Ἀναλυτικαὶ μηχαναί", slug, "owner")
    assert data["createdAt"] == data["updatedAt"]
    path = f"{PATH}/{data['id']}"
    assert response.headers["Location"] == path
    read = client.get(path, token=person.access)
    assert expect(read, 200) == data and read.headers["ETag"] == response.headers["ETag"]
    assert db.actions(data["id"]) == ["organization.created"]


def test_a_repeated_request_makes_no_second_organization(client, people):
    person, slug = people.signed_in(), new_slug()
    headers = {"Idempotency-Key": f"make-{slug}"}
    first, again = (create(client, person, slug=slug, headers=headers) for _ in range(2))
    assert expect(first, 201) == expect(again, 201)
    assert again.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers
    assert len(mine(client, person)) == 1
    expect(create(client, person, headers=headers), 422, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("name", "required"), ("slug", "required")}),
        ({"name": "", "slug": "x"}, {("name", "too_short"), ("slug", "too_short")}),
        ({"name": "x" * 101, "slug": "x" * 64}, {("name", "too_long"), ("slug", "too_long")}),
        ({"name": 5, "slug": None}, {("name", "type"), ("slug", "type")}),
        ({"name": "a\nb", "slug": "Upper"}, {("name", "format"), ("slug", "format")}),
        ({"name": "x", "slug": "-ab"}, {("slug", "format")}),
        ({"name": "x", "slug": "ab-"}, {("slug", "format")}),
        ({"name": "x", "slug": "a_b"}, {("slug", "format")}),
        ({"name": "x", "slug": "ä-b"}, {("slug", "format")}),
        ({"name": "x", "slug": "ab\n"}, {("slug", "format")}),
        ({"name": "x", "slug": "ok", "role": "owner", "id": "y"}, {("role", "unknown"), ("id", "unknown")}),
    ],
    ids=in_order,
)
def test_validates_a_new_organization(client, stranger, body, expected):
    assert faults(client.post(PATH, body, token=stranger.access)) == expected


@pytest.mark.parametrize("form", ["{}", "{}-{}", "0{}", "{}0"])
def test_accepts_slugs_of_letters_digits_and_inner_hyphens(client, stranger, form):
    slug = form.format(new_slug(), "x")
    assert expect(create(client, stranger, slug=slug), 201)["slug"] == slug


def test_a_slug_belongs_to_one_organization(client, staffed, stranger):
    error = expect(create(client, stranger, slug=staffed.data["slug"]), 409, "CONFLICT")
    assert "slug" in error["message"] and staffed.id not in str(error)
    assert staffed.data["slug"] not in {each["slug"] for each in mine(client, stranger)}


def test_the_list_contains_exactly_the_callers_organizations(client, staffed, people):
    for role in ROLES:
        organizations = mine(client, staffed.people[role])
        assert [(each["id"], each["role"]) for each in organizations] == [(staffed.id, role)]
    outsider = people.signed_in()
    response = client.get(PATH, token=outsider.access)
    assert expect(response, 200) == [] and staffed.id not in response.text


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_the_list_is_sorted_by_name_or_by_age(client, collector, order):
    person, made = collector
    direction = -1 if order == "desc" else 1
    query = "?sortOrder=desc" if order == "desc" else ""
    names = [each["name"].lower() for each in mine(client, person, query)]
    assert names == sorted((each.data["name"].lower() for each in made), reverse=order == "desc")
    by_age = mine(client, person, f"?sortBy=createdAt&sortOrder={order}")
    assert [each["id"] for each in by_age] == [each.id for each in made][::direction]


def test_each_member_reads_it_with_their_own_role(client, staffed):
    tags = set()
    for role in ROLES:
        response = client.get(staffed.path, token=staffed.people[role].access)
        assert expect(response, 200) == staffed.data | {"role": role}
        tag = response.headers["ETag"]
        tags.add(tag)
        unchanged = client.get(
            staffed.path, token=staffed.people[role].access, headers={"If-None-Match": tag}
        )
        expect(unchanged, 304)
    assert len(tags) == len(ROLES), "different roles see different versions"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_stranger_does_not_find_it(client, staffed, stranger, method):
    """The answer is the same as for one that never existed."""
    body = {"name": "Mine"} if method == "PATCH" else None
    answers = [
        client.request(method, path, json=body, token=stranger.access) for path in (staffed.path, UNKNOWN)
    ]
    errors = [expect(answer, 404, "NOT_FOUND") for answer in answers]
    assert errors[0]["message"] == errors[1]["message"]
    assert expect(client.get(staffed.path, token=staffed.owner.access), 200) == staffed.data


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_malformed_id_is_refused(client, stranger, method):
    body = {"name": "x"} if method == "PATCH" else None
    response = client.request(method, f"{PATH}/5", json=body, token=stranger.access)
    assert ("id", "format") in faults(response)


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_admins_and_owners_can_change_it(client, organization, role, db):
    path, person, slug = organization.path, organization.people[role], new_slug()
    response = client.patch(path, {"name": "Difference Engines", "slug": slug}, token=person.access)
    data = expect(response, 200)
    assert (data["name"], data["slug"], data["role"]) == ("Difference Engines", slug, role)
    assert data["updatedAt"] > organization.data["updatedAt"]
    assert data["createdAt"] == organization.data["createdAt"]
    read = client.get(path, token=person.access)
    assert read.headers["ETag"] == response.headers["ETag"] and expect(read, 200) == data
    assert db.actions(organization.id) == ["organization.created", "organization.updated"]
    details = "SELECT details FROM audit_events WHERE target_id = %s AND action = 'organization.updated'"
    assert "Difference" not in db.value(details, organization.id)


@pytest.mark.parametrize("role", ["viewer", "member"])
def test_others_cannot_change_it(client, staffed, role):
    response = client.patch(staffed.path, {"name": "Mine"}, token=staffed.people[role].access)
    expect(response, 403, "FORBIDDEN")
    assert expect(client.get(staffed.path, token=staffed.owner.access), 200) == staffed.data


@pytest.mark.parametrize("body", [{}, {"name": "Analytical Engines"}])
def test_an_empty_change_changes_nothing(client, organization, db, body):
    before = client.get(organization.path, token=organization.owner.access)
    after = client.patch(organization.path, body, token=organization.owner.access)
    assert expect(after, 200) == before.json()["data"] and after.headers["ETag"] == before.headers["ETag"]
    assert db.actions(organization.id) == ["organization.created"]


def test_a_change_to_a_taken_slug_is_a_conflict(client, organization, staffed):
    body = {"name": "Also Changed", "slug": staffed.data["slug"]}
    expect(client.patch(organization.path, body, token=organization.owner.access), 409, "CONFLICT")
    assert expect(client.get(organization.path, token=organization.owner.access), 200) == organization.data


@pytest.mark.parametrize(
    "body, expected",
    [
        ({"name": "", "slug": "A"}, {("name", "too_short"), ("slug", "too_short")}),
        ({"name": None}, {("name", "type")}),
        ({"slug": "two words"}, {("slug", "format")}),
        ({"role": "admin"}, {("role", "unknown")}),
    ],
    ids=in_order,
)
def test_validates_a_change(client, staffed, body, expected):
    assert faults(client.patch(staffed.path, body, token=staffed.owner.access)) == expected


def test_a_change_of_an_outdated_version_is_refused(client, organization):
    path, token = organization.path, organization.owner.access
    old = client.get(path, token=token).headers["ETag"]
    fresh = client.patch(path, {"name": "Second"}, token=token, headers={"If-Match": old}).headers["ETag"]
    expect(
        client.patch(path, {"name": "Third"}, token=token, headers={"If-Match": old}),
        412,
        "PRECONDITION_FAILED",
    )
    expect(client.delete(path, token=token, headers={"If-Match": old}), 412, "PRECONDITION_FAILED")
    assert expect(client.get(path, token=token), 200)["name"] == "Second"
    expect(client.delete(path, token=token, headers={"If-Match": fresh}), 204)


def test_one_of_several_concurrent_changes_of_a_version_wins(client, organization):
    path, token = organization.path, organization.owner.access
    tag = client.get(path, token=token).headers["ETag"]

    def change(number: int):
        return client.patch(path, {"name": f"Racer {number}"}, token=token, headers={"If-Match": tag})

    responses = at_once(16, change)
    assert sorted(response.status_code for response in responses) == [200] + [412] * 15
    winner = next(response for response in responses if response.status_code == 200)
    assert client.get(path, token=token).json() == winner.json()


@pytest.mark.parametrize("role", ["viewer", "member", "admin"])
def test_only_owners_can_delete_it(client, staffed, role):
    expect(client.delete(staffed.path, token=staffed.people[role].access), 403, "FORBIDDEN")
    expect(client.get(staffed.path, token=staffed.owner.access), 200)


def test_after_deletion_it_is_gone_for_everybody_and_its_slug_is_free(client, organization, stranger, db):
    response = client.delete(organization.path, token=organization.owner.access)
    expect(response, 204)
    assert "ETag" not in response.headers
    for person in organization.people.values():
        expect(client.get(organization.path, token=person.access), 404, "NOT_FOUND")
        assert mine(client, person) == []
    expect(client.delete(organization.path, token=organization.owner.access), 404, "NOT_FOUND")
    assert db.actions(organization.id).count("organization.deleted") == 1
    expect(create(client, stranger, slug=organization.data["slug"]), 201)


def test_refusals_are_in_the_audit_and_in_the_log(client, organization, stranger, logs, db):
    response = client.patch(organization.path, {"name": "Mine"}, token=stranger.access)
    expect(response, 404, "NOT_FOUND")
    expect(client.delete(organization.path, token=organization.people["viewer"].access), 403, "FORBIDDEN")
    assert db.actions(organization.id) == ["organization.created", "access.denied"]
    actor = db.rows("SELECT actor_id FROM audit_events WHERE target_id = %s ORDER BY id", organization.id)
    assert actor[1:] == [[organization.people["viewer"].id]]
    denied = "SELECT actor_id FROM audit_events WHERE JSON_VALUE(details, '$.named') = %s"
    assert db.rows(denied, organization.id) == [[stranger.id]]
    request_id = response.headers["X-Request-Id"].encode()
    lines = [line for line in logs.program.read_bytes().splitlines() if request_id in line]
    assert any(b"access denied" in line for line in lines)
