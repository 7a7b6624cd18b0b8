"""POST /auth/logout."""

import pytest

from support.client import at_once, expect, faults

PATH = "/api/v1/auth/logout"
REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"


@pytest.fixture
def person(people):
    return people.signed_in()


def test_ends_the_session_at_once(client, person, db):
    expect(client.post(PATH, token=person.access), 204)
    expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 401, "TOKEN_REVOKED")
    assert db.actions(person.id)[-1] == "session.ended"


def test_leaves_other_sessions_alone(client, person):
    first = person.tokens
    person.login()
    expect(client.post(PATH, token=first["accessToken"]), 204)
    expect(client.get(ME, token=person.access), 200)
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)


def test_twice_is_refused(client, person):
    expect(client.post(PATH, token=person.access), 204)
    expect(client.post(PATH, token=person.access), 401, "TOKEN_REVOKED")


def test_needs_the_access_token(client, person):
    expect(client.post(PATH), 401, "UNAUTHORIZED")
    expect(client.post(PATH, token=person.refresh), 401, "UNAUTHORIZED")
    expect(client.get(ME, token=person.access), 200)


def test_takes_no_fields(client, person):
    assert faults(client.post(PATH, {"everything": True}, token=person.access)) == {("everything", "unknown")}
    expect(client.get(ME, token=person.access), 200)


def test_32_concurrent_logouts_end_it_once(client, person, db):
    responses = at_once(32, lambda number: client.post(PATH, token=person.access))
    assert {response.status_code for response in responses} <= {204, 401}
    assert 204 in {response.status_code for response in responses}
    assert db.actions(person.id).count("session.ended") == 1


def test_no_refresh_survives_a_concurrent_logout(client, person):
    def act(number: int):
        if number % 2:
            return client.post(PATH, token=person.access)
        return client.post(REFRESH, {"refreshToken": person.refresh})

    answers = at_once(32, act)
    assert {answer.status_code for answer in answers} <= {200, 204, 401}
    for answer in answers:
        if answer.status_code == 200:
            tokens = answer.json()["data"]["tokens"]
            expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
            expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 401, "TOKEN_REVOKED")
