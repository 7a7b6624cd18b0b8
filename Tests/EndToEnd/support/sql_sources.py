"""Finds the SQL statements in Swift sources, and fills them in so that the server can prepare them: each named part is
inserted, and a question mark replaces each value."""

import re
from pathlib import Path

COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
LITERAL = re.compile(r'"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\\([^)]*\))*)"', re.DOTALL)
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|SET STATEMENT)\s")
INTERPOLATION = re.compile(r"\\\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")

CONSTANT = re.compile(
    r'static let (\w+): (?:SQL|ColumnNames) =\s+(?:"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\\([^)]*\))*)")', re.DOTALL
)
# A part with a place in it, `static func join(on column: SQL) -> SQL { "…" }`, a call of it with a literal or another
# part, and a name for a call.
FUNCTION = re.compile(
    r'static func (\w+)\((?:\w+ )?(\w+): SQL\) -> SQL \{\s+"((?:[^"\\\n]|\\\([^)]*\))*)"\s+\}'
)
CALL = re.compile(r'(\w+\.\w+)\((?:\w+: )?(?:"([^"]*)"|(\w+\.\w+))\)')
NAMED_CALL = re.compile(r'static let (\w+) = (\w+\.\w+\(\w+: "[^"]*"\))$', re.MULTILINE)
# The columns of a record, each with its property; what is selected may be something else than the column.
RECORD = re.compile(
    r'static let columns(?:: [^=\n]+)? = Columns\(\s*(?:of: "(\w+)", )?(\w+)\.init,\s*(.*?\))\s*\)$',
    re.DOTALL | re.MULTILINE,
)
# The same columns in a statement that calls the table by an alias.
RENAMED = re.compile(r'static let (\w+) = columns\.sql\(of: "(\w+)"\)')
COLUMN = re.compile(r'Column\(\s*"(\w+)",(?:\s*from: (.+?),)?\s*\\\w*\.(\w+)')
# The properties that a request changes, and where a statement assigns them.
CHANGES = re.compile(r"var changes: \[Change<(\w+)>\] \{(.*?)\}", re.DOTALL)
CHANGE = re.compile(r"Change\(\s*\\\w*\.(\w+),")
ASSIGNMENTS = re.compile(r"\\\((\w+)\.assignments\)")
# These are not values, so a question mark must not replace them.
NO_VALUE = re.compile(r"\w+\.(columns\w*|assignments)")
TYPE = re.compile(
    r"^(?:(?:public|package|fileprivate|private) )?(?:struct|enum|(?:final )?class|extension) (\w+)", re.MULTILINE
)


class SQLSources:
    """The Swift files of a folder. Their statements may also use named parts of other folders."""

    def __init__(self, folder: Path, *others: Path) -> None:
        self._own = _texts(folder)
        self._all = {file: text for other in others for file, text in _texts(other).items()} | self._own
        # The named parts, by type and name, and by file and name.
        self.parts = self._constants() | self._records()
        # The functions that return a part, by type and name: the name of the argument, and the part.
        self._functions = {
            f"{_owner(text, match)}.{match[1]}": (match[2], match[3])
            for text in self._all.values()
            for match in FUNCTION.finditer(text)
        }

    def statements(self) -> list[tuple[str, str]]:
        """Each statement, with the name of its file."""
        return [
            (file.name, self._with_types(literal, text[: match.start()]))
            for file, text in self._own.items()
            for match in LITERAL.finditer(text)
            if STATEMENT.match(literal := match[1] or match[2] or "")
        ]

    def filled_in(self, text: str, source: str, fragments: dict[str, str]) -> str:
        """Fills in a statement of a file; `fragments` are parts that are built at run time."""

        def fill(match: re.Match) -> str:
            call, name = CALL.fullmatch(match[1]), match[1].removeprefix("Self.")
            if call and call[1] in self._functions:
                place, part = self._functions[call[1]]
                argument = rf"\({call[3]})" if call[3] else call[2]
                return self.filled_in(part.replace(rf"\({place})", argument), source, fragments)
            part = fragments.get(name) or self.parts.get(name) or self.parts.get(f"{source}: {name}")
            if part:
                return self.filled_in(part, source, fragments)
            return name if NO_VALUE.fullmatch(name) else "?"

        return INTERPOLATION.sub(fill, text)

    def _with_types(self, statement: str, before: str) -> str:
        """Replaces the variable of each change by its type, which is declared before the statement."""

        def name(match: re.Match) -> str:
            types = re.findall(rf"\b{match[1]}: ([A-Z]\w*)", before)
            return rf"\({types[-1]}.assignments)" if types else match[0]

        return ASSIGNMENTS.sub(name, statement)

    def _constants(self) -> dict[str, str]:
        found = {}
        for file, text in self._all.items():

            def add(match: re.Match, value: str) -> None:
                found.update({f"{_owner(text, match)}.{match[1]}": value, f"{file.name}: {match[1]}": value})

            for match in NAMED_CALL.finditer(text):
                add(match, rf"\({match[2]})")
            for match in CONSTANT.finditer(text):
                add(match, " ".join((match[2] or match[3]).split()))
        return found

    def _records(self) -> dict[str, str]:
        """The columns of the records, and the assignments of the requests that change them."""
        found, columns = {}, {}
        for file, text in self._all.items():
            for alias, record, declared in RECORD.findall(text):
                columns[record] = {path: name for name, _, path in COLUMN.findall(declared)}
                assert len(columns[record]) == declared.count("Column("), f"a column of {record} is not understood"
                for part, prefix in [("columns", alias), *RENAMED.findall(text)]:
                    selected = ", ".join(
                        f"{_expression(source)} AS {name}" if source else f"{prefix}.{name}" if prefix else name
                        for name, source, _ in COLUMN.findall(declared)
                    )
                    found |= {f"{record}.{part}": selected, f"{file.name}: {part}": selected}
        for text in self._all.values():
            for match in CHANGES.finditer(text):
                record, changes = match[1], CHANGE.findall(match[2])
                assert len(changes) == match[2].count("Change("), f"a change of {record} is not understood"
                of_record = columns.get(record, {})
                assert set(changes) <= set(of_record), f"the columns of {record} are not understood"
                assigned = ", ".join(f"{of_record[path]} = COALESCE(?, {of_record[path]})" for path in changes)
                found[f"{_owner(text, match)}.assignments"] = assigned
        return found


def _texts(folder: Path) -> dict[Path, str]:
    """The Swift files of a folder without their comments."""
    return {file: COMMENT.sub("", file.read_text()) for file in sorted(folder.rglob("*.swift"))}


def _owner(text: str, match: re.Match) -> str:
    """The type that contains a match."""
    names = [name[1] for name in TYPE.finditer(text, 0, match.start())]
    return names[-1] if names else ""


def _expression(source: str) -> str:
    """The expression of a column: a literal, or a named part."""
    return source.strip('"') if source.startswith('"') else rf"\({source})"
