"""The values in an answer can be sent back: `null` where the answer has `null`, and every choice that it can
contain."""

import pytest

from support.client import expect
from support.idempotency import Creations
from support.places import Places

# Fields whose values must be unique.
UNIQUE = {"email", "name", "slug"}


class Members:
    """The fields of objects that the document describes."""

    def __init__(self, document: dict) -> None:
        self._document = document

    def resolved(self, schema: dict) -> dict:
        """A schema, or the one that it refers to."""
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def of_body(self, operation) -> dict[str, dict]:
        """Each field of a request's body."""
        schema = operation.value["requestBody"]["content"]["application/json"]["schema"]
        fields = self.resolved(schema)["properties"]
        return {name: self.resolved(field) for name, field in fields.items()}

    def of_answers(self, path: str) -> list[tuple[str, dict]]:
        """Each field in the answers of the operations at a path, at any depth."""
        found = []
        for operation in self._document["paths"][path].values():
            for status, response in operation["responses"].items():
                if status.startswith("2") and "content" in response:
                    found += self._below(response["content"]["application/json"]["schema"])
        return found

    def _below(self, schema: dict) -> list[tuple[str, dict]]:
        schema = self.resolved(schema)
        found = [(name, self.resolved(member)) for name, member in schema.get("properties", {}).items()]
        inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
        if "items" in schema:
            inner.append(schema["items"])
        for each in inner:
            found += self._below(each)
        return found


def takes_null(schema: dict) -> bool:
    types = schema.get("type", [])
    return "null" in (types if isinstance(types, list) else [types]) or any(
        takes_null(choice) for choice in schema.get("anyOf", [])
    )


@pytest.fixture(scope="module")
def members(contract):
    return Members(contract.document)


@pytest.fixture(scope="module")
def person(people):
    return people.with_role("admin")


@pytest.fixture(scope="module")
def organization(organizations, person):
    return organizations.new(owner=person)


@pytest.fixture(scope="module")
def places(client, people, person, organization):
    return Places(client, people, person, organization)


@pytest.fixture(scope="module")
def creations(client, api_keys, db, person, organization):
    return Creations(client, api_keys, db, person, organization)


def test_a_field_accepts_null_and_the_choices_of_the_answer(members, operation_with_body):
    fields = members.of_body(operation_with_body)
    for name, answered in members.of_answers(operation_with_body.path):
        if name in fields:
            assert takes_null(fields[name]) or not takes_null(answered), name
            assert set(answered.get("enum", [])) <= set(fields[name].get("enum", [])), name


def test_some_answers_have_null_for_a_field_of_the_body(members, contract):
    """Otherwise the test above would check nothing."""
    nullable = {
        f"{operation} {name}"
        for operation in contract.operations
        if operation.takes_body
        for name, answered in members.of_answers(operation.path)
        if takes_null(answered) and name in members.of_body(operation)
    }
    assert len(nullable) > 3, nullable


def test_a_change_accepts_every_value_of_the_resource(client, members, places, person, operation_that_changes):
    path = places.path(operation_that_changes.path)
    before = expect(client.get(path, token=person.access), 200)
    sent = {name: before[name] for name in members.of_body(operation_that_changes) if name in before}
    after = expect(client.patch(path, sent, token=person.access), 200)
    assert sent and {name: after[name] for name in sent} == sent


def test_a_creation_accepts_every_value_of_the_resource(client, members, creations, person, operation_that_creates):
    creation, fields = creations.of(str(operation_that_creates)), members.of_body(operation_that_creates)
    answered = expect(creation.send(), 201)
    again = creations.of(str(operation_that_creates)).body
    sent = {name: answered[name] for name in fields if name in answered}
    sent |= {name: value for name, value in again.items() if name in UNIQUE}
    created = expect(client.post(creation.path, sent, token=person.access), 201)
    assert {name: created[name] for name in sent} == sent


def test_a_deleted_account_can_be_sent_back_as_it_is(client, people, person):
    """No other account becomes deleted that way."""
    subject = people.signed_in()
    path = f"/api/v1/users/{subject.id}"
    refused = client.patch(path, {"status": "deleted"}, token=person.access)
    assert expect(refused, 400, "VALIDATION_ERROR")["details"][0]["field"] == "status"
    expect(client.delete(path, token=person.access), 204)
    deleted = expect(client.get(path, token=person.access), 200)
    assert deleted["status"] == "deleted"
    sent = {"role": deleted["role"], "status": deleted["status"]}
    assert expect(client.patch(path, sent, token=person.access), 200)["status"] == "deleted"
