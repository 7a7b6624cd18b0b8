"""GET /users/me/sessions and DELETE /users/me/sessions/{id}."""

import pytest

from support.client import at_once, expect, faults

PATH = "/api/v1/users/me/sessions"


@pytest.fixture(scope="module")
def busy(people, db):
    """Someone with 25 sessions, each last seen an hour before the next; the last one is the current session."""
    person = people.verified()
    for _ in range(25):
        person.login()
    db.rows(
        "UPDATE sessions SET last_seen_at = NOW(6) - INTERVAL "
        "((SELECT MAX(id) FROM (SELECT id FROM sessions) AS s) - id) HOUR "
        "WHERE user_id = (SELECT id FROM users WHERE public_id = %s)",
        person.id,
    )
    return person


@pytest.fixture
def person(people):
    return people.signed_in()


def listed(client, person, query: str = "") -> tuple[list[dict], dict]:
    response = client.get(PATH + query, token=person.access)
    return expect(response, 200), response.json()["meta"]


def test_shows_each_session(client, people):
    person = people.verified()
    body = {"email": person.email, "password": person.password}
    person.tokens = expect(
        client.post("/api/v1/auth/login", body, headers={"User-Agent": "Agent/1.0 (x)"}), 200
    )["tokens"]
    (session,), meta = listed(client, person)
    shown = {"id", "device", "userAgent", "ipAddress", "createdAt", "lastSeenAt", "expiresAt", "current"}
    assert set(session) == shown
    assert (session["userAgent"], session["ipAddress"], session["current"]) == (
        "Agent/1.0 (x)",
        "127.0.0.1",
        True,
    )
    assert session["createdAt"] <= session["lastSeenAt"] < session["expiresAt"]
    assert meta == {
        "page": 1,
        "limit": 20,
        "total": 1,
        "totalPages": 1,
        "hasNextPage": False,
        "hasPrevPage": False,
    }


def test_exactly_one_session_is_the_current_one(client, busy):
    sessions, _ = listed(client, busy, "?limit=100")
    assert [session["current"] for session in sessions].count(True) == 1


def test_pages_contain_every_session_once_and_in_order(client, busy):
    pages = [listed(client, busy, f"?page={page}&limit=10") for page in (1, 2, 3, 4)]
    sessions = [session for page, _ in pages for session in page]
    assert len(sessions) == len({session["id"] for session in sessions}) == 25
    assert [len(page) for page, _ in pages] == [10, 10, 5, 0]
    seen = [session["lastSeenAt"] for session in sessions]
    assert seen == sorted(seen, reverse=True), "the last used session comes first"
    assert all((meta["total"], meta["totalPages"], meta["limit"]) == (25, 3, 10) for _, meta in pages)
    assert [meta["hasNextPage"] for _, meta in pages] == [True, True, False, False]
    assert [meta["hasPrevPage"] for _, meta in pages] == [False, True, True, True]


def test_sorts_as_asked(client, busy):
    down, _ = listed(client, busy, "?limit=100&sortBy=lastSeenAt&sortOrder=desc")
    up, _ = listed(client, busy, "?limit=100&sortOrder=asc")
    assert up == down[::-1]


@pytest.mark.parametrize(
    "query, expected",
    [
        ("page=0", {("page", "range")}),
        ("page=-1", {("page", "range")}),
        ("page=x", {("page", "type")}),
        ("page=1.5", {("page", "type")}),
        ("page=", {("page", "type")}),
        ("page=99999999999999999999", {("page", "type")}),
        ("limit=0", {("limit", "range")}),
        ("limit=101", {("limit", "range")}),
        ("limit=1e1", {("limit", "type")}),
        ("sortBy=id", {("sortBy", "choice")}),
        ("sortOrder=up", {("sortOrder", "choice")}),
        ("sort=x", {("sort", "unknown")}),
        ("page=1&page=2", {("page", "repeated")}),
        ("page=101&limit=100", {("page", "range")}),
        (
            "page=0&limit=0&sortBy=x&sortOrder=y&z=1",
            {
                ("page", "range"),
                ("limit", "range"),
                ("sortBy", "choice"),
                ("sortOrder", "choice"),
                ("z", "unknown"),
            },
        ),
        ("Page=1", {("Page", "unknown")}),
        ("page%00=1", {("", "encoding")}),
        ("%ff=1", {("", "encoding")}),
        ("=1", {("", "unknown")}),
        ("page[]=1", {("page[]", "unknown")}),
    ],
)
def test_validates(client, person, query, expected):
    assert faults(client.get(f"{PATH}?{query}", token=person.access)) == expected


def test_shows_no_ended_and_no_expired_session(client, people, db):
    person = people.signed_in()
    ended = person.tokens
    person.login()
    expect(client.post("/api/v1/auth/logout", token=ended["accessToken"]), 204)
    person.login()
    db.run("UPDATE sessions SET expires_at = NOW(6) WHERE public_id = %s", person.session_id())
    person.login()
    sessions, meta = listed(client, person)
    assert len(sessions) == meta["total"] == 2


def test_shows_no_sessions_of_others(client, person, busy):
    own, _ = listed(client, person)
    others, _ = listed(client, busy, "?limit=100")
    assert not {session["id"] for session in own} & {session["id"] for session in others}


def test_revoking_ends_a_session_at_once(client, person, db):
    other = person.tokens
    other_id = person.session_id()
    person.login()
    expect(client.delete(f"{PATH}/{other_id}", token=person.access), 204)
    expect(client.get("/api/v1/users/me", token=other["accessToken"]), 401, "TOKEN_REVOKED")
    expect(client.post("/api/v1/auth/refresh", {"refreshToken": other["refreshToken"]}), 401, "TOKEN_REVOKED")
    expect(client.get("/api/v1/users/me", token=person.access), 200)
    assert db.actions(person.id)[-1] == "session.revoked"


def test_revoking_a_session_twice_gets_not_found(client, person):
    other_id = person.session_id()
    person.login()
    expect(client.delete(f"{PATH}/{other_id}", token=person.access), 204)
    expect(client.delete(f"{PATH}/{other_id}", token=person.access), 404, "NOT_FOUND")


def test_revoking_the_current_session_signs_out(client, person):
    expect(client.delete(f"{PATH}/{person.session_id()}", token=person.access), 204)
    expect(client.get("/api/v1/users/me", token=person.access), 401, "TOKEN_REVOKED")


def test_another_users_session_is_not_found(client, people, person):
    other = people.signed_in()
    target = other.session_id()
    response = client.delete(f"{PATH}/{target}", token=person.access)
    unknown = client.delete(f"{PATH}/019b8d2e-0000-7000-8000-00000000ffff", token=person.access)
    assert expect(response, 404, "NOT_FOUND")["message"] == expect(unknown, 404, "NOT_FOUND")["message"]
    expect(client.get("/api/v1/users/me", token=other.access), 200)


@pytest.mark.parametrize("form", [str.upper, lambda text: text])
def test_accepts_an_id_in_either_case(client, person, form):
    session = form(person.session_id())
    expect(client.delete(f"{PATH}/{session}", token=person.access), 204)


@pytest.mark.parametrize(
    "session",
    [
        "1",
        "x",
        "null",
        "019b8d2e-0000-7000-8000",
        "019b8d2e00007000800000000000ffff",
        "{019b8d2e-0000-7000-8000-00000000ffff}",
        "%27%20OR%201=1",
        "019b8d2e-0000-7000-8000-00000000fffg",
        "a" * 500,
        "%F0%9F%98%80",
    ],
)
def test_an_id_must_be_a_uuid(client, person, session):
    assert {field for field, _ in faults(client.delete(f"{PATH}/{session}", token=person.access))} == {"id"}


def test_one_of_several_concurrent_revocations_counts(client, person, db):
    target = person.session_id()
    person.login()
    responses = at_once(16, lambda number: client.delete(f"{PATH}/{target}", token=person.access))
    assert sorted(response.status_code for response in responses) == [204] + [404] * 15
    assert db.actions(person.id).count("session.revoked") == 1
