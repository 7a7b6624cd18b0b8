"""The MariaDB of a stack, as root, through the client program."""

import pathlib
import re
import subprocess

# The client's escapes, which keep a row on one line.
ESCAPES = {r"\n": "\n", r"\t": "\t", r"\0": "\0", r"\\": "\\"}
# A separator between the results of two statements.
END = "end of a result"


class Database:
    """Runs statements in the program's database."""

    def __init__(self, socket: pathlib.Path) -> None:
        self._command = ["mariadb", "--no-defaults", f"--socket={socket}", "--user=root", "--batch"]
        self._command += [
            "--default-character-set=utf8mb4",
            "--init-command=SET time_zone = '+00:00'",
            "gatehouse",
        ]

    def run(self, statements: str) -> str:
        """Runs statements in one session, and returns their output."""
        done = subprocess.run(
            self._command, input=statements, capture_output=True, text=True, errors="replace"
        )
        if done.returncode != 0:
            raise SystemExit(f"error: {done.stderr.strip()[:2000]}")
        return done.stdout

    def rows(self, statement: str) -> list[dict[str, str]]:
        """The rows of a statement, by the names of its columns."""
        return self._rows(self.run(statement).split("\n")[:-1])

    def results(self, statements: list[str]) -> list[list[dict[str, str]]]:
        """The rows of each of several statements, in one session."""
        printed = self.run("".join(f"{statement};\nSELECT '{END}';\n" for statement in statements))
        return [self._rows(part.split("\n")[:-1]) for part in printed.split(f"{END}\n{END}\n")[:-1]]

    def _rows(self, printed: list[str]) -> list[dict[str, str]]:
        lines = [
            [re.sub(r"\\[nt0\\]", lambda escape: ESCAPES[escape[0]], value) for value in line.split("\t")]
            for line in printed
        ]
        return [dict(zip(lines[0], line)) for line in lines[1:]]

    def tables(self) -> list[str]:
        """The names of the tables."""
        statement = "SHOW FULL TABLES WHERE table_type = 'BASE TABLE'"
        return [next(iter(row.values())) for row in self.rows(statement)]

    def value(self, statement: str, column: str | None = None) -> str:
        """A value in the one row of a statement: the only column, or this one."""
        (row,) = self.rows(statement)
        return row[column] if column else next(iter(row.values()))
