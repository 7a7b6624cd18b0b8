"""Bodies that no API should accept, sent to a route with a body."""

import json

import pytest

from support.client import expect, faults
from support.people import new_address, new_password
from support.raw import connect, exchange, head, read

PATH = "/api/v1/auth/verify-email"
JSON = {"Content-Type": "application/json"}


def send(client, body: bytes, content_type: str | None = "application/json"):
    return client.post(
        PATH, data=body, headers={} if content_type is None else {"Content-Type": content_type}
    )


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"token"',
        b'{"token":',
        b'{"token": "x"',
        b'{"token": "x',
        b'{"token": "x"} x',
        b'{"token": "x"}{}',
        b'{"token": "x"},',
        b'{"token": "x",}',
        b"{'token': 'x'}",
        b'{token: "x"}',
        b'{"token": "x"} // c',
        b'/* c */ {"token": "x"}',
        b" ",
        b"\n\t ",
        b'{"token": "a", "token": "b"}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"token": "\\u0000"}',
        b'{"to\\u0000ken": "x"}',
        b'{"token": "\x00"}',
        b'{"token": "x"}\x00',
        b'{"token": "\\ud800"}',
        b'{"token": "\\udc00\\ud800"}',
        b'{"token": "\xff"}',
        b'{"token": "\xc0\x80"}',
        b'{"token": "\xed\xa0\x80"}',
        b'{"token": "\xf4\x90\x80\x80"}',
        b'{"token": "\xe2\x82"}',
        b'{"token": NaN}',
        b'{"token": Infinity}',
        b'{"token": -Infinity}',
        b'{"token": 01}',
        b'{"token": +1}',
        b'{"token": .5}',
        b'{"token": 1.}',
        b'{"token": 0x10}',
        b'{"token": "a\nb"}',
        b'{"token": "a\tb"}',
        b'{"token": "\\x41"}',
        b'{"token": "\\u12"}',
        b'{"token": True}',
        b'{"token": undefined}',
        b'\xef\xbb\xbf{"token": "x"}',
        '{"token": "x"}'.encode("utf-16"),
        b'"',
        b"nul",
        b"]",
        b"}",
        b"\xff\xfe",
        b"token=x",
        b"<token>x</token>",
    ],
    ids=lambda body: ascii(body)[2:-1],
)
def test_malformed(client, body):
    error = expect(send(client, body), 400, "MALFORMED_JSON")
    assert "token" not in str(error), "the message does not quote the body"


@pytest.mark.parametrize(
    "body", [b"[]", b'[{"token": "x"}]', b'"x"', b"null", b"7", b"true", b"1.5"], ids=bytes.decode
)
def test_a_body_must_be_an_object(client, body):
    assert faults(send(client, body)) == {("", "type")}


@pytest.mark.parametrize(
    "number", ["1" * 400, "1e999", "-1e999", "1e-999", "9" * 19, "-9223372036854775809", "0.1" + "0" * 5000]
)
def test_huge_numbers_are_refused(client, number):
    response = send(client, b'{"token": ' + number.encode() + b"}")
    assert response.status_code == 400 and response.json()["error"]["code"] in (
        "MALFORMED_JSON",
        "VALIDATION_ERROR",
    )


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    """An object with this many levels, including the outermost."""
    return ('{"x": ' + opening * (depth - 1) + "1" + closing * (depth - 1) + "}").encode()


@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a": ', "}")], ids=["arrays", "objects"])
def test_32_levels_are_accepted_and_33_are_not(client, opening, closing):
    assert faults(send(client, nested(32, opening, closing))) == {("token", "required"), ("x", "unknown")}
    expect(send(client, nested(33, opening, closing)), 400, "MALFORMED_JSON")


@pytest.mark.parametrize(
    "body", [nested(8_000), nested(2_000, '{"a": ', "}"), b"[" * 16_000, b'{"a":' * 3_000]
)
def test_extreme_depth_is_refused(client, body):
    expect(send(client, body), 400, "MALFORMED_JSON")
    expect(client.get("/healthz"), 200)


def test_many_unknown_fields_do_not_make_a_large_answer(client):
    body = json.dumps({f"field{number}": number for number in range(900)}).encode()
    response = send(client, body)
    expect(response, 400, "VALIDATION_ERROR")
    assert len(body) < 16 * 1024 and len(response.content) < 12_000


def test_long_unknown_names_do_not_make_a_large_answer(client):
    response = send(client, json.dumps({"x" * 16_000: 1}).encode())
    expect(response, 400, "VALIDATION_ERROR")
    assert len(response.content) < 1_000


def test_a_huge_body_is_refused_before_it_is_sent(stack):
    request = head("POST", PATH, "Content-Type: application/json", "Content-Length: 5000000000")
    answer = exchange(stack, request, "POST")
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_a_chunked_body_is_read(client):
    response = client.post(PATH, data=iter([b'{"tok', b'en": "x"}']), headers=JSON)
    expect(response, 422, "UNPROCESSABLE")


@pytest.mark.parametrize(
    "chunks",
    [
        b"4001\r\n" + b" " * 0x4001 + b"\r\n0\r\n\r\n",
        b"1\r\n \r\n" * 0x4001 + b"0\r\n\r\n",
        b"200000\r\n" + b" " * 0x20000,
    ],
    ids=["of the program", "in small chunks", "of nginx"],
)
def test_a_chunked_body_over_the_limit_is_too_large(stack, chunks):
    request = head("POST", PATH, "Content-Type: application/json", "Transfer-Encoding: chunked")
    with connect(stack) as connection:
        connection.sendall(request + chunks)
        answer = read(connection, "POST")
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application",
        "application/json, text/plain",
        "application/merge-patch+json",
        "*/*",
        "json",
    ],
    ids=ascii,
)
def test_another_media_type_is_unsupported(client, content_type):
    expect(send(client, b'{"token": "x"}', content_type), 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/json ;x=y",
    ],
)
def test_every_spelling_of_the_json_media_type_is_accepted(client, content_type):
    expect(send(client, b'{"token": "x"}', content_type), 422, "UNPROCESSABLE")


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
def test_a_request_without_a_body_needs_no_media_type(client, content_type):
    assert faults(send(client, b"", content_type)) == {("token", "required")}


def test_a_body_is_refused_where_none_is_expected(client, people):
    person = people.signed_in()
    response = client.request("GET", "/api/v1/users/me", json={"x": 1}, token=person.access)
    assert faults(response) == {("x", "unknown")}


def test_surrounding_white_space_is_accepted(client):
    expect(send(client, b' \r\n\t{ "token" : "x" }\n\n'), 422, "UNPROCESSABLE")


def test_unicode_as_escapes_and_as_bytes_is_the_same(client, db):
    address, password = new_address(), new_password()
    body = json.dumps({"email": address, "password": password, "name": "Zoë \U0001f469"}, ensure_ascii=True)
    client.secrets.add("password", password)
    user = expect(client.post("/api/v1/auth/register", data=body.encode(), headers=JSON), 201)["user"]
    assert user["name"] == "Zoë \U0001f469"
    assert (
        db.value("SELECT HEX(name) FROM users WHERE public_id = %s", user["id"])
        == "Zoë \U0001f469".encode().hex().upper()
    )


def test_a_body_that_the_caller_cuts_short_has_no_effect(stack, client, db):
    address = new_address()
    body = json.dumps({"email": address, "password": new_password(), "name": "Gone"}).encode()
    request = head(
        "POST", "/api/v1/auth/register", "Content-Type: application/json", f"Content-Length: {len(body) + 10}"
    )
    with connect(stack) as connection:
        connection.sendall(request + body)
    expect(client.get("/readyz"), 200)
    assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", address) == "0"
