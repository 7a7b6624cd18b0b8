"""What lists can be asked for: the document declares in `x-combinations` which filters and sorts go together."""

import schemathesis


def combinations(case: schemathesis.Case) -> list[dict]:
    """The filters and sorts of a list that go together."""
    return case.operation.definition.raw.get("x-combinations", [])


def is_undeclared(case: schemathesis.Case) -> bool:
    """Whether filters and sort are a pair that no index serves."""
    sort = case.query.get("sortBy")
    declared = [entry["sortBy"] for entry in combinations(case) if set(entry["filters"]) == _filters(case)]
    return not any(sort is None or sort in sorts for sorts in declared)


def reaches_too_far(case: schemathesis.Case) -> bool:
    """Whether a page lies beyond the 10,000 entries that pages by number reach."""
    return int(case.query["page"]) * int(case.query.get("limit", 20)) > 10_000


def ask_for_what_is_declared(case: schemathesis.Case) -> None:
    """Leaves out what keeps the query of a list from being a declared one."""
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
    """The filters that a list was asked for, `q` among them."""
    return {name for entry in combinations(case) for name in entry["filters"]} & set(case.query)
