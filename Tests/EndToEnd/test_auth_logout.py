"""POST /auth/logout."""

import pytest

from support.access import new_key
from support.client import REFRESH_COOKIE, at_once, cookies_of, expect, faults
from support.sibling import call, sibling

PATH = "/api/v1/auth/logout"
REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
EVERYWHERE = f"{PATH}?everywhere=true"


@pytest.fixture
def person(people):
    return people.signed_in()


def test_ends_the_session_at_once(client, person, db):
    expect(client.post(PATH, token=person.access), 204)
    expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 401, "TOKEN_REVOKED")
    assert db.actions(person.id)[-1] == "session.ended"


def test_other_sessions_stay(client, person):
    first = person.tokens
    person.login()
    expect(client.post(PATH, token=first["accessToken"]), 204)
    expect(client.get(ME, token=person.access), 200)
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)


def test_the_second_sign_out_is_refused(client, person):
    expect(client.post(PATH, token=person.access), 204)
    expect(client.post(PATH, token=person.access), 401, "TOKEN_REVOKED")


def test_requires_something_that_names_a_session(client, person):
    expect(client.post(PATH), 401, "UNAUTHORIZED")
    expect(client.post(PATH, token=person.refresh), 401, "UNAUTHORIZED")
    expect(client.get(ME, token=person.access), 200)


def test_takes_no_unknown_fields(client, person):
    assert faults(client.post(PATH, {"everything": True}, token=person.access)) == {("everything", "unknown")}
    expect(client.get(ME, token=person.access), 200)


def test_32_concurrent_logouts_end_the_session_once(client, person, db):
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


# --- What names the session ------------------------------------------------------------------------------------


def sign_in_by_cookie(client, person) -> tuple[str, str]:
    """The access token and the cookie of a new session."""
    body = {"email": person.email, "password": person.password, "cookie": True}
    response = client.post("/api/v1/auth/login", body, headers=SAME_ORIGIN)
    access = expect(response, 200)["tokens"]["accessToken"]
    return access, cookies_of(response)[REFRESH_COOKIE].value


def removes_cookie(response) -> bool:
    morsel = cookies_of(response).get(REFRESH_COOKIE)
    return morsel is not None and (morsel.value, morsel["max-age"]) == ("", "0")


@pytest.mark.parametrize("path", [PATH, EVERYWHERE])
@pytest.mark.parametrize("bearer", [None, "x.y.z"])
def test_the_cookie_signs_out(client, person, db, path, bearer):
    access, cookie = sign_in_by_cookie(client, person)
    response = client.post(path, token=bearer, cookie=cookie, headers=SAME_ORIGIN)
    expect(response, 204)
    assert removes_cookie(response)
    expect(client.get(ME, token=access), 401, "TOKEN_REVOKED")
    expect(client.get(ME, token=person.access), *((200,) if path == PATH else (401, "TOKEN_REVOKED")))
    assert db.actions(person.id)[-1] == ("session.ended" if path == PATH else "session.ended_everywhere")


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}], ids=str)
def test_another_origin_cannot_sign_out(client, person, headers):
    access, cookie = sign_in_by_cookie(client, person)
    response = client.post(PATH, cookie=cookie, headers=headers)
    expect(response, 403, "FORBIDDEN")
    assert not removes_cookie(response)
    expect(client.get(ME, token=access), 200)


def test_a_refresh_token_in_the_body_signs_out(client, person):
    expect(client.post(PATH, {"refreshToken": person.refresh}), 204)
    expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")


def test_an_expired_session_is_reported_as_expired(client, person, db):
    db.run(
        "UPDATE sessions SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE public_id = %s", person.session_id()
    )
    response = client.post(PATH, {"refreshToken": person.refresh})
    expect(response, 401, "TOKEN_EXPIRED")
    assert removes_cookie(response)


def test_a_rotated_token_still_names_its_session(client, person):
    successor = expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)["tokens"]
    expect(client.post(PATH, {"refreshToken": person.refresh}), 204)
    expect(client.post(REFRESH, {"refreshToken": successor["refreshToken"]}), 401, "TOKEN_REVOKED")


def test_sign_out_ends_every_session_that_the_request_names(client, person, people):
    """The body has the token of one sign-in, and the browser the cookie of a later one."""
    access, cookie = sign_in_by_cookie(client, person)
    other = people.signed_in()
    sent = {"refreshToken": other.refresh}
    expect(client.post(PATH, sent, token=person.access, cookie=cookie, headers=SAME_ORIGIN), 204)
    for ended in (access, person.access, other.access):
        expect(client.get(ME, token=ended), 401, "TOKEN_REVOKED")


def test_an_api_key_cannot_sign_out(client, person):
    key = new_key(client, person, "projects:read")["secret"]
    _, cookie = sign_in_by_cookie(client, person)
    expect(client.post(PATH, token=key, cookie=cookie, headers=SAME_ORIGIN), 403, "FORBIDDEN")


def test_the_cookie_of_an_ended_session_is_removed(client, person):
    access, cookie = sign_in_by_cookie(client, person)
    expect(client.post(PATH, token=access), 204)
    response = client.post(PATH, cookie=cookie, headers=SAME_ORIGIN)
    expect(response, 401, "TOKEN_REVOKED")
    assert removes_cookie(response) and response.headers["WWW-Authenticate"]


def test_an_expired_access_token_ends_only_its_own_session(stack, client, person, tmp_path, db):
    """The clock of the program is 16 minutes ahead: the token has expired, and the session has not."""
    with sibling(stack, tmp_path, clock_shift=960) as socket:
        late = {"HTTP_AUTHORIZATION": f"Bearer {person.access}"}
        assert call(socket, "GET", ME, **late).body["error"]["code"] == "TOKEN_EXPIRED"
        refused = call(socket, "POST", EVERYWHERE, **late)
        assert (refused.status, refused.body["error"]["code"]) == (401, "TOKEN_EXPIRED")
        assert call(socket, "POST", PATH, **late).status == 204
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 401, "TOKEN_REVOKED")
    assert db.actions(person.id)[-1] == "session.ended"


# --- Answers that say that a session is over -----------------------------------------------------------------


def end_elsewhere(client, person) -> None:
    expect(client.post(EVERYWHERE, token=person.access), 204)


def test_a_refresh_removes_the_cookie_of_an_ended_session(client, person):
    _, cookie = sign_in_by_cookie(client, person)
    end_elsewhere(client, person)
    response = client.post(REFRESH, cookie=cookie, headers=SAME_ORIGIN)
    expect(response, 401, "TOKEN_REVOKED")
    assert removes_cookie(response)


def test_a_refresh_removes_a_cookie_that_names_no_session(client):
    response = client.post(REFRESH, cookie="ghr_" + "A" * 43, headers=SAME_ORIGIN)
    expect(response, 401, "UNAUTHORIZED")
    assert removes_cookie(response)


def test_a_late_duplicate_keeps_the_cookie_and_reuse_removes_it(client, person, db):
    _, first = sign_in_by_cookie(client, person)
    second = cookies_of(client.post(REFRESH, cookie=first, headers=SAME_ORIGIN))[REFRESH_COOKIE].value
    expect(client.post(REFRESH, cookie=second, headers=SAME_ORIGIN), 200)
    late = client.post(REFRESH, cookie=first, headers=SAME_ORIGIN)
    expect(late, 401, "TOKEN_REUSED")
    assert cookies_of(late) == {}, "the session lives, and the browser has a newer cookie"
    db.run(
        "UPDATE refresh_tokens SET used_at = used_at - INTERVAL 31 SECOND WHERE token_hash = UNHEX(SHA2(%s, 256))",
        first,
    )
    reuse = client.post(REFRESH, cookie=first, headers=SAME_ORIGIN)
    expect(reuse, 401, "TOKEN_REUSED")
    assert removes_cookie(reuse)


def test_a_refused_access_token_removes_a_dead_cookie_and_keeps_a_live_one(client, person):
    access, cookie = sign_in_by_cookie(client, person)
    end_elsewhere(client, person)
    response = client.get(ME, token=access, cookie=cookie)
    expect(response, 401, "TOKEN_REVOKED")
    assert removes_cookie(response)
    _, newer = sign_in_by_cookie(client, person)
    response = client.get(ME, token=access, cookie=newer)
    expect(response, 401, "TOKEN_REVOKED")
    assert cookies_of(response) == {}


def test_ending_the_current_session_by_its_id_removes_the_cookie(client, person):
    access, cookie = sign_in_by_cookie(client, person)
    sessions = expect(client.get(f"{ME}/sessions", token=access), 200)
    for session in sorted(sessions, key=lambda session: session["current"]):
        response = client.delete(f"{ME}/sessions/{session['id']}", token=access, cookie=cookie)
        expect(response, 204)
        assert removes_cookie(response) == session["current"]
