"""Texts in Stream-Safe Text Format (Unicode Standard Annex #15, D4), in every field and parameter of the document that
is a text."""

import unicodedata

import pytest

from support.client import faults
from support.places import Places

# In fields of words, ids and times, which are no texts.
OTHERS = {"enum", "const"}
FORMATS = {"uuid", "date-time"}

SAFE = "a" + "\u0301\u0316" * 15
UNSAFE = SAFE + "\u0301"


@pytest.fixture(scope="module")
def places(client, people, organizations):
    """What the paths are about, so that no guard stands in the way."""
    person = people.with_role("admin")
    return Places(client, people, person, organizations.new(owner=person))


def is_text(schema: dict) -> bool:
    """Whether a field takes a text of more than thirty characters."""
    return (
        "string" in schema.get("type", [])
        and not OTHERS & schema.keys()
        and schema.get("format") not in FORMATS
        and schema.get("maxLength", 0) > len(UNSAFE)
    )


def texts(contract, operation) -> list[tuple[str, str]]:
    """The texts that an operation takes: where they stand, and their names."""
    found = [
        ("query", each["name"])
        for each in operation.value.get("parameters", [])
        if each["in"] == "query" and is_text(each["schema"])
    ]
    if operation.takes_body:
        reference = operation.value["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        fields = contract.document["components"]["schemas"][reference.rsplit("/", 1)[1]]["properties"]
        found += [("body", name) for name, schema in fields.items() if is_text(schema)]
    return found


def test_more_than_thirty_marks_in_a_row_are_a_fault(client, contract, places, operation):
    token = places.person.access if operation.needs_token else None
    for place, name in texts(contract, operation):
        if place == "body":
            options = {"json": {name: UNSAFE}}
            path = places.path(operation.path)
        else:
            options = {}
            path = f"{places.path(operation.path)}?{name}={UNSAFE}"
        response = client.request(operation.method, path, token=token, **options)
        assert (name, "format") in faults(response), name


def test_the_document_has_texts(contract):
    assert sum(len(texts(contract, operation)) for operation in contract.operations) > 30


def test_thirty_marks_in_a_row_are_none(client, people):
    person = people.signed_in()
    response = client.request("PATCH", "/api/v1/users/me", json={"name": SAFE}, token=person.access)
    assert response.status_code == 200 and response.json()["data"]["name"] == unicodedata.normalize("NFC", SAFE)
