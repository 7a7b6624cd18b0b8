"""Cursors of every list in the document: they are bound to caller, list, filters and sort, reveal nothing, and skip no
row."""

import re

import pytest

from support.client import expect, faults
from support.list_world import LIMIT, ROWS, letters
from support.lists import ORDERS, View, Walker, ids
from support.projects import PATH as PROJECTS

# Other tests that make rows would shift the lists of everything.
pytestmark = pytest.mark.alone


def forgeries(cursor: str) -> list[str]:
    """Texts that look like a cursor and are none."""
    middle = len(cursor) // 2
    flipped = [cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :] for at in (0, 1, middle)]
    truncated = [cursor[:middle], cursor[:-4], cursor[4:], cursor[:1]]
    readable = ["eyJ2YWx1ZSI6IjIwMjYiLCJpZCI6MX0", "2026-01-01 00:00:00.000000,1", "0", "é", "' OR 1=1 -- "]
    return flipped + truncated + readable + [cursor + "AAAA", cursor * 2, cursor[::-1], "A" * 1000]


def test_a_forged_or_truncated_cursor_is_refused(view, walker):
    cursor = walker.cursor(view, {})
    assert walker.by_cursor(view, {}, cursor)
    for forged in forgeries(cursor):
        assert faults(walker.ask(view, {"cursor": forged})) == {("cursor", "cursor")}, forged
    assert faults(walker.ask(view, {"cursor": "A" * 1001})) == {("cursor", "too_long")}


def test_a_cursor_reveals_nothing(view, world, walker):
    cursor = walker.cursor(view, {})
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor) and not re.search(r"\d{4}-\d\d|eyJ|" + world.word, cursor)


def test_a_cursor_works_only_for_its_caller(view, walker):
    cursor = walker.cursor(view, {})
    response = walker.ask(view, {"cursor": cursor}, view.other_token)
    assert faults(response) == {("cursor", "cursor")}
    expect(walker.ask(view, {"cursor": ""}, view.other_token), 200)


def test_a_cursor_works_only_for_its_list(view, views, walker):
    for other in views.values():
        if other.path != view.path:
            response = walker.ask(view, {"cursor": walker.cursor(other, {})})
            assert faults(response) == {("cursor", "cursor")}, other.path


def test_a_cursor_works_only_with_its_filters(view, declared, walker):
    by_sort: dict[str, list[frozenset[str]]] = {}
    for filters, sort in declared.pairs:
        by_sort.setdefault(sort, []).append(filters)
    for sort, sets in by_sort.items():
        cursors = {filters: walker.cursor(view, view.query(filters, sortBy=sort)) for filters in sets}
        for made_for, cursor in cursors.items():
            for filters in sets:
                response = walker.ask(view, view.query(filters, sortBy=sort, cursor=cursor))
                if filters == made_for:
                    expect(response, 200)
                else:
                    assert faults(response) == {("cursor", "cursor")}, (made_for, filters)


def test_a_cursor_works_only_with_its_sort(view, declared, walker):
    for filters, sort in declared.pairs:
        made_for = view.query(filters, sortBy=sort, sortOrder="asc")
        cursor = walker.cursor(view, made_for)
        others = [name for known, name in declared.pairs if known == filters and name != sort]
        for changed in ({"sortOrder": "desc"}, *({"sortBy": name} for name in others)):
            response = walker.ask(view, made_for | {"cursor": cursor} | changed)
            assert faults(response) == {("cursor", "cursor")}, (made_for, changed)


def test_a_cursor_works_only_with_its_search(view, declared, walker):
    for filters in declared.searches:
        searched = view.query(filters | {"q"})
        cursor = walker.cursor(view, searched)
        for other in (searched | {"q": searched["q"][:3]}, view.query(filters)):
            assert faults(walker.ask(view, other | {"cursor": cursor})) == {("cursor", "cursor")}
        plain = walker.cursor(view, view.query(filters))
        assert faults(walker.ask(view, searched | {"cursor": plain})) == {("cursor", "cursor")}


def test_a_cursor_works_with_another_limit(view, walker, client):
    cursor = walker.cursor(view, {})
    whole = ids(Walker(client, 100, most=1).by_cursor(view, {}))
    response = walker.ask(view, {"cursor": cursor, "limit": 5})
    assert ids(expect(response, 200)) == whole[LIMIT : LIMIT + 5]


def test_a_cursor_for_another_value_of_a_filter_is_refused(client, world, walker, views):
    view = views[f"GET {PROJECTS}"]
    cursor = walker.cursor(view, {"status": "active"})
    for other in ({"status": "draft"}, {"status": "archived"}):
        assert faults(walker.ask(view, other | {"cursor": cursor})) == {("cursor", "cursor")}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("sort", ["createdAt", "name"])
def test_rows_added_and_deleted_meanwhile_neither_repeat_nor_hide_others(
    client, people, projects, walker, sort, order
):
    person = people.signed_in()
    made = [projects.new(person.access, name=letters()) for _ in range(ROWS)]
    view, query = View(PROJECTS, person.access, ""), {"sortBy": sort, "sortOrder": order}
    first = Walker(client, LIMIT, most=2).by_cursor(view, query)
    response = walker.ask(view, query | {"cursor": "", "limit": 2 * LIMIT})
    cursor = response.json()["meta"]["nextCursor"]
    for name in ("aaaa", letters(), "zzzz"):
        projects.new(person.access, name=name)
    expect(projects.delete(person.access, first[0]), 204)
    expect(projects.delete(person.access, first[-1]), 204)
    rest = walker.by_cursor(view, query, cursor)
    seen = ids(first) + ids(rest)
    assert len(seen) == len(set(seen))
    assert {project["id"] for project in made} <= set(seen)


@pytest.mark.parametrize("order", ORDERS)
def test_names_that_sort_alike_or_oddly_appear_once(client, people, projects, order):
    person = people.signed_in()
    names = [
        "Alpha",
        "alpha",
        "ÁLPHA",
        "alpha ",
        "ﬂ",
        "fl",
        "a'b",
        'a"b',
        "a\\b",
        "%",
        "_",
        "😀",
        "日本",
        "İ",
        "ı",
        "-",
    ]
    made = [projects.new(person.access, name=name)["id"] for name in names * 2]
    view, query = View(PROJECTS, person.access, ""), {"sortBy": "name", "sortOrder": order}
    whole = Walker(client, 1, most=100)
    walked = ids(whole.by_cursor(view, query))
    assert walked == ids(whole.by_page(view, query)) and sorted(walked) == sorted(made)
