"""The declarations of the program, read from `gatehouse routes`."""

import subprocess
from dataclasses import dataclass

from support.stack import Stack, without_settings


@dataclass(frozen=True)
class Route:
    """One line of the list."""

    method: str
    path: str
    guard: str
    tier: str
    # The scope that an API key needs; `None` if the route refuses keys.
    scope: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes(stack: Stack) -> list[Route]:
    """Every route."""
    done = subprocess.run(
        [stack.program, "routes"],
        env=without_settings(),
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    return [Route(*row, None if scope == "-" else scope) for *row, scope in rows]
