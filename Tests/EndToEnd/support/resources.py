"""What the tests that go through every route, list and scope must know about the modules of other packages.

The variable GATEHOUSE_TEST_RESOURCES names files of Python, with a colon between them, each with a list RESOURCES.
"""

import os
import runpy
from collections.abc import Callable
from dataclasses import dataclass, field

_FILES = os.environ.get("GATEHOUSE_TEST_RESOURCES", "")


@dataclass(frozen=True)
class Resource:
    """Rows that users have of their own: made by a POST to a path, read, changed and deleted by the path of each."""

    path: str
    # What a key must be made for: to read, and to change.
    reads: str
    writes: str
    # The name of their part of an export.
    exported: str
    # A new row, by a word that its text begins with, and by a number: rows are to be of several kinds.
    new: Callable[[str, int], dict]
    # A change that every row takes.
    change: dict
    # A value for each filter of the list, which some of these rows have, by the word.
    filters: Callable[[str], dict[str, str]] = lambda word: {}
    # Whether a row is what a filter asks for, where that is not equality of the field of its name.
    meaning: dict[str, Callable[[dict, str], bool]] = field(default_factory=dict)

    @property
    def row(self) -> str:
        """The path of one row."""
        return f"{self.path}/{{id}}"


RESOURCES: list[Resource] = [
    resource for file in _FILES.split(":") if file for resource in runpy.run_path(file)["RESOURCES"]
]
