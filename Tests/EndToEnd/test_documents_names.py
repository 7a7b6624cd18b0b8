"""The documents for people name files and code that exist."""

import re

import pytest

from support.stack import ROOT


def listed() -> list[str]:
    """The files of the repository, by their paths, without what builds and stacks have left."""
    folders = ("Sources", "Tests", "deploy", "docs", "nginx", "sql")
    paths = [*ROOT.iterdir(), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    names = [str(path.relative_to(ROOT)) for path in paths if path.is_file()]
    return [name for name in names if "/." not in name and "__pycache__" not in name]


FILES = listed()
DOCUMENTS = [path for path in FILES if path.endswith(".md") and path != "CHANGELOG.md"]
# Files that the reader or a command writes, and a member that looks like a file.
ELSEWHERE = {"prometheus.yml", "report.md", "ResponseValue.json"}


def quoted(document: str) -> list[str]:
    """What stands between backticks in the text of a document, outside its examples."""
    text = re.sub(r"(?ms)^```.*?^```", "", (ROOT / document).read_text())
    return re.findall(r"`([^`\n]+)`", text)


def is_path(name: str) -> bool:
    """Whether a name is that of a file or folder of the repository: it ends as files do, or begins with a folder."""
    is_file = re.fullmatch(r"[\w./…-]+\.(swift|py|sql|sh|md|conf|json|cnf|yml)", name)
    is_below = re.fullmatch(r"(Sources|Tests|Common|Modules|deploy|docs|nginx|sql)/[\w./-]*", name)
    return bool(is_file or is_below) and not name.startswith("/") and name not in ELSEWHERE


def exists(name: str) -> bool:
    """Whether a path of the repository ends with a name, or a folder has it. `…` stands for any characters, and a name
    that begins with a dot is the end of one, as in `…Events.swift` and `.down.sql`."""
    start = "" if name.startswith(".") else r"(^|.*/)"
    pattern = ".*".join(re.escape(part) for part in name.rstrip("/").split("…"))
    return any(re.search(f"{start}{pattern}(/|$)", path) for path in FILES)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_and_folder_that_a_document_names_exists(document):
    assert [name for name in quoted(document) if is_path(name) and not exists(name)] == []


@pytest.fixture(scope="module")
def words():
    """The words of every text that is not a document, and of all paths."""
    texts = [(ROOT / path).read_text(errors="replace") for path in FILES if not path.endswith(".md")]
    return {word for text in [*texts, *FILES] for word in re.findall(r"\w+", text)}


@pytest.mark.parametrize("document", ["docs/ARCHITECTURE.md", "docs/adding-a-module.md", "docs/fields.md"])
def test_every_name_in_a_guide_occurs_in_the_code(document, words):
    names = [name for name in quoted(document) if not is_path(name)]
    assert len(names) > 50
    assert {word for name in names for word in re.findall(r"\w*[a-zA-Z]\w*", name)} - words == set()


def test_a_name_that_is_gone_is_found():
    assert len(DOCUMENTS) > 30 and exists("Modules/Projects") and exists("…Events.swift") and exists(".down.sql")
    for name in ("AuthEvents.swift", "Modules/Auth", "…Incidents.swift", ".sideways.sql", "vents.swift"):
        assert is_path(name) and not exists(name), name
