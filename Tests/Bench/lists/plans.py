"""How the server carries out the statements that calls run, and what it may not do for them.

They are those that the program really ran, so a list is judged with all that its call does: authentication, the guard,
the list, its count, the rows of the page. Two things are asked of each. Its plan, from EXPLAIN, reads no table from end
to end, and sees no more rows than it gives before it gives one. And however the plan reads, the rows that the server
examined when the program ran it are in proportion to those that the call answers, at any depth of a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from callers import MEMBERSHIPS
from database import Database
from recorder import Statement

# What stands in a log beside statements that have a plan: BEGIN, COMMIT, the settings of a session.
PLANNED = re.compile(r"(?i)\s*(?:SELECT|UPDATE|DELETE|INSERT\b.*\bSELECT|\()", re.DOTALL)

# What a plan is not to do.
SCAN, SORT = "reads all rows", "sorts rows"

# The deepest entry of a page by number, one more than which is counted.
REACH = 10_000
# How many times a row may be examined: in its index, where it is gathered, where it is sorted, and what is looked up
# for it.
TIMES = 4
# What a search looks for in a row it looks for among the words of that row, of which a user has so many here.
LOOKING, WORDS = "(SELECT 1 FROM words AS other", 5
COUNTING = re.compile(r"^SELECT COUNT\(\*\) FROM \(\s*SELECT 1 FROM .* LIMIT \d+\) AS counted", re.DOTALL)
PROBING = re.compile(r"^SELECT id, CAST\(sort_value AS CHAR\) AS sort_key, owner_number FROM \(", re.DOTALL)
# Rows of several owners, whose list is padded by repeating the last.
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
        """Whether it reads a table or an index from end to end, and whether it sees all rows before it gives one."""
        gathers = "Using filesort" in self.extra or "Using temporary" in self.extra
        return ({SCAN} if self.access in ("ALL", "index") else set()) | ({SORT} if gathers else set())


@dataclass(frozen=True)
class Exemption:
    """What looks like a full scan or the sort of a table and is none: of which statement and table."""

    name: str
    statement: re.Pattern
    table: re.Pattern
    oddities: set[str]
    reason: str

    def covers(self, step: Step) -> bool:
        """Whether a step is what this is about."""
        is_this = self.statement.search(step.statement) and self.table.fullmatch(step.table)
        return bool(is_this) and step.oddities <= self.oddities


# What a statement has gathered itself, as a plan names it.
GATHERED = re.compile(r"<(derived|union)[0-9,]+>")
WHOLE = re.compile("users|audit_events")

EXEMPTIONS = [
    Exemption(
        "counting",
        COUNTING,
        GATHERED,
        {SCAN},
        "what is counted is gathered first, and that ends at 10,001 rows",
    ),
    Exemption(
        "probing",
        PROBING,
        GATHERED,
        {SCAN, SORT},
        "one row of each of the caller's owners, each read by an index",
    ),
    Exemption(
        "window",
        WINDOW,
        re.compile("projects|words"),
        {SORT},
        "the rows of several owners between two entries, read by an index, which are few: see the rows examined",
    ),
    Exemption(
        "walking",
        re.compile(r"^SELECT \S+ AS id, CAST\(.*WHERE TRUE\b.*ORDER BY .* LIMIT \d+ OFFSET \d+$", re.DOTALL),
        WHOLE,
        {SCAN},
        "a list of everything has no condition: it walks its index in the order of the list, and stops after the page",
    ),
    Exemption(
        "counting all",
        re.compile(r"^SELECT COUNT\(\*\) FROM \(\s*SELECT 1 FROM [^()]+(\([^()]+\))?\s+WHERE TRUE\s+LIMIT \d+\)"),
        WHOLE,
        {SCAN},
        "the same, and it stops at 10,001 rows",
    ),
    Exemption(
        "own organizations",
        re.compile(r"FROM organizations\s+WHERE id IN \("),
        re.compile("organizations"),
        {SCAN, SORT},
        "a user is a member of 100 organizations at most; these are read by their ids and sorted",
    ),
    Exemption(
        "exported events",
        re.compile(r"FROM \(\s*\(SELECT id, created_at FROM audit_events"),
        GATHERED,
        {SCAN, SORT},
        "of who acted and of whom it concerned, a batch each, read by an index, of which the first batch is taken",
    ),
    Exemption(
        "exported organizations",
        re.compile(r"AS memberships ON organization_id = id"),
        re.compile("organizations|organization_members"),
        {SORT},
        "a user is a member of 100 organizations at most",
    ),
    Exemption(
        "exported keys",
        re.compile(r"FROM\s+api_keys k .*ORDER BY k\.id LIMIT", re.DOTALL),
        re.compile("k"),
        {SORT},
        "a user has 100 keys at most",
    ),
    Exemption("roles", re.compile("FROM roles"), re.compile("roles|r"), {SCAN, SORT}, "a handful of rows"),
    Exemption(
        "signing keys",
        re.compile("FROM signing_keys"),
        re.compile("signing_keys|k"),
        {SCAN, SORT},
        "a handful of rows: the key that signs, and those that still verify",
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
    """How many entries of a list some calls go through: of the list, or of each owner whose rows it has."""

    entries: int
    of_each_owner: bool

    def most_rows(self, statement: Statement) -> int:
        """How many rows the server may examine for a statement of such a call: for these, and for the memberships of
        the caller. What counts goes as far as paging reaches."""
        owners = {owner.strip() for owners in OWNERS.findall(statement.text) for owner in owners.split(",")}
        entries = self.entries * max(1, len(owners)) if self.of_each_owner else self.entries
        times = TIMES + WORDS * statement.text.count(LOOKING) // (1 + statement.text.count(" UNION ALL "))
        return times * (MEMBERSHIPS + (REACH + 1 if COUNTING.match(statement.text) else entries))


# A page by number, a part by cursor, and a lookup.
LIMIT = 20
PAGE, PART, ROW = Bound(REACH + 1, False), Bound(LIMIT + 1, True), Bound(1, False)


def faults(db: Database, statements: list[Statement], bound: Bound | None) -> dict[str, str]:
    """What is wrong with some statements, in words, each with one that it is wrong of; without a bound, of their plans
    alone."""
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
