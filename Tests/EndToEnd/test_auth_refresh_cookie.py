"""Sign-in with a cookie: no script can read the refresh token."""

import json

import pytest

from support.client import REFRESH_COOKIE as NAME
from support.client import cookies_of, expect
from support.raw import exchange, head

LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def person(people):
    return people.verified()


@pytest.fixture
def cookie(client, person):
    response = login(client, person)
    return cookies_of(response)[NAME].value


def login(client, person):
    body = {"email": person.email, "password": person.password, "cookie": True}
    return client.post(LOGIN, body, headers=SAME_ORIGIN)


def test_login_sets_the_cookie_and_keeps_the_token_out_of_the_body(client, person):
    response = login(client, person)
    tokens = expect(response, 200)["tokens"]
    morsel = cookies_of(response)[NAME]
    assert tokens["accessToken"] and tokens.get("refreshToken") is None
    assert morsel.value and morsel.value not in response.text
    assert (morsel["path"], morsel["httponly"], morsel["secure"], morsel["samesite"]) == (
        "/",
        True,
        True,
        "Strict",
    )
    assert morsel["domain"] == "", "a __Host- cookie has no domain"
    assert int(morsel["max-age"]) == 7 * 86400


@pytest.mark.parametrize("value", [False, None])
def test_no_cookie_is_set_unless_asked_for(client, person, value):
    body = {"email": person.email, "password": person.password} | ({} if value is None else {"cookie": value})
    response = client.post(LOGIN, body)
    assert expect(response, 200)["tokens"]["refreshToken"] and NAME not in cookies_of(response)


def test_refresh_reads_the_cookie_and_sets_the_next(client, cookie):
    response = client.post(REFRESH, cookie=cookie, headers=SAME_ORIGIN)
    tokens = expect(response, 200)["tokens"]
    morsel = cookies_of(response)[NAME]
    assert morsel.value != cookie and morsel.value not in response.text and tokens.get("refreshToken") is None
    assert (morsel["path"], morsel["httponly"], morsel["secure"], morsel["samesite"]) == (
        "/",
        True,
        True,
        "Strict",
    )
    expect(client.get("/api/v1/users/me", token=tokens["accessToken"]), 200)
    expect(client.post(REFRESH, {}, cookie=morsel.value, headers=SAME_ORIGIN), 200)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{own}"},
        {"Origin": "{own}.evil.example"},
        {"Referer": "{own}/"},
    ],
    ids=str,
)
def test_a_cookie_from_another_origin_is_refused_without_being_used_up(client, cookie, stack, headers):
    sent = {name: value.replace("{own}", stack.url) for name, value in headers.items()}
    response = client.post(REFRESH, cookie=cookie, headers=sent)
    expect(response, 403, "FORBIDDEN")
    assert "Set-Cookie" not in response.headers
    expect(client.post(REFRESH, cookie=cookie, headers=SAME_ORIGIN), 200)


@pytest.mark.parametrize(
    "headers", [SAME_ORIGIN, {"Origin": "{own}"}, SAME_ORIGIN | {"Origin": "{own}"}], ids=str
)
def test_a_cookie_from_our_own_origin_is_accepted(client, cookie, stack, headers):
    sent = {
        name: value.replace("{own}", stack.settings["GATEHOUSE_PUBLIC_URL"])
        for name, value in headers.items()
    }
    expect(client.post(REFRESH, cookie=cookie, headers=sent), 200)


def test_the_token_in_the_body_takes_precedence_over_the_cookie(client, people, cookie):
    other = people.signed_in()
    response = client.post(
        REFRESH, {"refreshToken": other.refresh}, cookie=cookie, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert expect(response, 200)["tokens"]["refreshToken"]
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("sent", ["x", "", '"', "ghr_" + "A" * 43, "a; b=c"])
def test_a_cookie_that_is_no_token_is_unauthorized(client, sent):
    expect(client.post(REFRESH, cookie=sent, headers=SAME_ORIGIN), 401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "name", ["gatehouse_refresh", "__host-gatehouse_refresh", "x__Host-gatehouse_refresh"]
)
def test_a_cookie_of_another_name_is_ignored(client, cookie, name):
    response = client.post(REFRESH, headers=SAME_ORIGIN | {"Cookie": f"{name}={cookie}"})
    expect(response, 401, "UNAUTHORIZED")


def test_other_cookies_beside_it_do_no_harm(client, cookie):
    field = f"theme=dark; a=b=c; {NAME}={cookie}; last="
    expect(client.post(REFRESH, headers=SAME_ORIGIN | {"Cookie": field}), 200)


def refresh(stack, *cookies: bytes):
    """Refreshes once with these Cookie fields, given as bytes."""
    lines = [f"Cookie: {value.decode('latin-1')}" for value in cookies]
    fields = [*lines, "Sec-Fetch-Site: same-origin", "Content-Length: 0"]
    answer = exchange(stack, head("POST", REFRESH, *fields), "POST")
    return answer.status, json.loads(answer.body)


def test_a_greek_question_mark_does_not_end_a_cookie(stack, client, people, person, cookie):
    """Unicode treats U+037E as equivalent to a semicolon, but header fields are bytes."""
    attacker = cookies_of(login(client, people.verified()))[NAME].value
    planted = f"theme=x\u037e {NAME}={attacker}".encode()
    assert refresh(stack, planted)[0] == 401
    status, answer = refresh(stack, planted + f"; {NAME}={cookie}".encode())
    assert status == 200
    access = answer["data"]["tokens"]["accessToken"]
    assert expect(client.get("/api/v1/users/me", token=access), 200)["id"] == person.id


def test_a_cookie_that_comes_twice_is_refused(stack, client, people, cookie):
    attacker = cookies_of(login(client, people.verified()))[NAME].value
    own, others = (f"{NAME}={value}".encode() for value in (cookie, attacker))
    for fields in [(own + b"; " + others,), (others + b"; " + own,), (own, others), (own + b";" + own,)]:
        status, answer = refresh(stack, *fields)
        assert (status, answer["error"]["details"][0]["field"]) == (400, "Cookie")
    assert refresh(stack, own + b"; theme=a; theme=b")[0] == 200, "repeated cookies of other names are allowed"


def test_with_a_null_token_the_cookie_is_used(client, cookie):
    """Answers contain `null` there."""
    response = client.post(REFRESH, {"refreshToken": None}, cookie=cookie, headers=SAME_ORIGIN)
    assert expect(response, 200)["tokens"]["refreshToken"] is None


def test_logout_removes_the_cookie(client, person):
    response = login(client, person)
    access = expect(response, 200)["tokens"]["accessToken"]
    response = client.post("/api/v1/auth/logout", token=access)
    expect(response, 204)
    morsel = cookies_of(response)[NAME]
    assert (
        morsel.value == "" and morsel["max-age"] == "0" and morsel["secure"] is True and morsel["path"] == "/"
    )
