"""What the tests of all routes, lists and scopes need to know about the modules of other packages.

The variable GATEHOUSE_TEST_RESOURCES names Python files, separated by colons, each with a list RESOURCES.
"""

import os
import runpy
from collections.abc import Callable
from dataclasses import dataclass, field

_FILES = os.environ.get("GATEHOUSE_TEST_RESOURCES", "")


@dataclass(frozen=True)
class Resource:
    """Rows that belong to users. A POST to a path creates one; the row's own path reads, changes and deletes it."""

    path: str
    # The scopes that a key needs to read and to change rows.
    reads: str
    writes: str
    # The name of their section in an export.
    exported: str
    # Makes a new row from a word, with which its text begins, and a number, which makes rows of several kinds.
    new: Callable[[str, int], dict]
    # A change that every row accepts.
    change: dict
    # A value for each filter of the list, by the word. Of the 13 rows of a test, more than 5 must have it, so that a
    # filtered list has several parts.
    filters: Callable[[str], dict[str, str]] = lambda word: {}
    # Tests of filters that do not compare the field of their name with their value.
    meaning: dict[str, Callable[[dict, str], bool]] = field(default_factory=dict)
    # The fields of requests and answers that contain a secret, in addition to SECRET_FIELDS (support/secrets.py).
    secrets: frozenset[str] = frozenset()
    # Examples of parts of statements that are built at run time: `{"condition": "user_id = ?"}` for `\(condition)`.
    fragments: dict[str, str] = field(default_factory=dict)
    # Regular expressions of the statements that may scan a table or sort rows, each with the reason.
    exemptions: dict[str, str] = field(default_factory=dict)

    @property
    def row(self) -> str:
        """The path of one row."""
        return f"{self.path}/{{id}}"


RESOURCES: list[Resource] = [
    resource for file in _FILES.split(":") if file for resource in runpy.run_path(file)["RESOURCES"]
]
