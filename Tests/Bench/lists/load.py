"""Fills a database: users with their credentials, organizations with members, projects, the words of users and
projects, and audit events.

Keeping the indexes in order, row after row, is what makes a million rows slow. So the secondary indexes are dropped,
the rows are inserted by primary key, and each index is built again in one go.
"""

import pathlib
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from database import Database

FOLDER = pathlib.Path(__file__).parent

# These rows can be made again in minutes, so they need not survive a crash, and the pool holds all of them. The next
# start of the server restores the settings.
SERVER = """
SET GLOBAL innodb_buffer_pool_size = 3 << 30, innodb_log_file_size = 2 << 30, innodb_flush_log_at_trx_commit = 0;
"""

SESSION = """
SET foreign_key_checks = 0, unique_checks = 0, sort_buffer_size = 256 << 20;
SET @syllables = CONVERT(
    'bacadafagahajakalamanaparasatavabecedefegehejekelemeneperesetevebicidifigihijikiliminipirisitivi' USING latin1);
SET @epoch = 1700000000000;
"""

# The tables and the steps that fill them, in two sequences that run side by side; each step needs those before it.
STEPS = [
    [
        ("users", ["users"]),
        ("user_words", []),
        ("audit", ["audit_events"]),
        ("credentials", ["sessions", "refresh_tokens", "one_time_tokens", "idempotency_keys", "api_keys"]),
    ],
    [
        ("organizations", ["organizations", "organization_members", "invitations"]),
        ("projects", ["projects"]),
        ("project_words", []),
    ],
]
# Filled by both sequences.
SHARED = "words"

# A secondary key of a table, as SHOW CREATE TABLE prints it.
KEY = re.compile(r"^  ((?:UNIQUE )?KEY `(\w+)` \(.*\)),?$", re.MULTILINE)


@dataclass(frozen=True)
class Size:
    """The number of rows to make."""

    users: int
    organizations: int
    projects: int
    events: int


# More rows than a part of each list has, and than the server prefers to scan.
SOME = Size(users=3_000, organizations=300, projects=8_000, events=2_000)
MANY = Size(users=1_000_000, organizations=100_000, projects=1_000_000, events=300_000)
FEW = Size(users=1_000, organizations=100, projects=1_000, events=300)


def load(db: Database, size: Size, tell: Callable[[str], None] = lambda line: None) -> float:
    """Fills the database, and returns the seconds it took."""
    start = time.monotonic()
    db.run(SERVER)
    tables = [table for row in STEPS for _, filled in row for table in filled] + [SHARED]
    keys = {table: _take_down_keys(db, table) for table in tables}
    sizes = ", ".join(f"@{name} = {count}" for name, count in vars(size).items())

    def run(what: str, statements: str) -> None:
        begun = time.monotonic()
        db.run(f"{SESSION} {statements}")
        tell(f"  {what:<32} {time.monotonic() - begun:6.1f} s")

    def build_keys(table: str) -> None:
        run(f"keys of {table}", f"ALTER TABLE {table} {', '.join(f'ADD {key}' for key in keys[table])};")

    def fill(row: list[tuple[str, list[str]]]) -> None:
        for file, filled in row:
            run(file, f"SET {sizes}; {(FOLDER / f'{file}.sql').read_text()}")
            for table in filled:
                build_keys(table)

    with ThreadPoolExecutor(len(STEPS)) as threads:
        list(threads.map(fill, STEPS))
    build_keys(SHARED)
    db.run(f"ANALYZE TABLE {', '.join(tables)};")
    return time.monotonic() - start


def _take_down_keys(db: Database, table: str) -> list[str]:
    """Empties a table and drops its keys; returns their definitions."""
    keys = KEY.findall(db.value(f"SHOW CREATE TABLE {table}", "Create Table"))
    db.run(
        f"{SESSION} TRUNCATE {table}; ALTER TABLE {table} {', '.join(f'DROP KEY `{name}`' for _, name in keys)};"
    )
    return [key for key, _ in keys]
