"""The page that accepts an invitation, in Chromium, for people without an account: they register and then accept."""

import pytest

from support.accept_page import ADDRESS, LOGIN, address_of, has_focus, say, sign_in
from support.pages import answer_instead, check_readable, problems_but, tab_to, wait_for_heading
from support.people import new_address, new_password

CHECK = "**/api/v1/auth/password-check"


@pytest.fixture
def registering(unasked):
    """The page with the registration form."""
    unasked.get_by_role("button", name="Create an account").click()
    wait_for_heading(unasked, "Create an account")
    return unasked


def send(registering) -> None:
    """Sends the form with a name, an address and a password."""
    registering.locator("#name").fill("Ada Lovelace")
    registering.locator("#new-email").fill(ADDRESS)
    registering.locator("#password").fill("any password")
    registering.locator("#password").press("Enter")


def test_a_newcomer_registers_verifies_the_address_and_accepts(
    page, organizations, inviting, mailbox, stack, secrets, db
):
    address, password = new_address(), new_password()
    secrets.add("password", password)
    token = organizations.invitation(inviting, address, "viewer")
    page.goto(address_of(stack, token))
    page.get_by_role("button", name="Create an account").press("Enter")
    wait_for_heading(page, "Create an account")
    for element, text in (("name", "Grace Hopper"), ("new-email", address), ("password", password)):
        tab_to(page, element)
        page.keyboard.type(text)
    page.locator("#hint").filter(has_text="hard to guess").wait_for()
    check_readable(page)
    tab_to(page, "reveal")
    tab_to(page, "submit")
    with page.expect_request("**/api/v1/auth/register") as asked:
        page.keyboard.press("Enter")
    assert asked.value.post_data_json["invitation"] == token, "where only invited people may register"
    wait_for_heading(page, "inbox")
    say(page, "open the link in the invitation again")
    assert page.locator("#unverified-email").input_value() == address, "another mail can be requested"
    assert page.locator("#password").input_value() == ""
    check_readable(page)
    page.goto(f"{stack.url}/verify-email#token={mailbox.link(address, 'verify-email')}")
    page.get_by_role("button", name="Confirm").click()
    wait_for_heading(page, "confirmed")
    page.goto(address_of(stack, token))
    with page.expect_response(LOGIN) as signed_in:
        sign_in(page, address, password)
    secrets.add_from(signed_in.value.json())
    wait_for_heading(page, "is accepted")
    say(page, "viewer")
    user_id = db.value("SELECT public_id FROM users WHERE email = %s", address)
    assert organizations.roles(inviting)[user_id] == "viewer"
    assert page.problems == []


def test_switching_to_registration_and_back_keeps_the_address_and_clears_the_password(unasked):
    unasked.locator("#email").fill(ADDRESS)
    unasked.locator("#current-password").fill("any password")
    unasked.get_by_role("button", name="Create an account").click()
    wait_for_heading(unasked, "Create an account")
    assert unasked.locator("#new-email").input_value() == ADDRESS
    unasked.locator("#password").fill("another password")
    unasked.get_by_role("button", name="Sign in").click()
    wait_for_heading(unasked, "Accept your invitation")
    assert unasked.locator("#email").input_value() == ADDRESS
    assert unasked.locator("input[type=password]").evaluate_all("all => all.map(one => one.value)") == ["", ""]
    check_readable(unasked)


def test_the_hint_takes_the_address_and_name_into_account(registering):
    registering.locator("#name").fill("Grzegorz Brzeczyszczykiewicz")
    registering.locator("#new-email").fill(ADDRESS)
    with registering.expect_request(CHECK) as asked:
        registering.locator("#password").fill("brzeczyszczykiewicz")
    assert asked.value.post_data_json == {
        "password": "brzeczyszczykiewicz",
        "email": ADDRESS,
        "name": "Grzegorz Brzeczyszczykiewicz",
    }
    registering.locator("#hint:not(:empty)").wait_for()
    assert "hard to guess" not in registering.locator("#hint").inner_text()


def test_each_field_of_the_registration_says_what_is_wrong_with_it(registering):
    submit = registering.get_by_role("button", name="Create the account")
    submit.click()
    say(registering, "enter your name")
    assert has_focus(registering, "name")
    wrong = registering.locator("[aria-invalid=true]").evaluate_all("all => all.map(one => one.id)")
    assert wrong == ["name", "new-email", "password"]
    check_readable(registering)
    registering.locator("#name").fill("Ada Lovelace")
    submit.click()
    say(registering, "complete e-mail address")
    assert has_focus(registering, "new-email")
    registering.locator("#new-email").fill(new_address())
    submit.click()
    say(registering, "choose a password")
    assert has_focus(registering, "password")
    registering.locator("#password").fill("aaaaaaaaaaaa")
    submit.click()
    registering.locator("#password[aria-invalid=true]").wait_for()
    assert "characters" not in registering.locator("#hint").inner_text()
    check_readable(registering)
    assert problems_but(registering, 400) == []


def test_a_newcomer_who_already_has_an_account_signs_in(registering, invited):
    registering.locator("#name").fill("Ada Lovelace")
    registering.locator("#new-email").fill(invited.email)
    registering.locator("#password").fill(new_password())
    registering.locator("#password").press("Enter")
    wait_for_heading(registering, "There is an account already")
    check_readable(registering)
    tab_to(registering, "email")
    assert registering.locator("#email").input_value() == invited.email
    assert registering.locator("#password").input_value() == ""
    assert problems_but(registering, 409) == []


@pytest.mark.parametrize(
    "status, code, words",
    [(403, "REGISTRATION_CLOSED", "address that received the invitation"), (422, "EMAIL_NOT_ALLOWED", "this domain")],
)
def test_a_refused_address_can_be_changed(registering, status, code, words):
    answer_instead(registering, "auth/register", status, code)
    send(registering)
    say(registering, words)
    assert has_focus(registering, "new-email")
    assert registering.locator("#password").input_value() == "any password"
    assert problems_but(registering, status) == []


@pytest.mark.parametrize(
    "status, code, words", [(429, "RATE_LIMITED", "too often"), (503, "OVERLOADED", "busy")]
)
def test_a_delay_loses_no_input(registering, status, code, words):
    answer_instead(registering, "auth/register", status, code)
    send(registering)
    say(registering, words)
    assert registering.locator("#new-email").input_value() == ADDRESS
    assert registering.locator("#password").input_value() == "any password"
    assert problems_but(registering, status) == []
