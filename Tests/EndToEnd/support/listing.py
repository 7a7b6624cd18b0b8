"""Lists, page by page and by cursor."""

from urllib.parse import quote

from support.client import Client, expect
from support.people import Person


def listed(client: Client, path: str, person: Person, query: str = "") -> tuple[list[dict], dict]:
    """One page of a list, and what its `meta` says."""
    response = client.get(f"{path}?{query}" if query else path, token=person.access)
    return expect(response, 200), response.json()["meta"]


def listed_by_cursor(
    client: Client, path: str, person: Person, query: str = "", limit: int = 2
) -> list[dict]:
    """A whole list, from one cursor to the next."""
    entries, cursor = [], ""
    while cursor is not None:
        part, meta = listed(client, path, person, f"{query}&limit={limit}&cursor={quote(cursor)}".strip("&"))
        assert len(part) <= limit and meta["hasNextPage"] == (meta["nextCursor"] is not None)
        entries, cursor = entries + part, meta["nextCursor"]
    return entries
