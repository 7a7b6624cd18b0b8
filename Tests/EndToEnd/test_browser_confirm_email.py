"""The page that confirms a new address, in Chromium: by keyboard, and in each of its states."""

import pytest

from support.client import DEVICE_COOKIE, expect
from support.pages import check_readable, problems_but, tab_to, wait_for_heading
from support.people import new_address


@pytest.fixture
def link(people, links, stack):
    person, address = people.signed_in(), new_address()
    token = links.change(person, address)
    return person, address, token, f"{stack.url}/confirm-email#token={token}"


def know(page, person, stack) -> None:
    """Gives the browser the cookie from the person's sign-in."""
    page.context.add_cookies([{"name": DEVICE_COOKIE, "value": person.device, "url": stack.url, "secure": True}])


def test_the_new_address_is_confirmed_by_keyboard_alone(page, link, db, stack):
    person, new, token, address = link
    know(page, person, stack)
    page.goto(address)
    assert token not in page.url and "#" not in page.url
    page.get_by_role("status").filter(has_text=f"Is {new} your new address?").wait_for()
    held = "SELECT email FROM users WHERE public_id = %s"
    assert db.value(held, person.id) == person.email, "opening the page does not use up the link"
    tab_to(page, "submit")
    page.keyboard.press("Enter")
    wait_for_heading(page, "confirmed")
    assert db.value(held, person.id) == new
    check_readable(page)
    person.email = new
    person.login()
    assert page.problems == []


def test_an_unknown_browser_asks_for_the_password(page, link, db):
    person, new, _, address = link
    page.goto(address)
    page.get_by_role("heading", name="Is this account yours?").wait_for()
    check_readable(page)
    assert new in page.get_by_role("status").inner_text()
    assert page.get_by_text("nothing changes").is_visible()
    assert page.locator("#prove [autocomplete=username]").input_value() == new, "for password managers"
    field = page.get_by_label("Password")
    field.press("Enter")
    page.get_by_text("Please enter the password.").wait_for()
    field.fill("wrong horse battery staple")
    field.press("Enter")
    page.get_by_text("The password is wrong.").wait_for()
    check_readable(page)
    page.goto(address)
    page.get_by_text("Somebody asked to make").wait_for()
    assert (field.input_value(), field.get_attribute("aria-invalid")) == ("", None), "it asks again"
    field.fill(person.password)
    field.press("Enter")
    wait_for_heading(page, "confirmed")
    assert db.value("SELECT email FROM users WHERE public_id = %s", person.id) == new
    assert not field.is_visible() and field.input_value() == ""
    assert problems_but(page, 401) == []


def test_a_used_link_says_where_to_start_again(page, link):
    person, _, token, address = link
    expect(person.confirm_email(token), 200)
    page.goto(address)
    wait_for_heading(page, "no longer valid")
    assert page.get_by_text("start again in your account").is_visible()
    check_readable(page)
    assert problems_but(page, 422) == []


def test_an_address_that_another_account_has_taken_meanwhile_stays_there(page, link, people, db, stack):
    person, new, _, address = link
    know(page, person, stack)
    other = people.verified(address=new)
    page.goto(address)
    page.get_by_role("button").click()
    wait_for_heading(page, "in use")
    check_readable(page)
    assert problems_but(page, 409) == []
    assert db.value("SELECT email FROM users WHERE public_id = %s", person.id) == person.email
    other.login()


def test_a_link_without_its_token_says_so(page, stack):
    page.goto(f"{stack.url}/confirm-email")
    page.get_by_role("heading", name="not complete").wait_for()
    assert page.get_by_role("button").count() == 0
    assert page.get_by_text("start again in your account").is_visible()
    assert page.problems == []
