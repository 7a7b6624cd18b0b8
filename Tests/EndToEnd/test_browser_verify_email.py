"""The page that verifies an address, in Chromium: by keyboard, and in each of its states."""

import pytest

from support.client import expect
from support.pages import check_readable, problems_but, tab_to, wait_for_heading


@pytest.fixture
def link(people, mailbox, stack):
    person = people.registered()
    token = mailbox.wait_for(person.email).token
    return person, token, f"{stack.url}/verify-email#token={token}"


def test_the_keyboard_alone_confirms_the_address(page, link, db):
    person, token, address = link
    page.goto(address)
    assert token not in page.url and "#" not in page.url
    page.wait_for_load_state("networkidle")
    verified = "SELECT email_verified_at IS NOT NULL FROM users WHERE public_id = %s"
    assert db.value(verified, person.id) == "0", "looking at the page uses nothing up"
    tab_to(page, "submit")
    page.keyboard.press("Enter")
    wait_for_heading(page, "confirmed")
    assert db.value(verified, person.id) == "1"
    check_readable(page)
    person.login()
    assert page.problems == []


def test_a_used_link_says_so_and_offers_another(page, link, client):
    _, token, address = link
    expect(client.post("/api/v1/auth/verify-email", {"token": token}), 200)
    page.goto(address)
    page.get_by_role("button").click()
    wait_for_heading(page, "no longer valid")
    assert page.get_by_label("E-mail address").is_visible()
    check_readable(page)
    assert problems_but(page, 422) == []


def test_a_link_without_its_token_sends_another(page, people, stack, mailbox):
    person = people.registered()
    mailbox.wait_for(person.email)
    page.goto(f"{stack.url}/verify-email")
    page.get_by_role("heading", name="not complete").wait_for()
    tab_to(page, "email")
    page.keyboard.type("nobody")
    page.keyboard.press("Enter")
    page.locator("#email[aria-invalid=true]").wait_for()
    check_readable(page)
    page.get_by_label("E-mail address").fill(person.email)
    page.keyboard.press("Enter")
    wait_for_heading(page, "mailbox")
    check_readable(page)
    assert mailbox.wait_for(person.email, 2).token
    assert page.problems == []
