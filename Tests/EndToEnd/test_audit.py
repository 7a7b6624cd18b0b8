"""The audit: one row for each event, kept for ever; rows are only added."""

import pytest

from support.client import expect
from support.contract import UUID_V7
from support.database import DatabaseRefusal
from support.people import new_password


@pytest.fixture(scope="module")
def events(client, people, mailbox, db) -> dict[str, list[str]]:
    """The audit rows of someone who did everything that is audited once, by action."""
    person = people.registered()
    expect(
        client.post("/api/v1/auth/login", {"email": person.email, "password": person.password}),
        403,
        "EMAIL_NOT_VERIFIED",
    )
    expect(person.verify(mailbox.wait_for(person.email).token), 200)
    expect(
        client.post("/api/v1/auth/login", {"email": person.email, "password": new_password()}),
        401,
        "INVALID_CREDENTIALS",
    )
    person.login()
    first = person.session_id()
    person.login()
    person.tokens = expect(client.post("/api/v1/auth/refresh", {"refreshToken": person.refresh}), 200)[
        "tokens"
    ]
    expect(client.patch("/api/v1/users/me", {"name": "Audited"}, token=person.access), 200)
    expect(client.delete(f"/api/v1/users/me/sessions/{first}", token=person.access), 204)
    expect(
        client.post("/api/v1/auth/logout", token=person.access, headers={"X-Request-Id": f"out-{first}"}), 204
    )
    rows = db.rows(
        "SELECT action, public_id, IFNULL(CAST(actor_id AS CHAR), ''), target_id, "
        "IFNULL(CAST(session_id AS CHAR), ''), "
        "request_id, ip_address FROM audit_events WHERE target_id = %s ORDER BY id",
        person.id,
    )
    return (
        {"person": [person.id, first]}
        | {row[0]: row[1:] for row in rows}
        | {"order": [row[0] for row in rows]}
    )


def test_each_event_has_one_row_in_order(events):
    assert events["order"] == [
        "user.registered",
        "login.refused",
        "email.verified",
        "login.failed",
        "login.succeeded",
        "login.succeeded",
        "token.refreshed",
        "user.updated",
        "session.revoked",
        "session.ended",
    ]


def test_rows_say_who_acted_and_from_where(events):
    person, first = events["person"]
    for action in set(events["order"]):
        public_id, actor, target, _, request_id, address = events[action]
        assert UUID_V7.fullmatch(public_id) and target == person and address == "127.0.0.1" and request_id
        assert actor == ("" if action in ("login.failed", "login.refused") else person)
    assert events["session.revoked"][3] == first
    assert events["session.ended"][4] == f"out-{first}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET action = 'x' ORDER BY id LIMIT 1",
        "DELETE FROM audit_events ORDER BY id LIMIT 1",
        "UPDATE audit_events SET created_at = '2001-01-01' ORDER BY id LIMIT 1",
    ],
)
@pytest.mark.parametrize("account", ["root", "gatehouse"])
def test_rows_can_be_neither_changed_nor_deleted(db, stack, events, statement, account):
    password = stack.settings["GATEHOUSE_DATABASE_PASSWORD"] if account == "gatehouse" else ""
    user = stack.settings["GATEHOUSE_DATABASE_USER"] if account == "gatehouse" else account
    with pytest.raises(DatabaseRefusal, match="audit events"):
        db.rows(statement, user=user, password=password)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE audit_events",
        "TRUNCATE TABLE audit_events",
        "DROP TRIGGER audit_events_refuse_update",
        "CREATE TABLE x (id INT)",
        "ALTER TABLE users ADD COLUMN x INT",
        "CREATE USER x@localhost",
        "GRANT ALL ON *.* TO gatehouse@localhost",
        "SELECT * FROM mysql.user",
        "SELECT LOAD_FILE('/etc/passwd') INTO OUTFILE '/tmp/x'",
    ],
)
def test_the_programs_account_can_change_nothing_but_rows(db, stack, statement):
    user, password = (stack.settings[f"GATEHOUSE_DATABASE_{name}"] for name in ("USER", "PASSWORD"))
    with pytest.raises(DatabaseRefusal, match="denied"):
        db.rows(statement, user=user, password=password)


def test_a_failed_login_to_an_unknown_address_has_no_target(client, db):
    request_id = client.post(
        "/api/v1/auth/login", {"email": "nobody-at-all@example.com", "password": new_password()}
    ).headers["X-Request-Id"]
    assert db.rows(
        "SELECT action, target_id IS NULL FROM audit_events WHERE request_id = %s", request_id
    ) == [["login.failed", "1"]]
