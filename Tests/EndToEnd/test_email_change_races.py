"""Concurrent changes of an address: one address belongs to one account, and one link makes one change."""

import pytest

from support.client import at_once, expect
from support.links import CHANGE_PAGE
from support.people import new_address, registration
from support.stack import wait_until


@pytest.mark.parametrize(
    "first, second, mailboxes",
    [
        ("{}@example.com", "{}@example.com", ["{}@example.com"]),
        ("mu{}@example.com", "MU{}@EXAMPLE.com", ["mu{}@example.com", "MU{}@example.com"]),
        ("\u00e9{}@example.com", "e\u0301{}@example.com", ["\u00e9{}@example.com"]),
        ("{}@b\u00fccher.example", "{}@xn--bcher-kva.example", ["{}@xn--bcher-kva.example"]),
    ],
    ids=ascii,
)
def test_one_of_two_users_who_want_an_address_gets_it(
    people, mailbox, db, first, second, mailboxes, links
):
    tag = new_address().split("@")[0]
    racers = [people.signed_in(), people.signed_in()]
    for racer, form in zip(racers, (first, second)):
        links.ask_for_change(racer, form.format(tag))

    def mails() -> list:
        return [mail for form in mailboxes for mail in mailbox.to(form.format(tag), f"/{CHANGE_PAGE}#token=")]

    wait_until(lambda: len(mails()) == 2, "both have their link")
    tokens = [mail.token for mail in mails()]
    responses = at_once(2, lambda number: racers[number].confirm_email(tokens[number]))
    assert sorted(response.status_code for response in responses) == [200, 409]
    expect(next(response for response in responses if response.status_code == 409), 409, "EMAIL_TAKEN")
    changed = [racer.id for racer in racers if "email.changed" in db.actions(racer.id)]
    winner = next(response for response in responses if response.status_code == 200)
    assert changed == [winner.json()["data"]["user"]["id"]]


def test_a_change_and_a_registration_of_one_address_give_one_account(client, people, db, links):
    for _ in range(3):
        person, address = people.signed_in(), new_address()
        token = links.change(person, address)

        def act(number: int):
            if number:
                return client.post("/api/v1/auth/register", registration(email=address))
            return person.confirm_email(token)

        change, registered = at_once(2, act)
        # The proved claim to the address also replaces a registration that came first.
        assert (change.status_code, registered.status_code) in ((200, 409), (409, 201), (200, 201))
        assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", address) == "1"


def test_one_of_64_concurrent_uses_succeeds(people, db, links):
    person = people.signed_in()
    token = links.change(person, new_address())
    responses = at_once(64, lambda number: person.confirm_email(token))
    assert sorted(response.status_code for response in responses) == [200] + [422] * 63
    assert db.actions(person.id).count("email.changed") == 1
