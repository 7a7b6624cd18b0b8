"""Walks through a list by cursor, from part to part as a caller does, and the calls recorded on the way."""

from dataclasses import dataclass

from callers import Caller
from lists import List
from plans import LIMIT, REACH
from stack import Stack

# How far a list is walked, in parts of the maximum size: 10,000 entries. If a part there examines no more rows than at
# the beginning, its cost does not depend on depth; the 10,000th page of 20 entries is 20 times as deep.
PARTS, LONGEST = 100, 100


@dataclass
class Walk:
    """One list in one order, as a caller sees it."""

    stack: Stack
    caller: Caller
    entry: List
    order: dict[str, str]
    # The answer to the first part, the last cursor found, and the number of entries before it.
    status: int = 200
    cursor: str | None = None
    depth: int = 0
    # The longest time of a recorded call.
    slowest: float = 0

    def go(self) -> None:
        """Walks until the list or the number of parts is exhausted."""
        part = self._ask(LIMIT, {"cursor": ""})
        for _ in range(PARTS):
            if self.status != 200 or part["meta"]["nextCursor"] is None:
                return
            self.cursor = part["meta"]["nextCursor"]
            self.depth += len(part["data"])
            part = self._ask(LONGEST, {"cursor": self.cursor})

    def pages(self) -> None:
        """Requests the first page by number, and the last possible one."""
        self._measure({"page": 1}, {"page": REACH // LIMIT})

    def parts(self) -> None:
        """Requests the first part by cursor, and the deepest."""
        self._measure({"cursor": ""}, {"cursor": self.cursor or ""})

    def _measure(self, *positions: dict[str, object]) -> None:
        for position in positions:
            self._ask(LIMIT, position)

    def _ask(self, limit: int, position: dict[str, object]) -> dict:
        query = self.entry.query | self.order | {"limit": limit} | position
        answer, seconds = self.stack.call(
            "GET", self.entry.target, query, token=self.caller.account.token, expect=(200, 403, 404)
        )
        self.status, self.slowest = answer["status"], max(self.slowest, seconds)
        return answer
