"""The page behind the link in a mail, in Chromium: by keyboard, in each of its states, and for everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from support.client import expect


@pytest.fixture
def link(people, mailbox, stack):
    person = people.registered()
    token = mailbox.wait_for(person.email).token
    return person, token, f"{stack.url}/verify-email#token={token}"


def check_accessibility(page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def heading(page) -> str:
    return page.locator("h1").inner_text()


def test_the_keyboard_alone_confirms_the_address(page, link, db):
    person, token, address = link
    page.goto(address)
    assert token not in page.url and "#" not in page.url
    page.wait_for_load_state("networkidle")
    verified = "SELECT email_verified_at IS NOT NULL FROM users WHERE public_id = %s"
    assert db.value(verified, person.id) == "0", "looking at the page uses nothing up"
    check_accessibility(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="confirmed").wait_for()
    assert db.value(verified, person.id) == "1"
    assert page.evaluate("document.activeElement.id") == "heading", "a screen reader goes on with what is new"
    check_accessibility(page)
    person.login()
    assert page.problems == []


def test_the_token_is_not_in_the_history(page, link):
    _, token, address = link
    page.goto(address)
    page.goto("about:blank")
    page.go_back()
    assert token not in page.url


def test_a_used_link_says_so_and_offers_another(page, link, client):
    _, token, address = link
    expect(client.post("/api/v1/auth/verify-email", {"token": token}), 200)
    page.goto(address)
    page.get_by_role("button").click()
    page.get_by_role("heading", name="no longer valid").wait_for()
    assert page.get_by_label("E-mail address").is_visible()
    check_accessibility(page)
    assert [problem for problem in page.problems if "422" not in problem] == []


def test_a_link_without_its_token_sends_another(page, people, stack, mailbox):
    person = people.registered()
    mailbox.wait_for(person.email)
    page.goto(f"{stack.url}/verify-email")
    page.get_by_role("heading", name="not complete").wait_for()
    check_accessibility(page)
    field = page.get_by_label("E-mail address")
    field.fill("nobody")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('email').getAttribute('aria-invalid') === 'true'")
    check_accessibility(page)
    field.fill(person.email)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="mailbox").wait_for()
    check_accessibility(page)
    assert mailbox.wait_for(person.email, 2).token
    assert page.problems == []


@pytest.mark.parametrize(
    "fragment", ["#token=", "#token", "#x=y", "#token=<img src=x onerror=alert(1)>", "#token=%00", "#%ff"]
)
def test_an_odd_fragment_does_no_harm(page, stack, fragment):
    page.goto(f"{stack.url}/verify-email{fragment}")
    assert heading(page)
    assert page.problems == [] and page.locator("img").count() == 0


def test_says_what_to_do_without_scripts(browser, stack):
    context = browser.new_context(java_script_enabled=False, ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"{stack.url}/verify-email#token=x")
    assert "JavaScript" in page.locator("main").inner_text()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_is_readable_in_either_colour_scheme_and_on_a_small_screen(page, stack, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 480})
    page.goto(f"{stack.url}/verify-email")
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= 320")
