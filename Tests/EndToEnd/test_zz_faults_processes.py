"""Processes of the program are killed, replaced and stopped under load."""

import json
import os
import shutil
import signal
from functools import partial

import pytest

from support.client import at_once, expect
from support.contract import check_error_shape
from support.load import load
from support.people import new_address, new_password
from support.processes import both_serve, kill_one
from support.raw import exchange, head
from support.stack import is_running, wait_until

pytestmark = pytest.mark.alone

ME = "/api/v1/users/me"
REGISTER = "/api/v1/auth/register"


def refresh_chain(client, person):
    """A caller that rotates its token again and again; one lost or doubled successor ends the loop."""

    def call(thread: int, count: int) -> int:
        person.tokens = expect(client.post("/api/v1/auth/refresh", {"refreshToken": person.refresh}), 200)[
            "tokens"
        ]
        return 200

    return call


def rename(client, person):
    """A caller that changes its name."""

    def call(thread: int, count: int) -> int:
        name = f"Renamed {count}"
        assert expect(client.patch(ME, {"name": name}, token=person.access), 200)["name"] == name
        return 200

    return call


def reads(client, person):
    """A caller that reads."""

    def call(thread: int, count: int) -> int:
        expect(client.get(ME, token=person.access), 200)
        expect(client.get("/healthz"), 200)
        return 200

    return call


def test_a_changed_program_takes_over_without_a_failed_request(client, people, stack):
    before = set(stack.responders())
    callers = [people.signed_in() for _ in range(6)]
    work = [
        make(client, person)
        for make, person in zip([reads, reads, rename, rename, refresh_chain, refresh_chain], callers)
    ]
    with load(*work) as running:
        running.wait_for_more(50)
        shutil.copy(stack.program, f"{stack.program}.new")
        with open(f"{stack.program}.new", "ab") as program:
            program.write(b"another version")
        stack.scripts("replace_program; start_or_replace_program")
        running.wait_for_more(50)
    assert running.failures == []
    assert not before & set(stack.responders()), "every process was replaced"
    assert stack.program.read_bytes().endswith(b"another version")
    for pid in stack.responders():
        assert os.readlink(f"/proc/{pid}/exe") == str(stack.program)


def test_running_it_again_replaces_nothing(stack):
    before = stack.responders()
    stack.scripts("start_or_replace_program")
    assert stack.responders() == before


def test_kill_9_during_registrations_leaves_nothing_half_written(client, stack, db, mailbox):
    def register(thread: int, count: int) -> tuple[str, int]:
        address = new_address()
        response = client.post(REGISTER, {"email": address, "password": new_password(), "name": "Under Load"})
        if response.status_code != 201:
            expect(response, 503, "OVERLOADED")
        return address, response.status_code

    with load(*[register] * 6) as running:
        for _ in range(4):
            running.wait_for_more(8)
            kill_one(stack)
        running.wait_for_more(8)
    assert running.failures == []
    both_serve(client, stack)
    db.rows("UPDATE jobs SET run_at = NOW(6) WHERE status = 'pending'")
    addresses = dict(running.results)
    for address, status in addresses.items():
        events = db.rows(
            "SELECT u.public_id, (SELECT COUNT(*) FROM audit_events a WHERE a.target_id = u.public_id) "
            "FROM users u "
            "WHERE u.email = %s",
            address,
        )
        assert [row[1] for row in events] == ["1"] or (status != 201 and events == []), (
            address,
            status,
            events,
        )
        if events:
            wait_until(partial(mailbox.to, address), f"a mail to {address}")
        else:
            assert mailbox.to(address) == []


def test_a_running_request_is_answered_before_the_process_ends(client, people, stack, db):
    person = people.signed_in()
    before = stack.responders()
    with db.holding("SELECT 1 FROM users WHERE public_id = %s FOR UPDATE", person.id) as release:

        def act(number: int):
            if number == 0:
                return client.patch(ME, {"name": "Drained"}, token=person.access)
            db.wait_for_a_lock_wait()
            for pid in before:
                os.kill(pid, signal.SIGTERM)
            release()
            return None

        response, _ = at_once(2, act)
    assert expect(response, 200)["name"] == "Drained"
    wait_until(lambda: not any(map(is_running, before)), "the old processes have ended")
    both_serve(client, stack)


def test_without_any_process_nginx_reports_it_at_once(client, people, stack):
    person = people.signed_in()
    stack.scripts("stop_piece multiwatch TERM")
    try:
        for method, path in (("GET", ME), ("GET", "/healthz"), ("POST", "/api/v1/auth/login"), ("PATCH", ME)):
            answer = exchange(stack, head(method, path, "Content-Length: 0"), method)
            assert answer.status == 503 and int(answer.values("Retry-After")[0]) >= 1
            assert check_error_shape(json.loads(answer.body))["code"] == "OVERLOADED"
        assert exchange(stack, head("GET", "/docs/")).status == 200
    finally:
        stack.scripts("start_or_replace_program")
    both_serve(client, stack)
    expect(client.get(ME, token=person.access), 200)


def test_the_log_is_reopened_on_request(client, logs, stack):
    for number, chosen in enumerate((signal.SIGUSR2, signal.SIGHUP)):
        rotated = logs.program.with_name(f"gatehouse.log.{number}")
        logs.program.rename(rotated)
        for pid in stack.responders():
            os.kill(pid, chosen)
        wait_until(
            lambda: logs.program.exists() and logs.program.read_bytes().count(b"log reopened") == 2,
            "both opened it",
        )
        before = rotated.stat().st_size
        for _ in range(20):
            request_id = client.get(ME).headers["X-Request-Id"]
            assert logs.of(logs.program, request_id)["status"] == 401
        assert rotated.stat().st_size == before
