"""Every SQL statement in the sources is prepared against the migrated schema, whether or not a test runs it."""

import re
from pathlib import Path

from support.database import Database, DatabaseRefusal, literal

SOURCES = Path(__file__).parents[2] / "Sources" / "Gatehouse"
LITERAL = re.compile(r'"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\\([^)]*\))*)"', re.DOTALL)
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|SET STATEMENT)\s")
INTERPOLATION = re.compile(r"\\\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")

CONSTANT = re.compile(
    r'static let (\w+): (?:SQL|ColumnNames) =\s+(?:"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\\([^)]*\))*)")', re.DOTALL
)
# A part with a place in it, `static func join(on column: SQL) -> SQL { "…" }`, a call of it, and a name for a call.
FUNCTION = re.compile(
    r'static func (\w+)\((?:\w+ )?(\w+): SQL\) -> SQL \{\s+"((?:[^"\\\n]|\\\([^)]*\))*)"\s+\}'
)
CALL = re.compile(r'(\w+\.\w+)\((?:\w+: )?"([^"]*)"\)')
NAMED_CALL = re.compile(r'static let (\w+) = (\w+\.\w+\(\w+: "[^"]*"\))$', re.MULTILINE)
# The list of the columns that a type reads by position.
ALIAS = re.compile(r"static let (\w+) = (\w+)\.sql$", re.MULTILINE)
# The columns of a record, each with its property; what is selected may be something else than the column.
RECORD = re.compile(
    r'static let columns = Columns\(\n\s*(?:of: "(\w+)", )?(\w+)\.init,\n(.*?)\)\)$', re.DOTALL | re.MULTILINE
)
COLUMN = re.compile(r'Column\(\s*"(\w+)",(?:\s*from: (.+?),)?\s*\\\.(\w+)')
# The properties that a request changes.
CHANGES = re.compile(r"var changes: \[Change<(\w+)>\] \{\n(.*?)\n    \}", re.DOTALL)
CHANGE = re.compile(r"Change\(\\\.(\w+),")
TYPE = re.compile(r"^(?:(?:public|package|private) )?(?:struct|enum|final class|extension) (\w+)", re.MULTILINE)

# What the sources put together at run time: the expression, and what stands for it here.
FRAGMENTS = {
    "conditions": "id > 0",
    "events": "target_id = ? AND actor_id IS NULL",
    "lock": "FOR UPDATE",
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
# There are two ranges of organizations, of members and of the keys of a holder, and one each of sessions, invitations
# and roles; a range of a search has the conditions of up to 8 words.
PROJECTS, USERS, AUDIT, OTHERS, WORDS = 7, 8, 4, 2 + 2 + 2 + 1 + 1 + 1, 8
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
LIST = re.compile(r"\(\s*list: ([^)]*(?:\([^)]*\))?[^)]*)\)")


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


def functions() -> dict[str, tuple[str, str]]:
    """The parts of statements that have a place in them, by their name with that of their type: the name of the place,
    and the part."""
    found = {}
    for source in sorted(SOURCES.rglob("*.swift")):
        text = source.read_text()
        for match in FUNCTION.finditer(text):
            owner = [name for name in TYPE.finditer(text) if name.start() < match.start()][-1][1]
            found[f"{owner}.{match[1]}"] = (match[2], match[3])
    return found


def constants() -> dict[str, str]:
    """The parts of statements that have a name, by the name with that of their type, and by the name alone."""
    found = {}
    for source in sorted(SOURCES.rglob("*.swift")):
        text = source.read_text()
        for match in NAMED_CALL.finditer(text):
            owner = [name for name in TYPE.finditer(text) if name.start() < match.start()][-1][1]
            value = rf"\({match[2]})"
            found |= {f"{owner}.{match[1]}": value, f"{source.name}: {match[1]}": value}
        for match in CONSTANT.finditer(text):
            owner = [name for name in TYPE.finditer(text) if name.start() < match.start()][-1][1]
            value = " ".join((match[2] or match[3]).split())
            found |= {f"{owner}.{match[1]}": value, f"{source.name}: {match[1]}": value}
        for match in ALIAS.finditer(text):
            owner = [name for name in TYPE.finditer(text) if name.start() < match.start()][-1][1]
            value = found[f"{owner}.{match[2]}"]
            found |= {f"{owner}.{match[1]}": value, f"{source.name}: {match[1]}": value}
    return found | records()


def records() -> dict[str, str]:
    """The columns of the records, and what the requests that change them assign."""
    texts = {source: source.read_text() for source in sorted(SOURCES.rglob("*.swift"))}
    found, columns = {}, {}
    for text in texts.values():
        for alias, record, list_ in RECORD.findall(text):
            columns[record] = {path: name for name, _, path in COLUMN.findall(list_)}
            assert len(columns[record]) == list_.count("Column("), f"a column of {record} is not understood"
            prefix = f"{alias}." if alias else ""
            selected = [
                f"{expression(source)} AS {name}" if source else prefix + name
                for name, source, _ in COLUMN.findall(list_)
            ]
            found[f"{record}.columns"] = ", ".join(selected)
    for text in texts.values():
        for record, list_ in CHANGES.findall(text):
            changed = [columns[record][path] for path in CHANGE.findall(list_)]
            assert len(changed) == list_.count("Change("), f"a change of {record} is not understood"
            assigned = ", ".join(f"{name} = COALESCE(?, {name})" for name in changed)
            found[f"{record}Repository.swift: change.assignments"] = assigned
    return found


def expression(source: str) -> str:
    """What is selected in place of a column: a literal, or a part that stands elsewhere."""
    return source.strip('"') if source.startswith('"') else rf"\({source})"


def filled_in(text: str, source: str, fragments: dict[str, str]) -> str:
    """The statement with its parts in their places, and a question mark for each value."""

    def fill(match: re.Match) -> str:
        call = CALL.fullmatch(match[1])
        if call and call[1] in FUNCTIONS:
            place, part = FUNCTIONS[call[1]]
            return filled_in(part.replace(rf"\({place})", call[2]), source, fragments)
        fragment = fragments.get(match[1]) or fragments.get(f"{source}: {match[1]}")
        return filled_in(fragment, source, fragments) if fragment else "?"

    return INTERPOLATION.sub(fill, text)


FUNCTIONS = functions()


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
    known = {"User.columns", "Session.isLive", "Project.columns"}
    assert known <= set(fragments), "the constants are not where they were"
    found = statements()
    assert len(found) > 90, "the statements are not where they were"
    for source, text in found:
        sql = filled_in(text, source, fragments)
        # PREPARE refuses an unknown table or column, a missing right and what is not SQL; it runs nothing.
        try:
            db.rows(f"PREPARE statement FROM {literal(sql)}")
        except DatabaseRefusal as refusal:
            raise AssertionError(f"{source}: {refusal}\n{sql}") from None


def test_a_session_can_keep_every_statement() -> None:
    """Each text is another statement to the server, which has room for so many of all sessions. Where they do not fit
    into the cache of a session, they are prepared again and again."""
    settings = (SOURCES.parent / "Database" / "DatabaseSettings.swift").read_text()
    capacity = int(re.search(r"statementCacheSize: Int = (\d+)", settings)[1])
    found = statements()
    known = {(source, expression) for source, text in found for expression in INTERPOLATION.findall(text)}
    assert set(SHAPES) <= known, "what has several texts is not where it was"
    assert sum(shapes(source, text) for source, text in found) <= capacity
