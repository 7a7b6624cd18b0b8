"""The lists that the served document declares, each in every declared combination of filters and sort."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from callers import Caller
from stack import BASE, Stack

# Two words that a ninth of all users have each, and no user has together.
DISJOINT = "1 2"
# The searches: the shortest possible beginning, a word that every user has, two words of one name, an address, and a
# word that everybody has, together with one that nobody has and with one that everybody has as well.
SEARCHES = ["ba", "example", "baba bahaba", "baba@example.com", "example zz", "example com", DISJOINT]


@dataclass(frozen=True)
class List:
    """A list with one set of filters and one sort."""

    path: str
    target: str
    filters: dict[str, str]
    sort: str | None

    @property
    def is_search(self) -> bool:
        """Whether it is a search, whose order is that of the words."""
        return self.sort is None

    @property
    def pair(self) -> str:
        """The declared combination: the filters and the sort, whatever is searched for."""
        return f"GET {self.path}?{'&'.join(self.filters)} by {self.sort or 'words'}"

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the request."""
        return self.filters | ({} if self.sort is None else {"sortBy": self.sort})

    def __str__(self) -> str:
        asked = [f"q={value}" if name == "q" else name for name, value in self.filters.items()]
        return f"GET {self.path}?{'&'.join(asked + ([f'sortBy={self.sort}'] if self.sort else []))}"


def lists(stack: Stack, caller: Caller) -> Iterator[List]:
    """All lists, with values for a caller."""
    document, _ = stack.call("GET", "/openapi.json")
    for path, operations in document["paths"].items():
        operation, path = operations.get("get", {}), path.removeprefix(BASE)
        combinations = operation.get("x-combinations", [])
        if not combinations:
            continue
        target = caller.target(path)
        if target is None:
            raise SystemExit(f"error: say in callers.py which row GET {path} is to name")
        schemas = {each["name"]: each["schema"] for each in operation["parameters"] if each["in"] == "query"}
        yield from combined(
            path, target, combinations, SEARCHES, lambda name: _value(name, schemas[name], caller, path)
        )


def combined(
    path: str, target: str, combinations: list[dict], searches: list[str], value: Callable[[str], str]
) -> Iterator[List]:
    """One list in each combination, with a value for each filter."""
    for combination in combinations:
        filters = {name: value(name) for name in combination["filters"] if name != "q"}
        if "q" in combination["filters"]:
            for search in searches:
                yield List(path, target, filters | {"q": search}, None)
        for sort in combination["sortBy"]:
            yield List(path, target, filters, sort)


def _value(name: str, schema: dict, caller: Caller, path: str) -> str:
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "boolean":
        return "true"
    if name not in caller.values:
        raise SystemExit(f"error: say in callers.py what {name} of GET {path} is to be")
    return caller.values[name]
