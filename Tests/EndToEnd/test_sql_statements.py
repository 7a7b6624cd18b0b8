"""Every SQL statement in the sources is prepared against the migrated schema, whether or not a test runs it."""

import os
import re
from pathlib import Path

import pytest

from support.database import Database, DatabaseRefusal, literal
from support.resources import RESOURCES
from support.sql_sources import INTERPOLATION, SQLSources
from support.stack import ROOT

SOURCES = ROOT / "Sources" / "Gatehouse"
OWN = SQLSources(SOURCES)
# The package under test, if there is one.
PACKAGE = os.environ.get("PACKAGE_FOLDER")

# Parts that are built at run time: the expression, and an example of the part.
LOCK = {"lock": "FOR UPDATE"}
FRAGMENTS = LOCK | {
    "conditions": "id > 0",
    "events": "target_id = ? AND actor_id IS NULL",
    "holder.keys": "k.user_id = ? AND k.revoked_at IS NULL",
    "order": "sort_value, id",
    "range.column": "created_at",
    "range.id": "id",
    "range.order(isDescending)": "created_at DESC, id DESC",
    "range.source": "users FORCE INDEX (idx_users_role_status_created_at)",
    "stretch": "role = ? AND status = ? AND (? IS NULL OR created_at < ? OR (created_at = ? AND id < ?))",
    "union": "SELECT id, created_at AS sort_value, 0 AS owner_number FROM users",
}

# How many different texts a fragment has, by the file that puts it together; one where it does not stand here. A range
# of projects has one of 7 indexes, by which its condition goes; one of users 3 + 2 + 1 + 1 + 1; one of the audit 4.
# There are two ranges of organizations, of members, of the keys of a holder and of deliveries, and one each of
# sessions, invitations, roles and webhooks; a range of a search has the conditions of up to 8 words.
PROJECTS, USERS, AUDIT, OTHERS, WORDS = 7, 8, 4, 2 + 2 + 2 + 2 + 1 + 1 + 1 + 1, 8
# The lengths of lists that hold what a caller owns, or a page: none, 1, 4, 16, 128; and those of batches, 1024 too.
LENGTHS, BATCHES = 5, 6
# Several owners, in a list, and in a union, of which those of more than 4 parts are too long to be kept.
SEVERAL, PARTS = 3, 2
# A list of organizations has the length of the memberships in its condition, in two orders.
ORGANIZATIONS = LENGTHS - 1
# Each range but that of a search is read in two directions, and counted in none; what counts the rows of a word is
# another.
READ = 2 * (PROJECTS + USERS + AUDIT + OTHERS + 2 * ORGANIZATIONS) + WORDS
COUNTED = PROJECTS + USERS + AUDIT + OTHERS + ORGANIZATIONS + WORDS + 1
OWNED = 2 * PROJECTS + WORDS
SHAPES = {
    ("ListRepository.swift", "stretch"): max(READ, COUNTED + SEVERAL) + OWNED * SEVERAL,
    ("ListRepository.swift", "union"): OWNED * PARTS,
    ("APIKeyRepository.swift", "holder.keys"): 2,
    ("UserRepository+Administration.swift", "conditions"): 8,
    ("JobAdministration.swift", "conditions"): 4,
}


def shapes(source: str, text: str) -> int:
    """How many different texts a statement of the sources has: with lists of each length, and with each of its
    fragments."""
    count = 1
    for expression in {match[1] for match in INTERPOLATION.finditer(text)}:
        if expression.startswith("list: "):
            is_batch = source in ("AuditErasure.swift", "Words.swift", "UserRepository.swift", "JobQueue.swift")
            count *= BATCHES if is_batch else LENGTHS
        # Without a lock and with one.
        count *= SHAPES.get((source, expression), 2 if expression == "lock" else 1)
    return count


def refusals(db: Database, sources: SQLSources, fragments: dict[str, str]) -> list[str]:
    """The errors of the statements that the server cannot prepare. PREPARE refuses an unknown table or column, a
    missing right and invalid SQL; it runs nothing."""
    found = []
    for source, text in sources.statements():
        sql = sources.filled_in(text, source, fragments)
        try:
            db.rows(f"PREPARE statement FROM {literal(sql)}")
        except DatabaseRefusal as refusal:
            found.append(f"{source}: {refusal}\n{sql}")
    return found


def test_every_statement_can_be_prepared(db: Database) -> None:
    known = {"User.columns", "SessionRow.isLive", "Project.columns", "UpdateProject.assignments"}
    assert known <= set(OWN.parts), "the parts are not where they were"
    assert len(OWN.statements()) > 90, "the statements are not where they were"
    found = refusals(db, OWN, FRAGMENTS)
    assert not found, "\n\n".join(found)


@pytest.mark.every_program
def test_every_statement_of_the_package_can_be_prepared(db: Database) -> None:
    fragments = {name: text for resource in RESOURCES for name, text in resource.fragments.items()}
    found = refusals(db, SQLSources(Path(PACKAGE) / "Sources", SOURCES), LOCK | fragments) if PACKAGE else []
    hint = "If a part is built at run time, give an example of it in `fragments` of a Resource."
    assert not found, "\n\n".join([*found, hint])


FAULTY = r"""
struct Colour: Record {
    static let columns = Columns(Colour.init, Column("id", \.id), Column("email", \.address, as: "email"))
}
struct Shade: Record {
    static let columns: Columns<Shade> = Columns(
        of: "u", Shade.init,
        Column("id", \.id),
        Column("shade", from: Shade.expression, \.name))
    static let expression: SQL = "u.colour"
}
struct UpdateColour: RecordChange {
    var changes: [Change<Colour>] { [Change(\.address, to: address)] }
}
enum ColourRepository {
    static func find() { "SELECT \(Colour.columns) FROM users WHERE id = \(id) \(lock)" }
    static func update(_ new: UpdateColour) { "UPDATE users SET \(new.assignments) WHERE id = \(id)" }
    static func first() { "SELECT \(Colour.columns), tint FROM users" }
    static func second() { "SELECT \(Shade.columns) FROM users u" }
    static func third() { "SELECT \(Tint.columns) FROM users" }
    static func fourth(_ new: UpdateTint) { "UPDATE users SET \(new.assignments) WHERE id = \(id)" }
    static func fifth() { "SELECT id FROM colours WHERE \(condition)" }
}
"""


@pytest.mark.every_program
def test_a_wrong_statement_is_found(db: Database, tmp_path: Path) -> None:
    (tmp_path / "Colours.swift").write_text(FAULTY)
    found = refusals(db, SQLSources(tmp_path), LOCK | {"condition": "id > 0"})
    wrong = ["tint", "u.colour", "Tint.columns", "UpdateTint.assignments", "colours"]
    assert len(found) == len(wrong) and all(word in refusal for word, refusal in zip(wrong, found)), found


def test_a_session_can_keep_every_statement() -> None:
    """Each text is another statement to the server, which has room for so many of all sessions. Where they do not fit
    into the cache of a session, they are prepared again and again."""
    settings = (ROOT / "Sources" / "Database" / "DatabaseSettings.swift").read_text()
    capacity = int(re.search(r"statementCacheSize: Int = (\d+)", settings)[1])
    found = OWN.statements()
    known = {(source, expression) for source, text in found for expression in INTERPOLATION.findall(text)}
    assert set(SHAPES) <= known, "what has several texts is not where it was"
    assert sum(shapes(source, text) for source, text in found) <= capacity
