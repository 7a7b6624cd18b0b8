"""Callers who hold connections: bodies that never end, silent connections, HTTP/2 streams that are reset. They occupy
nginx and never a thread of the program."""

import json
import socket
from contextlib import ExitStack

import pytest

from support import http2
from support.client import at_once, expect
from support.people import registration
from support.raw import connect, head
from support.stack import wait_until

REGISTER = "/api/v1/auth/register"
# The paths that nginx never limits, according to the contract.
UNCOUNTED = ("/healthz", "/readyz", "/.well-known/jwks.json", "/api/v1/openapi.json")


@pytest.fixture
def threads(stack):
    """The number of requests that the program answers at once."""
    return int(stack.settings["GATEHOUSE_WORKERS"]) * len(stack.responders())


@pytest.fixture
def person(people):
    return people.verified()


def is_served(client, person, threads: int) -> bool:
    """Whether every thread of the program is free to answer, and somebody can sign in."""
    answers = at_once(threads, lambda _: client.get("/readyz", timeout=20).status_code)
    return set(answers) == {200} and person.login() is not None


def ended(connection: socket.socket) -> bytes:
    """Everything received until the other side closes."""
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def registered(db, emails: list[str]) -> str:
    marks = ", ".join(["%s"] * len(emails))
    return db.value(f"SELECT COUNT(*) FROM users WHERE email IN ({marks})", *emails)


def test_slow_bodies_occupy_no_thread_and_have_no_effect(stack, client, person, threads, db):
    bodies = [registration() for _ in range(threads + 8)]
    with ExitStack() as opened:
        slow = []
        for body in bodies:
            content = json.dumps(body).encode()
            connection = opened.enter_context(connect(stack))
            fields = ("Content-Type: application/json", f"Content-Length: {len(content)}")
            connection.sendall(head("POST", REGISTER, *fields) + content[:-1])
            slow.append(connection)
        assert is_served(client, person, threads)
        for connection in slow:
            answer = ended(connection)
            assert answer == b"" or b" 408 " in answer.split(b"\r\n")[0]
    assert registered(db, [body["email"] for body in bodies]) == "0"


def test_silent_connections_keep_nobody_out(stack, client, person, threads):
    with ExitStack() as opened:
        for _ in range(200):
            opened.enter_context(socket.create_connection(("127.0.0.1", stack.port), 20))
        for number in range(200):
            connection = opened.enter_context(connect(stack))
            if number % 2:
                connection.sendall(b"GET /api/v1/users/me HTTP/1.1\r\nHost: loc")
        assert is_served(client, person, threads)


def test_a_crowd_at_one_address_does_not_hide_the_state_of_the_service(limited, network):
    """Nginx accepts 100 connections from an address, and those of a monitor there in addition."""
    caller = network.client()
    fields = ("Content-Type: application/json", "Content-Length: 500")
    with ExitStack() as opened:
        for _ in range(100):
            connection = opened.enter_context(connect(limited.stack, source=caller.address))
            connection.sendall(head("POST", REGISTER, *fields) + b"{")
        wait_until(lambda: caller.get("/api/v1/users/me").status_code == 429, "the address is full")
        for path in UNCOUNTED:
            assert caller.get(path).status_code == 200, path


def test_reset_http_2_streams_keep_nobody_out(stack, client, person, threads, db):
    """Each stream is opened and reset at once (CVE-2023-44487). Nginx closes a connection that does it too often."""
    emails = []
    for _ in range(10):
        with http2.connection(stack) as connection:
            frames = b""
            for number in range(200):
                stream = 2 * number + 1
                if number % 4:
                    frames += http2.request(stream, "GET", "/api/v1/users/me")
                else:
                    body = registration()
                    content = json.dumps(body).encode()
                    emails.append(body["email"])
                    frames += http2.request(stream, "POST", REGISTER, content[:-1], len(content))
                frames += http2.reset(stream)
            try:
                connection.sendall(frames)
            except (BrokenPipeError, ConnectionResetError):
                pass
            # The answer to this ping, or the end of the connection, shows that everything sent before has been
            # processed.
            assert is_heard(connection)
    assert is_served(client, person, threads)
    assert registered(db, emails) == "0"


def is_heard(connection: socket.socket) -> bool:
    """Whether the other side has read everything that was sent, or has closed."""
    ping = http2.frame(6, 0, 0, b"gatehous")
    try:
        connection.sendall(ping)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            if http2.frame(6, 1, 0, b"gatehous") in received:
                return True
    except (BrokenPipeError, ConnectionResetError):
        pass
    return True


def test_the_same_requests_take_effect_without_the_reset(stack, client):
    """Shows that the test above really sends what it means to."""
    body = registration()
    content = json.dumps(body).encode()
    with http2.connection(stack) as connection:
        connection.sendall(http2.request(1, "POST", REGISTER, content[:-1], len(content)))
        connection.sendall(http2.frame(http2.DATA, http2.END_STREAM, 1, content[-1:]))
        received = b""
        while body["email"].encode() not in received and (chunk := connection.recv(65536)):
            received += chunk
    assert body["email"].encode() in received
    expect(client.get("/readyz"), 200)
