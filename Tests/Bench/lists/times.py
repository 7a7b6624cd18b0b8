"""Times measured side by side: the two sides of a pair take turns, so that other activity on the machine affects both
alike.

Equal within 20 % is tested in one direction: the second side may cost at most 1.2 times as much as the first. A deep
page, or a lookup among many rows, may cost less than the first side.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from callers import Caller
from plans import LIMIT
from stack import Account, Stack

# How often each side of a pair is measured, and the maximum ratio of the second to the first.
ROUNDS, MOST = 300, 1.2
# Looking up one user takes less than starting a client, so this many are looked up in one session.
LOOKUPS = 4000

DEEP_PAGE = 10_000


@dataclass(frozen=True)
class Pair:
    """A row of the table: the medians of two sides, in milliseconds."""

    name: str
    first: float
    second: float

    @property
    def ratio(self) -> float:
        """The cost of the second side divided by that of the first."""
        return self.second / self.first

    @property
    def is_too_slow(self) -> bool:
        """Whether the goal is missed."""
        return self.ratio > MOST

    def __str__(self) -> str:
        verdict = "TOO SLOW" if self.is_too_slow else "ok"
        return f"{self.name:<62} {self.first:>9.3f} {self.second:>9.3f} {self.ratio:>6.2f}  {verdict}"


def in_turns(
    name: str, first: Callable[[], float], second: Callable[[], float], rounds: int = ROUNDS
) -> Pair:
    """Measures two sides in turns, after a warm-up; each function returns the seconds of one call."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + rounds // 10):
        for side, measure in random.sample([(0, first), (1, second)], 2):
            seconds = measure()
            if number >= rounds // 10:
                times[side].append(seconds)
    return Pair(name, *(1000 * statistics.median(side) for side in times))


def deep_pages(stack: Stack, administrator: Caller, member: Caller) -> Iterator[Pair]:
    """The first page of a list by cursor, and the 10,000th, for lists of each kind. Only some lists are that long, and
    walking there takes 2,000 calls. For each list, the number of examined rows shows that depth costs nothing
    (plans.py)."""
    organization = member.values["organizationId"]
    for caller, path, query in [
        (administrator, "/users", {"sortBy": "createdAt"}),
        (administrator, "/users", {"sortBy": "name"}),
        (administrator, "/users", {"sortBy": "email"}),
        (administrator, "/users", {"status": "active", "sortBy": "name"}),
        (administrator, "/users", {"q": "example"}),
        (administrator, "/audit-events", {}),
        (member, "/projects", {"organizationId": organization, "sortBy": "createdAt"}),
        (member, "/projects", {"organizationId": organization, "sortBy": "name"}),
        (member, "/projects", {"sortBy": "updatedAt"}),
    ]:
        deep = _cursor_of_page(stack, caller.account, path, query)

        def part(cursor: str) -> float:
            asked = query | {"limit": LIMIT, "cursor": cursor}
            answer, seconds = stack.call("GET", path, asked, token=caller.account.token)
            if len(answer["data"]) != LIMIT:
                raise SystemExit(f"error: GET {path} {asked} has no {LIMIT} entries")
            return seconds

        asked = "&".join(
            name if name == "organizationId" else f"{name}={value}" for name, value in query.items()
        )
        name = f"GET {path}?{asked}" if query else f"GET {path}"
        yield in_turns(f"{name}, page 1 and {DEEP_PAGE:,}", lambda: part(""), lambda: part(deep))


def _cursor_of_page(stack: Stack, account: Account, path: str, query: dict) -> str:
    """The cursor of the 10,000th page, found as a caller does: from page to page, here with the largest pages."""
    cursor = ""
    for _ in range((DEEP_PAGE - 1) * LIMIT // 100):
        answer, _ = stack.call("GET", path, query | {"limit": 100, "cursor": cursor}, token=account.token)
        cursor = answer["meta"]["nextCursor"]
    for _ in range((DEEP_PAGE - 1) * LIMIT % 100 // LIMIT):
        answer, _ = stack.call("GET", path, query | {"limit": LIMIT, "cursor": cursor}, token=account.token)
        cursor = answer["meta"]["nextCursor"]
    return cursor


def user_lookups(few: Stack, many: Stack, statement: str) -> Iterator[Pair]:
    """Looking up a user among 1,000 and among 1,000,000: random users, by id and by address."""

    def read(stack: Stack) -> Callable[[], float]:
        administrator = stack.account("admin")
        ids = _some(stack, "public_id", 1000)
        return lambda: stack.call("GET", f"/users/{random.choice(ids)}", token=administrator.token)[1]

    def sign_in(stack: Stack) -> Callable[[], float]:
        account = stack.account("user")
        credentials = {"email": account.email, "password": account.password}
        return lambda: stack.call("POST", "/auth/login", body=credentials)[1]

    def look_up(stack: Stack) -> Callable[[], float]:
        chosen = random.choices(_some(stack, "email_key", LOOKUPS), k=LOOKUPS)
        statements = ";".join(statement.replace("%s", key) for key in chosen) + ";"

        def measure() -> float:
            start = time.perf_counter()
            stack.db.run(statements)
            return (time.perf_counter() - start) / LOOKUPS

        return measure

    yield in_turns("GET /users/{id}, of 1,000 and of 1,000,000 users", read(few), read(many), 1000)
    yield in_turns("POST /auth/login, of 1,000 and of 1,000,000 users", sign_in(few), sign_in(many), 100)
    yield in_turns("the statement of sign-in that looks up an address", look_up(few), look_up(many), 20)


def _some(stack: Stack, column: str, count: int) -> list[str]:
    """Values of a column for random users."""
    return [
        row[column] for row in stack.db.rows(f"SELECT {column} FROM users ORDER BY RAND() LIMIT {count};")
    ]
