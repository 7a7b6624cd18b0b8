"""Requests that no client library sends: odd paths, missing and doubled fields, broken HTTP."""

import json

import pytest

from support.contract import check_error_shape
from support.raw import exchange, head

ME = "/api/v1/users/me"


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


def error_of(answer) -> dict:
    """The error in an answer, from nginx or the program."""
    assert answer.values("Content-Type") == ["application/json"]
    for name in (
        "X-Request-Id",
        "X-Content-Type-Options",
        "Strict-Transport-Security",
        "Content-Security-Policy",
    ):
        assert len(answer.values(name)) == 1, name
    assert answer.values("Cache-Control") == ["no-store"]
    error = check_error_shape(json.loads(answer.body))
    assert error["requestId"] == answer.values("X-Request-Id")[0]
    assert b"nginx/" not in answer.body and "/" not in answer.values("Server")[0]
    return error


def repeated(answer) -> set[str]:
    """The fields that an answer names as doubled."""
    return {fault["field"] for fault in error_of(answer)["details"] if fault["code"] == "repeated"}


@pytest.mark.parametrize(
    "target, status",
    [
        ("//api/v1/users/me", 404),
        ("/api//v1/users/me", 404),
        ("/api/v1/users//me", 404),
        ("/api/v1/users/me/", 404),
        ("/api/v1/./users/me", 404),
        ("/api/v1/users/../users/me", 404),
        ("/api/v1/users/%2e%2e/users/me", 404),
        ("/api/v1/users/%2E%2E/%2E%2E/%2E%2E/etc/passwd", 404),
        ("/api/v1/users%2Fme", 404),
        ("/api%2Fv1%2Fusers%2Fme", 404),
        ("/api/v1/users/me%00", 400),
        ("/api/v1/users/%00/me", 400),
        ("/api/v1/users/me%", 400),
        ("/api/v1/users/me%zz", 400),
        ("/api/v1\\users\\me", 404),
        ("/api/v1/users/me/export;x=1", 404),
        ("/api/v1/users/me/export.json", 404),
        ("/api/v1/USERS/me", 404),
        ("/API/v1/users/me", 404),
        ("/api/v1/users/me/export%20", 404),
        ("/api/v1/users/me/export%0d%0aX-Evil:1", 404),
        ("/api/v1/users/me/export%2f", 404),
        ("/../../etc/passwd", 400),
        ("/docs/../../../etc/passwd", 400),
        ("/docs/%2e%2e/%2e%2e/gatehouse.env", 400),
        ("/pages/..%2f..%2fgatehouse.env", 400),
        ("/docs/swagger-ui/../../gatehouse.env", 404),
        ("/docs/swagger-ui../gatehouse.env", 404),
        ("/pages../gatehouse.env", 404),
        ("/docs../gatehouse.env", 404),
        ("/verify-email/x", 404),
        ("/verify-email%00", 400),
        ("/api/v1/users/m\u00e9", 400),
        ("/api/v1/users/%ff", 404),
        ("/api/v1/" + "a" * 7000, 404),
        ("/api/v1/" + "a/" * 3500, 404),
        ("/" + "a" * 9000, 414),
        ("/api/v1/users/me?" + "a" * 9000, 414),
        ("*", 400),
        ("api/v1/users/me", 400),
    ],
    ids=lambda value: ascii(value)[1:50] if isinstance(value, str) else None,
)
def test_odd_paths_are_not_found(stack, person, target, status):
    answer = exchange(stack, head("GET", target.encode(), f"Authorization: Bearer {person.access}"))
    codes = {400: "BAD_REQUEST", 404: "NOT_FOUND", 414: "URI_TOO_LONG"}
    assert (answer.status, error_of(answer)["code"]) == (status, codes[status])


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/%75sers/me",
        "/api/v1/users/%6De",
        ME + "?",
        "https://localhost" + ME,
    ],
)
def test_other_spellings_of_a_path_are_the_same(stack, person, target):
    answer = exchange(stack, head("GET", target, f"Authorization: Bearer {person.access}"))
    assert answer.status == 200 and json.loads(answer.body)["data"]["id"] == person.id


@pytest.mark.parametrize(
    "fields",
    [
        ("Bearer {token}", "Bearer {token}"),
        ("Bearer {token}", "Bearer x"),
        ("Bearer x", "Bearer {token}"),
        ("Basic eDp5", "Bearer {token}"),
        ("", "Bearer {token}"),
    ],
    ids=str,
)
def test_a_doubled_authorization_is_refused(stack, person, fields):
    lines = ["Authorization: " + field.format(token=person.access) for field in fields]
    answer = exchange(stack, head("GET", ME, *lines))
    assert answer.status == 400 and error_of(answer), "nginx refuses it, and so does the program, without nginx"


@pytest.mark.parametrize(
    "name, value",
    [
        ("Access-Control-Request-Method", "GET"),
        ("Idempotency-Key", "a"),
        ("Origin", "https://localhost"),
        ("Sec-Fetch-Site", "same-origin"),
        ("User-Agent", "curl/8"),
    ],
)
def test_a_doubled_field_is_refused(stack, person, name, value):
    lines = [f"Authorization: Bearer {person.access}"] + [f"{name}: {value}"] * 2
    answer = exchange(stack, head("GET", ME, *lines))
    assert (answer.status, repeated(answer)) == (400, {name})
    assert exchange(stack, head("GET", ME, *lines[:-1])).status == 200


@pytest.mark.parametrize("first, second", [("text/plain", "application/json"), ("application/json",) * 2])
def test_a_doubled_content_type_is_refused(stack, first, second):
    lines = [f"Content-Type: {first}", f"Content-Type: {second}", "Content-Length: 2"]
    answer = exchange(stack, head("POST", "/api/v1/auth/login", *lines) + b"{}", "POST")
    assert (answer.status, repeated(answer)) == (400, {"Content-Type"})


@pytest.mark.parametrize(
    "token", ["{token}, Bearer {token}", "{token} x", "{token}\u00e9", "\u00a0{token}", '"{token}"'], ids=ascii
)
def test_a_malformed_token_is_unauthorized(stack, person, token):
    field = f"Authorization: Bearer {token.format(token=person.access)}"
    answer = exchange(stack, head("GET", ME, field))
    assert (answer.status, error_of(answer)["code"]) == (401, "UNAUTHORIZED")


def test_a_doubled_request_id_is_answered_once(stack):
    answer = exchange(stack, head("GET", ME, "X-Request-Id: first", "X-Request-Id: second"))
    assert answer.status == 401 and error_of(answer)["requestId"] != "first, second"


def test_a_doubled_if_match_never_changes_another_version(stack, person):
    body = b'{"locale": "sv"}'
    lines = [
        f"Authorization: Bearer {person.access}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    answer = exchange(stack, head("PATCH", ME, *lines, 'If-Match: "a"', 'If-Match: "b"') + body, "PATCH")
    assert (answer.status, error_of(answer)["code"]) in {(412, "PRECONDITION_FAILED"), (400, "BAD_REQUEST")}


@pytest.mark.parametrize(
    "request_bytes, status",
    [
        (head("GET", ME, host=None), 400),
        (head("GET", ME, "Host: second.example"), 400),
        (head("GET", ME, "Content-Length: x"), 400),
        (head("POST", ME, "Content-Length: 2", "Content-Length: 3") + b"{}", 400),
        (head("POST", ME, "Content-Length: 2", "Transfer-Encoding: chunked") + b"0\r\n\r\n", 400),
        (head("POST", ME, "Transfer-Encoding: gzip"), 501),
        (head("POST", ME, "Content-Length: -1"), 400),
        (head("get", ME), 400),
        (b"GET\r\n\r\n", 400),
        (b"\x16\x03\x01 garbage\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505),
        (head("GET", ME, "X-Long: " + "x" * 9000), 431),
        (head("GET", ME, *[f"X-{n}: {'x' * 1000}" for n in range(40)]), 431),
        (head("GET", ME, "Bad\x00Name: x"), 400),
        (head("TRACE", ME), 501),
        (head("CONNECT", ME), 501),
        (head("TRACE", "/"), 501),
        (head("CONNECT", "/docs/"), 501),
        (head("TRACE", "/pages/pages.css"), 501),
        (head("TRACE", "/verify-email"), 501),
        (head("TRACE", "/nothing"), 501),
        (head("TRACE", "/metrics"), 501),
        (head("POST", "/docs/", "Content-Length: 0"), 405),
    ],
    ids=[
        "no host",
        "two hosts",
        "length",
        "two lengths",
        "smuggling",
        "coding",
        "negative",
        "lower case",
        "one word",
        "garbage",
        "version",
        "long field",
        "many fields",
        "nul",
        "trace",
        "connect",
        "trace of the root",
        "connect to the docs",
        "trace of a file",
        "trace of a page",
        "trace of nothing",
        "trace of the metrics",
        "static post",
    ],
)
def test_broken_http_is_reported_in_the_common_shape(stack, request_bytes, status):
    answer = exchange(stack, request_bytes)
    assert answer.status == status
    error_of(answer)


def test_an_empty_line_before_a_request_is_ignored(stack):
    assert exchange(stack, b"\r\n" + head("GET", "/healthz")).status == 200


@pytest.mark.parametrize(
    "fields",
    [(), ("User-Agent: ",), ("Accept: text/html",), ("Accept-Encoding: br",), ("Range: bytes=0-3",)],
    ids=str,
)
def test_missing_and_unusual_fields_do_no_harm(stack, person, fields):
    answer = exchange(stack, head("GET", ME, f"Authorization: Bearer {person.access}", *fields))
    assert answer.status == 200 and json.loads(answer.body)["data"]["id"] == person.id


def test_http_1_0_is_answered(stack):
    answer = exchange(stack, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert answer.status == 200 and json.loads(answer.body) == {"data": {"status": "ok"}}


def test_a_user_agent_with_any_bytes_is_stored_safely(stack, client, people):
    person = people.verified()
    body = json.dumps({"email": person.email, "password": person.password}).encode()
    request = head(
        "POST",
        "/api/v1/auth/login",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "User-Agent: \xff\xfe<script>\x80" + "x" * 2000,
    )
    answer = exchange(stack, request + body, "POST")
    assert answer.status == 200
    person.tokens = json.loads(answer.body)["data"]["tokens"]
    client.secrets.add_from(person.tokens)
    (session,) = client.get("/api/v1/users/me/sessions", token=person.access).json()["data"]
    assert len(session["userAgent"]) <= 512 and "<script>" in session["userAgent"]


def test_a_proxy_field_is_not_passed_on(stack, person):
    lines = [f"Authorization: Bearer {person.access}", "Proxy: http://evil.example:1"]
    assert exchange(stack, head("GET", ME, *lines)).status == 200
    snippet = (stack.run / "nginx" / "snippets" / "program.conf").read_text()
    assert 'fastcgi_param HTTP_PROXY "";' in snippet
