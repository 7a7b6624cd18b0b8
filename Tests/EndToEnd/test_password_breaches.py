"""Passwords known from breaches: the range server is asked, learns nothing, and never blocks a registration."""

import hashlib
import http.server
import json
import threading
from contextlib import contextmanager

import pytest

from support.people import new_password, registration
from support.sibling import call, sibling
from support.text import is_sentence

REGISTER = "/api/v1/auth/register"


class Range(http.server.BaseHTTPRequestHandler):
    """Answers like a range server: the suffixes of the SHA-1 hashes with the requested prefix, each with a count."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.server.answer(self)

    def log_message(self, *arguments) -> None:
        pass


@contextmanager
def range_server(answer):
    """A server that gives this answer and records what it was asked."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Range)
    server.asked, server.answer = [], answer
    server.url = f"http://127.0.0.1:{server.server_port}/range/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def judging(stack, tmp_path, secrets):
    """Runs a process that asks a server, and yields a function that registers with a password."""

    @contextmanager
    def run(url: str):
        with sibling(stack, tmp_path, GATEHOUSE_BREACH_CHECK_URL=url) as socket:

            def register(password: str):
                secrets.add("password", password)
                return call(socket, "POST", REGISTER, registration(password=password))

            yield register

    return run


def reply(request, status: int, body: str) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body.encode())


def digest(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


def lines(*passwords: str):
    """An answer that includes these hashes."""

    def answer(request) -> None:
        counted = [f"{digest(password)[5:]}:17" for password in passwords]
        body = "\r\n".join(
            ["0018A45C4D1DEF81644B54AB7F969B88D65:1", *counted, "011053FD0102E94D6AE2F8B83D76FAF94F6:2"]
        )
        reply(request, 200, body)

    return answer


def test_a_breached_password_is_refused(judging):
    breached, other = new_password(), new_password()
    with (
        range_server(lines(breached)) as server,
        judging(server.url) as register,
    ):
        answer = register(breached)
        assert answer.status == 400
        (fault,) = answer.body["error"]["details"]
        assert (fault["field"], fault["code"]) == ("password", "breached") and is_sentence(fault["message"])
        assert register(other).status == 201
    assert [path.rsplit("/", 1)[1].upper() for path, _ in server.asked] == [
        digest(breached)[:5],
        digest(other)[:5],
    ]
    told = json.dumps(server.asked).upper()
    for password in (breached, other):
        assert digest(password)[5:] not in told and password.upper() not in told, (
            "only five digits are sent"
        )


def test_the_check_while_typing_asks_no_server(stack, tmp_path):
    with range_server(status(200)) as server:
        with sibling(stack, tmp_path, GATEHOUSE_BREACH_CHECK_URL=server.url) as socket:
            answer = call(socket, "POST", "/api/v1/auth/password-check", {"password": new_password()})
        assert answer.body["data"] == {"acceptable": True, "hint": None} and server.asked == []


def status(number: int):
    return lambda request: reply(request, number, "")


def garbage(request) -> None:
    request.wfile.write(b"\x00\xff not HTTP at all\r\n\r\n")


def padded(request) -> None:
    """When asked for padding, a server adds suffixes with a count of zero."""
    reply(request, 200, f"{digest(request.server.password)[5:]}:0\r\n")


@pytest.mark.parametrize("answer", [status(500), status(404), status(429), garbage, padded])
def test_an_unhelpful_server_lets_every_password_pass(judging, answer):
    password = new_password()
    with range_server(answer) as server, judging(server.url) as register:
        server.password = password
        assert register(password).status == 201
    assert server.asked


def test_a_hanging_server_does_not_delay_a_registration(judging):
    released = threading.Event()
    with range_server(lambda request: released.wait(30)) as server:
        with judging(server.url) as register:
            assert register(new_password()).status == 201
            assert not released.is_set()
        released.set()


def test_an_unreachable_server_lets_every_password_pass(judging):
    with range_server(status(200)) as server:
        url = server.url
    with judging(url) as register:
        assert register(new_password()).status == 201
