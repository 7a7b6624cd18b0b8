"""What Gatehouse's tests of every route, list and scope must know about notes."""

from support.resources import Resource

RESOURCES = [
    Resource(
        path="/api/v1/notes",
        reads="notes:read",
        writes="notes:write",
        exported="notes",
        new=lambda word, number: {"title": word, "pinned": number % 3 > 0},
        change={"title": "Changed"},
        filters=lambda word: {"pinned": "true", "q": word[:5]},
        meaning={"pinned": lambda row, value: row["pinned"] == (value == "true")},
    )
]
