"""The stack's MariaDB: to arrange what takes days otherwise, and to see what no answer shows."""

import subprocess
from contextlib import contextmanager

from support.stack import Stack, wait_until


def literal(value: object) -> str:
    """A value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return f"CONVERT(X'{str(value).encode().hex()}' USING utf8mb4)"


class DatabaseRefusal(Exception):
    """The server refused a statement."""


class Database:
    """Runs statements, as root unless told otherwise."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def command(self, user: str = "root", password: str = "") -> list[str]:
        """The client program and its arguments."""
        settings = self._stack.settings
        return [
            "mariadb",
            "--no-defaults",
            f"--socket={settings['GATEHOUSE_DATABASE_SOCKET']}",
            f"--user={user}",
            f"--password={password}",
            "--default-character-set=utf8mb4",
            "--batch",
            "--skip-column-names",
            "--init-command=SET time_zone = '+00:00'",
            settings["GATEHOUSE_DATABASE_NAME"],
        ]

    def rows(self, sql: str, *values: object, user: str = "root", password: str = "") -> list[list[str]]:
        """Runs a statement in which each `%s` is a value, and answers its rows as text."""
        statement = sql % tuple(literal(value) for value in values) if values else sql
        done = subprocess.run(
            self.command(user, password),
            input=statement,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=60,
        )
        if done.returncode != 0:
            raise DatabaseRefusal(done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def value(self, sql: str, *values: object) -> str:
        """The one value that a statement answers."""
        (row,) = self.rows(sql, *values)
        (value,) = row
        return value

    def run(self, sql: str, *values: object) -> None:
        """Runs a statement that must change exactly one row."""
        assert self.value(f"{sql}; SELECT ROW_COUNT()", *values) == "1", sql

    def texts(self) -> dict[str, str]:
        """Everything there is, by table."""
        tables = [table for (table,) in self.rows("SHOW TABLES")]
        return {
            table: "\n".join("\t".join(row) for row in self.rows(f"SELECT * FROM `{table}`"))
            for table in tables
        }

    def run_periodic(self, name: str) -> None:
        """Makes work that recurs due now."""
        self.run("UPDATE periodic_jobs SET next_run_at = NOW(6) WHERE name = %s", name)

    def wait_for_jobs(self) -> None:
        """Awaits that the modules have no job left: whatever mail there was to send is sent."""
        pending = "SELECT COUNT(*) FROM jobs WHERE status = 'pending' AND kind RLIKE '^(auth|account|organizations)[.]'"
        wait_until(lambda: self.value(pending) == "0", "no job waits")

    @contextmanager
    def holding(self, sql: str, *values: object):
        """Keeps the locks that a statement takes for as long as the block runs."""
        statement = sql % tuple(literal(value) for value in values)
        with subprocess.Popen(
            [*self.command(), "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as session:
            session.stdin.write(f"BEGIN; {statement}; SELECT 'held';\n")
            session.stdin.flush()
            assert "held\n" in session.stdout
            yield

    def wait_for_a_lock_wait(self) -> None:
        """Awaits that some transaction waits for a lock."""
        waiting = "SELECT COUNT(*) > 0 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
        wait_until(lambda: self.value(waiting) == "1", "a transaction waits for a lock")

    def actions(self, user_id: str) -> list[str]:
        """The audit of a user, oldest first."""
        rows = self.rows("SELECT action FROM audit_events WHERE target_id = %s ORDER BY id", user_id)
        return [action for (action,) in rows]
