"""Every SQL statement in the sources is prepared against the migrated schema, whether or not a test runs it."""

import re
from pathlib import Path

from support.database import Database, DatabaseRefusal, literal

SOURCES = Path(__file__).parents[2] / "Sources" / "Gatehouse"
LITERAL = re.compile(r'"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\\([^)]*\))*)"', re.DOTALL)
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|SET STATEMENT)\s")
INTERPOLATION = re.compile(r"\\\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")

CONSTANT = re.compile(
    r'static let (\w+): SQL =\s+(?:"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\\([^)]*\))*)")', re.DOTALL
)
TYPE = re.compile(r"^(?:struct|enum|final class|extension) (\w+)", re.MULTILINE)

# What the sources put together at run time: the expression, and what stands for it here.
FRAGMENTS = {
    "assignments": "version = version + 1",
    "beyond(after, in: first, isDescending)": " AND (created_at < ? OR (created_at = ? AND id < ?))",
    "conditions": "id > 0",
    "events": "target_id = ? AND actor_id IS NULL",
    "first.column": "created_at",
    "first.condition": "role = ? AND status = ?",
    "first.id": "id",
    "first.source": "users FORCE INDEX (idx_users_role_status_created_at)",
    "holder.keys": "k.user_id = ? AND k.revoked_at IS NULL",
    'order("sort_value", "id", isDescending)': "sort_value, id",
    "order(first.column, first.id, isDescending)": "created_at DESC, id DESC",
    "range.condition": "role = ? AND status = ?",
    "range.source": "users",
    "union(of: ranges, isDescending, merged.last ?? after, shares)": (
        "SELECT id, created_at AS sort_value, 0 AS range_number FROM users"
    ),
}


def constants() -> dict[str, str]:
    """The parts of statements that have a name, by the name with that of their type, and by the name alone."""
    found = {}
    for source in sorted(SOURCES.rglob("*.swift")):
        text = source.read_text()
        for match in CONSTANT.finditer(text):
            owner = [name for name in TYPE.finditer(text) if name.start() < match.start()][-1][1]
            value = " ".join((match[2] or match[3]).split())
            found |= {f"{owner}.{match[1]}": value, f"{source.name}: {match[1]}": value}
    return found


def filled_in(text: str, source: str, fragments: dict[str, str]) -> str:
    """The statement with its parts in their places, and a question mark for each value."""

    def fill(match: re.Match) -> str:
        fragment = fragments.get(match[1]) or fragments.get(f"{source}: {match[1]}")
        return filled_in(fragment, source, fragments) if fragment else "?"

    return INTERPOLATION.sub(fill, text)


def statements() -> list[tuple[str, str]]:
    found = []
    for source in sorted(SOURCES.rglob("*.swift")):
        for block, line in LITERAL.findall(source.read_text()):
            text = block or line
            if STATEMENT.match(text):
                found.append((source.name, text))
    return found


def test_every_statement_can_be_prepared(db: Database) -> None:
    fragments = FRAGMENTS | constants()
    assert {"User.columns", "Session.isLive"} <= set(fragments), "the constants are not where they were"
    found = statements()
    assert len(found) > 90, "the statements are not where they were"
    for source, text in found:
        sql = filled_in(text, source, fragments)
        # PREPARE refuses an unknown table or column, a missing right and what is not SQL; it runs nothing.
        try:
            db.rows(f"PREPARE statement FROM {literal(sql)}")
        except DatabaseRefusal as refusal:
            raise AssertionError(f"{source}: {refusal}\n{sql}") from None
