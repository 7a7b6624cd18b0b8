"""Idempotency-Key: a request that creates something can be repeated and takes effect once.

The served document says which operations take a key.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from support.client import at_once, expect, faults, shared_fields
from support.idempotency import Creations, stopped_creations, wait_for_stopped
from support.organizations import PATH as ORGANIZATIONS
from support.projects import PATH as PROJECTS
from support.raw import connect, exchange, head
from support.stack import wait_until

UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"
POST_PROJECTS = f"POST {PROJECTS}"
PURGE = "operations.purge"


@pytest.fixture(scope="module")
def person(people):
    return people.with_role("admin")


@pytest.fixture(scope="module")
def creations(client, api_keys, organizations, db, person) -> Creations:
    return Creations(client, api_keys, db, person, organizations.new(owner=person))


@pytest.fixture
def creation(creations, operation_idempotent):
    """A request of the operation under test."""
    return creations.of(str(operation_idempotent))


@pytest.fixture
def project(creations):
    """A request that creates a project."""
    return creations.of(POST_PROJECTS)


def is_replayed(response) -> bool:
    """Whether an answer is a replay. The field has no value but `true`."""
    assert response.headers.get("Idempotent-Replayed", "true") == "true"
    return "Idempotent-Replayed" in response.headers


def same(response) -> tuple:
    """The parts of an answer that a replay must repeat."""
    fields = shared_fields(response)
    fields.pop("Idempotent-Replayed", None)
    return response.status_code, response.content, fields


def newest(db) -> str:
    """The name of the key stored last. Names do not show their owner, so the test must run alone."""
    return db.value("SELECT HEX(name) FROM idempotency_keys ORDER BY created_at DESC, name LIMIT 1")


def test_exactly_the_operations_that_create_something_take_a_key(contract):
    creating = {
        str(operation)
        for operation in contract.operations
        if operation.method == "POST" and "201" in operation.value["responses"] and operation.needs_token
    }
    # It takes a one-time code, so a repetition has no effect.
    creating.remove("POST /api/v1/users/me/oauth-accounts")
    taking = {str(operation) for operation in contract.operations if operation.takes_idempotency_key}
    assert taking == creating and POST_PROJECTS in taking


def test_a_repeated_request_gets_the_same_answer_and_has_no_effect(creation, creations):
    first = creation.send()
    expect(first, 201)
    done = creations.events()
    for _ in range(3):
        again = creation.send()
        assert same(again) == same(first) and is_replayed(again)
    assert not is_replayed(first) and creations.events() == done


def test_another_request_under_the_same_key_is_refused(creation, creations, operation_idempotent):
    first = creation.send()
    expect(first, 201)
    other = creations.of(str(operation_idempotent))
    done = creations.events()
    expect(creation.send(path=other.path, body=other.body), 422, "IDEMPOTENCY_KEY_REUSED")
    expect(creation.send(path=f"{creation.path}?surprise=1"), 422, "IDEMPOTENCY_KEY_REUSED")
    assert creations.events() == done
    assert same(creation.send()) == same(first)
    expect(other.send(), 201)


def test_one_of_16_concurrent_requests_takes_effect_and_all_get_its_answer(creation, creations, operation_idempotent):
    before = creations.events()
    expect(creation.send(), 201)
    each = creations.events() - before
    other = creations.of(str(operation_idempotent))
    before = creations.events()
    responses = at_once(16, lambda number: other.send())
    assert creations.events() - before == each > 0
    assert is_one_answer(responses)
    assert [is_replayed(response) for response in responses if response.status_code == 201].count(False) == 1


def is_one_answer(responses) -> bool:
    """Whether all got the same answer, or after 2 seconds a conflict that says that the first is still running."""
    for response in responses:
        if response.status_code != 201:
            expect(response, 409, "CONFLICT")
            assert response.elapsed.total_seconds() >= 2
    return len({response.content for response in responses if response.status_code == 201}) == 1


@pytest.mark.alone
def test_a_repetition_of_a_running_request_gets_409_after_2_seconds(creation, creations, db):
    with ThreadPoolExecutor(1) as thread:
        with stopped_creations(db):
            first = thread.submit(creation.send)
            wait_for_stopped(db)
            second = creation.send()
        expect(first.result(), 201)
    expect(second, 409, "CONFLICT")
    assert int(second.headers["Retry-After"]) >= 1 and second.elapsed.total_seconds() >= 2
    again = creation.send()
    assert same(again) == same(first.result()) and is_replayed(again)


def test_a_key_belongs_to_its_caller(project, people, api_keys, person):
    """Other callers are another user and each API key of the same user."""
    keys = [api_keys.secret(person.access, "projects:write") for _ in range(2)]
    callers = [person.access, people.signed_in().access, *keys]
    responses = [project.send(token=token) for token in callers]
    made = [expect(response, 201)["id"] for response in responses]
    assert len(set(made)) == len(callers) and not any(map(is_replayed, responses))
    for token, response in zip(callers, responses):
        again = project.send(token=token)
        assert same(again) == same(response) and is_replayed(again)


def test_a_key_does_not_depend_on_the_session(project, person):
    first = project.send()
    before = person.tokens
    person.login()
    again = project.send(token=person.access)
    assert is_replayed(again) and same(again) == same(first)
    person.tokens = before


def test_a_key_belongs_to_its_operation(creations, project):
    expect(project.send(), 201)
    other = creations.of(f"POST {ORGANIZATIONS}")
    response = other.send(key=project.key)
    expect(response, 201)
    assert not is_replayed(response)


def test_without_a_key_each_request_takes_effect(client, person, project):
    responses = [client.post(PROJECTS, project.body, token=person.access) for _ in range(2)]
    assert len({expect(response, 201)["id"] for response in responses}) == 2
    assert not any(map(is_replayed, responses))


def test_the_body_is_compared_byte_by_byte(client, person, project):
    first = project.send()
    expect(first, 201)
    headers = {"Idempotency-Key": project.key, "Content-Type": "application/json"}
    spaced = b' {"name":"' + project.body["name"].encode() + b'"}'
    response = client.post(PROJECTS, data=spaced, token=person.access, headers=headers)
    expect(response, 422, "IDEMPOTENCY_KEY_REUSED")


def test_the_first_answer_is_replayed_whatever_has_changed_since(projects, project, person):
    first = project.send()
    made = expect(first, 201)
    expect(projects.change(person.access, made, name="Changed"), 200)
    assert same(project.send()) == same(first)
    expect(projects.delete(person.access, made), 204)
    assert same(project.send()) == same(first)
    expect(projects.read(person.access, made), 404, "NOT_FOUND")


def test_failures_are_not_kept(project, creations, organizations, people):
    viewer = organizations.new("viewer")
    token = viewer.people["viewer"].access
    for body, status, code in (
        ({"name": ""}, 400, "VALIDATION_ERROR"),
        (project.body | {"organizationId": UNKNOWN_ID}, 404, "NOT_FOUND"),
        (project.body | {"organizationId": viewer.id}, 403, "FORBIDDEN"),
    ):
        for _ in range(2):
            response = project.send(token=token, body=body)
            expect(response, status, code)
            assert not is_replayed(response)
    response = project.send(token=token)
    expect(response, 201)
    assert not is_replayed(response)


def test_a_conflict_is_not_kept(client, creations, person):
    taken = creations.of(f"POST {ORGANIZATIONS}")
    organization = expect(taken.send(), 201)
    same_slug = creations.of(f"POST {ORGANIZATIONS}")
    for _ in range(2):
        expect(same_slug.send(body=taken.body), 409, "CONFLICT")
    expect(client.delete(f"{ORGANIZATIONS}/{organization['id']}", token=person.access), 204)
    response = same_slug.send(body=taken.body)
    assert expect(response, 201)["slug"] == taken.body["slug"] and not is_replayed(response)


@pytest.mark.parametrize("key", ["!", "~", "0", '"quoted"', "a/b?c=d&e=%00", "\\\\'{}", "x" * 255])
def test_a_key_has_up_to_255_printable_characters(project, key):
    first, again = project.send(key=key), project.send(key=key)
    assert expect(first, 201) == expect(again, 201)
    assert not is_replayed(first) and is_replayed(again)


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb", "é"], ids=ascii)
def test_a_malformed_key_is_refused(project, creations, key):
    before = creations.events()
    assert faults(project.send(key=key)) == {("Idempotency-Key", "format")}
    assert creations.events() == before


def test_two_keys_are_refused(stack, person, project):
    body = b'{"name": "Twice named"}'
    request = head(
        "POST",
        PROJECTS,
        f"Authorization: Bearer {person.access}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Idempotency-Key: one",
        "Idempotency-Key: two",
    )
    assert exchange(stack, request + body, "POST").status == 400


def test_a_lost_answer_is_given_again(stack, db, person, project):
    body = b'{"name": "%s"}' % project.body["name"].encode()
    request = head(
        "POST",
        PROJECTS,
        f"Authorization: Bearer {person.access}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Idempotency-Key: {project.key}",
    )
    rows = "SELECT COUNT(*) FROM projects WHERE name COLLATE utf8mb4_bin = %s"
    with connect(stack) as connection:
        connection.sendall(request + body)
        wait_until(lambda: db.value(rows, project.body["name"]) == "1", "the project is made")
    response = project.send()
    assert expect(response, 201)["name"] == project.body["name"] and is_replayed(response)
    assert db.value(rows, project.body["name"]) == "1"


@pytest.mark.alone
def test_a_key_expires_after_24_hours(project, db):
    first = project.send()
    name = newest(db)
    left = db.value(
        "SELECT TIMESTAMPDIFF(SECOND, NOW(6), expires_at) FROM idempotency_keys WHERE HEX(name) = %s", name
    )
    assert 24 * 3600 - 60 <= int(left) <= 24 * 3600
    age = "UPDATE idempotency_keys SET expires_at = expires_at - INTERVAL %s MINUTE WHERE HEX(name) = %s"
    db.run(age, 24 * 60 - 5, name)
    assert is_replayed(project.send())
    db.run(age, 5, name)
    fresh = project.send(body={"name": "Another now"})
    assert expect(fresh, 201)["id"] != expect(first, 201)["id"] and not is_replayed(fresh)
    again = project.send(body={"name": "Another now"})
    assert same(again) == same(fresh) and is_replayed(again)


@pytest.mark.alone
def test_one_of_16_concurrent_requests_after_expiry_takes_effect(project, creations, db):
    expect(project.send(), 201)
    db.run("UPDATE idempotency_keys SET expires_at = NOW(6) WHERE HEX(name) = %s", newest(db))
    before = creations.events()
    responses = at_once(16, lambda number: project.send())
    assert creations.events() - before == 1
    assert is_one_answer(responses)


@pytest.mark.alone
def test_expired_keys_are_deleted(project, db):
    expect(project.send(), 201)
    name = newest(db)
    db.run("UPDATE idempotency_keys SET expires_at = NOW(6) - INTERVAL 1 HOUR WHERE HEX(name) = %s", name)
    db.run_periodic(PURGE)
    rows = "SELECT COUNT(*) FROM idempotency_keys WHERE HEX(name) = %s"
    wait_until(lambda: db.value(rows, name) == "0", "the key is purged")


@pytest.mark.alone
def test_stored_answers_are_encrypted(creations, db):
    creation = creations.of("POST /api/v1/api-keys")
    secret = expect(creation.send(), 201)["secret"]
    (row,) = db.rows(
        "SELECT HEX(name), HEX(fingerprint), HEX(answer_sealed) FROM idempotency_keys WHERE HEX(name) = %s",
        newest(db),
    )
    stored = b"".join(map(bytes.fromhex, row))
    assert len(stored) > 300
    for text in (secret, "ghk_", '"data"', creation.body["name"], creation.key, "Location", "api-keys"):
        assert text.encode() not in stored and text.encode().hex().encode() not in stored, text
    assert expect(creation.send(), 201)["secret"] == secret
