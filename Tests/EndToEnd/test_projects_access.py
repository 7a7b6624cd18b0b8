"""Who may do what with projects: one's own, another user's, and an organization's."""

import json

import pytest

from support.client import expect
from support.logs import lines
from support.projects import PATH
from support.stack import wait_until

UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"
# The members of an organization by role, the member who made the project under test, a member of another organization,
# and an administrator of the installation.
CALLERS = ["viewer", "member", "maker", "admin", "owner", "stranger", "administrator"]
READERS = {"viewer", "member", "maker", "admin", "owner"}
WRITERS = {"maker", "admin", "owner"}


@pytest.fixture(scope="module")
def organization(organizations):
    organization = organizations.with_every_role()
    organization.people["maker"] = organizations.join(organization, "member")
    return organization


@pytest.fixture(scope="module")
def callers(organization, organizations, people) -> dict[str, str]:
    """The access token of each caller."""
    everybody = organization.people | {
        "stranger": organizations.new().owner,
        "administrator": people.with_role("admin"),
    }
    return {name: everybody[name].access for name in CALLERS}


@pytest.fixture
def project(projects, organization, callers):
    return projects.new(callers["maker"], name="Common Property", organizationId=organization.id)


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


def changes(projects, token: str, project: dict) -> list:
    """The answers to every kind of change to an existing project."""
    return [
        projects.change(token, project, name="Changed"),
        projects.change(token, project, '"stale"', name="Changed"),
        projects.restore(token, project),
        projects.delete(token, project, '"stale"'),
        projects.delete(token, project),
    ]


def told(response) -> dict:
    """An error without the request's id."""
    error = expect(response, 404, "NOT_FOUND")
    return {name: value for name, value in error.items() if name != "requestId"}


def test_another_users_project_is_like_a_missing_one(projects, people, person):
    project, other = projects.new(person.access, name="Private"), people.signed_in().access
    unknown = {"id": UNKNOWN_ID}
    answers = [projects.read(other, project), *changes(projects, other, project)]
    nothing = [projects.read(other, unknown), *changes(projects, other, unknown)]
    assert [told(answer) for answer in answers] == [told(answer) for answer in nothing]
    assert all("ETag" not in answer.headers for answer in answers)
    for query in ("", "status=draft", "deleted=true", f"ownerId={person.id}", "q=private"):
        assert projects.listed(other, query) == [], query
    assert expect(projects.read(person.access, project), 200) == project


def test_another_users_deleted_project_cannot_be_restored(projects, people, person):
    project = projects.new(person.access)
    expect(projects.delete(person.access, project), 204)
    expect(projects.restore(people.signed_in().access, project), 404, "NOT_FOUND")
    expect(projects.restore(person.access, project), 200)


def test_the_administrator_of_the_installation_sees_only_their_own(projects, person, callers):
    project = projects.new(person.access)
    token = callers["administrator"]
    for response in [projects.read(token, project), *changes(projects, token, project)]:
        expect(response, 404, "NOT_FOUND")


@pytest.mark.parametrize("caller", CALLERS)
def test_an_organizations_project_can_be_read_by_its_members(projects, organization, callers, project, caller):
    token = callers[caller]
    if caller in READERS:
        assert expect(projects.read(token, project), 200) == project
    else:
        expect(projects.read(token, project), 404, "NOT_FOUND")
    queries = ["", "status=draft", "q=common", f"ownerId={project['ownerId']}"]
    queries += [f"{query}&organizationId={organization.id}" for query in queries]
    for query in queries:
        assert (project["id"] in projects.ids(token, query.removeprefix("&"))) == (caller in READERS), query


@pytest.mark.parametrize("caller", CALLERS)
def test_an_organizations_project_can_be_changed_by_its_maker_and_by_administrators(
    projects, callers, project, caller
):
    statuses = [response.status_code for response in changes(projects, callers[caller], project)]
    if caller in WRITERS:
        assert statuses == [200, 412, 200, 412, 204]
        return
    assert set(statuses) == {403 if caller in READERS else 404}, "also with an outdated version"
    assert expect(projects.read(callers["owner"], project), 200) == project


@pytest.mark.parametrize("caller", CALLERS)
def test_a_deleted_project_can_be_restored_by_whoever_may_change_it(projects, organization, callers, project, caller):
    expect(projects.delete(callers["maker"], project), 204)
    query = f"organizationId={organization.id}&deleted=true"
    assert (project["id"] in projects.ids(callers[caller], query)) == (caller in READERS)
    response = projects.restore(callers[caller], project)
    if caller in WRITERS:
        assert expect(response, 200)["deletedAt"] is None
    elif caller in READERS:
        expect(response, 403, "FORBIDDEN")
    else:
        expect(response, 404, "NOT_FOUND")


@pytest.mark.parametrize("caller", CALLERS)
def test_members_but_not_viewers_make_projects_in_an_organization(client, organization, callers, caller):
    body = {"name": "New", "organizationId": organization.id}
    response = client.post(PATH, body, token=callers[caller])
    if caller == "viewer":
        expect(response, 403, "FORBIDDEN")
    elif caller in READERS:
        assert expect(response, 201)["organizationId"] == organization.id
    else:
        unknown = client.post(PATH, body | {"organizationId": UNKNOWN_ID}, token=callers[caller])
        assert told(response) == told(unknown)


def test_a_project_names_its_organization_and_its_maker(projects, organization, project):
    assert project["organizationId"] == organization.id
    assert project["ownerId"] == organization.people["maker"].id


def test_a_viewer_still_has_their_own_projects(projects, callers):
    token = callers["viewer"]
    project = projects.new(token)
    assert expect(projects.change(token, project, name="Mine"), 200)["organizationId"] is None
    expect(projects.delete(token, project), 204)


def test_the_organization_does_not_see_a_members_own_projects(projects, organization, callers):
    project = projects.new(callers["member"], name="Moonlighting")
    for caller in ("admin", "owner"):
        expect(projects.read(callers[caller], project), 404, "NOT_FOUND")
        assert projects.listed(callers[caller], "q=moonlighting") == []
    assert project["id"] not in projects.ids(callers["member"], f"organizationId={organization.id}")


def test_the_list_contains_ones_own_projects_and_those_of_every_organization(projects, organizations, people):
    person = people.signed_in()
    first, second, foreign = (organizations.new() for _ in range(3))
    for organization in (first, second):
        organizations.join(organization, "viewer", person)
    mine = projects.new(person.access)["id"]
    theirs = [
        projects.new(each.owner.access, organizationId=each.id)["id"] for each in (first, second, foreign)
    ]
    assert projects.ids(person.access) == {mine, theirs[0], theirs[1]}
    assert projects.ids(person.access, f"organizationId={first.id}") == {theirs[0]}
    assert projects.ids(person.access, f"organizationId={foreign.id}") == set()
    assert projects.ids(person.access, f"ownerId={first.owner.id}") == {theirs[0]}
    query = f"organizationId={second.id}&ownerId={first.owner.id}"
    assert projects.ids(person.access, query) == set()


def test_a_change_of_role_takes_effect_with_the_next_request(client, projects, organizations):
    organization = organizations.new("member")
    member, owner = organization.people["member"], organization.owner
    project = projects.new(member.access, organizationId=organization.id)
    path = organization.member_path(member)
    expect(client.patch(path, {"role": "viewer"}, token=owner.access), 200)
    expect(projects.change(member.access, project, name="Changed"), 403, "FORBIDDEN")
    expect(projects.read(member.access, project), 200)
    expect(client.patch(path, {"role": "admin"}, token=owner.access), 200)
    others = projects.new(owner.access, organizationId=organization.id)
    expect(projects.change(member.access, others, name="Changed"), 200)
    expect(client.delete(path, token=owner.access), 204)
    expect(projects.change(member.access, project, name="Changed again"), 404, "NOT_FOUND")
    assert projects.listed(member.access) == [] and projects.listed(member.access, "q=engine") == []
    assert expect(projects.read(owner.access, project), 200)["ownerId"] == member.id


def test_deleting_an_organization_deletes_its_projects(client, projects, organizations, db):
    organization = organizations.new()
    token = organization.owner.access
    mine = projects.new(token, name="Survivor")
    there = projects.new(token, name="Sinking Ship", organizationId=organization.id)
    deleted = projects.new(token, name="Sunken Ship", organizationId=organization.id)
    expect(projects.delete(token, deleted), 204)
    expect(client.delete(organization.path, token=token), 204)
    expect(projects.read(token, there), 404, "NOT_FOUND")
    expect(projects.restore(token, deleted), 404, "NOT_FOUND")
    assert projects.ids(token) == {mine["id"]}
    assert projects.listed(token, "deleted=true") == projects.listed(token, "q=ship") == []
    left = "SELECT COUNT(*) FROM projects WHERE public_id IN (%s, %s)"
    wait_until(lambda: db.value(left, there["id"], deleted["id"]) == "0", "they are purged")
    for table, text in db.texts().items():
        assert "Sinking Ship" not in text and "Sunken Ship" not in text, table


def test_erasing_an_account_deletes_its_own_projects_and_keeps_the_organizations(
    client, projects, organizations, people, db
):
    organization = organizations.new("member")
    person = organization.people["member"]
    own = projects.new(person.access, name="Evanescent")
    common = projects.new(person.access, organizationId=organization.id)
    body = {"currentPassword": person.password}
    expect(client.delete("/api/v1/users/me", json=body, token=person.access), 204)
    db.run("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = %s", person.id)
    db.run_periodic("account.erase_deleted")
    stored = "SELECT COUNT(*) FROM users WHERE public_id = %s"
    wait_until(lambda: db.value(stored, person.id) == "0", "the account is erased")
    kept = expect(projects.read(organization.owner.access, common), 200)
    assert kept["ownerId"] is None and kept["name"] == common["name"]
    expect(projects.change(organization.owner.access, common, name="Inherited"), 200)
    assert db.value("SELECT COUNT(*) FROM projects WHERE public_id = %s", own["id"]) == "0"
    assert "evanescent" not in db.texts()["words"]


def test_each_refusal_is_in_the_audit_and_the_log(projects, callers, project, db, logs):
    denied = {
        "FORBIDDEN": projects.change(callers["viewer"], project, name="Changed"),
        "NOT_FOUND": projects.change(callers["stranger"], project, name="Changed"),
    }
    operation = f"PATCH {PATH}/{{id}}"
    for code, response in denied.items():
        request_id = response.headers["X-Request-Id"]
        ((action, details),) = db.rows(
            "SELECT action, details FROM audit_events WHERE request_id = %s", request_id
        )
        assert action == "access.denied"
        named = {"named": project["id"]} if code == "NOT_FOUND" else {}
        assert json.loads(details) == {"operation": operation, "guard": "owner", "code": code} | named
        (line,) = [
            line
            for line in lines(logs.program)
            if line["message"] == "access denied" and line["requestId"] == request_id
        ]
        assert (line["operation"], line["code"]) == (operation, code)
    assert db.actions(project["id"]).count("access.denied") == 1, "the stranger gets a 404"
