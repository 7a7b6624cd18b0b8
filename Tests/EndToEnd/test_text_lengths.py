"""Lengths are counted in NFC: in every text, composed and decomposed spellings have the same length."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from support.places import Places

# Each in NFC, and in NFD with two, three and four code points for one.
SPELLINGS = [("é", "e\u0301"), ("한", "\u1112\u1161\u11ab"), ("\u1f82", "\u03b1\u0313\u0300\u0345")]
SURPLUS = "surplus"
# The room in an address and in a body, in bytes.
ROOM = {"query": 7_000, "body": 15_000}


def resolved(schema: dict, document: dict) -> dict:
    """A schema, with its reference resolved."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def is_text(schema: dict) -> bool:
    """Whether a field is a text with a maximum length; ids and times have a fixed form."""
    return "maxLength" in schema and schema.get("format") not in ("uuid", "date-time")


def texts(operation, document: dict) -> Iterator[tuple[str, str, dict]]:
    """The texts of an operation that have a length: their place, their name and their schema."""
    for parameter in operation.value.get("parameters", []):
        schema = resolved(parameter["schema"], document)
        if parameter["in"] == "query" and is_text(schema):
            yield "query", parameter["name"], schema
    if operation.takes_body:
        content = operation.value["requestBody"]["content"]["application/json"]["schema"]
        for name, schema in resolved(content, document).get("properties", {}).items():
            if is_text(resolved(schema, document)):
                yield "body", name, resolved(schema, document)


def size(place: str, text: str) -> int:
    """The number of bytes that a text takes there."""
    return len(quote(text) if place == "query" else text.encode())


@pytest.fixture(scope="module")
def places(client, people, organizations):
    person = people.with_role("admin")
    return Places(client, people, person, organizations.new(owner=person))


def test_lengths_of_texts_are_counted_in_nfc(client, contract, places, operation_strict):
    """The request has an unknown field, so it is always refused and has no effect."""
    operation = operation_strict
    path = places.path(operation.path)

    def told(place: str, name: str, text: str) -> set[tuple[str, str]]:
        query = f"?{SURPLUS}=1" + (f"&{name}={quote(text)}" if place == "query" else "")
        body = json.dumps({name: text}, ensure_ascii=False).encode() if place == "body" else None
        headers = {"Content-Type": "application/json"} if place == "body" else None
        token = places.person.access if operation.needs_token else None
        response = client.request(operation.method, path + query, data=body, headers=headers, token=token)
        assert response.status_code == 400, response.text
        found = {(fault["field"], fault["code"]) for fault in response.json()["error"]["details"]}
        assert (SURPLUS, "unknown") in found
        return {fault for fault in found if fault[0] == name}

    for place, name, schema in texts(operation, contract.document):
        least, most = schema.get("minLength", 0), schema["maxLength"]
        for composed, decomposed in SPELLINGS:
            for length in {max(least - 1, 1), max(least, 1), most, most + 1}:
                if max(size(place, text * length) for text in (composed, decomposed)) > ROOM[place]:
                    continue
                judged = told(place, name, composed * length)
                assert told(place, name, decomposed * length) == judged, (name, length)
                assert ((name, "too_long") in judged) == (length > most), (name, length)
                if length < least:
                    assert (name, "too_short") in judged


def test_the_document_has_such_texts(contract):
    found = {text[:2] for operation in contract.operations for text in texts(operation, contract.document)}
    assert {("query", "q"), ("query", "email")} <= found
    assert {("body", "name"), ("body", "password"), ("body", "email")} <= found


@pytest.mark.parametrize("name", ["é" * 100, "e\u0301" * 100, "\u1112\u1161\u11ab" * 100], ids=ascii)
def test_a_text_of_maximum_length_is_stored(client, people, projects, name):
    person = people.signed_in()
    project = projects.new(person.access, name=name, description=name)
    assert len(project["name"]) == len(project["description"]) == 100
