"""What the pages behind the links in mails have in common, in Chromium."""

import re

import pytest

from support.pages import answer_instead, check_readable, problems_but, wait_for_heading

PAGES = ["verify-email", "reset-password", "confirm-email", "accept-invitation"]
# The call that each page makes with its token.
CALLS = {
    "verify-email": "auth/verify-email",
    "reset-password": "auth/password-reset/confirm",
    "confirm-email": "auth/confirm-email",
    "accept-invitation": "invitations/accept",
}
# The purpose of the link, according to the server.
PURPOSES = {
    "verify-email": "verify_email",
    "reset-password": "reset_password",
    "confirm-email": "change_email",
    "accept-invitation": "invitation",
}
CHECK = "auth/links/check"
# The part of the answer that a page reads.
DATA = {"accept-invitation": {"organization": {"name": "Analytical Engines"}, "role": "member"}}
DONE = re.compile("is (confirmed|changed|accepted)$")
# The heading of each page without a token.
MISSING = re.compile("not complete$|^Forgot your password")
FAULTS = [
    (408, "REQUEST_TIMEOUT", "busy"),
    (429, "RATE_LIMITED", "too often"),
    (500, "INTERNAL_ERROR", "went wrong on our side"),
    (503, "OVERLOADED", "busy"),
]
TOKEN = "a-token-that-nobody-ever-had"

pytestmark = pytest.mark.parametrize("name", PAGES)


@pytest.fixture
def opened(page, stack, name):
    """A page with a token; all calls before the one with the token succeed."""
    answer_instead(page, CHECK, 200, data={"purpose": PURPOSES[name]})
    answer_instead(page, "auth/password-check", 200)
    answer_instead(page, "auth/login", 200, data={"tokens": {"accessToken": "an-access-token"}})
    answer_instead(page, "auth/logout", 200)
    page.goto(f"{stack.url}/{name}#token={TOKEN}")
    page.locator("form").filter(visible=True).wait_for()
    return page


def submit(page) -> None:
    """Submits the form, with values in the required fields."""
    page.locator("form").filter(visible=True).wait_for()
    if page.locator("#signin").is_visible():
        page.locator("#email").fill("ada@example.com")
        page.locator("#current-password").fill("any password")
    page.locator("button[type=submit]").filter(visible=True).click()


def test_removes_the_token_from_the_address_bar_and_the_history(opened):
    assert "#" not in opened.url and TOKEN not in opened.url
    opened.goto("about:blank")
    opened.go_back()
    assert TOKEN not in opened.url


def test_a_reloaded_page_still_has_its_link(opened, name):
    first, address = opened.locator("h1").inner_text(), opened.url
    opened.reload()
    opened.locator("form").filter(visible=True).wait_for()
    assert opened.locator("h1").inner_text() == first and TOKEN not in opened.url
    answer_instead(opened, CALLS[name], 200, data=DATA.get(name))
    with opened.expect_request(f"**/{CALLS[name]}") as sent:
        submit(opened)
    assert sent.value.post_data_json["token"] == TOKEN
    opened.get_by_role("heading", name=DONE).wait_for()
    assert TOKEN not in opened.evaluate("JSON.stringify([sessionStorage, localStorage])"), "a used token is deleted"
    said = opened.locator("main").inner_text()
    opened.reload()
    opened.get_by_role("heading", name=DONE).wait_for()
    assert opened.locator("main").inner_text() == said, "the page shows the outcome again"
    opened.goto("about:blank")
    opened.goto(address)
    opened.get_by_role("heading", name=MISSING).wait_for()


def test_a_new_visit_does_not_find_the_earlier_link(opened, name):
    address = opened.url
    opened.goto("about:blank")
    opened.goto(address)
    opened.get_by_role("heading", name=MISSING).wait_for()
    opened.reload()
    opened.get_by_role("heading", name=MISSING).wait_for()
    assert TOKEN not in opened.evaluate("JSON.stringify([sessionStorage, localStorage])")


@pytest.mark.parametrize(
    "answer",
    [{"status": 422, "code": "UNPROCESSABLE"}, {"status": 200, "data": {"purpose": "another"}}],
    ids=["used", "another"],
)
def test_an_unusable_link_is_reported_at_once(page, stack, name, answer):
    answer_instead(page, CHECK, **answer)
    page.goto(f"{stack.url}/{name}#token={TOKEN}")
    wait_for_heading(page, "no longer valid")
    assert TOKEN not in page.evaluate("JSON.stringify([sessionStorage, localStorage])")
    check_readable(page)
    assert problems_but(page, 422) == []


@pytest.mark.parametrize("status, code", [(429, "RATE_LIMITED"), (503, "OVERLOADED")])
def test_a_link_that_could_not_be_checked_can_be_tried(page, stack, name, status, code):
    answer_instead(page, CHECK, status, code)
    page.goto(f"{stack.url}/{name}#token={TOKEN}")
    page.locator("form").filter(visible=True).wait_for()
    assert problems_but(page, status) == []


def test_sends_the_token_only_when_asked_and_never_in_an_address(opened, name):
    requests = []
    opened.on("request", lambda request: requests.append(request))
    answer_instead(opened, CALLS[name], 200, data=DATA.get(name))
    opened.reload()
    opened.evaluate(f"location.hash = 'token={TOKEN}'")
    opened.wait_for_function("() => location.hash === ''")
    opened.wait_for_load_state("networkidle")
    assert [request.url for request in requests if request.url.endswith(CALLS[name])] == []
    with opened.expect_response(f"**/{CALLS[name]}") as sent:
        submit(opened)
    assert sent.value.request.post_data_json["token"] == TOKEN
    for request in requests:
        assert TOKEN not in request.url and TOKEN not in str(request.all_headers()), request.url


@pytest.mark.parametrize(
    "fragment", ["#token=", "#token", "#x=y", "#token=<img src=x onerror=alert(1)>", "#token=%00", "#%ff"]
)
def test_an_odd_fragment_does_no_harm(page, stack, name, fragment):
    answer_instead(page, CHECK, 200, data={"purpose": PURPOSES[name]})
    page.goto(f"{stack.url}/{name}{fragment}")
    page.wait_for_function("() => location.hash === ''")
    assert page.locator("h1").inner_text() and page.locator("img").count() == 0
    assert page.problems == []


def test_a_link_that_a_mail_program_changed_keeps_its_token(page, stack, name):
    answer_instead(page, CHECK, 200, data={"purpose": PURPOSES[name]})
    with page.expect_request(f"**/{CHECK}") as sent:
        page.goto(f"{stack.url}/{name.upper()}/#token={TOKEN}")
    assert sent.value.post_data_json["token"] == TOKEN
    assert page.url == f"{stack.url}/{name}"


def test_another_link_in_the_same_tab_starts_over(opened, stack, name):
    first = opened.locator("h1").inner_text()
    answer_instead(opened, CALLS[name], 422, "UNPROCESSABLE")
    submit(opened)
    opened.get_by_role("heading", name="no longer valid").wait_for()
    opened.goto(f"{stack.url}/{name}#token=another-token")
    opened.get_by_role("heading", name=first).wait_for()
    assert "another-token" not in opened.url
    with opened.expect_request(f"**/{CALLS[name]}") as sent:
        submit(opened)
    assert sent.value.post_data_json["token"] == "another-token"


@pytest.mark.parametrize("status, code, words", FAULTS)
def test_a_temporary_failure_can_be_retried(opened, name, status, code, words):
    answer_instead(opened, CALLS[name], status, code)
    submit(opened)
    opened.get_by_role("status").filter(has_text=words).wait_for()
    assert problems_but(opened, status) == []
    check_readable(opened)
    answer_instead(opened, CALLS[name], 200, data=DATA.get(name))
    submit(opened)
    opened.get_by_role("heading", name=DONE).wait_for()


@pytest.mark.parametrize(
    "seconds, words", [("1", "in 1 second."), ("30", "in 30 seconds."), ("899", "in 15 minutes."), ("", "in a while.")]
)
def test_says_how_long_to_wait(opened, name, seconds, words):
    error = {"error": {"code": "RATE_LIMITED", "message": "", "details": [], "requestId": "test"}}
    headers = {"Retry-After": seconds} if seconds else {}
    opened.route(f"**/{CALLS[name]}", lambda route: route.fulfill(status=429, json=error, headers=headers))
    submit(opened)
    opened.get_by_role("status").filter(has_text=words).wait_for()


def test_says_when_the_service_cannot_be_reached(opened):
    opened.context.set_offline(True)
    submit(opened)
    opened.get_by_role("status").filter(has_text="could not be reached").wait_for()
    assert problems_but(opened, "ERR_INTERNET_DISCONNECTED") == []


def test_says_when_something_else_answers(opened, name):
    opened.route(f"**/{CALLS[name]}", lambda route: route.fulfill(body="<p>Log in to this network</p>"))
    submit(opened)
    opened.get_by_role("status").filter(has_text="could not be reached").wait_for()


def test_impatient_clicks_send_the_form_once(opened, name):
    asked = []
    opened.route(f"**/{CALLS[name]}", lambda route: asked.append(route))
    submit(opened)
    opened.locator("button[aria-disabled=true]").wait_for()
    opened.keyboard.press("Enter")
    assert opened.get_by_role("status").inner_text().endswith("…")
    asked[0].fulfill(json={"data": DATA.get(name, {})})
    opened.get_by_role("heading", name=DONE).wait_for()
    assert len(asked) == 1


def test_says_what_to_do_without_javascript(browser, stack, name):
    context = browser.new_context(java_script_enabled=False, ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"{stack.url}/{name}#token=x")
    assert "JavaScript" in page.locator("main").inner_text()
    context.close()


def test_is_accessible_with_and_without_a_token(opened, stack, name):
    check_readable(opened)
    opened.goto(f"{stack.url}/{name}#again")
    opened.wait_for_function("() => location.hash === ''")
    check_readable(opened)
    assert opened.problems == []
