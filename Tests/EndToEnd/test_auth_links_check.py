"""POST /auth/links/check: tells the holder of a mailed link whether it can still be used."""

import pytest

from support.client import expect, faults
from support.people import new_address, new_password

PATH = "/api/v1/auth/links/check"
PREFIXES = {"verify": "ghv_", "reset": "ghp_", "change": "ghe_", "invitation": "ghi_"}


def check(client, token: str, **options):
    return client.post(PATH, {"token": token}, **options)


@pytest.fixture
def person(people):
    return people.registered()


@pytest.fixture
def verification(person, mailbox):
    return mailbox.link(person.email, "verify-email")


def test_a_verification_link_says_whether_this_browser_needs_the_password(client, person, verification, db):
    expected = {
        "purpose": "verify_email",
        "email": person.email,
        "needsPassword": True,
        "isFirstPassword": False,
        "registration": {"name": "Ada Lovelace", "at": person.user["createdAt"], "device": None},
        "rejectionDeletes": True,
    }
    assert expect(check(client, verification), 200) == expected
    # Only owners of verified addresses see the full stops, since a mail program turns names with full stops into links.
    for name in ("Win at http://evil.example", "J. R. Smith"):
        db.run("UPDATE users SET name = %s WHERE public_id = %s", name, person.id)
        assert expect(check(client, verification), 200)["registration"]["name"] is None
    at_home = expect(check(client, verification, browser=person.browser), 200)
    assert at_home == expected | {"needsPassword": False, "registration": None}
    expect(person.verify(verification), 200)
    expect(check(client, verification), 422, "UNPROCESSABLE")


def test_a_verification_link_says_whether_the_registration_can_be_rejected(
    client, people, person, verification, mailbox, db
):
    db.run("UPDATE users SET role = 'support' WHERE public_id = %s", person.id)
    with_role = expect(check(client, verification), 200)
    assert with_role["rejectionDeletes"] is False and with_role["registration"] is not None
    body = {"email": new_address(), "name": "Grace Hopper", "password": new_password()}
    expect(client.post("/api/v1/users", body, token=people.with_role("admin").access), 201)
    made = expect(check(client, mailbox.link(body["email"], "verify-email")), 200)
    assert (made["needsPassword"], made["registration"], made["rejectionDeletes"]) == (True, None, False)


def test_a_reset_link_says_whose_password_it_sets(client, people, links, db):
    person = people.verified()
    token = links.reset(person)
    link = expect(check(client, token), 200)
    assert (link["purpose"], link["email"]) == ("reset_password", person.email)
    assert (link["needsPassword"], link["isFirstPassword"]) == (False, False)
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    assert expect(check(client, token), 200)["isFirstPassword"] is True
    body = {"token": token, "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 200)
    expect(check(client, token), 422, "UNPROCESSABLE")


def test_an_address_change_link_says_the_new_address(client, people, links):
    person, address = people.signed_in(), new_address()
    token = links.change(person, address)
    link = expect(check(client, token), 200)
    assert (link["purpose"], link["email"], link["needsPassword"]) == ("change_email", address, True)
    assert expect(check(client, token, device=person.device), 200) == link | {"needsPassword": False}
    expect(person.confirm_email(token), 200)
    expect(check(client, token), 422, "UNPROCESSABLE")


def test_an_invitation_says_whom_it_invites(client, people, organizations):
    person, organization = people.signed_in(), organizations.new()
    token = organizations.invitation(organization, person.email)
    link = expect(check(client, token), 200)
    assert (link["purpose"], link["email"]) == ("invitation", person.email)
    assert organization.data["name"] not in str(link)
    expect(organizations.accept(person, token), 200)
    expect(check(client, token), 422, "UNPROCESSABLE")


def test_an_invitation_that_nobody_can_accept_is_unusable(client, people, organizations, db):
    person, organization = people.signed_in(), organizations.new()
    token = organizations.invitation(organization, person.email)
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", organization.owner.id)
    expect(check(client, token), 422, "UNPROCESSABLE")


@pytest.mark.parametrize("status", ["status = 'suspended'", "status = 'deleted', deleted_at = NOW(6)"])
def test_links_of_accounts_that_are_not_in_use_are_unusable(client, people, links, db, mailbox, status):
    waiting, person = people.registered(), people.signed_in()
    tokens = [
        mailbox.link(waiting.email, "verify-email"),
        links.reset(person),
        links.change(person, new_address()),
    ]
    for token in tokens:
        expect(check(client, token), 200)
    for account in (waiting, person):
        db.run(f"UPDATE users SET {status} WHERE public_id = %s", account.id)
    for token in tokens:
        expect(check(client, token), 422, "UNPROCESSABLE")


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
def test_an_unknown_link_is_answered_like_a_used_one(client, prefix):
    error = expect(check(client, prefix + "A" * 43), 422, "UNPROCESSABLE")
    assert [(fault["field"], fault["code"]) for fault in error["details"]] == [("token", "unusable")]


def test_the_check_does_not_use_the_link_and_expired_links_are_unusable(client, person, verification, db):
    for _ in range(3):
        expect(check(client, verification), 200)
    db.run(
        "UPDATE one_time_tokens SET expires_at = NOW(6) - INTERVAL 1 SECOND "
        "WHERE user_id = (SELECT id FROM users WHERE public_id = %s)",
        person.id,
    )
    expect(check(client, verification), 422, "UNPROCESSABLE")


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("token", "required")}),
        ({"token": 5}, {("token", "type")}),
        ({"token": "x" * 513}, {("token", "too_long")}),
        ({"token": "x", "email": "a@example.com"}, {("email", "unknown")}),
    ],
    ids=["missing", "type", "long", "unknown"],
)
def test_validates(client, body, expected):
    assert faults(client.post(PATH, body)) == expected


def test_secrets_of_another_kind_are_no_links(client, people):
    person = people.signed_in()
    for secret in (person.refresh, person.access[:512]):
        expect(check(client, secret), 422, "UNPROCESSABLE")
