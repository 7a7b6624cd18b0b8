"""Used quota stays used: across processes, after their death, and after a restart of everything."""

import os
import signal

import pytest

from support.client import expect
from support.limits import limit_of, refusal
from support.people import new_address, new_password
from support.sibling import call, sibling
from support.stack import wait_until

CHECK = "/api/v1/auth/password-check"
LOGIN = "/api/v1/auth/login"
ME = "/api/v1/users/me"
REQUEST = "/api/v1/auth/password-reset/request"
VERIFY = "/api/v1/auth/verify-email"


def wait_until_ready(client) -> None:
    wait_until(lambda: client.get("/readyz").status_code == 200, "the stack is ready")


def kill_every_process(limited, client) -> None:
    """Uses a signal that leaves a process no time to write anything."""
    for victim in limited.stack.responders():
        os.kill(victim, signal.SIGKILL)
    limited.stack.scripts("wait_until 30 all_serve")
    wait_until_ready(client)


@pytest.fixture
def number(network) -> str:
    """A number that no other test uses in an address."""
    return network.address(1).split(".")[2]


class Spending:
    """A caller of every kind of limit, and what is left of each."""

    def __init__(self, network) -> None:
        self._client, self._address = network.client(), new_address()
        self._person, self._stranger = network.people.signed_in(), network.people.verified()

    def _calls(self) -> dict:
        person, stranger = self._person, self._stranger
        wrong = {"email": stranger.email, "password": "not the right one"}
        return {
            "anonymous": lambda: self._client.post(CHECK, {}),
            "authentication": lambda: self._client.post(VERIFY, {}),
            "email": lambda: self._client.post(REQUEST, {"email": self._address}),
            "standard": lambda: self._client.get(ME, token=person.access),
            "session": lambda: self._client.post("/api/v1/auth/logout?x=1", token=person.access),
            "expensive": lambda: self._client.get(f"{ME}/export", token=person.access),
            "failures": lambda: self._client.post(LOGIN, wrong),
        }

    def spend(self) -> dict[str, int]:
        """Uses each limit once more, and more than what returns within a minute; returns what is left."""
        calls = self._calls()
        for kind, times in (("standard", 20), ("authentication", 5), ("anonymous", 3), ("session", 2)):
            for _ in range(times):
                calls[kind]()
        return {kind: limit_of(call()).remaining for kind, call in calls.items()}


@pytest.mark.parametrize(
    "happens", ["every process is killed", "the program restarts", "everything restarts"]
)
def test_used_quota_stays_used(limited, network, happens):
    client, spending = network.client(9), Spending(network)
    spending.spend()
    before = spending.spend()
    if happens == "every process is killed":
        kill_every_process(limited, client)
    elif happens == "the program restarts":
        limited.restart_program()
    else:
        limited.restart()
    wait_until_ready(client)
    after = spending.spend()
    assert all(left < before[kind] for kind, left in after.items()), (before, after)


def test_processes_share_every_limit(limited, network, tmp_path):
    """Two additional processes and those behind nginx show which process counts."""
    client, address = network.client(1), network.address(1)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with sibling(limited.stack, tmp_path / "a") as first, sibling(limited.stack, tmp_path / "b") as second:
        for path, count in ((CHECK, 50), (VERIFY, 25)):
            for process in (first, second):
                for _ in range(count):
                    assert call(process, "POST", path, {}, address).status == 400
            for process in (first, second):
                assert call(process, "POST", path, {}, address).status == 429
            refusal(client.post(path, {}))


@pytest.mark.parametrize(
    "first, second, is_same",
    [
        ("2001:db8:{}:1::1", "2001:db8:{}:1:ffff:ffff:ffff:ffff", True),
        ("2001:db8:{}:2::1", "2001:db8:{}:3::1", False),
        ("::ffff:198.51.{}.1", "198.51.{}.1", True),
        ("198.51.{}.2", "198.51.{}.3", False),
    ],
)
def test_an_ipv6_caller_is_a_64_bit_prefix(limited, number, tmp_path, first, second, is_same):
    """nginx listens only on IPv4 here, so a process is given these callers directly."""
    with sibling(limited.stack, tmp_path) as process:
        answers = [call(process, "POST", VERIFY, {}, address.format(number)) for address in (first, second)]
    left = [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers]
    assert left == ([49, 48] if is_same else [49, 49])


def test_the_settings_set_the_limits(limited, network, tmp_path):
    settings = {"GATEHOUSE_LIMIT_ANONYMOUS": "2/1h", "GATEHOUSE_LIMIT_AUTHENTICATION": "3/10m"}
    with sibling(limited.stack, tmp_path, **settings) as process:
        for path, quota, window in ((CHECK, 2, 3600), (VERIFY, 3, 600)):
            answers = [call(process, "POST", path, {}, network.address(1)) for _ in range(quota + 1)]
            assert [answer.status for answer in answers] == [400] * quota + [429]
            assert f"q={quota};w={window}" in answers[0].headers["RateLimit-Policy"]


def test_a_process_that_dies_while_counting_does_not_block_the_others(limited, network):
    """Counting continues after kill -9 and loses nothing: no more calls are granted than the limit allows."""
    client = network.client()
    granted = 0
    for _ in range(4):
        os.kill(limited.stack.responders()[0], signal.SIGKILL)
        for _ in range(30):
            response = client.post(CHECK, {})
            if response.status_code == 503:
                continue
            assert response.status_code in (400, 429)
            granted += response.status_code == 400
        limited.stack.scripts("wait_until 30 all_serve")
    assert granted <= 101
    refusal(client.post(CHECK, {}))


def test_a_lock_survives_a_restart(limited, network):
    client, person = network.client(), network.people.verified()
    for _ in range(5):
        wrong = {"email": person.email, "password": new_password()}
        expect(client.post(LOGIN, wrong), 401, "INVALID_CREDENTIALS")
    limited.restart_program()
    wait_until_ready(client)
    refusal(client.post(LOGIN, {"email": person.email, "password": person.password}), "ACCOUNT_LOCKED")
