"""What lists can be asked for: `x-combinations` in the document declares which filters and sorts go together."""

import schemathesis


def combinations(case: schemathesis.Case) -> list[dict]:
    """The combinations of filters and sorts that a list declares."""
    return case.operation.definition.raw.get("x-combinations", [])


def is_undeclared(case: schemathesis.Case) -> bool:
    """Whether the list declares no such combination of filters and sort."""
    sort = case.query.get("sortBy")
    declared = [entry["sortBy"] for entry in combinations(case) if set(entry["filters"]) == _filters(case)]
    return not any(sort is None or sort in sorts for sorts in declared)


def reaches_too_far(case: schemathesis.Case) -> bool:
    """Whether a page lies beyond the 10,000 entries that page numbers can reach."""
    return int(case.query["page"]) * int(case.query.get("limit", 20)) > 10_000


def ask_for_what_is_declared(case: schemathesis.Case) -> None:
    """Removes the filters and sorts that make a query of a list undeclared."""
    query = case.query
    given = _filters(case)
    kept = max(
        (set(entry["filters"]) for entry in combinations(case) if set(entry["filters"]) <= given), key=len
    )
    for name in given - kept:
        del query[name]
    if is_undeclared(case) or "q" in kept:
        query.pop("sortBy", None)
    if "q" in kept:
        query.pop("sortOrder", None)
    if "cursor" in query:
        query.pop("page", None)
    if "page" in query:
        query["page"] = min(query["page"], 10_000 // query.get("limit", 20))


def _filters(case: schemathesis.Case) -> set[str]:
    """The filters in a request for a list, including `q`."""
    return {name for entry in combinations(case) for name in entry["filters"]} & set(case.query)
