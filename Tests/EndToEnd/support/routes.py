"""What the program declares, read from `gatehouse routes`."""

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
    # What an API key must be made for; `-` where keys are refused.
    scope: str


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
    return [Route(*line.split()) for line in done.stdout.splitlines()]
