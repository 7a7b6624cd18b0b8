"""Every SQL statement in the sources is prepared against the migrated schema, whether or not a test runs it."""

import re
from pathlib import Path

from support.database import Database, DatabaseRefusal, literal

SOURCES = Path(__file__).parents[2] / "Sources" / "Gatehouse"
LITERAL = re.compile(r'"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\\([^)]*\))*)"', re.DOTALL)
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b")
INTERPOLATION = re.compile(r"\\\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")

# What the sources put into statements as SQL rather than bind: the expression, and what stands for it here.
FRAGMENTS = {
    "assignments": "version = version + 1",
    "sorting": "last_seen_at DESC, id DESC",
}


def statements() -> list[tuple[str, str]]:
    found = []
    for source in sorted(SOURCES.rglob("*.swift")):
        for block, line in LITERAL.findall(source.read_text()):
            text = block or line
            if STATEMENT.match(text):
                found.append((source.name, text))
    return found


def columns() -> str:
    source = (SOURCES / "Modules" / "Users" / "User.swift").read_text()
    match = re.search(r'static let columns: SQL = """\n(.*?)"""', source, re.DOTALL)
    assert match, "User.columns is not where it was"
    return " ".join(match[1].split())


def test_every_statement_can_be_prepared(db: Database) -> None:
    fragments = FRAGMENTS | {"User.columns": columns()}
    found = statements()
    assert len(found) > 30, "the statements are not where they were"
    for source, text in found:
        sql = INTERPOLATION.sub(lambda match: fragments.get(match[1], "?"), text)
        # PREPARE refuses an unknown table or column, a missing right and what is not SQL; it runs nothing.
        try:
            db.rows(f"PREPARE statement FROM {literal(sql)}")
        except DatabaseRefusal as refusal:
            raise AssertionError(f"{source}: {refusal}\n{sql}") from None
