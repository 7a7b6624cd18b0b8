"""The page that verifies an address, in Chromium: by keyboard, and in each of its states."""

import pytest

from support.client import REGISTRATION_COOKIE, expect
from support.pages import answer_instead, check_readable, problems_but, tab_to, wait_for_heading
from support.people import new_address, new_password

VERIFIED = "SELECT email_verified_at IS NOT NULL FROM users WHERE public_id = %s"


@pytest.fixture
def link(people, mailbox, stack):
    person = people.registered()
    token = mailbox.wait_for(person.email).token
    return person, token, f"{stack.url}/verify-email#token={token}"


@pytest.fixture
def at_home(page, link, stack):
    """The page in the browser that registered."""
    cookie = {"name": REGISTRATION_COOKIE, "value": link[0].browser, "url": stack.url}
    page.context.add_cookies([cookie | {"secure": True, "httpOnly": True, "sameSite": "Strict"}])
    return page


def test_the_address_is_verified_by_keyboard_alone(at_home, link, db):
    page, (person, token, address) = at_home, link
    page.goto(address)
    assert token not in page.url and "#" not in page.url
    page.get_by_role("status").filter(has_text=f"Is {person.email} your address?").wait_for()
    assert db.value(VERIFIED, person.id) == "0", "opening the page does not use up the link"
    tab_to(page, "submit")
    page.keyboard.press("Enter")
    wait_for_heading(page, "confirmed")
    assert db.value(VERIFIED, person.id) == "1"
    check_readable(page)
    person.login()
    assert page.problems == []


def test_another_browser_asks_for_the_password(page, link, db):
    person, _, address = link
    page.goto(address)
    page.get_by_role("heading", name="Is this account yours").wait_for()
    check_readable(page)
    said = page.get_by_role("status").inner_text()
    assert said.startswith(f"Somebody registered with {person.email} under the name Ada Lovelace on ")
    for form in ("prove", "renew"):
        assert page.locator(f"#{form} [autocomplete=username]").input_value() == person.email
    tab_to(page, "current-password")
    page.keyboard.press("Enter")
    page.locator("#current-password[aria-invalid=true]").wait_for()
    page.keyboard.type(new_password())
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="wrong").wait_for()
    check_readable(page)
    assert db.value(VERIFIED, person.id) == "0"
    page.get_by_role("button", name="Choose a new password").click()
    page.get_by_role("button", name="Enter it instead").click()
    wait_for_heading(page, "Is this account yours")
    assert page.locator("#current-password").get_attribute("aria-invalid") is None, "it asks again"
    page.get_by_label("Password", exact=True).fill(person.password)
    page.keyboard.press("Enter")
    wait_for_heading(page, "confirmed")
    assert page.locator("#current-password").input_value() == ""
    person.login()
    assert problems_but(page, 401) == []


def test_a_new_password_replaces_an_unknown_one(page, link, client, secrets):
    person, _, address = link
    page.goto(address)
    page.get_by_role("heading", name="Is this account yours").wait_for()
    page.get_by_role("button", name="Choose a new password").click()
    wait_for_heading(page, "Choose a new password")
    check_readable(page)
    page.get_by_role("button", name="Enter it instead").click()
    wait_for_heading(page, "Is this account yours")
    page.get_by_role("button", name="Choose a new password").click()
    wait_for_heading(page, "Choose a new password")
    said = page.get_by_role("status").inner_text()
    tab_to(page, "password")
    page.keyboard.type("aaaaaaaaaa")
    page.keyboard.press("Enter")
    page.locator("#password[aria-invalid=true]").wait_for()
    check_readable(page)
    old, person.password = person.password, new_password()
    secrets.add("newPassword", person.password)
    page.locator("#password").fill(person.password)
    assert page.get_by_role("status").inner_text() == said, "the page always says what the password is for"
    page.locator("#hint").filter(has_text="hard to guess").wait_for()
    page.keyboard.press("Enter")
    wait_for_heading(page, "confirmed")
    assert page.locator("#password").input_value() == ""
    body = {"email": person.email, "password": old}
    expect(client.post("/api/v1/auth/login", body), 401, "INVALID_CREDENTIALS")
    person.login()
    assert problems_but(page, 400) == []


def test_rejecting_a_registration_deletes_the_account(page, link, db):
    person, _, address = link
    page.goto(address)
    page.get_by_role("heading", name="Is this account yours").wait_for()
    page.get_by_role("button", name="It was not me").click()
    wait_for_heading(page, "Delete the account?")
    check_readable(page)
    page.get_by_role("button", name="Back").click()
    wait_for_heading(page, "Is this account yours")
    page.get_by_role("button", name="It was not me").click()
    page.get_by_role("button", name="Delete").click()
    wait_for_heading(page, "is deleted")
    check_readable(page)
    assert db.value("SELECT status FROM users WHERE public_id = %s", person.id) == "deleted"
    assert page.problems == []


def test_rejecting_an_account_made_by_an_administrator_locks_it(page, client, people, mailbox, stack, db):
    body = {"email": new_address(), "name": "Grace Hopper", "password": new_password()}
    user = expect(client.post("/api/v1/users", body, token=people.with_role("admin").access), 201)
    page.goto(f"{stack.url}/verify-email#token={mailbox.link(body['email'], 'verify-email')}")
    page.get_by_role("heading", name="Is this account yours").wait_for()
    said = page.get_by_role("status").inner_text()
    assert said.startswith(f"Those who run this service made an account for {body['email']}")
    check_readable(page)
    assert page.get_by_text("Do you know nothing of this account?").is_visible()
    page.get_by_role("button", name="This account is not mine").click()
    wait_for_heading(page, "Lock the account?")
    check_readable(page)
    assert page.get_by_text("Is it yours after all?").is_visible()
    page.get_by_role("button", name="Lock").click()
    wait_for_heading(page, "is locked")
    check_readable(page)
    assert db.value("SELECT status FROM users WHERE public_id = %s", user["id"]) == "active"
    assert page.problems == []


def test_without_a_password_the_page_says_how_to_get_one(page, client, people, mailbox, stack):
    email = new_address()
    expect(client.post("/api/v1/users", {"email": email, "name": "x"}, token=people.with_role("admin").access), 201)
    expect(client.post("/api/v1/auth/verify-email/resend", {"email": email}), 200)
    page.goto(f"{stack.url}/verify-email#token={mailbox.link(email, 'verify-email')}")
    page.get_by_role("button", name="Confirm address").click()
    wait_for_heading(page, "confirmed")
    assert not page.get_by_text("sign in").is_visible()
    check_readable(page)
    page.get_by_role("link", name="Have a link sent").click()
    page.get_by_role("heading", name="Forgot your password?").wait_for()
    assert page.problems == []


@pytest.mark.parametrize("again", [True, False], ids=["then told", "never told"])
def test_a_link_that_could_not_be_checked_promises_nothing(page, link, again):
    person, _, address = link
    answer_instead(page, "auth/links/check", 503, "OVERLOADED")
    page.goto(address)
    page.get_by_role("status").filter(has_text="Is this your address?").wait_for()
    if again:
        page.unroute("**/api/v1/auth/links/check")
    page.get_by_role("button", name="Confirm address").click()
    wait_for_heading(page, "Is this account yours")
    assert (person.email in page.get_by_role("status").inner_text()) == again
    assert page.get_by_role("button", name="It was not me").is_visible() == again, "its effect is unknown"
    page.get_by_label("Password", exact=True).fill(person.password)
    page.keyboard.press("Enter")
    wait_for_heading(page, "confirmed")


def test_a_used_link_is_reported_and_another_offered(page, link):
    person, token, address = link
    expect(person.verify(token), 200)
    page.goto(address)
    wait_for_heading(page, "no longer valid")
    assert page.get_by_label("E-mail address").is_visible()
    check_readable(page)
    assert problems_but(page, 422) == []


def test_without_a_token_the_page_sends_another_link(page, people, stack, mailbox):
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
    wait_for_heading(page, "inbox")
    check_readable(page)
    assert mailbox.wait_for(person.email, 2).token
    assert page.problems == []
