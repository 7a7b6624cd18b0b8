"""POST /auth/register: one address is one account, however it is written."""

import pytest

from support.client import at_once, expect
from support.people import new_address, registration

PATH = "/api/v1/auth/register"


@pytest.mark.parametrize(
    "first, second",
    [
        ("{}@example.com", "{}@EXAMPLE.com"),
        ("mu{}@example.com", "MU{}@example.com"),
        ("\u00e9{}@example.com", "e\u0301{}@example.com"),
        ("\u00e9{}@example.com", "\u00c9{}@example.com"),
        ("{}@b\u00fccher.example", "{}@xn--bcher-kva.example"),
        ("{}@B\u00dcCHER.example", "{}@bu\u0308cher.example"),
    ],
    ids=ascii,
)
def test_spellings_of_one_address_are_one_account(client, first, second):
    tag = new_address().split("@")[0]
    expect(client.post(PATH, registration(email=first.format(tag))), 201)
    expect(client.post(PATH, registration(email=second.format(tag))), 409, "EMAIL_TAKEN")


@pytest.mark.parametrize(
    "other", ["{}+tag@example.com", "{}.x@example.com", "{}@example.org", "{}@mail.example.com"]
)
def test_other_addresses_are_other_accounts(client, people, other):
    local = people.registered().email.split("@")[0]
    expect(client.post(PATH, registration(email=other.format(local))), 201)


def test_a_conflict_reveals_nothing_about_the_account(client, people):
    person = people.verified("Somebody Secret")
    response = client.post(PATH, registration(email=person.email))
    expect(response, 409, "EMAIL_TAKEN")
    assert person.id not in response.text and "Somebody" not in response.text


def test_an_unverified_account_older_than_a_day_is_replaced(client, people, db):
    old = people.registered("Old Owner")
    expect(client.post(PATH, registration(email=old.email)), 409, "EMAIL_TAKEN")
    db.run("UPDATE users SET created_at = NOW(6) - INTERVAL 25 HOUR WHERE public_id = %s", old.id)
    new = expect(client.post(PATH, registration(email=old.email, name="New Owner")), 201)["user"]
    assert new["id"] != old.id and new["name"] == "New Owner"
    assert db.rows("SELECT name FROM users WHERE email = %s", old.email) == [["New Owner"]]
    assert db.actions(old.id) == ["user.registered", "user.replaced"]


def test_an_account_with_a_role_is_never_replaced(client, people, db):
    person = people.registered()
    stale = "UPDATE users SET created_at = NOW(6) - INTERVAL 25 HOUR, role = 'support' WHERE public_id = %s"
    db.run(stale, person.id)
    expect(client.post(PATH, registration(email=person.email)), 409, "EMAIL_TAKEN")
    assert db.actions(person.id) == ["user.registered"]


def test_a_verified_account_is_never_replaced(client, people, db):
    person = people.verified()
    db.run("UPDATE users SET created_at = NOW(6) - INTERVAL 25 HOUR WHERE public_id = %s", person.id)
    expect(client.post(PATH, registration(email=person.email)), 409, "EMAIL_TAKEN")


@pytest.mark.alone
@pytest.mark.parametrize(
    "forms",
    [
        ["{}@example.com", "{}@EXAMPLE.com", "{}@Example.Com"],
        ["mu{}@example.com", "MU{}@example.com", "Mu{}@EXAMPLE.COM"],
        ["\u00e9{}@example.com", "e\u0301{}@example.com", "\u00c9{}@example.com", "E\u0301{}@example.com"],
        [
            "{}@b\u00fccher.example",
            "{}@xn--bcher-kva.example",
            "{}@B\u00dcCHER.example",
            "{}@bu\u0308cher.example",
        ],
    ],
    ids=["case", "local part", "normal form", "domain"],
)
def test_one_of_64_concurrent_registrations_of_different_spellings_wins(client, db, forms):
    tag = new_address().split("@")[0]
    addresses = [form.format(tag) for form in forms]
    responses = at_once(
        64, lambda number: client.post(PATH, registration(email=addresses[number % len(addresses)]))
    )
    statuses = [response.status_code for response in responses]
    assert statuses.count(201) == 1 and set(statuses) <= {201, 409, 503}, statuses
    assert db.value("SELECT COUNT(*) FROM users WHERE LOCATE(%s, email_key)", tag) == "1"


@pytest.mark.alone
def test_one_of_several_concurrent_registrations_wins(client, db):
    address = new_address()
    responses = at_once(
        12, lambda number: client.post(PATH, registration(email=address, name=f"Racer {number}"))
    )
    statuses = sorted(response.status_code for response in responses)
    assert statuses == [201] + [409] * 11
    assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", address) == "1"
