"""POST /users/me/password."""

import pytest

from support.client import at_once, expect, faults
from support.people import new_password

PATH = "/api/v1/users/me/password"
LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def someone(people):
    return people.signed_in()


def change(client, person, to: str, token: str | None = None):
    body = {"currentPassword": person.password, "newPassword": to}
    return client.post(PATH, body, token=token or person.access)


def login(client, person, password: str):
    return client.post(LOGIN, {"email": person.email, "password": password})


def test_changes_the_password(client, person, db):
    old, new = person.password, new_password()
    expect(change(client, person, new), 204)
    expect(login(client, person, old), 401, "INVALID_CREDENTIALS")
    expect(login(client, person, new), 200)
    assert "password.changed" in db.actions(person.id)


def test_ends_the_other_sessions_but_not_this_one(client, person):
    others = [person.tokens, person.login()]
    person.login()
    expect(change(client, person, new_password()), 204)
    for tokens in others:
        expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
        expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")
    expect(client.get(ME, token=person.access), 200)
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)


def test_leaves_everybody_else_alone(client, person, someone):
    expect(change(client, person, new_password()), 204)
    expect(client.get(ME, token=someone.access), 200)
    expect(login(client, someone, someone.password), 200)


def test_tells_the_owner(client, person, mailbox):
    expect(change(client, person, new_password()), 204)
    notice = mailbox.wait_for(person.email, about="(?i)password (was|is|has been) changed")
    assert "#token" not in notice.text


def test_voids_links_that_were_mailed_before(client, person, links):
    token = links.reset(person)
    expect(change(client, person, new_password()), 204)
    body = {"token": token, "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 422, "UNPROCESSABLE")


def test_a_wrong_password_changes_nothing(client, person, db):
    other = person.tokens
    person.login()
    body = {"currentPassword": new_password(), "newPassword": new_password()}
    response = client.post(PATH, body, token=person.access)
    expect(response, 401, "INVALID_CREDENTIALS")
    expect(login(client, person, person.password), 200)
    expect(client.get(ME, token=other["accessToken"]), 200)
    assert "password.refused" in db.actions(person.id) and "password.changed" not in db.actions(person.id)


def test_somebody_elses_password_is_wrong(client, person, someone):
    body = {"currentPassword": someone.password, "newPassword": new_password()}
    expect(client.post(PATH, body, token=person.access), 401, "INVALID_CREDENTIALS")


def test_an_account_with_a_password_requires_it(client, someone):
    response = client.post(PATH, {"newPassword": new_password()}, token=someone.access)
    assert faults(response) == {("currentPassword", "required")}


def test_an_account_without_a_password_sets_one_right_after_signing_in(client, person, db):
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    person.password = new_password()
    expect(client.post(PATH, {"newPassword": person.password}, token=person.access), 204)
    person.login()


def test_an_account_without_a_password_needs_a_proof_of_the_last_10_minutes(client, person, db):
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    db.run(
        "UPDATE sessions SET authenticated_at = NOW(6) - INTERVAL 601 SECOND WHERE public_id = %s",
        person.session_id(),
    )
    answer = client.post(PATH, {"newPassword": new_password()}, token=person.access)
    expect(answer, 403, "REAUTHENTICATION_REQUIRED")
    assert db.value("SELECT password_hash IS NULL FROM users WHERE public_id = %s", person.id) == "1"


def test_a_password_is_the_same_in_either_normal_form(client, person):
    expect(change(client, person, "Crème brûlée 49 é"), 204)
    person.password = "Cre\u0300me bru\u0302le\u0301e 49 e\u0301"
    expect(change(client, person, new_password()), 204)


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("newPassword", "required")}),
        (
            {"currentPassword": 5, "newPassword": None},
            {("currentPassword", "type"), ("newPassword", "type")},
        ),
        (
            {"currentPassword": "", "newPassword": "short"},
            {("currentPassword", "too_short"), ("newPassword", "too_short")},
        ),
        (
            {"currentPassword": "x" * 129, "newPassword": "x" * 129},
            {("currentPassword", "too_long"), ("newPassword", "too_long")},
        ),
        (
            {"newPassword": "e\u0301" * 7, "password": "x"},
            {("newPassword", "too_short"), ("password", "unknown")},
        ),
    ],
    ids=["missing", "type", "short", "long", "unknown"],
)
def test_validates(client, someone, body, expected):
    assert faults(client.post(PATH, body, token=someone.access)) == expected


def test_a_weak_password_is_reported_only_after_the_right_current_one(client, someone):
    body = {"currentPassword": someone.password, "newPassword": "aaaaaaaaaa"}
    assert faults(client.post(PATH, body, token=someone.access)) == {("newPassword", "too_weak")}
    body["currentPassword"] = new_password()
    expect(client.post(PATH, body, token=someone.access), 401, "INVALID_CREDENTIALS")


def test_one_of_two_concurrent_changes_in_two_sessions_wins(client, people):
    for _ in range(3):
        person = people.signed_in()
        sessions = [person.tokens, person.login()]
        passwords = [new_password(), new_password()]

        def act(number: int):
            return change(client, person, passwords[number], sessions[number]["accessToken"])

        responses = at_once(2, act)
        assert sorted(response.status_code for response in responses) == [204, 401]
        winner = next(number for number, response in enumerate(responses) if response.status_code == 204)
        refusal = responses[1 - winner].json()["error"]["code"]
        assert refusal in ("INVALID_CREDENTIALS", "TOKEN_REVOKED")
        expect(login(client, person, passwords[winner]), 200)
        expect(login(client, person, passwords[1 - winner]), 401, "INVALID_CREDENTIALS")
        expect(client.get(ME, token=sessions[winner]["accessToken"]), 200)
        expect(client.get(ME, token=sessions[1 - winner]["accessToken"]), 401, "TOKEN_REVOKED")


@pytest.mark.alone
def test_one_of_64_concurrent_changes_in_one_session_wins(client, person, db):
    passwords = [new_password() for _ in range(64)]
    responses = at_once(64, lambda number: change(client, person, passwords[number]))
    statuses = [response.status_code for response in responses]
    assert statuses.count(204) == 1 and set(statuses) <= {204, 401, 503}, statuses
    assert db.actions(person.id).count("password.changed") == 1
    expect(login(client, person, passwords[statuses.index(204)]), 200)


@pytest.mark.alone
def test_no_login_with_the_old_password_survives_a_concurrent_change(client, person):
    def act(number: int):
        if number == 8:
            return change(client, person, new_password())
        return login(client, person, person.password)

    responses = at_once(16, act)
    expect(responses.pop(8), 204)
    for response in responses:
        if response.status_code == 200:
            tokens = response.json()["data"]["tokens"]
            expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
        else:
            expect(response, 401, "INVALID_CREDENTIALS")
    expect(client.get(ME, token=person.access), 200)
