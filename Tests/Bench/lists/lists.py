"""The lists that the served document declares, each in every declared combination of filters and sort."""

from collections.abc import Iterator
from dataclasses import dataclass

from callers import Caller
from stack import BASE, Stack

# What is searched for: the shortest beginning there may be, a word that every user has, and two words of one name.
SEARCHES = ["ba", "example", "baba bahaba"]


@dataclass(frozen=True)
class List:
    """One list, by one set of filters and one sort."""

    path: str
    target: str
    filters: dict[str, str]
    sort: str | None

    @property
    def is_search(self) -> bool:
        """Whether it is answered in the order of words."""
        return self.sort is None

    def __str__(self) -> str:
        asked = [f"q={value}" if name == "q" else name for name, value in self.filters.items()]
        return f"GET {self.path}?{'&'.join(asked + ([f'sortBy={self.sort}'] if self.sort else []))}"


def lists(stack: Stack, caller: Caller) -> Iterator[List]:
    """All of them, with values for a caller."""
    document, _ = stack.call("GET", "/openapi.json")
    for path, operations in document["paths"].items():
        operation = operations.get("get", {})
        combinations = operation.get("x-combinations", [])
        named = {name for combination in combinations for name in combination["filters"]} - {"q"}
        values = {
            parameter["name"]: _value(parameter, caller, path)
            for parameter in operation.get("parameters", [])
            if combinations and (parameter["in"] == "path" or parameter["name"] in named)
        }
        for combination in combinations:
            target = path.removeprefix(BASE).format_map(values)
            filters = {name: values[name] for name in combination["filters"] if name != "q"}
            if "q" in combination["filters"]:
                for search in SEARCHES:
                    yield List(path.removeprefix(BASE), target, filters | {"q": search}, None)
            for sort in combination["sortBy"]:
                yield List(path.removeprefix(BASE), target, filters, sort)


def _value(parameter: dict, caller: Caller, path: str) -> str:
    schema, name = parameter["schema"], parameter["name"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "boolean":
        return "true"
    if name not in caller.values:
        raise SystemExit(f"error: say in callers.py what {name} of GET {path} is to be")
    return caller.values[name]
