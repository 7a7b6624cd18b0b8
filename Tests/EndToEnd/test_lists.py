"""Every list in the document: declared combinations are in order, all others are refused, and pages have a limit.

The served document says which lists there are, and which filters go with which sorts.
"""

import re
import secrets as random
import uuid
from itertools import pairwise

import pytest

from support.client import expect, faults
from support.list_world import LIMIT, ROWS, is_let_through
from support.lists import COMMON, ORDERS, REACH, Walker, ids, parameters

# Other tests that make rows would shift the lists of everything.
pytestmark = pytest.mark.alone

# More rows than page numbers can reach.
MANY = REACH + 1
# Fields that every collation sorts alike, case aside: plain names, our addresses, and times.
PLAIN = re.compile(r"[A-Za-z0-9]+([ -][A-Za-z0-9]+)*|e2e-[0-9a-f]{16}@example\.com|\d{4}-\d\d-\d\dT[\d:.]+Z")


def is_sorted(rows: list[dict], sort: str, order: str) -> bool:
    """Whether rows are in order, as far as the order does not depend on a collation."""
    values = [row[sort].lower() for row in rows if PLAIN.fullmatch(row[sort])]
    assert len(values) > 1, f"none of these rows can be compared: {rows}"
    return all(left <= right if order == "asc" else left >= right for left, right in pairwise(values))


def test_the_parameters_are_those_of_the_declared_combinations(operation_list, declared):
    taken = parameters(operation_list)
    searches = {"q"} if declared.searches else set()
    assert set(taken) == declared.filters | (COMMON - {"q"}) | searches
    assert set(taken["sortBy"]["enum"]) == declared.sorts


def test_each_declared_pair_is_sorted_and_the_same_by_page_and_by_cursor(view, declared, walker):
    for filters, sort in declared.pairs:
        for order in ORDERS:
            query = view.query(filters, sortBy=sort, sortOrder=order)
            by_cursor, by_page = walker.by_cursor(view, query), walker.by_page(view, query)
            assert ids(by_cursor) == ids(by_page), query
            assert len(by_cursor) == len(set(ids(by_cursor))) > LIMIT, query
            assert is_sorted(by_cursor, sort, order), query
            assert all(is_let_through(row, filters, view) for row in by_cursor), query


def test_the_two_orders_are_reversed(view, declared, client):
    """Only for lists that fit into one page. Other tests may add rows in between."""
    whole = Walker(client, 100, most=2)
    for filters, sort in declared.pairs:
        up, down = (
            ids(whole.by_page(view, view.query(filters, sortBy=sort, sortOrder=order))) for order in ORDERS
        )
        if max(len(up), len(down)) > 100:
            continue
        both = set(up) & set(down)
        up, down = ([row for row in rows if row in both] for rows in (up, down))
        assert len(both) > LIMIT and up == down[::-1]


def test_without_sort_the_first_sort_of_the_filters_applies(view, declared, walker):
    first = {filters: sort for filters, sort in reversed(declared.pairs)}
    for filters, sort in first.items():
        plain, *by_order = (
            ids(expect(walker.ask(view, view.query(filters, **more)), 200))
            for more in ({}, *({"sortBy": sort, "sortOrder": order} for order in ORDERS))
        )
        assert plain in by_order, (filters, sort)


def test_each_declared_search_is_the_same_by_page_and_by_cursor(view, declared, walker):
    for filters in declared.searches:
        query = view.query(filters | {"q"})
        by_cursor, by_page = walker.by_cursor(view, query), walker.by_page(view, query)
        assert ids(by_cursor) == ids(by_page), query
        assert len(by_cursor) == len(set(ids(by_cursor))) >= ROWS, query
        assert all(is_let_through(row, filters, view) for row in by_cursor), query


def test_an_undeclared_pair_is_refused(view, declared, walker):
    for filters, sort in declared.undeclared():
        for order in ORDERS:
            response = walker.ask(view, view.query(filters, sortBy=sort, sortOrder=order))
            assert faults(response) == {("sortBy", "combination")}, (filters, sort)
    for filters in declared.unsorted():
        for more in ({}, {"cursor": ""}):
            assert faults(walker.ask(view, view.query(filters, **more))) == {("sortBy", "combination")}, (
                filters
            )


def test_an_undeclared_search_is_refused(view, declared, walker):
    for filters in declared.sets:
        response = walker.ask(view, view.query(filters, q="undeclared"))
        if not declared.searches:
            assert ("q", "unknown") in faults(response)
        elif filters not in declared.searches:
            assert faults(response) == {("q", "combination")}, filters
        else:
            assert expect(response, 200) == []


def test_a_search_has_its_own_order(view, declared, walker):
    for filters in declared.searches:
        query = view.query(filters | {"q"})
        sort = sorted(declared.sorts)[0]
        assert faults(walker.ask(view, query | {"sortBy": sort})) == {("sortBy", "contradiction")}
        assert faults(walker.ask(view, query | {"sortOrder": "asc"})) == {("sortOrder", "contradiction")}


def test_page_and_cursor_exclude_each_other(view, walker):
    cursor = walker.cursor(view, {})
    for page, given in ((1, ""), (2, cursor), (1, cursor)):
        assert faults(walker.ask(view, {"page": page, "cursor": given})) == {("cursor", "contradiction")}


@pytest.mark.parametrize(
    "page, limit", [(101, 100), (3334, 3), (10_000, 2), (10_001, 1), (501, None), (10**9, 100)]
)
def test_a_page_beyond_10000_rows_is_refused_with_a_hint_at_cursors(view, walker, page, limit):
    response = walker.ask(view, {"page": page} | ({"limit": limit} if limit else {}))
    assert faults(response) == {("page", "range")}
    (fault,) = response.json()["error"]["details"]
    assert "cursor" in fault["message"]


@pytest.mark.parametrize("page, limit", [(100, 100), (10_000, 1), (3333, 3)])
def test_a_page_up_to_10000_rows_is_returned(view, walker, page, limit):
    response = walker.ask(view, {"page": page, "limit": limit})
    assert expect(response, 200) == [] or response.json()["meta"]["total"] > (page - 1) * limit


@pytest.mark.parametrize("limit, code", [("0", "range"), ("101", "range"), ("-1", "range"), ("x", "type")])
def test_a_part_has_1_to_100_rows(view, walker, limit, code):
    for more in ({}, {"cursor": ""}):
        assert faults(walker.ask(view, {"limit": limit} | more)) == {("limit", code)}


def test_beyond_10000_rows_the_total_is_capped_and_cursors_continue(client, db, views):
    view, actor = views["GET /api/v1/audit-events"], str(uuid.uuid4())
    db.rows(
        "INSERT INTO audit_events (public_id, action, actor_id) "
        f"SELECT CONCAT(%s, LPAD(HEX(seq), 12, '0')), 'user.updated', %s FROM seq_1_to_{MANY}",
        f"019b8d2e-{random.token_hex(2)}-7000-8000-",
        actor,
    )
    query = {"actorId": actor, "limit": 100}
    for limit, page, last in ((100, 1, 100), (100, 100, 100), (30, 332, 333), (30, 333, 333)):
        response = client.get(f"{view.path}?actorId={actor}&limit={limit}&page={page}", token=view.token)
        assert len(expect(response, 200)) == limit
        assert response.json()["meta"] == {
            "page": page,
            "limit": limit,
            "total": REACH,
            "totalPages": last,
            "hasNextPage": page < last,
            "hasPrevPage": page > 1,
            "totalIsCapped": True,
        }
    rows = Walker(client, 100, most=MANY).by_cursor(view, query)
    assert len(rows) == len(set(ids(rows))) == MANY
