"""Checks how the server executes the statements of calls.

The statements are those that the program really ran, so a list is judged with everything that its call does:
authentication, guard, list, count, and the rows of the page. Each statement must pass two checks. Its plan, from
EXPLAIN, must neither read a whole table nor sort rows before it returns the first. And whatever the plan says, the
number of rows that the server examined must be proportional to the rows that the call returns, at any depth of a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from callers import MEMBERSHIPS
from database import Database
from recorder import Statement

# Statements that have a plan; the log also contains BEGIN, COMMIT and the settings of a session.
PLANNED = re.compile(r"(?i)\s*(?:SELECT|UPDATE|DELETE|INSERT\b.*\bSELECT|\()", re.DOTALL)

# What a plan must not do.
SCAN, SORT = "reads all rows", "sorts rows"

# The last entry that page numbers can reach; counting stops one entry later.
REACH = 10_000
# How often a row may be examined: in its index, when it is collected, when it is sorted, and when related rows are
# looked up.
TIMES = 4
# A search checks its further words among the words of a row, of which a user has this many here.
LOOKING, WORDS = "(SELECT 1 FROM words AS other", 5
COUNTING = re.compile(r"^SELECT COUNT\(\*\) FROM \(\s*SELECT 1 FROM .* LIMIT \d+\) AS counted", re.DOTALL)
PROBING = re.compile(r"^SELECT id, CAST\(sort_value AS CHAR\) AS sort_key, owner_number FROM \(", re.DOTALL)
# Rows of several owners, in a list that is padded by repeating the last owner.
OWNERS = re.compile(r"\b(?:tenant|words\.scope) IN \(([^()]+)\)")
WINDOW = re.compile(r"^SELECT \S+ AS id, CAST\(.*\b(?:tenant|words\.scope) IN \([^(),]+,", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One line of a plan: how one table of a statement is read."""

    statement: str
    table: str
    access: str
    key: str
    extra: str

    @property
    def oddities(self) -> set[str]:
        """Whether it reads a whole table or index, and whether it collects all rows before it returns the first."""
        gathers = "Using filesort" in self.extra or "Using temporary" in self.extra
        return ({SCAN} if self.access in ("ALL", "index") else set()) | ({SORT} if gathers else set())


@dataclass(frozen=True)
class Exemption:
    """A statement and table whose plan looks like a full scan or a sort, and is acceptable."""

    name: str
    statement: re.Pattern
    table: re.Pattern
    oddities: set[str]
    reason: str

    def covers(self, step: Step) -> bool:
        """Whether the exemption applies to a step."""
        is_this = self.statement.search(step.statement) and self.table.fullmatch(step.table)
        return bool(is_this) and step.oddities <= self.oddities


# The name in a plan for rows that the statement has collected itself.
GATHERED = re.compile(r"<(derived|union)[0-9,]+>")
WHOLE = re.compile("users|audit_events")

EXEMPTIONS = [
    Exemption(
        "counting",
        COUNTING,
        GATHERED,
        {SCAN},
        "the counted rows are collected first, at most 10,001",
    ),
    Exemption(
        "probing",
        PROBING,
        GATHERED,
        {SCAN, SORT},
        "one row for each of the caller's owners, each read by an index",
    ),
    Exemption(
        "window",
        WINDOW,
        re.compile("projects|words"),
        {SORT},
        "the few rows of several owners between two entries, read by an index: see the rows examined",
    ),
    Exemption(
        "walking",
        re.compile(r"^SELECT \S+ AS id, CAST\(.*WHERE TRUE\b.*ORDER BY .* LIMIT \d+ OFFSET \d+$", re.DOTALL),
        WHOLE,
        {SCAN},
        "a list of everything has no condition: it reads its index in the order of the list, and stops after the page",
    ),
    Exemption(
        "counting all",
        re.compile(r"^SELECT COUNT\(\*\) FROM \(\s*SELECT 1 FROM [^()]+(\([^()]+\))?\s+WHERE TRUE\s+LIMIT \d+\)"),
        WHOLE,
        {SCAN},
        "a count of everything stops at 10,001 rows",
    ),
    Exemption(
        "own organizations",
        re.compile(r"FROM organizations\s+WHERE id IN \("),
        re.compile("organizations"),
        {SCAN, SORT},
        "a user is a member of at most 100 organizations, which are read by their ids and sorted",
    ),
    Exemption(
        "exported events",
        re.compile(r"FROM \(\s*\(SELECT id, created_at FROM audit_events"),
        GATHERED,
        {SCAN, SORT},
        "a batch by actor and a batch by target, each read by an index; the first rows of both are taken",
    ),
    Exemption(
        "exported organizations",
        re.compile(r"AS memberships ON organization_id = id"),
        re.compile("organizations|organization_members"),
        {SORT},
        "a user is a member of at most 100 organizations",
    ),
    Exemption(
        "exported keys",
        re.compile(r"FROM\s+api_keys k .*ORDER BY k\.id LIMIT", re.DOTALL),
        re.compile("k"),
        {SORT},
        "a user has at most 100 keys",
    ),
    Exemption("roles", re.compile("FROM roles"), re.compile("roles|r"), {SCAN, SORT}, "a handful of rows"),
    Exemption(
        "signing keys",
        re.compile("FROM signing_keys"),
        re.compile("signing_keys|k"),
        {SCAN, SORT},
        "a handful of rows: the signing key, and the keys that still verify",
    ),
]


def steps(db: Database, statements: list[Statement]) -> Iterator[Step]:
    """The plans of some statements."""
    planned = [statement.text for statement in statements if PLANNED.match(statement.text)]
    for text, plan in zip(planned, db.results([f"EXPLAIN {text}" for text in planned])):
        for row in plan:
            yield Step(text, row["table"], row["type"], row["key"], row["Extra"])


@dataclass(frozen=True)
class Bound:
    """The number of entries of a list that some calls read: in all, or for each owner of the rows."""

    entries: int
    of_each_owner: bool

    def most_rows(self, statement: Statement) -> int:
        """The maximum number of rows that the server may examine for a statement of such a call: for the entries, and
        for the memberships of the caller. Statements that count may go as far as paging reaches."""
        owners = {owner.strip() for owners in OWNERS.findall(statement.text) for owner in owners.split(",")}
        entries = self.entries * max(1, len(owners)) if self.of_each_owner else self.entries
        times = TIMES + WORDS * statement.text.count(LOOKING) // (1 + statement.text.count(" UNION ALL "))
        return times * (MEMBERSHIPS + (REACH + 1 if COUNTING.match(statement.text) else entries))


# A page by number, a part by cursor, and a lookup.
LIMIT = 20
PAGE, PART, ROW = Bound(REACH + 1, False), Bound(LIMIT + 1, True), Bound(1, False)


def faults(db: Database, statements: list[Statement], bound: Bound | None) -> dict[str, str]:
    """The faults of some statements in words, each with an example; without a bound, only the faults of their plans."""
    wrong = {}
    for step in steps(db, statements):
        if not any(exemption.covers(step) for exemption in EXEMPTIONS):
            for oddity in step.oddities:
                fault = f"{step.table} by {step.key or 'no key'}: {oddity} ({step.access}, {step.extra})"
                wrong[fault] = step.statement
    for statement in statements:
        if bound and statement.examined > bound.most_rows(statement):
            allowed = bound.most_rows(statement)
            wrong[f"{statement.examined:,} rows examined, where {allowed:,} are enough"] = statement.text
    return wrong
