"""Runs the program's commands on their own database, where they may end every session and rotate every key."""

import json
import os
import pathlib
import pty
import secrets as random
import subprocess
import types
from contextlib import contextmanager

from support.database import Database
from support.people import new_address
from support.stack import Stack, without_settings


class Installation:
    """A database beside the stack's, the stack's other settings, and the program to run with them."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.stack = stack
        self.settings = {"GATEHOUSE_DATABASE_NAME": name}
        self.db = Database(types.SimpleNamespace(settings=stack.settings | self.settings))

    def run(
        self, *arguments: str, stdin: str = "", program: pathlib.Path | None = None, **settings: str
    ) -> subprocess.CompletedProcess:
        """Runs a command of the stack's program, or of this one, to its end."""
        return subprocess.run(
            [program or self.stack.program, *arguments],
            env=self.environment(**settings),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def json(self, *arguments: str, stdin: str = "") -> dict:
        """Runs a command that must succeed, and returns the JSON document that it prints."""
        done = self.run(*arguments, "--json", stdin=stdin)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        return json.loads(done.stdout)

    def refused(self, *arguments: str, stdin: str = "") -> str:
        """Runs a command that must fail, and returns its standard error."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 1 and done.stdout == "", done.stdout
        assert done.stderr.startswith("gatehouse: "), done.stderr
        return done.stderr

    def at_terminal(self, *arguments: str, typed: list[str]) -> tuple[int, str]:
        """Runs a command at a terminal and answers each question with a line. Returns the exit code and everything
        shown."""
        pid, terminal = pty.fork()
        if pid == 0:
            program = str(self.stack.program)
            os.execve(program, [program, *arguments], self.environment())
        shown = b""
        for line in typed:
            question = len(shown)
            while not shown[question:].endswith((b": ", b"] ")):
                shown += os.read(terminal, 1024)
            os.write(terminal, f"{line}\n".encode())
        try:
            while data := os.read(terminal, 1024):
                shown += data
        except OSError:
            pass  # Linux answers EIO when the other side is closed.
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()

    def account(self, *options: str, password: str | None = None) -> dict:
        """An account with a verified address."""
        arguments = ("user", "create", new_address(), "--name", "Ada Lovelace", "--verified", *options)
        if password is None:
            return self.json(*arguments, "--no-password")["data"]
        return self.json(*arguments, stdin=f"{password}\n")["data"]

    def environment(self, **settings: str) -> dict[str, str]:
        """The environment of the program."""
        file = {"GATEHOUSE_CONFIG_FILE": str(self.stack.run / "effective.env")}
        return without_settings() | file | self.settings | settings


@contextmanager
def installation(stack: Stack):
    """Makes the database, grants the same rights as the stack's, migrates it, and drops it at the end."""
    name = f"gatehouse_{random.token_hex(8)}"
    root = Database(stack)
    root.rows(f"CREATE DATABASE {name}")
    own = Installation(stack, name)
    try:
        program, migrate = stack.settings["GATEHOUSE_DATABASE_USER"], stack.settings["GATEHOUSE_MIGRATE_USER"]
        root.rows(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO {program}@localhost")
        root.rows(f"GRANT ALL ON {name}.* TO {migrate}@localhost")
        done = own.run("migrate", "up")
        assert done.returncode == 0, done.stderr
        yield own
    finally:
        root.rows(f"REVOKE ALL ON {name}.* FROM {program}@localhost")
        root.rows(f"REVOKE ALL ON {name}.* FROM {migrate}@localhost")
        root.rows(f"DROP DATABASE {name}")
