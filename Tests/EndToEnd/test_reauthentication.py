"""Proofs of who uses a session: what needs a recent one, and how it is given."""

import re

import pytest

from support.client import at_once, expect, faults
from support.people import new_password

PATH = "/api/v1/auth/reauthenticate"
MAIL = f"{PATH}/mail"
KEYS = "/api/v1/api-keys"
KEY = {"name": "A key", "scopes": ["account:read"]}
CODE = re.compile(r"\b([0-9]{6})\b")


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture
def without_password(person, db):
    """A user without a password, whose session was proved long ago."""
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    age(db, person)
    return person


def age(db, person, seconds: int = 601) -> None:
    db.run(
        "UPDATE sessions SET authenticated_at = NOW(6) - INTERVAL %s SECOND WHERE public_id = %s",
        seconds,
        person.session_id(),
    )


def methods(answer) -> list[str]:
    expect(answer, 403, "REAUTHENTICATION_REQUIRED")
    return answer.json()["error"]["methods"]


def code_of(mailbox, person, count: int = 1) -> str:
    return CODE.search(mailbox.wait_for(person.email, count, about="Your code").text)[1]


def ask(client, person) -> None:
    expect(client.post(MAIL, token=person.access), 200)


def prove(client, person, **proof: str):
    return client.post(PATH, proof, token=person.access)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_recent_sign_in_is_a_proof(client, person):
    expect(client.post(KEYS, KEY, token=person.access), 201)


def test_what_takes_an_account_over_needs_a_recent_proof(client, person, db):
    key = expect(client.post(KEYS, KEY, token=person.access), 201)["id"]
    age(db, person)
    calls = [
        lambda: client.post(KEYS, KEY, token=person.access),
        lambda: client.post(f"{KEYS}/{key}/rotate", token=person.access),
        lambda: client.get("/api/v1/users/me/export", token=person.access),
        lambda: client.delete("/api/v1/users/me", token=person.access),
    ]
    for call in calls:
        assert methods(call()) == ["password"]
    expect(prove(client, person, password=person.password), 204)
    assert "session.proved" in db.actions(person.id)
    for call in calls:
        assert call().status_code in (200, 201, 204)


def test_a_proof_counts_for_its_session_only(client, person, db):
    first = person.access
    age(db, person)
    person.login()
    expect(client.post(KEYS, KEY, token=person.access), 201)
    assert methods(client.post(KEYS, KEY, token=first)) == ["password"]


def test_a_wrong_password_is_no_proof(client, person, db):
    age(db, person)
    expect(prove(client, person, password=new_password()), 401, "INVALID_CREDENTIALS")
    assert methods(client.post(KEYS, KEY, token=person.access)) == ["password"]
    assert "password.refused" in db.actions(person.id)


def test_a_mailed_code_is_a_proof_without_a_password(client, without_password, mailbox):
    assert methods(client.post(KEYS, KEY, token=without_password.access)) == ["mailCode"]
    ask(client, without_password)
    code = code_of(mailbox, without_password)
    expect(prove(client, without_password, mailCode=f"{code[:3]} {code[3:]}"), 204)
    expect(client.post(KEYS, KEY, token=without_password.access), 201)
    changed = client.post("/api/v1/users/me/password", {"newPassword": new_password()}, token=without_password.access)
    expect(changed, 204)


def test_a_code_works_once(client, without_password, mailbox):
    ask(client, without_password)
    code = code_of(mailbox, without_password)
    answers = at_once(5, lambda _: prove(client, without_password, mailCode=code))
    assert sorted(answer.status_code for answer in answers) == [204] + 4 * [401]
    expect(prove(client, without_password, mailCode=code), 401, "INVALID_CREDENTIALS")


def test_a_code_has_five_attempts_even_at_once(client, without_password, mailbox, db):
    ask(client, without_password)
    code = code_of(mailbox, without_password)
    answers = at_once(16, lambda _: prove(client, without_password, mailCode=another(code)))
    assert {answer.status_code for answer in answers} == {401}
    expect(prove(client, without_password, mailCode=code), 401, "INVALID_CREDENTIALS")
    assert "code.refused" in db.actions(without_password.id)
    ask(client, without_password)
    expect(prove(client, without_password, mailCode=code_of(mailbox, without_password, 2)), 204)


def test_a_newer_code_replaces_the_earlier_one(client, without_password, mailbox):
    ask(client, without_password)
    first = code_of(mailbox, without_password)
    ask(client, without_password)
    second = code_of(mailbox, without_password, 2)
    if first != second:
        expect(prove(client, without_password, mailCode=first), 401, "INVALID_CREDENTIALS")
    expect(prove(client, without_password, mailCode=second), 204)


def test_a_code_expires(client, without_password, mailbox, db):
    ask(client, without_password)
    code = code_of(mailbox, without_password)
    db.run(
        "UPDATE proof_codes p JOIN sessions s ON s.id = p.session_id SET p.expires_at = NOW(6) WHERE s.public_id = %s",
        without_password.session_id(),
    )
    expect(prove(client, without_password, mailCode=code), 401, "INVALID_CREDENTIALS")


def test_a_code_is_for_the_session_that_asked(client, person, mailbox, db):
    other = dict(person.tokens)
    person.login()
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    ask(client, person)
    code = code_of(mailbox, person)
    answer = client.post(PATH, {"mailCode": code}, token=other["accessToken"])
    expect(answer, 401, "INVALID_CREDENTIALS")
    expect(prove(client, person, mailCode=code), 204)


def test_an_account_with_a_password_gets_no_code(client, person):
    expect(client.post(MAIL, token=person.access), 403, "FORBIDDEN")


def test_an_account_without_a_password_cannot_prove_one(client, without_password):
    assert methods(prove(client, without_password, password=new_password())) == ["mailCode"]


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("password", "required")}),
        ({"password": "x", "mailCode": "123456"}, {("mailCode", "contradiction")}),
        ({"mailCode": "12345"}, {("mailCode", "format")}),
        ({"mailCode": "1234567"}, {("mailCode", "format")}),
        ({"mailCode": "12345x"}, {("mailCode", "format")}),
        ({"mailCode": "١٢٣٤٥٦"}, {("mailCode", "format")}),
    ],
)
def test_validates(client, person, body, expected):
    assert faults(client.post(PATH, body, token=person.access)) == expected


def test_needs_a_sign_in(client):
    expect(client.post(PATH, {"password": "x"}), 401, "UNAUTHORIZED")
    expect(client.post(MAIL), 401, "UNAUTHORIZED")
