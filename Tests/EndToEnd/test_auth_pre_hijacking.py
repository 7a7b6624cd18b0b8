"""Accounts that strangers registered with somebody's address: a link proves who owns the mailbox, not who chose the
password."""

import pytest

from support.client import at_once, expect, faults
from support.people import new_address, new_password, registration

VERIFY = "/api/v1/auth/verify-email"
REJECT = "/api/v1/auth/verify-email/reject"
RESEND = "/api/v1/auth/verify-email/resend"
LOGIN = "/api/v1/auth/login"


@pytest.fixture
def stranger(people):
    """A stranger who registered the victim's address with their own password."""
    return people.registered()


@pytest.fixture
def token(client, stranger, mailbox):
    """A link that the victim requested again."""
    mailbox.link(stranger.email, "verify-email")
    expect(client.post(RESEND, {"email": stranger.email}), 200)
    return mailbox.link(stranger.email, "verify-email", 2)


def login(client, person, password: str | None = None):
    return client.post(LOGIN, {"email": person.email, "password": password or person.password})


def test_the_victims_click_does_not_verify_the_strangers_account(client, stranger, token, db):
    error = expect(client.post(VERIFY, {"token": token}), 403, "PASSWORD_REQUIRED")
    assert token not in str(error) and "`newPassword`" in error["message"]
    expect(login(client, stranger), 403, "EMAIL_NOT_VERIFIED")
    assert "email.verified" not in db.actions(stranger.id)


@pytest.mark.parametrize(
    "agent, device",
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Call-0800-EVIL/1.0", None),
    ],
    ids=["known", "unknown"],
)
def test_the_victim_learns_of_the_registration(client, mailbox, db, agent, device):
    """The text is not the stranger's, and is shown until the address is verified."""
    body = registration(name="Ada Lovelace")
    user = expect(client.post("/api/v1/auth/register", body, headers={"User-Agent": agent}), 201)["user"]
    token = mailbox.link(body["email"], "verify-email")
    told = {"name": "Ada Lovelace", "at": user["createdAt"], "device": device}
    error = expect(client.post(VERIFY, {"token": token}), 403, "PASSWORD_REQUIRED")
    assert error["registration"] == told
    assert expect(client.post("/api/v1/auth/links/check", {"token": token}), 200)["registration"] == told
    held = "SELECT registration_device FROM users WHERE public_id = %s"
    assert db.value(held, user["id"]) == (device or "NULL")
    expect(client.post(VERIFY, {"token": token, "password": body["password"]}), 200)
    assert db.value(held, user["id"]) == "NULL"


def test_the_link_of_an_account_made_by_an_administrator_shows_no_registration(client, people, mailbox):
    admin, address = people.with_role("admin"), new_address()
    made = {"email": address, "name": "Grace Hopper", "password": new_password()}
    expect(client.post("/api/v1/users", made, token=admin.access), 201)
    token = mailbox.link(address, "verify-email")
    error = expect(client.post(VERIFY, {"token": token}), 403, "PASSWORD_REQUIRED")
    assert error.get("registration") is None


def test_the_victims_new_password_locks_the_stranger_out(client, stranger, token, db, mailbox):
    own = new_password()
    user = expect(client.post(VERIFY, {"token": token, "newPassword": own}), 200)["user"]
    assert user["id"] == stranger.id and user["emailVerified"] is True
    assert user["name"] == stranger.email.split("@")[0], "the stranger's name is gone"
    expect(login(client, stranger), 401, "INVALID_CREDENTIALS")
    expect(login(client, stranger, own), 200)
    assert {"email.verified", "password.reset", "user.updated"} <= set(db.actions(stranger.id))
    mailbox.wait_for(stranger.email, about="(?i)password was changed")


def test_the_password_proves_who_registered(client, stranger, token):
    """The link is followed in another browser, on another device."""
    wrong = client.post(VERIFY, {"token": token, "password": new_password()})
    expect(wrong, 401, "INVALID_CREDENTIALS")
    expect(client.post(VERIFY, {"token": token, "password": stranger.password}), 200)
    expect(login(client, stranger), 200)


def test_the_cookie_of_another_registration_is_ignored(client, people, stranger, token):
    other = people.registered()
    response = client.post(VERIFY, {"token": token}, browser=other.browser)
    expect(response, 403, "PASSWORD_REQUIRED")
    for value in ("", "x", f"{stranger.browser}x", "a.b.c"):
        expect(client.post(VERIFY, {"token": token}, browser=value), 403, "PASSWORD_REQUIRED")
    expect(client.post(VERIFY, {"token": token}, device=stranger.browser), 403, "PASSWORD_REQUIRED")


def test_a_weak_new_password_leaves_the_link_usable(client, token):
    weak = client.post(VERIFY, {"token": token, "newPassword": "aaaaaaaaaa"})
    assert faults(weak) == {("newPassword", "too_weak")}
    check = {"password": "aaaaaaaaaa", "token": token}
    assert expect(client.post("/api/v1/auth/password-check", check), 200)["acceptable"] is False
    expect(client.post(VERIFY, {"token": token, "newPassword": new_password()}), 200)


@pytest.mark.alone
def test_one_of_many_concurrent_new_passwords_counts(client, stranger, token):
    passwords = [new_password() for _ in range(16)]
    responses = at_once(
        16, lambda number: client.post(VERIFY, {"token": token, "newPassword": passwords[number]})
    )
    statuses = [response.status_code for response in responses]
    assert statuses.count(200) == 1 and set(statuses) <= {200, 422, 503}, statuses
    expect(login(client, stranger, passwords[statuses.index(200)]), 200)


def test_a_rejection_deletes_the_account_and_frees_the_address(client, people, stranger, token, db, mailbox):
    expect(client.post(REJECT, {"token": token}), 204)
    expect(login(client, stranger), 401, "INVALID_CREDENTIALS")
    expect(client.post(REJECT, {"token": token}), 422, "UNPROCESSABLE")
    assert db.rows("SELECT status, email LIKE %s FROM users WHERE public_id = %s", "%.invalid", stranger.id) == [
        ["deleted", "1"]
    ]
    owner = people.registered(address=stranger.email)
    expect(owner.verify(mailbox.link(owner.email, "verify-email", 3)), 200)
    owner.login()
    assert db.actions(stranger.id)[-1] == "user.rejected"


def test_a_rejection_keeps_an_account_that_an_administrator_made(client, people, mailbox, db):
    """The owner of the address did not register it either, and may say so."""
    body = {"email": new_address(), "name": "Grace Hopper", "password": new_password()}
    user = expect(client.post("/api/v1/users", body, token=people.with_role("admin").access), 201)
    mail = mailbox.wait_for(body["email"], about="An account was made for you")
    assert not mail.is_about("(?i)register"), "nobody registered it"
    expect(client.post(REJECT, {"token": mail.token}), 204)
    expect(client.post(LOGIN, {name: body[name] for name in ("email", "password")}), 401, "INVALID_CREDENTIALS")
    held = "SELECT status, email FROM users WHERE public_id = %s"
    assert db.rows(held, user["id"]) == [["active", body["email"]]]


def test_after_a_rejection_a_registered_account_gets_an_ordinary_reset(client, people, mailbox, db):
    """It is not an invitation: no administrator made the account, and it had a password before."""
    person = people.registered()
    db.run("UPDATE users SET role = 'support' WHERE public_id = %s", person.id)
    expect(client.post(REJECT, {"token": mailbox.link(person.email, "verify-email")}), 204)
    expect(client.post("/api/v1/auth/password-reset/request", {"email": person.email}), 200)
    mail = mailbox.wait_for(person.email, about="Somebody asked to set a new password")
    assert not mail.is_about("(?i)made an account") and not mail.is_about("(?i)stays as it is")
    body = {"token": mail.token, "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 200)
    notice = mailbox.wait_for(person.email, about="Your account has a password now")
    assert not notice.is_about("(?i)first|changed")


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("token", "required")}),
        ({"token": 5}, {("token", "type")}),
        ({"token": "x", "password": "long enough"}, {("password", "unknown")}),
    ],
    ids=["missing", "type", "unknown"],
)
def test_validates_a_rejection(client, body, expected):
    assert faults(client.post(REJECT, body)) == expected


def test_wrong_passwords_count_as_failed_sign_ins(network, limited):
    client, person = network.client(), network.people.registered()
    token = limited.mailbox.link(person.email, "verify-email")
    for _ in range(5):
        body = {"token": token, "password": new_password()}
        expect(client.post(VERIFY, body), 401, "INVALID_CREDENTIALS")
    right = {"token": token, "password": person.password}
    expect(client.post(VERIFY, right), 429, "ACCOUNT_LOCKED")
    expect(client.post(LOGIN, {"email": person.email, "password": person.password}), 429, "ACCOUNT_LOCKED")
    expect(client.post(VERIFY, {"token": token, "newPassword": new_password()}), 200)
