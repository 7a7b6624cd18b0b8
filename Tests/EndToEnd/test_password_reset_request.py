"""POST /auth/password-reset/request: a mail to the owner of the address, and the same answer for everybody."""

import pytest

from support.client import expect, faults, shared_fields
from support.links import RESET_PAGE
from support.people import new_address

PATH = "/api/v1/auth/password-reset/request"


def test_gives_the_same_answer_for_every_address(client, people, db):
    suspended, deleted = people.verified(), people.verified()
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", suspended.id)
    db.run("UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s", deleted.id)
    addresses = [people.verified().email, people.registered().email, suspended.email, deleted.email]
    responses = [client.post(PATH, {"email": address}) for address in [*addresses, new_address()]]
    assert len({response.content for response in responses}) == 1
    assert {response.status_code for response in responses} == {200}
    assert all(shared_fields(response) == shared_fields(responses[0]) for response in responses)


def test_mails_only_accounts_in_use(client, people, db, mailbox):
    suspended, deleted, unknown = people.verified(), people.verified(), new_address()
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", suspended.id)
    db.run("UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s", deleted.id)
    addresses = [suspended.email, deleted.email, unknown]
    for address in addresses:
        expect(client.post(PATH, {"email": address}), 200)
    db.wait_for_jobs()
    assert [mailbox.to(address, "#token=ghp_") for address in addresses] == [[], [], []]


def test_the_mail_goes_to_the_stored_form_of_the_address(client, people, mailbox):
    person = people.verified()
    expect(client.post(PATH, {"email": person.email.upper()}), 200)
    assert mailbox.link(person.email, RESET_PAGE).startswith("ghp_")
    assert mailbox.to(person.email.upper()) == []


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("email", "required")}),
        ({"email": ""}, {("email", "too_short")}),
        ({"email": "nobody"}, {("email", "format")}),
        ({"email": ["a@example.com", "b@example.com"]}, {("email", "type")}),
        ({"email": "a@example.com", "url": "https://evil.example"}, {("url", "unknown")}),
    ],
    ids=["missing", "short", "format", "type", "unknown"],
)
def test_validates(client, body, expected):
    assert faults(client.post(PATH, body)) == expected


def test_the_link_leads_to_the_configured_host_whatever_host_is_called(client, people, mailbox, stack):
    person = people.verified()
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    expect(client.post(PATH, {"email": person.email}, headers=headers), 200)
    mail = mailbox.wait_for(person.email, about="#token=ghp_")
    assert f"{stack.settings['GATEHOUSE_PUBLIC_URL']}/{RESET_PAGE}#token=" in mail.text
    assert b"evil.example" not in mail.raw
