"""The page that accepts an invitation, and the fixtures of the tests that open it."""

import pytest

from support.organizations import PAGE
from support.pages import answer_instead

LOGIN = "**/api/v1/auth/login"
ADDRESS = "ada@example.com"


def address_of(stack, token: str) -> str:
    """The page's address with a token."""
    return f"{stack.url}/{PAGE}#token={token}"


@pytest.fixture(scope="module")
def inviting(organizations):
    """The inviting organization, whose name looks like HTML."""
    return organizations.new(name="Fish & <b>Chips</b>")


@pytest.fixture
def invited(people):
    """Someone with an account."""
    return people.verified()


@pytest.fixture
def unasked(page, stack):
    """The page with a link about which the stack receives no request."""
    answer_instead(page, "auth/links/check", 200, data={"purpose": "invitation"})
    page.goto(address_of(stack, "a-token-that-nobody-ever-had"))
    page.locator("#signin").wait_for()
    return page


def sign_in(page, address: str = ADDRESS, password: str = "any password") -> None:
    page.locator("#email").fill(address)
    page.locator("#current-password").fill(password)
    page.locator("#current-password").press("Enter")


def say(page, words: str):
    """Waits until the page says this."""
    page.get_by_role("status").filter(has_text=words).wait_for()


def has_focus(page, element: str) -> bool:
    return page.evaluate("document.activeElement.id") == element
