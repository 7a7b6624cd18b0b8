"""Every list of the document: what is declared is in order, what is not is refused, cursors are bound.

Which lists there are, and which filters go with which sorts, is read from the served document.
"""

import re
import secrets as random
import uuid
from itertools import pairwise

import pytest

from support.api_keys import PATH as API_KEYS
from support.client import expect, faults
from support.lists import COMMON, ORDERS, REACH, Declared, View, Walker, ids, parameters
from support.organizations import PATH as ORGANIZATIONS
from support.projects import PATH as PROJECTS

ME = "/api/v1/users/me"
# Rows of each list, and rows of a part: several parts, and no whole number of them.
ROWS, LIMIT = 13, 5
# More than paging by number reaches.
MANY = REACH + 1
# What is sorted alike by every collation once case is left aside: plain names, our addresses, and times.
PLAIN = re.compile(r"[A-Za-z0-9]+([ -][A-Za-z0-9]+)*|e2e-[0-9a-f]{16}@example\.com|\d{4}-\d\d-\d\dT[\d:.]+Z")


def letters(count: int = 12) -> str:
    """A word nobody has used."""
    return "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(count))


class World:
    """An administrator who owns an organization and has rows in every list; `other` may see as much, and has
    none."""

    def __init__(self, client, people, organizations, projects, api_keys, db) -> None:
        self.client, self.db = client, db
        self.began = db.value("SELECT DATE_FORMAT(NOW(3), '%Y-%m-%dT%H:%i:%s.000Z')")
        self.word = letters()
        self.person, self.other = people.with_role("admin"), people.with_role("admin")
        self.token = self.person.access
        self.organization = organizations.new(owner=self.person)
        organizations.join(self.organization, "admin", self.other)
        for number in range(ROWS):
            member = people.registered(f"{self.word} {letters()}")
            organizations.join(self.organization, "viewer" if number % 3 == 0 else "member", member)
            organizations.invite(self.organization, f"e2e-{random.token_hex(8)}@example.com")
            organizations.new(owner=self.person, name=letters())
            self._do("POST", "/api/v1/roles", {"name": letters(), "permissions": ["users:read"]})
            self._do("PATCH", ME, {"name": f"{letters()} {letters()}"})
            for fields in ({}, {"organizationId": self.organization.id}):
                api_keys.new(self.token, "projects:read", name=letters(), **fields)
                for is_deleted in (False, True):
                    status = "draft" if number % 3 == 0 else "active"
                    name = f"{self.word} {'abc'[number % 3]}"
                    project = projects.new(self.token, name=name, status=status, **fields)
                    if is_deleted:
                        expect(projects.delete(self.token, project), 204)
            self.person.login()
        # Times that several rows share, so that only the id tells them apart.
        db.rows(
            "UPDATE projects SET created_at = CURRENT_DATE - INTERVAL id %% 4 DAY, updated_at = created_at "
            "WHERE owner_id = (SELECT id FROM users WHERE public_id = %s)",
            self.person.id,
        )

    def _do(self, method: str, path: str, body: dict) -> None:
        assert self.client.request(method, path, json=body, token=self.token).status_code < 300

    def views(self) -> dict[str, View]:
        """Each list, by its operation."""
        organization = {"organizationId": self.organization.id}
        person = {"actorId": self.person.id, "targetId": self.person.id, "action": "user.updated"}
        values = {
            ORGANIZATIONS: {},
            f"{ORGANIZATIONS}/{{id}}/members": {"role": "member"},
            f"{ORGANIZATIONS}/{{id}}/invitations": {},
            PROJECTS: organization
            | {"status": "active", "ownerId": self.person.id, "deleted": "true", "q": self.word[:5]},
            API_KEYS: organization,
            "/api/v1/users": {"status": "active", "role": "user", "email": "E2E-", "q": self.word[:5]},
            f"{ME}/sessions": {},
            "/api/v1/roles": {},
            "/api/v1/audit-events": person | {"since": self.began, "until": "2100-01-01T00:00:00Z"},
        }
        return {
            f"GET {path}": View(
                path.replace("{id}", self.organization.id), self.token, self.other.access, matching
            )
            for path, matching in values.items()
        }


# What filters ask of a row; the others ask that the field of their name has their value.
MEANING = {
    "deleted": lambda row, value: (row["deletedAt"] is not None) == (value == "true"),
    "email": lambda row, value: row["email"].lower().startswith(value.lower()),
    "since": lambda row, value: row["createdAt"] >= value,
    "until": lambda row, value: row["createdAt"] < value,
}


def is_let_through(row: dict, filters: frozenset[str], view: View) -> bool:
    """Whether a row is what the filters ask for."""
    return all(
        MEANING[name](row, view.values[name]) if name in MEANING else row[name] == view.values[name]
        for name in filters
    )


@pytest.fixture(scope="module")
def world(client, people, organizations, projects, api_keys, db) -> World:
    return World(client, people, organizations, projects, api_keys, db)


@pytest.fixture(scope="module")
def views(world) -> dict[str, View]:
    return world.views()


@pytest.fixture
def view(views, operation_list) -> View:
    """The list under test."""
    assert str(operation_list) in views, f"{operation_list} needs rows in World"
    return views[str(operation_list)]


@pytest.fixture
def declared(operation_list) -> Declared:
    return Declared.of(operation_list)


@pytest.fixture(scope="module")
def walker(client) -> Walker:
    return Walker(client, LIMIT)


def is_sorted(rows: list[dict], sort: str, order: str) -> bool:
    """Whether rows are in order, as far as that does not depend on a collation."""
    values = [row[sort].lower() for row in rows if PLAIN.fullmatch(row[sort])]
    assert len(values) > 1, f"none of these can be compared: {rows}"
    return all(left <= right if order == "asc" else left >= right for left, right in pairwise(values))


def test_declares_what_it_takes(operation_list, declared):
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


def test_the_orders_are_each_others_reverse(view, declared, client):
    """Of lists that fit into one page."""
    whole = Walker(client, 100, most=2)
    for filters, sort in declared.pairs:
        up, down = (
            ids(whole.by_page(view, view.query(filters, sortBy=sort, sortOrder=order))) for order in ORDERS
        )
        assert len(up) > 100 or up == down[::-1]


def test_without_sort_the_first_that_goes_with_the_filters_is_taken(view, declared, walker):
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


def test_no_undeclared_pair_is_answered(view, declared, walker):
    for filters, sort in declared.undeclared():
        for order in ORDERS:
            response = walker.ask(view, view.query(filters, sortBy=sort, sortOrder=order))
            assert faults(response) == {("sortBy", "combination")}, (filters, sort)
    for filters in declared.unsorted():
        for more in ({}, {"cursor": ""}):
            assert faults(walker.ask(view, view.query(filters, **more))) == {("sortBy", "combination")}, (
                filters
            )


def test_no_undeclared_search_is_answered(view, declared, walker):
    for filters in declared.sets:
        response = walker.ask(view, view.query(filters, q="undeclared"))
        if not declared.searches:
            assert ("q", "unknown") in faults(response)
        elif filters not in declared.searches:
            assert faults(response) == {("q", "combination")}, filters
        else:
            assert expect(response, 200) == []


def test_a_search_has_an_order_of_its_own(view, declared, walker):
    for filters in declared.searches:
        query = view.query(filters | {"q"})
        sort = sorted(declared.sorts)[0]
        assert faults(walker.ask(view, query | {"sortBy": sort})) == {("sortBy", "contradiction")}
        assert faults(walker.ask(view, query | {"sortOrder": "asc"})) == {("sortOrder", "contradiction")}


def test_page_and_cursor_contradict_each_other(view, walker):
    cursor = walker.cursor(view, {})
    for page, given in ((1, ""), (2, cursor), (1, cursor)):
        assert faults(walker.ask(view, {"page": page, "cursor": given})) == {("cursor", "contradiction")}


@pytest.mark.parametrize(
    "page, limit", [(101, 100), (3334, 3), (10_000, 2), (10_001, 1), (501, None), (10**9, 100)]
)
def test_beyond_10000_rows_a_page_is_refused_with_a_word_about_cursors(view, walker, page, limit):
    response = walker.ask(view, {"page": page} | ({"limit": limit} if limit else {}))
    assert faults(response) == {("page", "range")}
    (fault,) = response.json()["error"]["details"]
    assert "cursor" in fault["message"]


@pytest.mark.parametrize("page, limit", [(100, 100), (10_000, 1), (3333, 3)])
def test_up_to_10000_rows_a_page_is_answered(view, walker, page, limit):
    response = walker.ask(view, {"page": page, "limit": limit})
    assert expect(response, 200) == [] or response.json()["meta"]["total"] > (page - 1) * limit


@pytest.mark.parametrize("limit, code", [("0", "range"), ("101", "range"), ("-1", "range"), ("x", "type")])
def test_a_part_has_1_to_100_rows(view, walker, limit, code):
    for more in ({}, {"cursor": ""}):
        assert faults(walker.ask(view, {"limit": limit} | more)) == {("limit", code)}


def forgeries(cursor: str) -> list[str]:
    """What looks like a cursor and is none."""
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


def test_a_cursor_tells_nothing(view, world, walker):
    cursor = walker.cursor(view, {})
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor) and not re.search(r"\d{4}-\d\d|eyJ|" + world.word, cursor)


def test_a_cursor_is_its_callers(view, walker):
    cursor = walker.cursor(view, {})
    response = walker.ask(view, {"cursor": cursor}, view.other_token)
    assert faults(response) == {("cursor", "cursor")}
    expect(walker.ask(view, {"cursor": ""}, view.other_token), 200)


def test_a_cursor_is_its_lists(view, views, walker):
    for other in views.values():
        if other.path != view.path:
            response = walker.ask(view, {"cursor": walker.cursor(other, {})})
            assert faults(response) == {("cursor", "cursor")}, other.path


def test_a_cursor_is_its_filters(view, declared, walker):
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


def test_a_cursor_is_its_sorts(view, declared, walker):
    for filters, sort in declared.pairs:
        made_for = view.query(filters, sortBy=sort, sortOrder="asc")
        cursor = walker.cursor(view, made_for)
        others = [name for known, name in declared.pairs if known == filters and name != sort]
        for changed in ({"sortOrder": "desc"}, *({"sortBy": name} for name in others)):
            response = walker.ask(view, made_for | {"cursor": cursor} | changed)
            assert faults(response) == {("cursor", "cursor")}, (made_for, changed)


def test_a_cursor_is_its_searches(view, declared, walker):
    for filters in declared.searches:
        searched = view.query(filters | {"q"})
        cursor = walker.cursor(view, searched)
        for other in (searched | {"q": searched["q"][:3]}, view.query(filters)):
            assert faults(walker.ask(view, other | {"cursor": cursor})) == {("cursor", "cursor")}
        plain = walker.cursor(view, view.query(filters))
        assert faults(walker.ask(view, searched | {"cursor": plain})) == {("cursor", "cursor")}


def test_a_cursor_goes_with_any_length_of_the_next_part(view, walker, client):
    cursor = walker.cursor(view, {})
    whole = ids(Walker(client, 100, most=1).by_cursor(view, {}))
    response = walker.ask(view, {"cursor": cursor, "limit": 5})
    assert ids(expect(response, 200)) == whole[LIMIT : LIMIT + 5]


def test_a_cursor_of_another_value_of_the_filter_is_refused(client, world, walker, views):
    view = views[f"GET {PROJECTS}"]
    cursor = walker.cursor(view, {"status": "active"})
    for other in ({"status": "draft"}, {"status": "archived"}):
        assert faults(walker.ask(view, other | {"cursor": cursor})) == {("cursor", "cursor")}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("sort", ["createdAt", "name"])
def test_rows_made_and_deleted_meanwhile_neither_repeat_nor_hide_others(
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


def test_beyond_10000_rows_the_total_is_capped_and_cursors_go_on(client, db, views):
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


@pytest.mark.parametrize("order", ORDERS)
def test_names_that_sort_alike_or_are_odd_are_walked_like_others(client, people, projects, order):
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
