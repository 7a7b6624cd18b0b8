"""The logs of the program and of nginx, with one JSON object on each line."""

import json
import pathlib

from support.stack import Stack, wait_until


def lines(path: pathlib.Path) -> list[dict]:
    """Every complete line of a file."""
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return [json.loads(line) for line in whole.split(b"\n") if line]


class Logs:
    """Finds the log lines of a request."""

    def __init__(self, stack: Stack) -> None:
        self.program = stack.log / "gatehouse.log"
        self.access = stack.log / "access.log"

    def of(self, path: pathlib.Path, request_id: str) -> dict:
        """Waits for the one line about a request."""

        def found() -> list[dict]:
            name = request_id.encode()
            candidates = [line for line in path.read_bytes().split(b"\n") if name in line]
            parsed = [json.loads(line) for line in candidates if line.endswith(b"}")]
            return [line for line in parsed if line.get("requestId") == request_id and "status" in line]

        (line,) = wait_until(found, f"{path.name} has a line about {request_id}")
        return line
