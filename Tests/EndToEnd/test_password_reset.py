"""POST /auth/password-reset/confirm: the reader of the mailbox sets a new password."""

import pytest

from support.client import at_once, cookies_of, expect, faults
from support.people import new_address, new_password

CONFIRM = "/api/v1/auth/password-reset/confirm"
LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture
def token(person, links):
    return links.reset(person)


@pytest.fixture(scope="module")
def unused_token(people, links):
    return links.reset(people.verified())


def confirm(client, token: str, password: str | None = None):
    return client.post(CONFIRM, {"token": token, "newPassword": password or new_password()})


def login(client, person, password: str):
    return client.post(LOGIN, {"email": person.email, "password": password})


def test_sets_the_password(client, person, token, db):
    old, person.password = person.password, new_password()
    data = expect(confirm(client, token, person.password), 200)
    assert set(data) == {"message"} and data["message"]
    expect(login(client, person, old), 401, "INVALID_CREDENTIALS")
    expect(login(client, person, person.password), 200)
    assert "password.reset" in db.actions(person.id)


def test_does_not_sign_in(client, token):
    response = confirm(client, token)
    expect(response, 200)
    assert cookies_of(response) == {} and "eyJ" not in response.text


def test_ends_every_session_at_once(client, person, links):
    sessions = [person.tokens, person.login(), person.login()]
    expect(confirm(client, links.reset(person)), 200)
    for tokens in sessions:
        expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
        expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")


def test_other_peoples_sessions_stay(client, people, token):
    other = people.signed_in()
    expect(confirm(client, token), 200)
    expect(client.get(ME, token=other.access), 200)


def test_tells_the_owner(client, person, token, mailbox):
    expect(confirm(client, token), 200)
    notice = mailbox.wait_for(person.email, about="(?i)password (was|is|has been) changed")
    assert "#token" not in notice.text


def test_verifies_the_address(client, people, links):
    person = people.registered()
    token, person.password = links.reset(person), new_password()
    expect(confirm(client, token, person.password), 200)
    assert expect(login(client, person, person.password), 200)["user"]["emailVerified"] is True


def test_works_for_an_account_that_had_no_password(client, people, links, db):
    person = people.verified()
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    token, person.password = links.reset(person), new_password()
    expect(confirm(client, token, person.password), 200)
    person.login()


def test_a_password_is_the_same_in_either_normal_form(client, person, token):
    expect(confirm(client, token, "Crème brûlée 49 é"), 200)
    expect(login(client, person, "Cre\u0300me bru\u0302le\u0301e 49 e\u0301"), 200)


def test_a_link_works_once(client, person, token, db):
    expect(confirm(client, token), 200)
    error = expect(confirm(client, token), 422, "UNPROCESSABLE")
    assert [(fault["field"], fault["code"]) for fault in error["details"]] == [("token", "unusable")]
    assert token not in str(error)
    assert db.actions(person.id).count("password.reset") == 1


def test_one_of_several_links_works(client, person, token, links):
    second = links.reset(person, 2)
    assert second != token
    expect(confirm(client, token), 200)
    expect(confirm(client, second), 422, "UNPROCESSABLE")


def test_voids_a_pending_change_of_address(client, person, token, links):
    """A former intruder may have requested the change to keep the account."""
    change = links.change(person, new_address())
    expect(confirm(client, token), 200)
    expect(client.post("/api/v1/auth/confirm-email", {"token": change}), 422, "UNPROCESSABLE")


def test_expires_after_an_hour(client, person, token, db):
    owned = "user_id = (SELECT id FROM users WHERE public_id = %s) AND purpose = 'reset_password'"
    minutes = f"SELECT TIMESTAMPDIFF(MINUTE, NOW(6), expires_at) FROM one_time_tokens WHERE {owned}"
    assert 58 <= int(db.value(minutes, person.id)) <= 60
    db.run(
        f"UPDATE one_time_tokens SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE {owned}",
        person.id,
    )
    expect(confirm(client, token), 422, "UNPROCESSABLE")
    expect(login(client, person, person.password), 200)


@pytest.mark.parametrize(
    "change",
    ["status = 'suspended'", "status = 'deleted', deleted_at = NOW(6)"],
    ids=["suspended", "deleted"],
)
def test_a_link_of_an_account_that_is_not_in_use_is_refused(client, person, token, db, change):
    db.run(f"UPDATE users SET {change} WHERE public_id = %s", person.id)
    expect(confirm(client, token), 422, "UNPROCESSABLE")


def test_a_link_is_valid_only_while_the_account_has_the_address(client, person, token, db):
    other = new_address()
    db.run("UPDATE users SET email = %s, email_key = %s WHERE public_id = %s", other, other, person.id)
    expect(confirm(client, token), 422, "UNPROCESSABLE")


@pytest.mark.parametrize(
    "alter",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "E"),
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.upper(),
        lambda token: "ghv_" + token[4:],
        lambda token: "ghe_" + token[4:],
        lambda token: token[4:],
        lambda token: "x",
        lambda token: "' OR '1'='1",
    ],
    ids=["last", "short", "long", "upper", "verification", "change", "bare", "x", "sql"],
)
def test_an_altered_token_is_refused(client, unused_token, alter):
    expect(confirm(client, alter(unused_token)), 422, "UNPROCESSABLE")


def test_a_refused_password_does_not_use_up_the_link(client, unused_token):
    assert faults(confirm(client, unused_token, "x" * 129)) == {("newPassword", "too_long")}
    weak = client.post(CONFIRM, {"token": unused_token, "newPassword": "aaaaaaaaaa"})
    assert faults(weak) == {("newPassword", "too_weak")}
    expect(confirm(client, unused_token), 200)


def test_tokens_of_another_kind_reset_nothing(client, people, mailbox):
    person = people.registered()
    expect(confirm(client, mailbox.wait_for(person.email).token), 422, "UNPROCESSABLE")
    expect(confirm(client, people.signed_in().refresh), 422, "UNPROCESSABLE")


def test_a_reset_link_can_do_nothing_else(client, token):
    for path in ("/api/v1/auth/verify-email", "/api/v1/auth/confirm-email"):
        expect(client.post(path, {"token": token}), 422, "UNPROCESSABLE")
    expect(client.post(REFRESH, {"refreshToken": token}), 401, "UNAUTHORIZED")


def test_the_database_contains_only_a_hash_of_the_token(db, token):
    held = "SELECT COUNT(*) FROM one_time_tokens WHERE token_hash = UNHEX(SHA2(%s, 256))"
    assert db.value(held, token) == "1"


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("token", "required"), ("newPassword", "required")}),
        ({"token": 5, "newPassword": None}, {("token", "type"), ("newPassword", "type")}),
        ({"token": "", "newPassword": "short"}, {("token", "too_short"), ("newPassword", "too_short")}),
        (
            {"token": "x" * 513, "newPassword": "x" * 129},
            {("token", "too_long"), ("newPassword", "too_long")},
        ),
        (
            {"token": "x", "newPassword": "e\u0301" * 7, "email": "a@example.com"},
            {("newPassword", "too_short"), ("email", "unknown")},
        ),
    ],
    ids=["missing", "type", "short", "long", "unknown"],
)
def test_validates(client, body, expected):
    assert faults(client.post(CONFIRM, body)) == expected


def test_a_token_in_the_query_is_ignored(client, token):
    response = client.post(f"{CONFIRM}?token=x", {"newPassword": new_password()})
    assert faults(response) == {("token", "required"), ("token", "unknown")}


@pytest.mark.alone
def test_one_of_64_concurrent_uses_succeeds(client, person, token, db):
    passwords = [new_password() for _ in range(64)]
    responses = at_once(64, lambda number: confirm(client, token, passwords[number]))
    statuses = [response.status_code for response in responses]
    assert statuses.count(200) == 1 and set(statuses) <= {200, 422, 503}, statuses
    assert db.actions(person.id).count("password.reset") == 1
    winner = passwords[statuses.index(200)]
    expect(login(client, person, winner), 200)
    for loser in [password for password in passwords if password != winner][:3]:
        expect(login(client, person, loser), 401, "INVALID_CREDENTIALS")


@pytest.mark.alone
def test_no_login_with_the_old_password_survives_a_concurrent_reset(client, person, token):
    old = person.password

    def act(number: int):
        return confirm(client, token) if number == 8 else login(client, person, old)

    responses = at_once(16, act)
    expect(responses.pop(8), 200)
    for response in responses:
        if response.status_code == 200:
            tokens = response.json()["data"]["tokens"]
            expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
            expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")
        else:
            expect(response, 401, "INVALID_CREDENTIALS")
    expect(login(client, person, old), 401, "INVALID_CREDENTIALS")
