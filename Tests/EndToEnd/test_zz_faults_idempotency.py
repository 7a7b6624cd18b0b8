"""Processes of the program are killed while they create something under an Idempotency-Key."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.client import expect
from support.idempotency import Creations, stopped_creations, wait_for_stopped
from support.load import load
from support.processes import both_serve, kill_one
from support.projects import PATH as PROJECTS
from support.stack import wait_until

pytestmark = pytest.mark.alone


@pytest.fixture
def creations(client, api_keys, organizations, db, people) -> Creations:
    person = people.with_role("admin")
    return Creations(client, api_keys, db, person, organizations.new(owner=person))


def insisted(creation):
    """Repeats a request until the answer is a success."""

    def send():
        response = creation.send()
        if response.status_code == 201:
            return response
        expect(response, response.status_code, {409: "CONFLICT", 503: "OVERLOADED"}[response.status_code])
        return None

    return wait_until(send, "the request succeeds")


def count(db, creation) -> str:
    return db.value(
        "SELECT COUNT(*) FROM projects WHERE name COLLATE utf8mb4_bin = %s", creation.body["name"]
    )


def test_kill_9_before_the_end_has_no_effect_and_the_repetition_succeeds(client, stack, db, creations):
    creation = creations.of(f"POST {PROJECTS}")
    with ThreadPoolExecutor(1) as thread, stopped_creations(db):
        lost = thread.submit(creation.send)
        wait_for_stopped(db)
        for pid in stack.responders():
            os.kill(pid, signal.SIGKILL)
        expect(lost.result(), 503, "OVERLOADED")
        assert count(db, creation) == "0"
    both_serve(client, stack)
    response = insisted(creation)
    assert "Idempotent-Replayed" not in response.headers and count(db, creation) == "1"


def test_kill_9_at_any_moment_has_no_effect_or_the_answer_can_be_repeated(client, stack, db, creations):
    def create(thread: int, number: int):
        creation = creations.of(f"POST {PROJECTS}")
        return creation, insisted(creation)

    with load(*[create] * 6) as running:
        for _ in range(3):
            running.wait_for_more(30)
            kill_one(stack)
        running.wait_for_more(30)
    assert running.failures == []
    both_serve(client, stack)
    for creation, response in running.results:
        again = creation.send()
        assert again.content == response.content and again.headers["Idempotent-Replayed"] == "true"
        assert count(db, creation) == "1"
