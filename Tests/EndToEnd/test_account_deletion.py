"""DELETE /users/me, the grace period after it, and the erasure at its end."""

import pytest

from support.client import Client, at_once, cookies_of, expect, faults
from support.links import Links
from support.people import People, Person, new_password, registration
from support.stack import wait_until

PATH = "/api/v1/users/me"
LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
ERASURE = "account.erase_deleted"


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def someone(people):
    return people.signed_in()


def delete(client, person, token: str | None = None):
    return client.delete(PATH, json={"currentPassword": person.password}, token=token or person.access)


def deleted_days_ago(db, person, days: int) -> None:
    db.run(
        "UPDATE users SET deleted_at = NOW(6) - INTERVAL %s DAY WHERE public_id = %s",
        days,
        person.id,
    )


def is_there(db, person) -> bool:
    return db.value("SELECT COUNT(*) FROM users WHERE public_id = %s", person.id) == "1"


def erase(db, *people: Person) -> None:
    """Runs the erasure, and waits until these accounts are gone and the jobs that it adds are done."""
    db.run_periodic(ERASURE)
    wait_until(lambda: not any(is_there(db, person) for person in people), "they are erased")
    db.wait_for_jobs()


def test_ends_every_session_at_once(client, person, db):
    sessions = [person.tokens, person.login()]
    expect(delete(client, person), 204)
    for tokens in sessions:
        expect(client.get(PATH, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
        expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")
    assert "user.deleted" in db.actions(person.id)


def test_a_deleted_account_looks_like_an_unknown_one_at_sign_in(client, person):
    expect(delete(client, person), 204)
    expect(
        client.post(LOGIN, {"email": person.email, "password": person.password}), 401, "INVALID_CREDENTIALS"
    )


def test_removes_the_refresh_cookie(client, person):
    morsel = cookies_of(delete(client, person))["__Host-gatehouse_refresh"]
    assert (morsel.value, morsel["max-age"]) == ("", "0")


def test_the_mail_to_the_owner_says_when_the_account_will_be_erased(client, person, mailbox, db):
    expect(delete(client, person), 204)
    notice = mailbox.wait_for(person.email, about="(?i)deleted")
    assert "#token" not in notice.text
    day = db.value("SELECT DATE(deleted_at) + INTERVAL 30 DAY FROM users WHERE public_id = %s", person.id)
    year, month, of_month = day.split("-")
    assert year in notice.text and str(int(of_month)) in notice.text
    assert notice.is_about("record of what was\\s+done"), "the audit is not erased"


def test_the_address_stays_taken_during_the_grace_period(client, person):
    expect(delete(client, person), 204)
    expect(client.post("/api/v1/auth/register", registration(email=person.email)), 409, "EMAIL_TAKEN")


def test_deletion_voids_links_that_were_mailed_before(client, person, links):
    token = links.reset(person)
    expect(delete(client, person), 204)
    body = {"token": token, "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 422, "UNPROCESSABLE")


def test_a_wrong_password_deletes_nothing(client, person, db):
    response = client.delete(PATH, json={"currentPassword": new_password()}, token=person.access)
    expect(response, 401, "INVALID_CREDENTIALS")
    expect(client.get(PATH, token=person.access), 200)
    assert "user.deleted" not in db.actions(person.id)


def test_needs_the_password_or_a_proof_of_the_last_10_minutes(client, person, db):
    aged = "UPDATE sessions SET authenticated_at = authenticated_at - INTERVAL %s SECOND WHERE public_id = %s"
    session = person.session_id()
    db.run(aged, 601, session)
    expect(client.delete(PATH, token=person.access), 403, "REAUTHENTICATION_REQUIRED")
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    expect(client.delete(PATH, token=person.access), 403, "REAUTHENTICATION_REQUIRED")
    db.run(aged, -601, session)
    expect(client.delete(PATH, token=person.access), 204)


@pytest.mark.parametrize(
    "body, expected",
    [
        ({"currentPassword": 5}, {("currentPassword", "type")}),
        ({"currentPassword": ""}, {("currentPassword", "too_short")}),
        ({"currentPassword": "x" * 129}, {("currentPassword", "too_long")}),
        ({"currentPassword": "x", "userId": "y"}, {("userId", "unknown")}),
    ],
    ids=["type", "empty", "long", "unknown"],
)
def test_validates(client, someone, body, expected):
    assert faults(client.delete(PATH, json=body, token=someone.access)) == expected


@pytest.mark.alone
def test_one_of_several_concurrent_deletions_succeeds(client, person, db):
    responses = at_once(12, lambda number: delete(client, person))
    assert sorted(response.status_code for response in responses) == [204] + [401] * 11
    assert db.actions(person.id).count("user.deleted") == 1


@pytest.mark.alone
def test_no_refresh_and_no_login_survives_a_concurrent_deletion(client, person):
    def act(number: int):
        if number == 8:
            return delete(client, person)
        if number % 4 == 0:
            return client.post(LOGIN, {"email": person.email, "password": person.password})
        return client.post(REFRESH, {"refreshToken": person.refresh})

    for answer in at_once(24, act):
        assert answer.status_code in (200, 204, 401)
        if answer.status_code == 200:
            tokens = answer.json()["data"]["tokens"]
            expect(client.get(PATH, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
            expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")


def test_erasure_leaves_nothing_but_an_opaque_id_in_the_audit(stack, contract, secrets, db, mailbox):
    """The user leaves data in every table, from an address that nobody else uses."""
    client = Client(stack, contract, secrets, "127.77.77.77")
    person, links = People(client, db).signed_in("Unmistakable Nameholder"), Links(client, mailbox)
    agent = {"User-Agent": "Unmistakable/1.0"}
    person.tokens = expect(
        client.post(LOGIN, {"email": person.email, "password": person.password}, headers=agent), 200
    )["tokens"]
    person.tokens = expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)["tokens"]
    client.post(LOGIN, {"email": person.email, "password": new_password()})
    links.reset(person)
    new = f"unmistakable-{person.email}"
    expect(person.confirm_email(links.change(person, new)), 200)
    expect(client.get("/api/v1/users/me/export", token=person.access), 200)
    expect(delete(client, person), 204)
    db.wait_for_jobs()
    # A mail that could not be sent and waits for an operator.
    db.run(
        "INSERT INTO jobs (public_id, kind, payload, status) "
        "VALUES (UUID(), 'auth.send_verification_mail', JSON_OBJECT('emailKey', %s), 'dead')",
        new,
    )
    number = db.value("SELECT id FROM users WHERE public_id = %s", person.id)
    password_hash = db.value("SELECT password_hash FROM users WHERE public_id = %s", person.id)
    audited = len(db.actions(person.id))
    traces = [new, person.email, "Unmistakable", "127.77.77.77", password_hash]
    assert all(any(trace in text for text in db.texts().values()) for trace in traces[2:])

    deleted_days_ago(db, person, 31)
    erase(db, person)
    for table, text in db.texts().items():
        assert [trace for trace in traces if trace.lower() in text.lower()] == [], table
        assert person.id not in text or table == "audit_events", table
    for table, column in db.rows(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND column_name = 'user_id'"
    ):
        assert db.value(f"SELECT COUNT(*) FROM {table} WHERE {column} = %s", int(number)) == "0", table
    actions = db.actions(person.id)
    assert len(actions) > audited and actions[-1] == "user.erased"
    rows = "SELECT COUNT(*) FROM audit_events WHERE %s IN (actor_id, target_id) AND ip_address IS NOT NULL"
    assert db.value(rows, person.id) == "0"


def test_erasure_waits_for_the_end_of_the_grace_period(client, people, db):
    due, early, suspended = (people.signed_in() for _ in range(3))
    for person in (due, early):
        expect(delete(client, person), 204)
    deleted_days_ago(db, due, 31)
    deleted_days_ago(db, early, 29)
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", suspended.id)
    erase(db, due)
    assert is_there(db, early) and is_there(db, suspended)


def test_after_erasure_the_address_is_free_for_a_new_account(client, person, people, db):
    expect(delete(client, person), 204)
    deleted_days_ago(db, person, 31)
    erase(db, person)
    expect(client.get(PATH, token=person.access), 401, "TOKEN_REVOKED")
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 401, "UNAUTHORIZED")
    successor = people.verified(address=person.email)
    assert successor.id != person.id
    successor.login()
    export = client.get("/api/v1/users/me/export", token=successor.access)
    expect(export, 200)
    assert person.id not in export.text


def test_erasure_keeps_the_ip_addresses_of_others_in_the_audit(client, people, person, db):
    other = people.signed_in()
    expect(delete(client, person), 204)
    deleted_days_ago(db, person, 31)
    erase(db, person)
    kept = "SELECT COUNT(*) FROM audit_events WHERE target_id = %s AND ip_address IS NULL"
    assert db.value(kept, other.id) == "0"
