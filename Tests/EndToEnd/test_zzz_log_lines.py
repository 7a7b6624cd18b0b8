"""Every line that the run has left in the logs is what operators were promised."""

import json
import re

import pytest

from support.logs import lines
from support.matrix import TRIED

pytestmark = pytest.mark.alone

REQUEST_FIELDS = {
    "timestamp",
    "level",
    "message",
    "requestId",
    "method",
    "status",
    "durationMs",
    "remoteAddress",
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
LEVELS = {"trace", "debug", "info", "notice", "warning", "error", "critical"}


@pytest.fixture(scope="module", params=["stack", "limited"])
def program_lines(request, stack) -> list[dict]:
    """What the program has written in each of the stacks that the run has used."""
    log = (stack if request.param == "stack" else request.getfixturevalue("limited").stack).log
    found = [line for file in sorted(log.glob("gatehouse.log*")) for line in lines(file)]
    assert len(found) > 100
    return found


@pytest.mark.every_program
def test_each_has_time_level_and_message(program_lines):
    for line in program_lines:
        assert TIME.fullmatch(line["timestamp"]) and line["level"] in LEVELS and line["message"], line


def test_every_route_was_asked_for(program_lines, contract):
    patterns = {operation.path for operation in contract.operations} | {"/metrics"}
    requests = [line for line in program_lines if line["message"] == "request"]
    assert {line["route"] for line in requests if "route" in line} == patterns


@pytest.mark.every_program
def test_each_request_is_told_by_its_pattern(program_lines, contract):
    patterns = {operation.path for operation in contract.operations} | {"/metrics"}
    for line in [line for line in program_lines if line["message"] == "request"]:
        assert line.get("route") in patterns | {None}, line
        assert (
            REQUEST_FIELDS
            <= set(line)
            <= REQUEST_FIELDS | {"route", "userId", "organizationId", "apiKeyId", "outcome"}
        ), line
        assert line.get("outcome", "broken off") == "broken off"
        assert isinstance(line["status"], int) and isinstance(line["durationMs"], (int, float)), line
        assert "route" in line or line["status"] in (204, 400, 404, 405, 413, 429), line


def test_requests_of_someone_signed_in_name_the_user(program_lines):
    named = [
        line for line in program_lines if line.get("route") == "/api/v1/users/me" and line["status"] == 200
    ]
    assert named and all(re.fullmatch(r"[0-9a-f-]{36}", line["userId"]) for line in named)


@pytest.mark.every_program
def test_no_line_contains_an_address_or_the_name_of_a_row(program_lines):
    """The access matrix gives its rows this name."""
    texts = [json.dumps(line, ensure_ascii=False) for line in program_lines]
    found = [text for text in texts if ADDRESS.search(text) or TRIED in text]
    assert not found, "\n".join(found[:10])


@pytest.mark.every_program
def test_nothing_unexpected_was_told(program_lines):
    found = [str(line) for line in program_lines if line["level"] in ("error", "critical")]
    assert not found, "\n".join(found[:10])


@pytest.mark.every_program
def test_the_access_log_is_json_without_queries(stack):
    found = lines(stack.log / "access.log")
    assert len(found) > 100
    for line in found:
        assert {"timestamp", "requestId", "remoteAddress", "method", "path", "status"} <= set(line)
        assert "?" not in line["path"]
