"""Notes, as their owner uses them. Other tests check what all operations, lists and guards share."""

import pytest

from support.client import expect, faults

PATH = "/api/v1/notes"
UNKNOWN = f"{PATH}/019b8d2e-0000-7000-8000-00000000ffff"
# The fields of a new note, those that it leaves out, and a change.
NEW = {"title": "First example"}
USUAL = {"text": "", "pinned": False}
CHANGE = {"pinned": True}


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


@pytest.fixture
def made(client, person):
    """The answer to a new note."""
    return client.post(PATH, NEW, token=person.access)


@pytest.fixture
def path(made):
    return made.headers["Location"]


def test_has_the_fields_that_were_sent_and_defaults_for_the_others(client, person, made, path, db):
    row = expect(made, 201)
    assert row == NEW | USUAL | {name: row[name] for name in ("id", "createdAt", "updatedAt")}
    read = client.get(path, token=person.access)
    assert expect(read, 200) == row and read.headers["ETag"] == made.headers["ETag"]
    assert db.actions(row["id"]) == ["note.created"]


def test_a_change_touches_what_it_names(client, person, made, path, db):
    row = expect(made, 201)
    changed = expect(client.patch(path, CHANGE, token=person.access), 200)
    assert changed == row | CHANGE | {"updatedAt": changed["updatedAt"]}
    assert db.actions(row["id"]) == ["note.created", "note.updated"]


@pytest.mark.parametrize("method, body", [("PATCH", {"title": "Late"}), ("DELETE", None)])
def test_a_stale_version_is_refused(client, person, made, path, method, body):
    expect(client.patch(path, {"title": "First"}, token=person.access), 200)
    headers = {"If-Match": made.headers["ETag"]}
    response = client.request(method, path, json=body, token=person.access, headers=headers)
    expect(response, 412, "PRECONDITION_FAILED")
    assert expect(client.get(path, token=person.access), 200)["title"] == "First"


def test_what_is_deleted_is_gone(client, person, made, path, db):
    expect(client.delete(path, token=person.access), 204)
    for method, body in (("GET", None), ("PATCH", {"title": "Back"}), ("DELETE", None)):
        for missing in (path, UNKNOWN):
            response = client.request(method, missing, json=body, token=person.access)
            expect(response, 404, "NOT_FOUND")
    assert db.actions(expect(made, 201)["id"])[:2] == ["note.created", "note.deleted"]


@pytest.mark.parametrize(
    "body, fault",
    [
        ({"title": " "}, ("title", "format")),
        ({"title": "x" * 101}, ("title", "too_long")),
        ({"text": "x" * 5001}, ("text", "too_long")),
        ({"pinned": None}, ("pinned", "type")),
        ({"id": "x"}, ("id", "unknown")),
    ],
    ids=str,
)
def test_neither_new_nor_changed_notes_take_faults(client, person, path, body, fault):
    assert faults(client.post(PATH, NEW | body, token=person.access)) == {fault}
    assert faults(client.patch(path, body, token=person.access)) == {fault}
