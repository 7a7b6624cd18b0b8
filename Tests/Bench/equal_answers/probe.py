"""Requests whose answer and time are measured, and the flood that keeps the hash queue full meanwhile."""

import http.client
import ipaddress
import json
import os
import re
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from calls import LOGIN, PASSWORD, WRONG_PASSWORD, new_address

OVERLOADED = 503

# Fewer than the limits allow.
SIGN_INS_OF_ONE_ADDRESS = 40
# Seconds that a client of the flood waits after it was turned away; the next hash takes longer.
PAUSE = 0.02

# The fields that differ between all answers.
OWN = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|\d{4}-\d\d-\d\dT[0-9:.]+Z|\w{3}, \d\d \w{3} [0-9: ]+ GMT"
)


@dataclass(frozen=True)
class Stack:
    """The program's address."""

    host: str
    port: int
    tls: ssl.SSLContext
    sources: Iterator[ipaddress.IPv4Address]

    @classmethod
    def under_test(cls, sources: str) -> "Stack":
        """The stack that the environment names, called from a network of this machine."""
        host, port = os.environ["BENCH_HOST"], int(os.environ["BENCH_PORT"])
        tls = ssl.create_default_context(cafile=os.environ["BENCH_CA"])
        network = ipaddress.ip_network(sources)
        return cls(host, port, tls, map(network.__getitem__, range(1, network.num_addresses)))

    def connect(self) -> http.client.HTTPSConnection:
        """Connects from an unused address, so that no limit on addresses applies."""
        source = (str(next(self.sources)), 0)
        connection = http.client.HTTPSConnection(
            self.host, self.port, timeout=30, source_address=source, context=self.tls
        )
        connection.connect()
        return connection


@dataclass(frozen=True)
class Answer:
    """An answer without the caller's own values, and its time."""

    status: int
    text: str
    length: int
    seconds: float

    @property
    def told(self) -> tuple:
        """The content of the answer."""
        return self.status, self.text, self.length


def post(
    connection: http.client.HTTPSConnection, path: str, body: dict, token: str | None = None
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Posts, and returns status, header fields and body."""
    fields = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request("POST", path, json.dumps(body).encode(), fields)
    response = connection.getresponse()
    return response.status, response.getheaders(), response.read()


def ask(stack: Stack, path: str, body: dict, own: str, token: str | None = None, delay: float = 0) -> Answer:
    """Posts on a new connection. The time is from sending to the end of the answer.

    `own` is the value that the caller named; `delay` is spent as if the program had taken that much longer.
    """
    connection = stack.connect()
    start = time.perf_counter()
    while time.perf_counter() < start + delay:
        pass
    status, fields, content = post(connection, path, body, token)
    seconds = time.perf_counter() - start
    connection.close()
    lines = "\n".join(f"{name}: {value}" for name, value in fields)
    text = OWN.sub("…", f"{lines}\n\n{content.decode()}".replace(own, "…"))
    return Answer(status, text, len(content), seconds)


def sign_in(stack: Stack) -> str:
    """Signs in the user of the seed, and returns the access token."""
    _, _, content = post(stack.connect(), LOGIN, {"email": "user@example.com", "password": PASSWORD})
    return json.loads(content)["data"]["tokens"]["accessToken"]


def flood(clients: int) -> None:
    """Signs in with unknown addresses on this many threads until the process is ended."""
    stack = Stack.under_test("127.2.0.0/16")
    for _ in range(clients):
        threading.Thread(target=_sign_in_for_ever, args=[stack]).start()


def _sign_in_for_ever(stack: Stack) -> None:
    while True:
        connection = stack.connect()
        for _ in range(SIGN_INS_OF_ONE_ADDRESS):
            status, _, _ = post(connection, LOGIN, {"email": new_address(), "password": WRONG_PASSWORD})
            if status == OVERLOADED:
                time.sleep(PAUSE)
        connection.close()
