"""MariaDB stops, hangs and returns: the program answers meanwhile, and recovers by itself."""

import os
import secrets as random
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
import requests

from support.client import at_once, expect
from support.stack import is_running, wait_until

pytestmark = pytest.mark.alone

# Operations that are answered without the database.
INDEPENDENT = {
    "GET /healthz",
    "GET /api/v1/openapi.json",
    "GET /.well-known/jwks.json",
    "POST /api/v1/auth/password-check",
    "GET /api/v1/auth/oauth/providers",
    # Leads a form to the same path by GET.
    "POST /api/v1/auth/oauth/{provider}/callback",
}
AUTHORIZE = "GET /api/v1/auth/oauth/{provider}/authorize"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

# Far longer than an answer takes, and shorter than a hang.
PROMPT = 8
# Longer than nginx waits for the program.
HANG = 40


@contextmanager
def database_down(stack):
    """Stops MariaDB for the block, and then starts it as the stack does."""
    pid = stack.pid("mariadb")
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not is_running(pid), "MariaDB has ended", 60)
    try:
        yield
    finally:
        stack.scripts("start_mariadb")


def is_ready(client) -> bool:
    return client.get("/readyz", timeout=PROMPT).status_code == 200


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


def test_without_a_database_every_route_reports_it_at_once(client, contract, person, stack):
    before = stack.responders()
    with database_down(stack):
        wait_until(lambda: not is_ready(client), "the cached readiness has expired")
        expect(client.get("/healthz", timeout=PROMPT), 200)
        for operation in contract.operations:
            if str(operation) in INDEPENDENT:
                continue
            body = (
                operation.value.get("requestBody", {})
                .get("content", {})
                .get("application/json", {})
                .get("example")
            )
            path = operation.path.replace("{id}", person.id).replace("{provider}", "mock")
            if str(operation) == AUTHORIZE:
                path += "?" + urlencode({"redirectTo": f"{stack.url}/sign-in", "codeChallenge": CHALLENGE})
            token = person.access if operation.needs_token else None
            response = client.request(operation.method, path, json=body, token=token, timeout=PROMPT)
            expect(response, 503, "DEPENDENCY_UNAVAILABLE")
            assert int(response.headers["Retry-After"]) >= 1
            assert "sock" not in response.text and "SQL" not in response.text
        responses = at_once(
            64, lambda number: client.get("/api/v1/users/me", token=person.access, timeout=PROMPT)
        )
        assert {response.status_code for response in responses} == {503}
    wait_until(lambda: is_ready(client), "the stack is ready again")
    expect(client.get("/api/v1/users/me", token=person.access), 200)
    assert stack.responders() == before, "no process was replaced"


def test_jobs_continue_after_an_outage_of_the_database(client, people, stack, mailbox):
    with database_down(stack):
        wait_until(lambda: not is_ready(client), "the cached readiness has expired")
        expect(client.get("/readyz", timeout=PROMPT), 503, "DEPENDENCY_UNAVAILABLE")
    wait_until(lambda: is_ready(client), "the stack is ready again")
    assert mailbox.wait_for(people.registered().email).token


def test_killing_the_database_loses_nothing_that_was_confirmed(client, people, db, stack):
    person = people.signed_in()
    pid = stack.pid("mariadb")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_running(pid), "MariaDB has ended")
    stack.scripts("start_mariadb")
    wait_until(lambda: is_ready(client), "the stack is ready again")
    expect(client.get("/api/v1/users/me", token=person.access), 200)
    assert db.actions(person.id) == ["user.registered", "login.succeeded"]


def test_a_hanging_database_does_not_hang_the_caller_for_ever(client, person, stack):
    pid = stack.pid("mariadb")
    os.kill(pid, signal.SIGSTOP)
    try:
        expect(client.get("/healthz", timeout=PROMPT), 200)
        response = client.get("/api/v1/users/me", token=person.access, timeout=30)
        assert response.status_code == 503
        assert response.json()["error"]["code"] in ("DEPENDENCY_UNAVAILABLE", "OVERLOADED")
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_until(lambda: is_ready(client), "the stack is ready again")
    expect(client.get("/api/v1/users/me", token=person.access), 200)


def test_probes_are_answered_while_a_hanging_database_occupies_every_worker(client, person, stack):
    """Each process has 44 workers. Other requests wait meanwhile, and get the program's own answer before nginx times
    out."""
    pid = stack.pid("mariadb")
    with ThreadPoolExecutor(160) as threads:
        os.kill(pid, signal.SIGSTOP)
        try:
            asked = [
                threads.submit(client.get, "/api/v1/users/me", token=person.access, timeout=HANG)
                for _ in range(160)
            ]
            while not all(request.done() for request in asked):
                expect(client.get("/healthz", timeout=PROMPT), 200)
                # At first, the answer may be cached from a second ago.
                readiness = client.get("/readyz", timeout=PROMPT)
                assert readiness.status_code in (200, 503)
            assert readiness.status_code == 503
        finally:
            os.kill(pid, signal.SIGCONT)
    codes = {(answer.status_code, answer.json()["error"]["code"]) for answer in (request.result() for request in asked)}
    assert codes <= {(503, "DEPENDENCY_UNAVAILABLE"), (503, "OVERLOADED")} and (503, "DEPENDENCY_UNAVAILABLE") in codes
    wait_until(lambda: is_ready(client), "the stack is ready again")


def test_an_export_that_fails_halfway_does_not_look_complete(client, people, db, logs):
    """The sessions have been sent when reading the projects fails."""
    person, request_id = people.signed_in(), random.token_hex(8)
    path, fields = "/api/v1/users/me/export", {"X-Request-Id": request_id}
    db.rows(
        "INSERT INTO sessions (public_id, user_id, ip_address, expires_at) "
        "SELECT CONCAT(%s, LPAD(HEX(seq), 12, '0')), id, '192.0.2.1', NOW(6) + INTERVAL 1 DAY "
        "FROM users JOIN seq_1_to_2000 WHERE public_id = %s",
        f"019b8d2e-{random.token_hex(2)}-7000-8000-",
        person.id,
    )
    with db.connect() as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLES projects WRITE")
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            client.get(path, token=person.access, headers=fields)
    line = logs.of(logs.program, request_id)
    assert (line["status"], line["outcome"]) == (200, "broken off")
    assert len(expect(client.get(path, token=person.access), 200)["sessions"]) > 2000


def test_on_a_read_only_server_changes_fail_and_the_stack_is_not_ready(client, people, db, stack):
    """After a failover, reads succeed although their time cannot be recorded. Changes get an error that asks to repeat
    them, and have no effect."""
    person = people.signed_in()
    before = stack.responders()
    db.run(
        """UPDATE sessions s JOIN users u ON u.id = s.user_id SET s.last_seen_at = s.last_seen_at - INTERVAL 2 MINUTE
        WHERE u.public_id = %s""",
        person.id,
    )
    db.rows("SET GLOBAL read_only = 1")
    try:
        wait_until(lambda: not is_ready(client), "the cached readiness has expired")
        error = expect(client.get("/readyz"), 503, "DEPENDENCY_UNAVAILABLE")
        assert [fault["code"] for fault in error["details"]] == ["read_only"]
        for _ in range(8):
            response = client.patch("/api/v1/users/me", {"name": "Nobody"}, token=person.access)
            expect(response, 503, "DEPENDENCY_UNAVAILABLE")
            assert int(response.headers["Retry-After"]) >= 1
            wrong = client.post("/api/v1/auth/login", {"email": person.email, "password": person.password})
            expect(wrong, 503, "DEPENDENCY_UNAVAILABLE")
            expect(client.get("/api/v1/users/me", token=person.access), 200)
    finally:
        db.rows("SET GLOBAL read_only = 0")
    wait_until(lambda: is_ready(client), "the stack is ready again")
    assert expect(client.get("/api/v1/users/me", token=person.access), 200)["name"] != "Nobody"
    assert expect(client.patch("/api/v1/users/me", {"name": "Ada"}, token=person.access), 200)["name"] == "Ada"
    assert stack.responders() == before, "no process was replaced"


def test_a_missing_migration_makes_the_stack_not_ready(client, db):
    table = next(name for (name,) in db.rows("SHOW TABLES") if "migration" in name)
    columns = [name for name, *_ in db.rows(f"SHOW COLUMNS FROM `{table}`")]
    db.rows(f"CREATE TABLE kept_migrations AS SELECT * FROM `{table}`")
    db.rows(f"DELETE FROM `{table}` ORDER BY {columns[0]} DESC LIMIT 1")
    try:
        wait_until(lambda: not is_ready(client), "the cached readiness has expired")
        error = expect(client.get("/readyz"), 503, "DEPENDENCY_UNAVAILABLE")
        assert error["details"]
    finally:
        db.rows(f"INSERT IGNORE INTO `{table}` SELECT * FROM kept_migrations; DROP TABLE kept_migrations")
    wait_until(lambda: is_ready(client), "the stack is ready again")
