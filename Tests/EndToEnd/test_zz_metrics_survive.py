"""Processes of the program are killed and replaced; their counters stay."""

import os
import signal

import pytest

from support.client import expect
from support.load import load
from support.metrics import read
from support.processes import both_serve, kill_one
from support.stack import wait_until

# These tests kill the processes that all tests use.
pytestmark = pytest.mark.alone

ME = "/api/v1/users/me"


def assert_nothing_went_down(readings):
    for earlier, later in zip(readings, readings[1:]):
        counted = later.counters()
        for series, value in earlier.counters().items():
            assert counted[series] >= value, (series, value, counted.get(series))


def unauthorized(metrics) -> float:
    return metrics.sum("gatehouse_http_requests_total", route=ME, status="401")


def test_the_counters_of_a_killed_process_stay_and_none_decreases(client, stack):
    readings = [read(stack)]
    for _ in range(3):
        for _ in range(20):
            expect(client.get(ME), 401, "UNAUTHORIZED")
        kill_one(stack)
        both_serve(client, stack)
        readings.append(read(stack))
    assert unauthorized(readings[-1]) - unauthorized(readings[0]) == 60
    assert_nothing_went_down(readings)
    wait_until(lambda: read(stack).sum("gatehouse_processes") == 2, "dead processes are not counted")


def test_a_rolling_restart_under_load_loses_no_count(client, stack):
    before = read(stack)
    readings = [before]
    answered = []

    def ask(thread: int, count: int) -> int:
        status = client.get(ME).status_code
        answered.append(status)
        return status

    with load(*[ask] * 4) as running:
        running.wait_for_more(40)
        for pid in stack.responders():
            os.kill(pid, signal.SIGTERM)
            stack.scripts(f"wait_until 60 has_ended {pid}; wait_until 30 all_serve")
            readings.append(read(stack))
            running.wait_for_more(20)
    assert running.failures == [] and set(answered) == {401}
    both_serve(client, stack)
    readings.append(read(stack))
    assert unauthorized(readings[-1]) - unauthorized(before) == len(answered)
    assert_nothing_went_down(readings)


def test_a_process_killed_while_answering_is_no_longer_busy(client, stack, people, db):
    person = people.signed_in()
    with db.holding("SELECT 1 FROM users WHERE public_id = %s FOR UPDATE", person.id) as release:
        with load(lambda thread, count: client.patch(ME, {"name": "Held"}, token=person.access).status_code):
            db.wait_for_a_lock_wait()
            for pid in stack.responders():
                os.kill(pid, signal.SIGKILL)
            release()
    both_serve(client, stack)
    # Only the request for the metrics is running.
    wait_until(lambda: read(stack).sum("gatehouse_workers_busy") == 1, "no other request is running")
