"""POST /auth/verify-email and /auth/verify-email/resend, in the browser that registered."""

import pytest

from support.client import at_once, expect, faults, shared_fields
from support.people import new_address, new_password

PATH = "/api/v1/auth/verify-email"
RESEND = "/api/v1/auth/verify-email/resend"


@pytest.fixture
def person(people):
    return people.registered()


@pytest.fixture
def token(person, mailbox):
    return mailbox.wait_for(person.email).token


@pytest.fixture(scope="module")
def waiting(people):
    return people.registered()


@pytest.fixture(scope="module")
def unused_token(waiting, mailbox):
    return mailbox.wait_for(waiting.email).token


def test_verifies_the_address(db, person, token):
    data = expect(person.verify(token), 200)
    assert set(data) == {"user"}
    assert data["user"]["id"] == person.id and data["user"]["emailVerified"] is True
    assert db.actions(person.id) == ["user.registered", "email.verified"]
    person.login()


def test_works_once(person, token):
    expect(person.verify(token), 200)
    error = expect(person.verify(token), 422, "UNPROCESSABLE")
    assert token not in str(error)


def test_one_of_64_concurrent_uses_succeeds(db, person, token):
    responses = at_once(64, lambda number: person.verify(token))
    assert sorted(response.status_code for response in responses) == [200] + [422] * 63
    assert db.actions(person.id).count("email.verified") == 1


def test_expires_after_24_hours(db, person, token):
    remaining = db.value(
        "SELECT TIMESTAMPDIFF(MINUTE, NOW(), expires_at) FROM one_time_tokens t "
        "JOIN users u ON u.id = t.user_id "
        "WHERE u.public_id = %s",
        person.id,
    )
    assert 24 * 60 - 2 <= int(remaining) <= 24 * 60
    db.run(
        "UPDATE one_time_tokens SET expires_at = NOW(6) - INTERVAL 1 SECOND "
        "WHERE user_id = (SELECT id FROM users WHERE public_id = %s)",
        person.id,
    )
    expect(person.verify(token), 422, "UNPROCESSABLE")
    assert db.actions(person.id) == ["user.registered"]


@pytest.mark.parametrize(
    "alter",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "E"),
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.upper(),
        lambda token: f" {token}",
        lambda token: "ghr_" + token[4:],
        lambda token: token[4:],
        lambda token: "x",
        lambda token: "\U0001f600" * 100,
        lambda token: "' OR '1'='1",
    ],
    ids=["last", "short", "long", "upper", "space", "kind", "bare", "x", "emoji", "sql"],
)
def test_an_altered_token_is_refused(waiting, unused_token, alter):
    expect(waiting.verify(alter(unused_token)), 422, "UNPROCESSABLE")


def test_refusals_leave_the_token_usable(waiting, unused_token):
    expect(waiting.verify(unused_token), 200)


def test_a_refresh_token_verifies_no_address(client, people):
    expect(client.post(PATH, {"token": people.signed_in().refresh}), 422, "UNPROCESSABLE")


def test_a_token_of_a_suspended_user_is_refused(db, person, token):
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", person.id)
    expect(person.verify(token), 422, "UNPROCESSABLE")


def test_a_token_proves_only_the_address_that_it_was_sent_to(db, person, token):
    other = new_address()
    db.run("UPDATE users SET email = %s, email_key = %s WHERE public_id = %s", other, other, person.id)
    expect(person.verify(token), 422, "UNPROCESSABLE")


def test_the_database_contains_only_a_hash(db, token):
    assert (
        db.value("SELECT COUNT(*) FROM one_time_tokens WHERE token_hash = UNHEX(SHA2(%s, 256))", token) == "1"
    )


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("token", "required")}),
        ({"token": 5}, {("token", "type")}),
        ({"token": ""}, {("token", "too_short")}),
        ({"token": "x" * 513}, {("token", "too_long")}),
        ({"token": "x", "email": "a"}, {("email", "unknown")}),
        (
            {"token": "x", "password": None, "newPassword": "short"},
            {("password", "type"), ("newPassword", "too_short")},
        ),
        (
            {"token": "x", "password": new_password(), "newPassword": new_password()},
            {("newPassword", "contradiction")},
        ),
    ],
    ids=["missing", "type", "empty", "long", "unknown", "passwords", "both"],
)
def test_validates(client, body, expected):
    assert faults(client.post(PATH, body)) == expected


def test_a_token_in_the_query_is_ignored(client, token):
    assert faults(client.post(f"{PATH}?token=x", {})) == {("token", "required"), ("token", "unknown")}


def test_both_links_work_until_one_is_used(client, person, token, mailbox):
    expect(client.post(RESEND, {"email": person.email.upper()}), 200)
    second = mailbox.wait_for(person.email, 2).token
    assert second != token
    expect(person.verify(second), 200)
    expect(person.verify(token), 422, "UNPROCESSABLE")


def test_resend_gives_the_same_answer_for_every_address(client, people, db):
    suspended = people.registered()
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", suspended.id)
    addresses = [people.registered().email, people.verified().email, suspended.email, new_address()]
    responses = [client.post(RESEND, {"email": address}) for address in addresses]
    assert len({response.content for response in responses}) == 1
    assert {response.status_code for response in responses} == {200}
    assert all(shared_fields(response) == shared_fields(responses[0]) for response in responses)


def test_resend_mails_only_unverified_accounts(client, people, mailbox, db):
    verified, unknown = people.verified(), new_address()
    db.wait_for_jobs()
    before = len(mailbox.to(verified.email))
    for address in (verified.email, unknown):
        expect(client.post(RESEND, {"email": address}), 200)
    waiting = people.registered()
    mailbox.wait_for(waiting.email)
    db.wait_for_jobs()
    assert len(mailbox.to(verified.email)) == before and mailbox.to(unknown) == []


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("email", "required")}),
        ({"email": ""}, {("email", "too_short")}),
        ({"email": "nobody"}, {("email", "format")}),
        ({"email": "a@example.com", "name": "x"}, {("name", "unknown")}),
    ],
    ids=["missing", "short", "format", "unknown"],
)
def test_resend_validates(client, body, expected):
    assert faults(client.post(RESEND, body)) == expected
