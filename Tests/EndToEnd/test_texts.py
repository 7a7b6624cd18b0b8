"""Every text in fields and parameters must be in Stream-Safe Text Format (Unicode Standard Annex #15, D4), and where
people read it, it must contain nothing invisible."""

import unicodedata

import pytest

from support.client import faults
from support.places import Places

# Keywords and formats in the schemas of choices, ids and times, which are not texts.
OTHERS = {"enum", "const"}
FORMATS = {"uuid", "date-time"}

SAFE = "a" + "\u0301\u0316" * 15
UNSAFE = SAFE + "\u0301"

# Addresses that only look up an account, which an earlier version may have accepted. They are neither stored nor
# shown.
FINDING = {
    ("POST /api/v1/auth/login", "email"),
    ("POST /api/v1/auth/password-reset/request", "email"),
    ("POST /api/v1/auth/verify-email/resend", "email"),
}


@pytest.fixture(scope="module")
def places(client, people, organizations):
    """The resources in the paths, whose caller passes every guard."""
    person = people.with_role("admin")
    return Places(client, people, person, organizations.new(owner=person))


def is_text(schema: dict) -> bool:
    """Whether a field can hold a text of more than thirty characters."""
    return (
        "string" in schema.get("type", [])
        and not OTHERS & schema.keys()
        and schema.get("format") not in FORMATS
        and schema.get("maxLength", 0) > len(UNSAFE)
    )


def texts(contract, operation) -> list[tuple[str, str]]:
    """The texts of an operation: their place and their names."""
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


def test_more_than_thirty_marks_in_a_row_are_refused(client, contract, places, operation):
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


def test_thirty_marks_in_a_row_are_accepted(client, people):
    person = people.signed_in()
    response = client.request("PATCH", "/api/v1/users/me", json={"name": SAFE}, token=person.access)
    assert response.status_code == 200 and response.json()["data"]["name"] == unicodedata.normalize("NFC", SAFE)


# Default-ignorable code points, including bidirectional controls; control characters; private use; a noncharacter.
HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u202e\u2066\u3164\ufe0f\ufeff\uffa0\U000e0020\U000e0100"
    "\x07\x1b\x85\ue000\ufffe"
)
# Texts with nothing visible.
EMPTY = ["\u3000\u2003\u00a0", "\u2800" * 3, "\u3164" * 3, "\u202e" * 3, "\u0301" * 3]


def read_by_people(contract, operation) -> list[tuple[str, dict]]:
    """The fields of a body that people read later, with their schemas."""
    if not operation.takes_body or operation.path.endswith("/password-check"):
        return []
    reference = operation.value["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields = contract.document["components"]["schemas"][reference.rsplit("/", 1)[1]]["properties"]
    return [
        (name, schema)
        for name, schema in fields.items()
        if "string" in schema.get("type", [])
        and not OTHERS & schema.keys()
        and schema.get("format") not in FORMATS | {"password"}
        and name not in ("token", "invitation", "refreshToken", "code", "codeVerifier")
        and (str(operation), name) not in FINDING
    ]


def test_invisible_text_is_refused(client, contract, places, operation):
    token = places.person.access if operation.needs_token else None
    for name, schema in read_by_people(contract, operation):
        end = "@example.com" if schema.get("format") == "idn-email" else ""
        for text in [f"a{character}b{end}" for character in HIDDEN] + EMPTY:
            response = client.request(
                operation.method, places.path(operation.path), json={name: text}, token=token
            )
            assert (name, "format") in faults(response), (name, text)


def test_people_read_names_descriptions_and_addresses(contract):
    fields = [field for operation in contract.operations for field in read_by_people(contract, operation)]
    assert {"name", "description", "email", "newEmail", "avatarUrl"} <= {name for name, _ in fields}
    assert len(fields) > 20
