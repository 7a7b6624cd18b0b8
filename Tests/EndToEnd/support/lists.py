"""The lists of the API: their declarations in the served document, and ways to read them part by part."""

from dataclasses import dataclass, field
from itertools import combinations, product
from urllib.parse import urlencode

from support.client import Client, expect
from support.contract import Operation

# The parameters of every list beside its filters.
COMMON = {"page", "limit", "cursor", "sortBy", "sortOrder", "q"}
ORDERS = ("asc", "desc")
# The last entry that page numbers can reach.
REACH = 10_000
PAGE_META = {"page", "limit", "total", "totalPages", "hasNextPage", "hasPrevPage"}
CURSOR_META = {"limit", "nextCursor", "hasNextPage"}


@dataclass(frozen=True)
class Declared:
    """The declared combinations of a list: sets of filters, each with its sorts."""

    pairs: list[tuple[frozenset[str], str]]
    searches: list[frozenset[str]]

    @classmethod
    def of(cls, operation: Operation) -> "Declared":
        """Reads `x-combinations` in the document."""
        pairs, searches = [], []
        for combination in operation.value["x-combinations"]:
            filters = frozenset(combination["filters"])
            if "q" in filters:
                assert combination["sortBy"] == [], "a search is not sorted"
                searches.append(filters - {"q"})
            else:
                assert combination["sortBy"], f"{set(filters)} go with no sort"
                pairs += [(filters, sort) for sort in combination["sortBy"]]
        return cls(pairs, searches)

    @property
    def filters(self) -> set[str]:
        return set().union(*(filters for filters, _ in self.pairs), *self.searches)

    @property
    def sorts(self) -> set[str]:
        return {sort for _, sort in self.pairs}

    @property
    def sets(self) -> list[frozenset[str]]:
        """Every set of filters, declared or not."""
        names = sorted(self.filters)
        return [frozenset(some) for count in range(len(names) + 1) for some in combinations(names, count)]

    def undeclared(self) -> list[tuple[frozenset[str], str]]:
        """The combinations of filters and sort that are not declared."""
        return [pair for pair in product(self.sets, sorted(self.sorts)) if pair not in self.pairs]

    def unsorted(self) -> list[frozenset[str]]:
        """Sets of filters that have no sort at all."""
        return [filters for filters in self.sets if filters not in {known for known, _ in self.pairs}]


def parameters(operation: Operation) -> dict[str, dict]:
    """The query parameters of an operation, each with its schema."""
    return {each["name"]: each["schema"] for each in operation.value["parameters"] if each["in"] == "query"}


@dataclass(frozen=True)
class View:
    """A list, with a caller who has rows in it and another who may read it too."""

    path: str
    token: str
    other_token: str
    # A value for each filter that matches some of the rows; for `q`, words that some of them contain.
    values: dict[str, str] = field(default_factory=dict)

    def query(self, filters: frozenset[str], **more: object) -> dict[str, object]:
        """A query with these filters and further parameters."""
        return {name: self.values[name] for name in sorted(filters)} | more


class Walker:
    """Reads lists part by part, and checks their metadata."""

    def __init__(self, client: Client, limit: int, most: int = 8) -> None:
        """Reads parts of this many rows, and only so many parts of long lists."""
        self._client, self.limit, self._most = client, limit, most

    def ask(self, view: View, query: dict[str, object], token: str | None = None):
        """Asks for one part, and returns the answer."""
        target = f"{view.path}?{urlencode(query)}" if query else view.path
        return self._client.get(target, token=token or view.token)

    def cursor(self, view: View, query: dict[str, object]) -> str:
        """The cursor at the end of the first part."""
        response = self.ask(view, query | {"cursor": "", "limit": self.limit})
        expect(response, 200)
        cursor = response.json()["meta"]["nextCursor"]
        assert cursor, f"{view.path} {query}: the list has only one part"
        return cursor

    def by_cursor(self, view: View, query: dict[str, object], start: str = "") -> list[dict]:
        """The rows from a cursor on."""
        rows, cursor = [], start
        for _ in range(self._most):
            response = self.ask(view, query | {"cursor": cursor, "limit": self.limit})
            part, meta = expect(response, 200), response.json()["meta"]
            rows += part
            assert set(meta) == CURSOR_META and meta["limit"] == self.limit, meta
            assert meta["hasNextPage"] == (meta["nextCursor"] is not None), meta
            assert len(part) == self.limit or not meta["hasNextPage"]
            if not meta["hasNextPage"]:
                break
            cursor = meta["nextCursor"]
        return rows

    def by_page(self, view: View, query: dict[str, object]) -> list[dict]:
        """The rows from the first page on."""
        rows: list[dict] = []
        for page in range(1, self._most + 1):
            response = self.ask(view, query | {"page": page, "limit": self.limit})
            part, meta = expect(response, 200), response.json()["meta"]
            rows += part
            assert set(meta) - {"totalIsCapped"} == PAGE_META, meta
            assert (meta["page"], meta["limit"], meta["hasPrevPage"]) == (page, self.limit, page > 1)
            assert meta["totalPages"] == min(-(-meta["total"] // self.limit), REACH // self.limit)
            assert meta["hasNextPage"] == (page < meta["totalPages"])
            if not meta["hasNextPage"]:
                assert meta["total"] == len(rows)
                break
        return rows


def ids(rows: list[dict]) -> list[str]:
    """The ids of the rows in a list."""
    return [row.get("id") or row["userId"] for row in rows]
