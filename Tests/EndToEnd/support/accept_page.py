"""The page that accepts an invitation, for the tests that open it."""

from support.organizations import PAGE
from support.pages import answer_instead

LOGIN = "**/api/v1/auth/login"
ADDRESS = "ada@example.com"


def address_of(stack, token: str) -> str:
    """The page's address with a token."""
    return f"{stack.url}/{PAGE}#token={token}"


def open_unasked(page, address: str):
    """The page with a link that the stack is never asked about."""
    answer_instead(page, "auth/links/check", 200, data={"purpose": "invitation"})
    page.goto(address)
    page.locator("#signin").wait_for()
    return page


def sign_in(page, address: str = ADDRESS, password: str = "any password") -> None:
    page.locator("#email").fill(address)
    page.locator("#current-password").fill(password)
    page.locator("#current-password").press("Enter")


def say(page, words: str):
    """Awaits what the page says."""
    page.get_by_role("status").filter(has_text=words).wait_for()


def has_focus(page, element: str) -> bool:
    return page.evaluate("document.activeElement.id") == element
