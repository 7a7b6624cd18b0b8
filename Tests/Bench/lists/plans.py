"""How the server carries out the statements that calls run.

They are those that the program really ran, with their values, from the server's general log. So a list is judged with
all that its call does: authentication, the guard, the list, its count, the rows of the page.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from database import Database
from stack import Account, Stack

# The log is on before the program prepares a statement: one prepared earlier is logged without its values.
LOG_ON = "SET GLOBAL log_output = 'NONE', general_log = ON;"
LOG_OFF = "SET GLOBAL general_log = OFF;"
RECORD = "TRUNCATE mysql.general_log; SET GLOBAL log_output = 'TABLE';"
STOP = "SET GLOBAL log_output = 'NONE';"

PLANNED = re.compile(r"(?i)\s*(?:SELECT|UPDATE|DELETE|INSERT\b.*\bSELECT|\()", re.DOTALL)
READING = re.compile(r"(?i)\s*\(?SELECT")

# What a plan is not to do.
SCAN, SORT = "reads all rows", "sorts rows"


@dataclass(frozen=True)
class Step:
    """One line of a plan: how one table of a statement is read."""

    statement: str
    table: str
    access: str
    key: str
    extra: str
    # How many rows were read, on average each time it was gone through; `None` for what was not run again.
    rows: float | None

    @property
    def oddities(self) -> set[str]:
        """Whether it reads a table or an index from end to end, and whether it sees all rows before it gives one."""
        gathers = "Using filesort" in self.extra or "Using temporary" in self.extra
        return ({SCAN} if self.access in ("ALL", "index") else set()) | ({SORT} if gathers else set())


@dataclass(frozen=True)
class Exemption:
    """What looks like a full scan or the sort of a table and is none, of which statement and table, and how many rows
    it reads at most."""

    name: str
    statement: re.Pattern
    table: re.Pattern
    oddities: set[str]
    rows: int
    reason: str

    def covers(self, step: Step) -> bool:
        """Whether a step is what this is about, and keeps to its bound."""
        is_this = self.statement.search(step.statement) and self.table.fullmatch(step.table)
        return bool(is_this) and step.oddities <= self.oddities and (step.rows or 0) <= self.rows


# The deepest entry of a page by number, one more than which is counted; and how many memberships a user has at most.
REACH, MEMBERSHIPS = 10_000, 100

# What a statement has gathered itself, as a plan names it.
GATHERED = re.compile(r"<(derived|union)[0-9,]+>")

EXEMPTIONS = [
    Exemption(
        "counting",
        re.compile(r"^SELECT COUNT\(\*\) FROM \(\s*SELECT 1 FROM .* LIMIT \d+\) AS counted", re.DOTALL),
        GATHERED,
        {SCAN},
        REACH + 1,
        "what is counted is gathered first, and that ends at 10,001 rows",
    ),
    Exemption(
        "merging",
        re.compile(r"^SELECT id, CAST\(sort_value AS CHAR\) AS sort_key\s+FROM \(.*\) AS merged", re.DOTALL),
        GATHERED,
        {SCAN, SORT},
        (MEMBERSHIPS + 1) * REACH,
        "the beginnings of the caller's ranges, each read by an index as far as the page needs, are merged by a sort",
    ),
    Exemption(
        "walking",
        re.compile(r"^SELECT \S+ AS id, CAST\(.*WHERE TRUE\b.*ORDER BY .* LIMIT \d+ OFFSET \d+$", re.DOTALL),
        re.compile("users|audit_events"),
        {SCAN},
        REACH + 1,
        "a list of everything has no condition: it walks its index in the order of the list, and stops after the page",
    ),
    Exemption(
        "counting all",
        re.compile(r"^SELECT COUNT\(\*\) FROM \(\s*SELECT 1 FROM [^()]+(\([^()]+\))?\s+WHERE TRUE\s+LIMIT \d+\)"),
        re.compile("users|audit_events"),
        {SCAN},
        REACH + 1,
        "the same, and it stops at 10,001 rows",
    ),
    Exemption(
        "own organizations",
        re.compile(r"FROM organizations\s+WHERE id IN \("),
        re.compile("organizations"),
        {SORT},
        MEMBERSHIPS,
        "a user is a member of 100 organizations at most; these are read by their ids and sorted",
    ),
    Exemption(
        "roles",
        re.compile("FROM roles"),
        re.compile("roles"),
        {SCAN, SORT},
        100,
        "a handful of rows",
    ),
    Exemption(
        "signing keys",
        re.compile("FROM signing_keys"),
        re.compile("signing_keys"),
        {SCAN, SORT},
        10,
        "a handful of rows: the key that signs, and those that still verify",
    ),
]


class Recorder:
    """Has the server write down what a call runs."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def statements(self, by: Account, call: Callable[[], object]) -> list[str]:
        """The statements of one call that somebody makes. The connection that ran them is the one that named their
        session or, of a sign-in, their address; others run jobs meanwhile."""
        self._stack.db.run(RECORD)
        call()
        self._stack.db.run(STOP)
        marks = " OR ".join(f"argument LIKE '%{mark}%'" for mark in (by.session, by.email))
        rows = self._stack.db.rows(
            "SELECT DISTINCT argument FROM mysql.general_log WHERE command_type = 'Execute' AND thread_id IN"
            f" (SELECT thread_id FROM mysql.general_log WHERE command_type = 'Execute' AND ({marks}));"
        )
        if not rows:
            raise SystemExit("error: the server has not logged what a call ran")
        return [row["argument"] for row in rows]


def steps(db: Database, statement: str) -> Iterator[Step]:
    """The plan of a statement. One that reads is run again, to see how many rows it reads."""
    if not PLANNED.match(statement):
        return
    is_run = bool(READING.match(statement)) and not statement.rstrip().upper().endswith("FOR UPDATE")
    for row in db.rows(f"{'ANALYZE' if is_run else 'EXPLAIN'} {statement}"):
        rounds = row.get("r_rows", "NULL")
        yield Step(
            statement,
            row["table"],
            row["type"],
            row["key"],
            row["Extra"],
            None if rounds == "NULL" else float(rounds),
        )


def faults(step: Step) -> list[str]:
    """What is wrong with a step, in words; nothing where it is exempt."""
    if any(exemption.covers(step) for exemption in EXEMPTIONS):
        return []
    return [
        f"{step.table} by {step.key or 'no key'}: {oddity} ({step.access}, {step.extra})"
        for oddity in step.oddities
    ]
