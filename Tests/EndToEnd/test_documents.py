"""The OpenAPI document and the key set: valid, true to the repository, and cacheable."""

import json

import pytest

from support.client import expect
from support.stack import ROOT

DOCUMENTS = ["/api/v1/openapi.json", "/.well-known/jwks.json"]


@pytest.mark.every_program
def test_a_validator_accepts_the_document(contract):
    # Imported here: loading it compiles dozens of grammars, which took half of the time of collecting all tests.
    from openapi_spec_validator import OpenAPIV31SpecValidator

    assert list(OpenAPIV31SpecValidator(contract.document).iter_errors()) == []
    assert contract.document["openapi"].startswith("3.1")


def test_the_file_in_the_repository_is_the_served_document(contract):
    assert json.loads((ROOT / "docs" / "openapi.json").read_text()) == contract.document


@pytest.mark.every_program
def test_every_schema_is_a_schema(contract):
    from jsonschema import Draft202012Validator

    for schema in contract.document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.every_program
def test_every_example_fits_its_schema(contract):
    examples = 0
    for operation in contract.operations:
        base = ("paths", operation.path, operation.method.lower())
        media = {("requestBody",): operation.value.get("requestBody", {})}
        media |= {
            ("responses", status): response for status, response in operation.value["responses"].items()
        }
        for place, value in media.items():
            content = value.get("content", {}).get("application/json", {})
            if "example" in content:
                examples += 1
                validator = contract.validator(*base, *place, "content", "application/json", "schema")
                validator.validate(content["example"])
    assert examples


@pytest.mark.every_program
def test_every_body_has_an_example(contract):
    for operation in contract.operations:
        if operation.takes_body:
            assert "example" in operation.value["requestBody"]["content"]["application/json"], str(operation)


@pytest.mark.every_program
def test_every_operation_says_what_it_is(contract):
    ids = [operation.value["operationId"] for operation in contract.operations]
    assert len(ids) == len(set(ids))
    for operation in contract.operations:
        assert operation.value["summary"] and operation.value["tags"]
        success = [status for status in operation.value["responses"] if status < "304"]
        assert len(success) == 1, str(operation)


@pytest.mark.every_program
def test_objects_are_closed(contract):
    """Except what providers send, who may add something at any time."""
    bodies = [op.value.get("requestBody", {}) for op in contract.operations if op.ignores_others]
    open_ones = [json.dumps(body) for body in bodies]
    for name, schema in contract.document["components"]["schemas"].items():
        if schema.get("type") == "object":
            is_open = any(f"/schemas/{name}\"" in body for body in open_ones)
            assert schema.get("additionalProperties") is is_open, name


def test_nothing_internal_is_named(contract):
    text = json.dumps(contract.document)
    for word in ("passwordHash", "password_hash", "emailKey", "internal id"):
        assert word not in text


@pytest.mark.parametrize("path", DOCUMENTS)
def test_may_be_kept_for_a_while_and_is_told_apart_by_its_tag(client, path):
    full = client.get(path)
    assert full.status_code == 200 and full.json()
    tag = full.headers["ETag"]
    assert tag.startswith('"') and full.headers["Cache-Control"].startswith("public, max-age=")
    again = client.get(path, headers={"If-None-Match": tag})
    expect(again, 304)
    assert (again.headers["ETag"], again.headers["Cache-Control"]) == (tag, full.headers["Cache-Control"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).content == full.content


@pytest.mark.parametrize("path, status", [("/healthz", "ok"), ("/readyz", "ready")])
def test_health(client, path, status):
    assert expect(client.get(path), 200) == {"status": status}


@pytest.mark.every_program
def test_every_parameter_says_what_it_does(contract):
    operations = [operation for path in contract.document["paths"].values() for operation in path.values()]
    parameters = [parameter for operation in operations for parameter in operation.get("parameters", [])]
    assert len(parameters) > 100
    assert not [one for one in parameters if not one.get("description")], "these need a description"
    assert {one["schema"].get("default") for one in parameters if one["name"] == "limit"} == {20}
    assert not [one for one in parameters if "description" in one["schema"]], "tools show that of the parameter"


def test_the_document_begins_with_how_to_authenticate(contract):
    first, second = contract.document["info"]["description"].split("\n\n")[:2]
    assert first == "Accounts, sign-in and access control." and second.startswith("**Authentication.**")
