"""Projects of one's own: /projects as their owner uses it."""

import pytest

from support.client import at_once, expect, faults
from support.projects import PATH
from support.stack import wait_until
from support.text import in_order

FIELDS = {
    "id",
    "name",
    "description",
    "status",
    "ownerId",
    "organizationId",
    "version",
    "createdAt",
    "updatedAt",
    "deletedAt",
}
UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"
PURGE = "projects.purge"


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


@pytest.fixture
def project(projects, person):
    return projects.new(person.access, description="Tabulates polynomials.")


def deleted_days_ago(db, project: dict, days: int) -> None:
    db.run(
        "UPDATE projects SET deleted_at = NOW(6) - INTERVAL %s DAY WHERE public_id = %s", days, project["id"]
    )


def is_stored(db, project: dict) -> bool:
    return db.value("SELECT COUNT(*) FROM projects WHERE public_id = %s", project["id"]) == "1"


def test_a_new_project_has_the_given_values_and_defaults_for_the_rest(client, person, db):
    response = client.post(PATH, {"name": "Analytical Engine"}, token=person.access)
    project = expect(response, 201)
    assert set(project) == FIELDS
    assert project == project | {
        "name": "Analytical Engine",
        "description": "",
        "status": "draft",
        "ownerId": person.id,
        "organizationId": None,
        "version": 1,
        "deletedAt": None,
    }
    assert project["createdAt"] == project["updatedAt"]
    assert response.headers["Location"] == f"{PATH}/{project['id']}"
    read = client.get(response.headers["Location"], token=person.access)
    assert expect(read, 200) == project and read.headers["ETag"] == response.headers["ETag"]
    assert db.actions(project["id"]) == ["project.created"]


@pytest.mark.parametrize("status", ["draft", "active", "archived"])
def test_is_made_with_every_field(projects, person, status):
    text = "Line one\nline two\t\r\n \U0001f469\U0001f3fd " + "é" * 900
    project = projects.new(person.access, name="é" * 100, description=text, status=status)
    assert (project["name"], project["description"], project["status"]) == ("é" * 100, text, status)


BAD = [
    ({"name": 5}, {("name", "type")}),
    ({"name": None}, {("name", "type")}),
    ({"name": ""}, {("name", "too_short")}),
    ({"name": "   "}, {("name", "format")}),
    ({"name": "a\nb"}, {("name", "format")}),
    ({"name": "x" * 101}, {("name", "too_long")}),
    ({"name": "\u200b"}, {("name", "format")}),
    ({"name": "a\u2066b"}, {("name", "format")}),
    ({"description": "a\u0007"}, {("description", "format")}),
    ({"description": "a\u202eb"}, {("description", "format")}),
    ({"description": "\u2800"}, {("description", "format")}),
    ({"description": None}, {("description", "type")}),
    ({"description": "x" * 1001}, {("description", "too_long")}),
    ({"status": "deleted"}, {("status", "choice")}),
    ({"status": "ACTIVE"}, {("status", "choice")}),
    ({"status": ["active"]}, {("status", "type")}),
    ({"ownerId": UNKNOWN_ID}, {("ownerId", "unknown")}),
    ({"id": UNKNOWN_ID, "version": 7}, {("id", "unknown"), ("version", "unknown")}),
    ({"deletedAt": None, "tenant": "u1"}, {("deletedAt", "unknown"), ("tenant", "unknown")}),
    ({"name": "", "status": 1, "x": 1}, {("name", "too_short"), ("status", "type"), ("x", "unknown")}),
]


@pytest.mark.parametrize("body, expected", BAD, ids=in_order)
def test_validates_new_and_changed_projects(client, projects, person, project, body, expected):
    assert faults(client.post(PATH, {"name": "Usual"} | body, token=person.access)) == expected
    assert faults(projects.change(person.access, project, **body)) == expected
    assert expect(projects.read(person.access, project), 200) == project


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("name", "required")}),
        ({"name": "x", "organizationId": "x"}, {("organizationId", "format")}),
        ({"name": "x", "organizationId": 5}, {("organizationId", "type")}),
    ],
    ids=["empty", "organization", "number"],
)
def test_a_new_project_needs_a_name_and_a_valid_organization(client, person, body, expected):
    assert faults(client.post(PATH, body, token=person.access)) == expected


def test_a_project_cannot_move_to_another_organization(projects, person, project):
    response = projects.change(person.access, project, organizationId=UNKNOWN_ID)
    assert faults(response) == {("organizationId", "unknown")}


@pytest.mark.parametrize("text", ["x", "1", "null", "019b8d2e00007000800000000000ffff", "%27%20OR%201=1"])
def test_an_id_must_be_a_uuid(client, person, text):
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/restore")):
        assert faults(client.request(method, f"{PATH}/{text}{path}", token=person.access)) == {
            ("id", "format")
        }


def test_a_user_without_projects_gets_an_empty_list(client, people):
    response = client.get(PATH, token=people.signed_in().access)
    assert expect(response, 200) == [] and response.json()["meta"]["total"] == 0


def test_a_change_affects_only_the_given_fields(projects, person, project, db):
    response = projects.change(person.access, project, status="active")
    changed = expect(response, 200)
    assert changed == project | {"status": "active", "version": 2, "updatedAt": changed["updatedAt"]}
    assert changed["updatedAt"] > project["updatedAt"]
    assert expect(projects.read(person.access, project), 200) == changed
    assert db.actions(project["id"]) == ["project.created", "project.updated"]
    renamed = expect(projects.change(person.access, project, name="Other", description=""), 200)
    assert (renamed["name"], renamed["description"], renamed["status"]) == ("Other", "", "active")


@pytest.mark.parametrize("fields", [{}, {"name": "Difference Engine"}, {"status": "draft"}], ids=str)
def test_an_empty_change_makes_no_version(projects, person, project, db, fields):
    response = projects.change(person.access, project, **fields)
    assert expect(response, 200) == project
    assert response.headers["ETag"] == projects.read(person.access, project).headers["ETag"]
    assert db.actions(project["id"]) == ["project.created"]


def test_a_name_in_decomposed_characters_is_the_same(projects, person):
    project = projects.new(person.access, name="cafe\u0301")
    assert project["name"] == "caf\u00e9"
    assert expect(projects.change(person.access, project, name="cafe\u0301"), 200) == project


def test_the_tag_differs_between_versions_and_projects(projects, person, project):
    first = projects.read(person.access, project).headers["ETag"]
    other = projects.read(person.access, projects.new(person.access)).headers["ETag"]
    second = projects.change(person.access, project, name="Other").headers["ETag"]
    assert first.startswith('"') and len({first, second, other}) == 3
    assert projects.read(person.access, project).headers["ETag"] == second


@pytest.mark.parametrize("form", ["{tag}", '"x", {tag}', "W/{tag}", "*"])
def test_an_unchanged_project_is_not_sent_again(client, projects, person, project, form):
    tag = projects.read(person.access, project).headers["ETag"]
    for method in ("GET", "HEAD"):
        response = client.request(
            method,
            projects.path(project),
            token=person.access,
            headers={"If-None-Match": form.format(tag=tag)},
        )
        expect(response, 304)
        assert response.headers["ETag"] == tag
    expect(projects.change(person.access, project, name="Other"), 200)
    response = client.get(projects.path(project), token=person.access, headers={"If-None-Match": tag})
    assert expect(response, 200)["name"] == "Other"


@pytest.mark.parametrize("form", ["{tag}", '"x", {tag}', "*"])
def test_a_change_of_the_current_version_is_made(projects, person, project, form):
    tag = projects.read(person.access, project).headers["ETag"]
    response = projects.change(person.access, project, form.format(tag=tag), name="Other")
    assert expect(response, 200)["version"] == 2
    expect(projects.delete(person.access, project, response.headers["ETag"]), 204)


@pytest.mark.parametrize("form", ['"other"', "W/{tag}", '"0"', "garbage", "", "{stale}"])
def test_a_change_of_another_version_is_refused(projects, person, project, form):
    stale = projects.read(person.access, project).headers["ETag"]
    changed = projects.change(person.access, project, name="Meanwhile")
    tag = form.format(tag=changed.headers["ETag"], stale=stale)
    expect(projects.change(person.access, project, tag, name="Lost Update"), 412, "PRECONDITION_FAILED")
    expect(projects.delete(person.access, project, tag), 412, "PRECONDITION_FAILED")
    assert expect(projects.read(person.access, project), 200) == expect(changed, 200)


def test_one_of_several_concurrent_changes_of_a_version_wins(projects, person, project):
    tag = projects.read(person.access, project).headers["ETag"]
    responses = at_once(
        16, lambda number: projects.change(person.access, project, tag, name=f"Racer {number}")
    )
    assert sorted(response.status_code for response in responses) == [200] + [412] * 15
    winner = next(response for response in responses if response.status_code == 200)
    assert projects.read(person.access, project).json() == winner.json()


def test_concurrent_changes_without_a_tag_are_all_made_and_counted(projects, person, project, db):
    responses = at_once(8, lambda number: projects.change(person.access, project, name=f"Racer {number}"))
    versions = [expect(response, 200)["version"] for response in responses]
    assert sorted(versions) == list(range(2, 10))
    assert db.actions(project["id"]).count("project.updated") == 8


def test_a_deleted_project_appears_only_in_the_list_of_deleted_ones(projects, person, project, db):
    expect(projects.delete(person.access, project), 204)
    for response in (
        projects.read(person.access, project),
        projects.change(person.access, project, name="Other"),
        projects.delete(person.access, project),
    ):
        expect(response, 404, "NOT_FOUND")
    for query in ("", "deleted=false", "q=difference", "status=draft"):
        assert project["id"] not in projects.ids(person.access, query), query
    (listed,) = [
        each for each in projects.listed(person.access, "deleted=true") if each["id"] == project["id"]
    ]
    assert listed["deletedAt"] >= project["createdAt"]
    assert listed == project | {name: listed[name] for name in ("version", "updatedAt", "deletedAt")}
    assert db.actions(project["id"])[:2] == ["project.created", "project.deleted"]


def test_the_list_of_deleted_projects_contains_no_others(projects, person, project):
    assert project["id"] not in projects.ids(person.access, "deleted=true")


def test_a_restored_project_is_as_it_was(projects, person, project, db):
    tag = projects.read(person.access, project).headers["ETag"]
    expect(projects.delete(person.access, project), 204)
    response = projects.restore(person.access, project)
    restored = expect(response, 200)
    assert restored == project | {name: restored[name] for name in ("version", "updatedAt")}
    assert restored["version"] > project["version"] and response.headers["ETag"] != tag
    assert expect(projects.read(person.access, project), 200) == restored
    assert project["id"] in projects.ids(person.access) & projects.ids(person.access, "q=difference")
    assert project["id"] not in projects.ids(person.access, "deleted=true")
    assert db.actions(project["id"]) == ["project.created", "project.deleted", "project.restored"]


def test_restoring_a_project_that_is_not_deleted_changes_nothing(projects, person, project, db):
    assert expect(projects.restore(person.access, project), 200) == project
    assert db.actions(project["id"]) == ["project.created"]


def test_one_of_several_concurrent_deletions_or_restorations_counts(projects, person, project, db):
    responses = at_once(12, lambda number: projects.delete(person.access, project))
    assert sorted(response.status_code for response in responses) == [204] + [404] * 11
    responses = at_once(12, lambda number: projects.restore(person.access, project))
    assert [response.status_code for response in responses] == [200] * 12
    assert len({response.headers["ETag"] for response in responses}) == 1
    actions = db.actions(project["id"])
    assert (actions.count("project.deleted"), actions.count("project.restored")) == (1, 1)


def test_after_30_days_a_deleted_project_is_gone_for_good(projects, person, db):
    due, early = (projects.new(person.access) for _ in range(2))
    for project in (due, early):
        expect(projects.delete(person.access, project), 204)
    deleted_days_ago(db, due, 31)
    deleted_days_ago(db, early, 29)
    expect(projects.restore(person.access, due), 404, "NOT_FOUND")
    db.run_periodic(PURGE)
    wait_until(lambda: not is_stored(db, due), "it is purged")
    assert is_stored(db, early) and "project.purged" in db.actions(due["id"])
    assert due["id"] not in projects.ids(person.access, "deleted=true")
    expect(projects.restore(person.access, early), 200)


def test_lists_can_be_filtered_by_status_owner_and_deletion(projects, people):
    person = people.signed_in()
    made = {
        status: projects.new(person.access, status=status)["id"] for status in ("draft", "active", "archived")
    }
    gone = projects.new(person.access, status="active")
    expect(projects.delete(person.access, gone), 204)
    assert projects.ids(person.access) == set(made.values())
    for status, project in made.items():
        assert projects.ids(person.access, f"status={status}") == {project}
    assert projects.ids(person.access, "deleted=true") == {gone["id"]}
    assert projects.ids(person.access, "status=active&deleted=true") == {gone["id"]}
    assert projects.ids(person.access, "status=draft&deleted=true") == set()
    assert projects.ids(person.access, f"ownerId={person.id}") == set(made.values())
    assert projects.ids(person.access, f"ownerId={UNKNOWN_ID}") == set()
    assert projects.ids(person.access, f"organizationId={UNKNOWN_ID}") == set()


@pytest.mark.parametrize(
    "query, expected",
    [
        ("status=deleted", {("status", "choice")}),
        ("status=", {("status", "choice")}),
        ("organizationId=x", {("organizationId", "format")}),
        ("ownerId=me", {("ownerId", "format")}),
        ("deleted=yes", {("deleted", "type")}),
        ("deleted=1", {("deleted", "type")}),
        ("sortBy=status", {("sortBy", "choice")}),
        ("name=x", {("name", "unknown")}),
        ("status=active&status=draft", {("status", "repeated")}),
    ],
)
def test_validates_the_parameters_of_lists(client, person, query, expected):
    assert faults(client.get(f"{PATH}?{query}", token=person.access)) == expected


def test_the_default_order_is_newest_first(projects, people):
    person = people.signed_in()
    made = [projects.new(person.access)["id"] for _ in range(5)]
    assert [each["id"] for each in projects.listed(person.access)] == made[::-1]
    expect(projects.change(person.access, {"id": made[2]}, name="Last touched"), 200)
    listed = projects.listed(person.access, "sortBy=updatedAt&sortOrder=desc")
    assert [each["id"] for each in listed] == [made[2], made[4], made[3], made[1], made[0]]


def test_the_export_of_an_account_contains_its_projects(client, people, projects):
    person, other = people.signed_in(), people.signed_in()
    mine = projects.new(person.access, name="Plainly Mine", description="Remembered.")
    theirs = projects.new(other.access, name="Plainly Theirs")
    export = client.get("/api/v1/users/me/export", token=person.access)
    expect(export, 200)
    assert mine["id"] in export.text and "Remembered." in export.text
    assert theirs["id"] not in export.text and "Plainly Theirs" not in export.text
