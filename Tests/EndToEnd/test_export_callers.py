"""How many exports nginx sends at once, on the second stack: it buffers what callers have not read yet on disk."""

import json
import socket
import ssl
from contextlib import ExitStack

import pytest

from support.client import expect
from support.exports import PATH, events
from support.raw import head, read
from support.stack import wait_until

pytestmark = pytest.mark.every_program

# About 5 MB of JSON, more than the connection and buffers hold.
MANY = 12_000
OF_A_CALLER, OF_ALL = 2, 16


@pytest.fixture
def people(limited):
    """One person for each export, since the program makes only one at a time for each."""
    people = [limited.network().people.signed_in() for _ in range(OF_ALL + 1)]
    for person in people:
        events(limited.db, person, MANY)
    return people


class Exports:
    """Callers who request exports and read nothing."""

    def __init__(self, limited, opened: ExitStack) -> None:
        self._stack, self._opened = limited.stack, opened

    def begin(self, person, source: str) -> ssl.SSLSocket:
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.settimeout(60)
        plain.bind((source, 0))
        plain.connect(("127.0.0.1", self._stack.port))
        context = ssl.create_default_context(cafile=self._stack.ca)
        connection = self._opened.enter_context(context.wrap_socket(plain, server_hostname=self._stack.host))
        connection.sendall(head("GET", PATH, f"Authorization: Bearer {person.access}"))
        return connection

    def held(self, person, source: str) -> ssl.SSLSocket:
        """An export that has started."""
        connection = self.begin(person, source)
        assert connection.recv(12) == b"HTTP/1.1 200"
        return connection

    def refused(self, person, source: str) -> None:
        answer = read(self.begin(person, source))
        assert answer.status == 429 and json.loads(answer.body)["error"]["code"] == "RATE_LIMITED"
        assert answer.values("X-RateLimit-Limit") == [], "nginx refuses it, not the program"


def test_a_caller_has_a_few_exports_and_all_callers_together_more(limited, people):
    networks = [limited.network() for _ in range(OF_ALL // OF_A_CALLER + 1)]
    addresses = [network.address(1) for network in networks]
    with ExitStack() as opened:
        exports = Exports(limited, opened)
        for number, person in enumerate(people[:-1]):
            exports.held(person, addresses[number // OF_A_CALLER])
            if number == OF_A_CALLER - 1:
                exports.refused(people[-1], addresses[0])
        exports.refused(people[-1], addresses[-1])
        expect(networks[-1].client().get("/api/v1/users/me", token=people[-1].access), 200)
    wait_until(lambda: answers(exports, people[-1], addresses[-1]), "an export is answered again")


def answers(exports: Exports, person, source: str) -> bool:
    with exports.begin(person, source) as connection:
        return connection.recv(12) == b"HTTP/1.1 200"
