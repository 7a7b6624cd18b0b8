"""The page that signs people in, in Chromium: by password, and by the development provider, which nobody here wrote."""

import pytest

from support.accept_page import has_focus, say
from support.pages import answer_instead, check_readable, problems_but, tab_to, wait_for_heading

LOGIN = "**/api/v1/auth/login"


@pytest.fixture
def person(people):
    return people.verified()


@pytest.fixture
def opened(page, stack):
    page.goto(f"{stack.url}/sign-in")
    page.get_by_role("button", name="Sign in", exact=True).wait_for()
    return page


def fill(page, email: str, password: str) -> None:
    page.locator("#email").fill(email)
    page.locator("#current-password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def by_provider(page, subject: str) -> None:
    """Follows the button of the provider, and signs in there."""
    page.get_by_role("button", name="Continue with Development provider").click()
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize", exact=True).click()


def test_the_keyboard_alone_signs_in_and_out(opened, person):
    tab_to(opened, "email")
    opened.keyboard.type(person.email)
    tab_to(opened, "current-password")
    opened.keyboard.type(person.password)
    opened.keyboard.press("Enter")
    wait_for_heading(opened, "You are signed in")
    say(opened, person.email)
    check_readable(opened)
    assert opened.locator("#current-password").input_value() == ""
    opened.get_by_role("button", name="Sign out").click()
    wait_for_heading(opened, "Sign in")
    assert opened.problems == []


def test_a_wrong_password_is_told(opened, person):
    fill(opened, person.email, "not the password")
    say(opened, "The address or the password is wrong.")
    assert has_focus(opened, "current-password")
    check_readable(opened)
    assert problems_but(opened, 401) == []


@pytest.mark.parametrize(
    "email, password, words", [("ada", "x", "complete e-mail address"), ("ada@example.com", "", "enter the password")]
)
def test_an_incomplete_form_is_not_sent(opened, email, password, words):
    fill(opened, email, password)
    say(opened, words)
    assert opened.problems == []


@pytest.mark.parametrize(
    "status, code, words",
    [
        (403, "EMAIL_NOT_VERIFIED", "Verify your address first"),
        (403, "ACCOUNT_SUSPENDED", "Told by the test."),
        (429, "ACCOUNT_LOCKED", "too many failed attempts"),
        (503, "OVERLOADED", "busy"),
    ],
)
def test_a_refused_sign_in_is_explained(opened, status, code, words):
    answer_instead(opened, "auth/login", status, code)
    fill(opened, "ada@example.com", "any password")
    say(opened, words)
    check_readable(opened)
    assert problems_but(opened, status) == []


def test_a_provider_signs_in(opened):
    check_readable(opened)
    by_provider(opened, "ada")
    wait_for_heading(opened, "You are signed in")
    say(opened, "ada@example.com")
    assert "code" not in opened.url
    # The provider's page asks for a style sheet of the internet.
    assert problems_but(opened, "net::ERR_") == []


def test_a_kept_value_that_is_none_does_not_stop_a_sign_in(opened, person):
    opened.evaluate("sessionStorage.setItem('claim /sign-in', 'null')")
    fill(opened, person.email, person.password)
    wait_for_heading(opened, "You are signed in")
    assert opened.problems == []


def test_a_code_without_the_verifier_of_this_tab_signs_nobody_in(page, stack):
    page.goto(f"{stack.url}/sign-in?code=ghx_{'A' * 43}")
    say(page, "started in another browser")
    assert page.url == f"{stack.url}/sign-in"
    assert page.problems == []


@pytest.mark.parametrize("error", ["SIGN_IN_CANCELLED", "PROVIDER_UNAVAILABLE", "<b>NOTHING</b>"])
def test_an_error_of_a_provider_is_told_in_our_words(page, stack, error):
    page.goto(f"{stack.url}/sign-in?error={error}")
    page.locator("#status.bad").wait_for()
    assert error not in page.locator("main").inner_text()
    assert page.url == f"{stack.url}/sign-in"
    check_readable(page)
    assert page.problems == []


@pytest.mark.parametrize(
    "status, code, words",
    [
        (201, "", "You can now also sign in with that service"),
        (422, "UNPROCESSABLE", "could not be linked"),
        (403, "REAUTHENTICATION_REQUIRED", "sign in with your password"),
        (503, "OVERLOADED", "could not be linked yet"),
    ],
)
def test_an_account_with_the_address_is_linked_after_a_sign_in(opened, stack, person, status, code, words):
    back = f"{stack.url}/sign-in?error=ACCOUNT_EXISTS&code=ghx_{'A' * 43}"
    opened.route("**/authorize?*", lambda route: route.fulfill(status=302, headers={"Location": back}))
    answer_instead(opened, "users/me/oauth-accounts", status, code)
    opened.get_by_role("button", name="Continue with Development provider").click()
    say(opened, "There is an account with your address already.")
    with opened.expect_request("**/users/me/oauth-accounts") as linking:
        fill(opened, person.email, person.password)
    wait_for_heading(opened, "You are signed in")
    say(opened, words)
    assert set(linking.value.post_data_json) == {"code", "codeVerifier"}
    assert linking.value.headers["authorization"].startswith("Bearer ")
    kept = opened.evaluate("sessionStorage.getItem('claim /sign-in')")
    assert (kept is None) == (status in (201, 422)), "it is kept until the server has judged it"
    check_readable(opened)
    assert problems_but(opened, status) == []
