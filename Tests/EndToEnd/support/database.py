"""The stack's MariaDB: to arrange what would take days, and to see what no answer shows."""

import pathlib
import subprocess
from contextlib import contextmanager

import pymysql
from pymysql.constants import CLIENT

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


def _rows(connection: pymysql.Connection, statement: str) -> list[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = list(cursor.fetchall())
        while cursor.nextset():
            rows += cursor.fetchall()
    return [[_text(value) for value in row] for row in rows]


def _text(value: str | bytes | None) -> str:
    if value is None:
        return "NULL"
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


class Database:
    """Runs statements, as root by default. Safe to use from several threads."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._idle: list[pymysql.Connection] = []

    def connect(self, user: str = "root", password: str = "") -> pymysql.Connection:
        """A new connection, which returns every value as text."""
        settings = self._stack.settings
        return pymysql.connect(
            unix_socket=settings["GATEHOUSE_DATABASE_SOCKET"],
            user=user,
            password=password,
            database=settings["GATEHOUSE_DATABASE_NAME"],
            charset="utf8mb4",
            init_command="SET time_zone = '+00:00'",
            client_flag=CLIENT.MULTI_STATEMENTS,
            autocommit=True,
            conv={},
            read_timeout=60,
        )

    def rows(self, sql: str, *values: object, user: str = "root", password: str = "") -> list[list[str]]:
        """Runs statements with a value for each `%s`, and returns the rows as text."""
        statement = sql % tuple(literal(value) for value in values) if values else sql
        try:
            if user != "root":
                with self.connect(user, password) as connection:
                    return _rows(connection, statement)
            with self._kept() as connection:
                return _rows(connection, statement)
        except pymysql.MySQLError as refusal:
            raise DatabaseRefusal(str(refusal)) from None

    def load(self, file: pathlib.Path) -> None:
        """Loads a file with the client program, as the seeds are loaded."""
        settings = self._stack.settings
        socket, name = settings["GATEHOUSE_DATABASE_SOCKET"], settings["GATEHOUSE_DATABASE_NAME"]
        command = ["mariadb", "--no-defaults", f"--socket={socket}", "--user=root", name]
        done = subprocess.run(command, input=file.read_bytes(), capture_output=True, timeout=60)
        if done.returncode != 0:
            raise DatabaseRefusal(done.stderr.decode())

    @contextmanager
    def _kept(self):
        """A cached connection as root, since a test runs many statements."""
        try:
            connection = self._idle.pop()
            connection.ping()
        except (IndexError, pymysql.MySQLError):
            connection = self.connect()
        yield connection
        self._idle.append(connection)

    def value(self, sql: str, *values: object) -> str:
        """The one value that a statement returns."""
        (row,) = self.rows(sql, *values)
        (value,) = row
        return value

    def run(self, sql: str, *values: object) -> None:
        """Runs a statement that must change exactly one row."""
        assert self.value(f"{sql}; SELECT ROW_COUNT()", *values) == "1", sql

    def texts(self) -> dict[str, str]:
        """All text in the database, by table."""
        tables = [table for (table,) in self.rows("SHOW TABLES")]
        return {
            table: "\n".join("\t".join(row) for row in self.rows(f"SELECT * FROM `{table}`"))
            for table in tables
        }

    def run_periodic(self, name: str) -> None:
        """Makes periodic work due now."""
        self.run("UPDATE periodic_jobs SET next_run_at = NOW(6) WHERE name = %s", name)

    def wait_for_jobs(self) -> None:
        """Waits for the modules' present jobs, for the jobs that they add, and for those that these add, so that all
        pending mail is sent. Other tests may have added more by then."""
        pending = (
            "SELECT id FROM jobs WHERE status = 'pending' AND kind RLIKE '^(auth|account|audit|organizations)[.]'"
        )
        for _ in range(3):
            awaited = {number for (number,) in self.rows(pending)}
            wait_until(lambda: not awaited & {number for (number,) in self.rows(pending)}, "these jobs are done")

    @contextmanager
    def holding(self, sql: str, *values: object):
        """Holds the locks that a statement takes until the block ends or the yielded function is called."""
        with self.connect() as connection:
            connection.begin()
            _rows(connection, sql % tuple(literal(value) for value in values))
            yield connection.rollback

    def wait_for_a_lock_wait(self) -> None:
        """Waits until some transaction waits for a lock. Only for tests that run alone, since any transaction
        counts."""
        waiting = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'"
        wait_until(lambda: self.rows(waiting)[0][1] != "0", "a transaction waits for a lock")

    def actions(self, user_id: str) -> list[str]:
        """The audited actions about a user, oldest first."""
        rows = self.rows("SELECT action FROM audit_events WHERE target_id = %s ORDER BY id", user_id)
        return [action for (action,) in rows]
