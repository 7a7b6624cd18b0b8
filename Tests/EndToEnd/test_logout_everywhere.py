"""POST /auth/logout?everywhere=true."""

import pytest

from support.client import at_once, cookies_of, expect, faults

PATH = "/api/v1/auth/logout?everywhere=true"
REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"


@pytest.fixture
def person(people):
    return people.signed_in()


def test_ends_every_session_at_once(client, person, db):
    sessions = [person.tokens, person.login(), person.login()]
    expect(client.post(PATH, token=person.access), 204)
    for tokens in sessions:
        expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
        expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")
    assert db.actions(person.id)[-1].startswith("session.")


def test_leaves_everybody_else_alone(client, person, people):
    other = people.signed_in()
    expect(client.post(PATH, token=person.access), 204)
    expect(client.get(ME, token=other.access), 200)
    expect(client.post(REFRESH, {"refreshToken": other.refresh}), 200)


def test_signing_in_again_works(client, person):
    expect(client.post(PATH, token=person.access), 204)
    person.login()
    expect(client.get(ME, token=person.access), 200)


def test_removes_the_refresh_cookie(client, person):
    morsel = cookies_of(client.post(PATH, token=person.access))["__Host-gatehouse_refresh"]
    assert (morsel.value, morsel["max-age"]) == ("", "0")


def test_without_everywhere_only_this_session_ends(client, person):
    first = person.tokens
    person.login()
    expect(client.post("/api/v1/auth/logout?everywhere=false", token=first["accessToken"]), 204)
    expect(client.get(ME, token=first["accessToken"]), 401, "TOKEN_REVOKED")
    expect(client.get(ME, token=person.access), 200)


@pytest.mark.parametrize(
    "query, expected",
    [
        ("everywhere=yes", {("everywhere", "type")}),
        ("everywhere=", {("everywhere", "type")}),
        ("everywhere=TRUE", {("everywhere", "type")}),
        ("everywhere=true&everywhere=false", {("everywhere", "repeated")}),
        ("Everywhere=true", {("Everywhere", "unknown")}),
    ],
)
def test_validates(client, person, query, expected):
    assert faults(client.post(f"/api/v1/auth/logout?{query}", token=person.access)) == expected
    expect(client.get(ME, token=person.access), 200)


def test_twice_is_refused(client, person):
    expect(client.post(PATH, token=person.access), 204)
    expect(client.post(PATH, token=person.access), 401, "TOKEN_REVOKED")


def test_from_two_sessions_at_once_it_ends_both_and_never_fails(client, person):
    sessions = [person.tokens, person.login()]
    responses = at_once(32, lambda number: client.post(PATH, token=sessions[number % 2]["accessToken"]))
    assert {response.status_code for response in responses} <= {204, 401}
    assert 204 in {response.status_code for response in responses}
    for tokens in sessions:
        expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")


def test_no_refresh_survives_it(client, person):
    sessions = [person.tokens, person.login()]

    def act(number: int):
        if number == 8:
            return client.post(PATH, token=person.access)
        return client.post(REFRESH, {"refreshToken": sessions[number % 2]["refreshToken"]})

    for answer in at_once(32, act):
        assert answer.status_code in (200, 204, 401)
        if answer.status_code == 200:
            tokens = answer.json()["data"]["tokens"]
            expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
            expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")
