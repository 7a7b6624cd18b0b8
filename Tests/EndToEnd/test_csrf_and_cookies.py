"""Another site, or the author of a planted cookie, can make a browser do nothing."""

import pytest

from support.client import DEVICE_COOKIE, REFRESH_COOKIE, REGISTRATION_COOKIE, cookies_of, expect
from support.people import registration
from support.sibling import call, sibling

LOGIN = "/api/v1/auth/login"
LOGOUT = "/api/v1/auth/logout"
REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
LISTED = "https://app.example.com"
CORS = "access-control-"


@pytest.fixture
def person(people):
    return people.verified()


def login(client, person, **options):
    body = {"email": person.email, "password": person.password, "cookie": True}
    response = client.post(LOGIN, body, headers=SAME_ORIGIN, **options)
    expect(response, 200)
    return response


@pytest.mark.parametrize("name", [REFRESH_COOKIE, DEVICE_COOKIE, REGISTRATION_COOKIE])
def test_cookies_are_for_this_host_and_tls_only_and_hidden_from_scripts(client, person, name):
    registered = client.post("/api/v1/auth/register", registration())
    morsel = (cookies_of(login(client, person)) | cookies_of(registered))[name]
    assert (morsel["path"], morsel["domain"]) == ("/", ""), "browsers require this for the prefix __Host-"
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == (True, True, "Strict")
    assert int(morsel["max-age"]) > 0


def test_a_login_without_the_cookie_form_sets_no_refresh_cookie(client, person):
    response = client.post(LOGIN, {"email": person.email, "password": person.password})
    expect(response, 200)
    assert REFRESH_COOKIE not in cookies_of(response)


def test_no_other_answer_sets_a_cookie(client, people):
    person = people.signed_in()
    refreshed = client.post(REFRESH, {"refreshToken": person.refresh})
    for response in (refreshed, client.get(ME, token=person.access), client.get(ME), client.post(LOGIN, {})):
        assert cookies_of(response) == {}


def test_a_refused_login_sets_no_cookie(client, person):
    body = {"email": person.email, "password": "not this one", "cookie": True}
    response = client.post(LOGIN, body, headers=SAME_ORIGIN)
    expect(response, 401, "INVALID_CREDENTIALS")
    assert cookies_of(response) == {}


def test_a_login_does_not_adopt_a_planted_refresh_cookie(client, people):
    """Session fixation: the attacker's session is in the victim's browser before the victim signs in."""
    attacker, victim = people.verified(), people.verified()
    planted = cookies_of(login(client, attacker))[REFRESH_COOKIE].value
    response = login(client, victim, cookie=planted)
    own = cookies_of(response)[REFRESH_COOKIE].value
    assert own != planted
    access = expect(client.post(REFRESH, cookie=planted, headers=SAME_ORIGIN), 200)["tokens"]["accessToken"]
    assert expect(client.get(ME, token=access), 200)["id"] == attacker.id
    (session,) = expect(client.get("/api/v1/users/me/sessions", token=access), 200)
    victims = response.json()["data"]["tokens"]["accessToken"]
    assert [session["id"]] != [
        other["id"] for other in expect(client.get("/api/v1/users/me/sessions", token=victims), 200)
    ]


@pytest.mark.parametrize(
    "planted", ["x", "", "ghr_" + "A" * 43, "ghr_FIXATEDFIXATEDFIXATEDFIXATEDFIXATEDFIXATED0"]
)
def test_a_login_does_not_adopt_a_made_up_refresh_cookie(client, person, planted):
    response = login(client, person, cookie=planted)
    own = cookies_of(response)[REFRESH_COOKIE].value
    assert own != planted
    expect(client.post(REFRESH, cookie=planted, headers=SAME_ORIGIN), 401, "UNAUTHORIZED")
    expect(client.post(REFRESH, cookie=own, headers=SAME_ORIGIN), 200)


@pytest.mark.parametrize("planted", ["x", "", "A" * 43, "a.b.c", '"'])
def test_a_made_up_device_cookie_is_replaced(client, person, planted):
    assert cookies_of(login(client, person, device=planted))[DEVICE_COOKIE].value != planted


def test_a_device_cookie_does_not_show_whose_it_is(client, person):
    value = cookies_of(login(client, person))[DEVICE_COOKIE].value
    assert person.id not in value and person.email not in value and person.email.split("@")[0] not in value


def test_each_sign_in_starts_a_new_session_whatever_the_caller_sends(client, people):
    person = people.signed_in()
    before = person.session_id()
    body = {"email": person.email, "password": person.password}
    tokens = expect(client.post(LOGIN, body, token=person.access, cookie=person.refresh), 200)["tokens"]
    person.tokens = tokens
    assert person.session_id() != before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": LISTED},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_another_site_cannot_sign_a_browser_in_to_another_account(client, person, db, headers):
    """A victim who is signed in unawares enters their own data into the attacker's account."""
    body = {"email": person.email, "password": person.password, "cookie": True}
    response = client.post(LOGIN, body, headers=headers)
    expect(response, 403, "FORBIDDEN")
    assert cookies_of(response) == {} and db.actions(person.id) == ["user.registered"]


@pytest.mark.parametrize("path", [ME, f"{ME}/sessions"])
def test_cookies_alone_permit_only_refresh_and_sign_out(client, person, path):
    cookies = cookies_of(login(client, person))
    response = client.get(
        path,
        cookie=cookies[REFRESH_COOKIE].value,
        device=cookies[DEVICE_COOKIE].value,
        headers=SAME_ORIGIN,
    )
    expect(response, 401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_form_of_another_site_cannot_sign_a_browser_in(client, person, content_type):
    body = f'{{"email": "{person.email}", "password": "wrong password"}}'.encode()
    response = client.post(
        LOGIN, data=body, headers={"Content-Type": content_type, "Origin": "https://evil.example"}
    )
    expect(response, 415, "UNSUPPORTED_MEDIA_TYPE")


# --- CORS --------------------------------------------------------------------------------------------------


def granted(headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower().startswith(CORS)}


@pytest.fixture(scope="module")
def listing(stack, tmp_path_factory):
    """A process with two allowed origins."""
    settings = {"GATEHOUSE_CORS_ORIGINS": f"{LISTED},https://other.example.com:8443"}
    with sibling(stack, tmp_path_factory.mktemp("cors"), **settings) as socket:
        yield socket


def preflight(socket, origin: str, path: str = ME, method: str = "PATCH"):
    return call(
        socket,
        "OPTIONS",
        path,
        HTTP_ORIGIN=origin,
        HTTP_ACCESS_CONTROL_REQUEST_METHOD=method,
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS="authorization,content-type,if-match",
    )


def test_by_default_no_origin_is_allowed(client, contract):
    headers = {"Origin": LISTED, "Access-Control-Request-Method": "GET"}
    for operation in contract.operations:
        response = client.request("OPTIONS", operation.path.replace("{id}", "x"), headers=headers)
        expect(response, 405, "METHOD_NOT_ALLOWED")
        assert granted(response.headers) == {}
    assert granted(client.get("/readyz", headers=headers).headers) == {}


@pytest.mark.parametrize("origin", [LISTED, "https://other.example.com:8443"])
def test_an_allowed_origin_passes_the_preflight(listing, origin):
    answer = preflight(listing, origin)
    assert answer.status == 204 and answer.body is None
    grant = granted(answer.headers)
    assert grant["access-control-allow-origin"] == origin
    assert "PATCH" in grant["access-control-allow-methods"].split(", ")
    allowed = grant["access-control-allow-headers"].lower().split(", ")
    assert {"authorization", "content-type", "if-match"} <= set(allowed)
    assert "access-control-allow-credentials" not in grant, "the cookie form is for the same origin only"
    assert "origin" in answer.headers["Vary"].lower()


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "*",
        "",
        LISTED.replace("https", "http"),
        LISTED.upper(),
        f"{LISTED}:444",
        f"{LISTED}.evil.example",
        f"https://evil.example#{LISTED}",
        f"{LISTED}/",
        "https://other.example.com",
    ],
)
def test_another_origin_fails_the_preflight(listing, origin):
    answer = preflight(listing, origin)
    assert answer.status == 405 and granted(answer.headers) == {}


def test_an_allowed_origin_can_read_answers_and_errors(listing):
    for path in (ME, "/api/v1/nothing", "/.well-known/jwks.json"):
        answer = call(listing, "GET", path, HTTP_ORIGIN=LISTED)
        grant = granted(answer.headers)
        assert grant["access-control-allow-origin"] == LISTED, path
        assert "access-control-allow-credentials" not in grant
        assert "origin" in answer.headers["Vary"].lower()


def test_another_origin_cannot_read(listing):
    for path in (ME, "/api/v1/nothing", "/.well-known/jwks.json"):
        assert granted(call(listing, "GET", path, HTTP_ORIGIN="https://evil.example").headers) == {}


def test_answers_vary_by_origin_for_caches(listing):
    answer = call(listing, "GET", "/.well-known/jwks.json")
    assert granted(answer.headers) == {} and "origin" in answer.headers["Vary"].lower()


def test_an_allowed_origin_cannot_use_the_cookie(listing, client, person):
    cookie = cookies_of(login(client, person))[REFRESH_COOKIE].value
    fields = {"HTTP_ORIGIN": LISTED, "HTTP_SEC_FETCH_SITE": "cross-site"}
    answer = call(listing, "POST", REFRESH, HTTP_COOKIE=f"{REFRESH_COOKIE}={cookie}", **fields)
    assert (answer.status, answer.body["error"]["code"]) == (403, "FORBIDDEN")
