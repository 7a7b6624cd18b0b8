"""GET /users/me/export with much data: it is streamed in chunks with bounded memory, and waits for no caller."""

import json
import pathlib
import secrets as random
import socket
import struct

import pytest

from support.client import expect, shared_fields
from support.exports import PATH, events
from support.raw import connect, head, read
from support.sibling import call, sibling

pytestmark = pytest.mark.every_program

# About 25 MB of JSON, which would take more than 100 MiB of memory if it were built in one piece.
MANY = 60_000
# The maximum growth of the process meanwhile, in KiB.
GROWTH = 8 << 10


@pytest.fixture(scope="module")
def person(people, db):
    person = people.signed_in()
    events(db, person, MANY)
    return person


def test_is_chunked_and_complete(client, people, db):
    person = people.signed_in()
    events(db, person, 2000)
    response = client.get(PATH, token=person.access)
    told = [event["id"] for event in expect(response, 200)["auditEvents"]]
    assert response.headers["Transfer-Encoding"] == "chunked" and "Content-Length" not in response.headers
    held = db.rows(
        "SELECT public_id FROM audit_events WHERE %s IN (actor_id, target_id) ORDER BY created_at, id", person.id
    )
    assert told == [public_id for (public_id,) in held] and len(told) > 2000
    bare = client.head(PATH, token=person.access)
    assert (bare.status_code, bare.content) == (200, b"")
    fields = shared_fields(response)
    assert fields.pop("Transfer-Encoding") and shared_fields(bare) == fields


def test_takes_bounded_memory(stack, people, person, tmp_path):
    others = people.signed_in()
    with sibling(stack, tmp_path) as path:
        status = pathlib.Path("/proc", str(listener(path)), "status")
        for _ in range(8):
            assert export(path, others)["auditEvents"]
        status.with_name("clear_refs").write_text("5")  # the highest so far is forgotten, proc(5)
        before = memory(status, "VmRSS")
        assert len(export(path, person)["auditEvents"]) > MANY
        assert memory(status, "VmHWM") - before < GROWTH


def test_a_slow_caller_occupies_no_worker(stack, logs, person):
    request_id = random.token_hex(8)
    fields = (f"Authorization: Bearer {person.access}", f"X-Request-Id: {request_id}")
    with connect(stack) as connection:
        connection.sendall(head("GET", PATH, *fields))
        assert "outcome" not in logs.of(logs.program, request_id), "the program has sent it all"
        answer = read(connection)
    assert answer.status == 200 and answer.values("Transfer-Encoding") == ["chunked"]
    assert len(json.loads(answer.body)["data"]["auditEvents"]) > MANY


def export(path: pathlib.Path, person) -> dict:
    """The export of someone, without nginx."""
    answer = call(path, "GET", PATH, HTTP_AUTHORIZATION=f"Bearer {person.access}")
    assert answer.status == 200, answer.body
    return answer.body["data"]


def listener(path: pathlib.Path) -> int:
    """The process that opened a socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[0]


def memory(status: pathlib.Path, name: str) -> int:
    """A value from /proc/PID/status, in KiB."""
    (line,) = (line for line in status.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
