"""Creates rows of the modules of another package through its API, as its resources_*.py describe them
(support/resources.py of Tests/EndToEnd). A caller has more than one part of every list; the rows of all callers are so
many that a scan examines too many.
"""

import re
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from callers import Caller
from database import Database
from lists import List, combined
from lookups import Lookup
from plans import SCAN, SORT, Exemption
from stack import BASE, ROOT, Account, Stack

sys.path.append(str(ROOT / "Tests" / "EndToEnd"))
from support.resources import RESOURCES, Resource  # noqa: E402

# The number of accounts, and of the rows of each. Modules may limit the rows of an account, but hardly below 100.
ACCOUNTS, ROWS = 7, 90
# Each is a word of a third of the rows, independently of the remainder of the number, which `new` may use for filters.
KINDS = ["baba", "dada", "raba"]
CREATED = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Made:
    """The rows of one kind of a caller."""

    resource: Resource
    caller: Caller
    word: str
    id: str

    @classmethod
    def all(cls, stack: Stack) -> list["Made"]:
        """Creates rows of every kind."""
        accounts = [stack.account("user") for _ in range(ACCOUNTS)]
        made = [cls._of(resource, accounts, stack) for resource in RESOURCES]
        stack.db.run(f"ANALYZE TABLE {', '.join(f'`{table}`' for table in stack.db.tables())};")
        return made

    @classmethod
    def _of(cls, resource: Resource, accounts: list[Account], stack: Stack) -> "Made":
        word = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(12))
        for account in accounts:
            for number in range(ROWS):
                body = resource.new(f"{word} {KINDS[number // 3 % 3]}", number)
                row, _ = stack.call("POST", _short(resource), None, body, account.token, expect=(201,))
        values = resource.filters(word)
        return cls(resource, Caller("user", account, values, {}), word, row["data"]["id"])

    def lists(self, stack: Stack) -> Iterator[List]:
        """Every declared combination."""
        path, values = _short(self.resource), self.caller.values
        document, _ = stack.call("GET", "/openapi.json")
        combinations = document["paths"][self.resource.path]["get"].get("x-combinations", [])
        searches = [values.get("q", self.word), f"{self.word} {KINDS[0]}"]
        return combined(path, path, combinations, searches, values.__getitem__)

    def lookups(self) -> Iterator[Lookup]:
        """The calls about one row, which delete it at last."""
        path, token = _short(self.resource), self.caller.account.token
        for method, place, target, body in [
            ("POST", path, path, self.resource.new(self.word, 0)),
            ("GET", f"{path}/{{id}}", f"{path}/{self.id}", None),
            ("PATCH", f"{path}/{{id}}", f"{path}/{self.id}", self.resource.change),
            ("DELETE", f"{path}/{{id}}", f"{path}/{self.id}", None),
        ]:
            yield Lookup(self.caller.name, f"{method} {place}", method, target, token, body)


def _short(resource: Resource) -> str:
    """The path of the list without the prefix of the API."""
    return resource.path.removeprefix(BASE)


def exemptions(db: Database) -> list[Exemption]:
    """The exemptions of the package, and one for statements that read none of its tables: Gatehouse's own tests check
    these."""
    migrations = (ROOT / "sql" / "migrations").glob("*.up.sql")
    own = {name for file in migrations for name in CREATED.findall(file.read_text())} - {"words"}
    theirs = "|".join(set(db.tables()) - own)
    reasons = {rf"^(?!.*\b({theirs})\b)": "reads no table of the package"}
    for resource in RESOURCES:
        reasons |= resource.exemptions
    return [
        Exemption(text, re.compile(text, re.DOTALL), re.compile(".*"), {SCAN, SORT}, reason)
        for text, reason in reasons.items()
    ]
