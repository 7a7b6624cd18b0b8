"""How sessions expire, how they are ended at once, and what their list shows their owner."""

import pytest

from support.client import expect
from support.stack import wait_until

ME = "/api/v1/users/me"
LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
LIST = "/api/v1/users/me/sessions"


@pytest.fixture
def person(people):
    return people.signed_in()


def set_session(db, person, assignments: str) -> None:
    db.run(f"UPDATE sessions SET {assignments} WHERE public_id = %s", person.session_id())


@pytest.mark.parametrize(
    "agent, device",
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
            "Safari/537.36 Edg/142.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 "
            "Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "CriOS/142.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile "
            "Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.14.1", "curl"),
        ("", "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
    ],
)
def test_a_device_is_described_in_words(client, people, agent, device):
    person = people.verified()
    body = {"email": person.email, "password": person.password}
    access = expect(client.post(LOGIN, body, headers={"User-Agent": agent}), 200)["tokens"]["accessToken"]
    (session,) = expect(client.get(LIST, token=access), 200)
    assert (session["device"], session["userAgent"]) == (device, agent)


def test_a_session_expires_after_7_days_without_use(client, person, db):
    other = person.tokens
    set_session(db, person, "last_seen_at = NOW(6) - INTERVAL 8 DAY")
    person.login()
    expect(client.get(ME, token=other["accessToken"]), 401, "TOKEN_REVOKED")
    assert client.post(REFRESH, {"refreshToken": other["refreshToken"]}).status_code == 401
    assert len(expect(client.get(LIST, token=person.access), 200)) == 1


def test_a_session_idle_for_6_days_is_still_valid(client, person, db):
    set_session(db, person, "last_seen_at = NOW(6) - INTERVAL 6 DAY")
    expect(client.get(ME, token=person.access), 200)
    set_session(db, person, "last_seen_at = NOW(6) - INTERVAL 6 DAY")
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)


def test_a_session_expires_after_30_days_even_if_it_is_in_use(client, person, db):
    days = "SELECT TIMESTAMPDIFF(HOUR, created_at, expires_at) / 24 FROM sessions WHERE public_id = %s"
    session = person.session_id()
    assert float(db.value(days, session)) == 30
    set_session(db, person, "expires_at = NOW(6), last_seen_at = NOW(6)")
    expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 401, "TOKEN_EXPIRED")


def test_neither_use_nor_refresh_extends_the_30_days(client, person, db):
    end = "SELECT expires_at FROM sessions WHERE public_id = %s"
    session = person.session_id()
    before = db.value(end, session)
    set_session(db, person, "last_seen_at = NOW(6) - INTERVAL 1 DAY")
    person.tokens = expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)["tokens"]
    expect(client.get(ME, token=person.access), 200)
    assert db.value(end, session) == before


def test_the_time_of_the_last_use_is_updated_at_most_once_a_minute(client, person, db):
    seen = "SELECT last_seen_at, NOW(6) - INTERVAL 5 SECOND < last_seen_at FROM sessions WHERE public_id = %s"
    session = person.session_id()
    db.run("UPDATE sessions SET last_seen_at = NOW(6) - INTERVAL 50 SECOND WHERE public_id = %s", session)
    (before,) = db.rows(seen, session)
    for _ in range(3):
        expect(client.get(ME, token=person.access), 200)
    assert db.rows(seen, session) == [before]
    db.run("UPDATE sessions SET last_seen_at = NOW(6) - INTERVAL 61 SECOND WHERE public_id = %s", session)
    expect(client.get(ME, token=person.access), 200)
    ((noted, is_now),) = db.rows(seen, session)
    assert is_now == "1"
    expect(client.get(ME, token=person.access), 200)
    assert db.rows(seen, session)[0][0] == noted


@pytest.mark.parametrize(
    "change",
    ["status = 'suspended'", "status = 'deleted', deleted_at = NOW(6)", "role = 'support'"],
    ids=["suspended", "deleted", "other role"],
)
def test_a_fresh_token_is_refused_at_once_after_a_change_of_its_user(client, people, db, contract, change):
    """Tries every operation that needs a token."""
    person = people.signed_in()
    expect(client.get(ME, token=person.access), 200)
    db.run(f"UPDATE users SET {change} WHERE public_id = %s", person.id)
    for operation in contract.operations:
        if operation.needs_token:
            path = operation.path.replace("{id}", person.id)
            expect(client.request(operation.method, path, token=person.access), 401, "TOKEN_REVOKED")


@pytest.mark.parametrize(
    "change",
    ["status = 'suspended'", "status = 'deleted', deleted_at = NOW(6)"],
    ids=["suspended", "deleted"],
)
def test_no_refresh_brings_back_a_suspended_or_deleted_user(client, person, db, change):
    db.run(f"UPDATE users SET {change} WHERE public_id = %s", person.id)
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 401, "TOKEN_REVOKED")


def test_only_sessions_that_ended_long_ago_are_purged(client, people, db):
    person = people.signed_in()
    old = person.session_id()
    person.login()
    expired = person.session_id()
    person.login()
    past = "UPDATE sessions SET expires_at = NOW(6) - INTERVAL %s DAY WHERE public_id = %s"
    db.run(past, 31, old)
    db.run(past, 29, expired)
    live = person.session_id()
    held = (
        "SELECT s.public_id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.public_id = %s "
        "ORDER BY s.id"
    )
    db.run_periodic("operations.purge")
    wait_until(lambda: [old] not in db.rows(held, person.id), "the purge has run")
    assert db.rows(held, person.id) == [[expired], [live]]
    tokens = (
        "SELECT COUNT(*) FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id "
        "JOIN users u ON u.id = s.user_id WHERE u.public_id = %s"
    )
    assert db.value(tokens, person.id) == "2"
    expect(client.get(ME, token=person.access), 200)
