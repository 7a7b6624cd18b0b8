"""POST /users: accounts that an administrator makes for others."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from support.access import new_role
from support.client import at_once, expect, faults
from support.people import Person, new_address, new_password
from support.text import in_order

PATH = "/api/v1/users"
LOGIN = "/api/v1/auth/login"


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture
def person(people):
    return people.signed_in()


def made(client, admin, **changes: object) -> tuple[dict, dict]:
    """An account made by an administrator, and the values it was made with."""
    sent = {"email": new_address(), "name": "Grace Hopper"} | changes
    return expect(client.post(PATH, sent, token=admin.access), 201), sent


def login(client, person):
    return client.post(LOGIN, {"email": person.email, "password": person.password})


def test_makes_an_account_that_can_be_used_at_once(client, admin, db, mailbox):
    user, sent = made(client, admin, password=new_password(), emailVerified=True)
    assert (user["email"], user["name"]) == (sent["email"], "Grace Hopper")
    assert (user["emailVerified"], user["role"], user["status"]) == (True, "user", "active")
    assert (
        expect(client.post(LOGIN, {"email": sent["email"], "password": sent["password"]}), 200)["user"]
        == user
    )
    assert db.actions(user["id"])[0] == "user.created"
    db.wait_for_jobs()
    assert mailbox.to(sent["email"]) == []


def test_the_answer_has_the_location_of_the_account(client, admin):
    response = client.post(PATH, {"email": new_address(), "name": "x"}, token=admin.access)
    user = expect(response, 201)
    assert response.headers["Location"] == f"{PATH}/{user['id']}"
    read = client.get(response.headers["Location"], token=admin.access)
    assert expect(read, 200) == user and read.headers["ETag"] == response.headers["ETag"]
    known = {"If-None-Match": read.headers["ETag"]}
    assert client.get(response.headers["Location"], token=admin.access, headers=known).status_code == 304


def test_without_a_password_its_owner_sets_the_first(client, admin, mailbox):
    user, sent = made(client, admin, role="support")
    assert (user["emailVerified"], user["role"]) == (False, "support")
    owner = Person(client, user, sent["email"], new_password())
    expect(login(client, owner), 401, "INVALID_CREDENTIALS")
    mail = mailbox.wait_for(owner.email)
    assert mail.is_about("An account was made for you") and mail.is_about("7 days")
    assert not mail.is_about("Somebody asked")
    body = {"token": mailbox.link(owner.email, "reset-password"), "newPassword": owner.password}
    answer = expect(client.post("/api/v1/auth/password-reset/confirm", body), 200)
    assert answer["message"] == "The password is set. Sign in with it."
    user = expect(login(client, owner), 200)["user"]
    assert (user["emailVerified"], user["role"]) == (True, "support")
    notice = mailbox.wait_for(owner.email, about="Your account has a password now")
    assert not notice.is_about("changed")


def test_an_invitation_is_valid_for_seven_days_and_so_is_the_next(client, admin, mailbox, db):
    user, sent = made(client, admin)
    mailbox.wait_for(sent["email"])
    expect(client.post("/api/v1/auth/password-reset/request", {"email": sent["email"]}), 200)
    again = mailbox.wait_for(sent["email"], 2)
    assert again.is_about("An account was made for you") and again.is_about("7 days")
    assert not again.is_about("(?i)stays as it is"), "there is no password"
    left = "SELECT TIMESTAMPDIFF(MINUTE, NOW(6), expires_at) FROM one_time_tokens t JOIN users u ON u.id = t.user_id"
    rows = db.rows(f"{left} WHERE u.public_id = %s", user["id"])
    assert len(rows) == 2 and all(7 * 1440 - 2 <= int(minutes) <= 7 * 1440 for (minutes,) in rows)


def test_with_a_password_its_owner_verifies_the_address(client, admin, mailbox):
    user, sent = made(client, admin, password=new_password())
    owner = Person(client, user, sent["email"], sent["password"])
    expect(login(client, owner), 403, "EMAIL_NOT_VERIFIED")
    token = mailbox.link(owner.email, "verify-email")
    expect(client.post("/api/v1/auth/verify-email", {"token": token}), 403, "PASSWORD_REQUIRED")
    body = {"token": token, "password": owner.password}
    expect(client.post("/api/v1/auth/verify-email", body), 200)
    expect(login(client, owner), 200)


def test_a_taken_address_is_refused(client, admin, person):
    for address in (person.email, person.email.upper()):
        expect(client.post(PATH, {"email": address, "name": "x"}, token=admin.access), 409, "EMAIL_TAKEN")
    expect(client.delete(f"{PATH}/{person.id}", token=admin.access), 204)
    body = {"email": person.email, "name": "x"}
    expect(client.post(PATH, body, token=admin.access), 409, "EMAIL_TAKEN")


def test_one_of_several_concurrent_accounts_with_an_address_is_made(client, admin):
    sent = {"email": new_address(), "name": "x"}
    responses = at_once(16, lambda number: client.post(PATH, sent, token=admin.access))
    assert sorted(response.status_code for response in responses) == [201] + [409] * 15


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"email": "nowhere", "name": ""}, {("email", "format"), ("name", "too_short")}),
        ({"email": None}, {("email", "type")}),
        ({"password": "password1"}, {("password", "too_weak")}),
        ({"password": "short"}, {("password", "too_short")}),
        ({"role": "nobody-made-it"}, {("role", "unknown")}),
        ({"role": "Admin"}, {("role", "format")}),
        ({"emailVerified": "yes"}, {("emailVerified", "type")}),
        ({"status": "active", "id": "x"}, {("status", "unknown"), ("id", "unknown")}),
    ],
    ids=in_order,
)
def test_validates_a_new_account(client, admin, changes, expected):
    sent = {"email": new_address(), "name": "x"} | changes
    assert faults(client.post(PATH, sent, token=admin.access)) == expected


def test_a_repeated_request_makes_no_second_account(client, admin, db, mailbox):
    sent, key = {"email": new_address(), "name": "x"}, {"Idempotency-Key": new_address()}
    first = client.post(PATH, sent, token=admin.access, headers=key)
    again = client.post(PATH, sent, token=admin.access, headers=key)
    assert expect(first, 201) == expect(again, 201) and again.headers["Idempotent-Replayed"] == "true"
    db.wait_for_jobs()
    assert len(mailbox.to(sent["email"])) == 1
    expect(
        client.post(PATH, sent | {"name": "y"}, token=admin.access, headers=key),
        422,
        "IDEMPOTENCY_KEY_REUSED",
    )


@pytest.mark.alone
def test_a_repetition_of_a_running_request_conflicts(client, admin, db):
    role = new_role(client, admin)
    sent = {"email": new_address(), "name": "x", "role": role["name"]}
    key = {"Idempotency-Key": new_address()}

    def post():
        return client.post(PATH, sent, token=admin.access, headers=key)

    with ThreadPoolExecutor(1) as thread:
        with db.holding("SELECT id FROM roles WHERE public_id = %s FOR UPDATE", role["id"]):
            first = thread.submit(post)
            db.wait_for_a_lock_wait()
            second = post()
    expect(second, 409, "CONFLICT")
    assert int(second.headers["Retry-After"]) > 0
    again = client.post(PATH, sent, token=admin.access, headers=key)
    assert expect(again, 201) == expect(first.result(), 201)
