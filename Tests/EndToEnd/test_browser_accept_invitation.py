"""The page that accepts an invitation, in Chromium: for people with an account, and in each case of refusal."""

import pytest

from support.accept_page import ADDRESS, LOGIN, address_of, has_focus, say, sign_in
from support.client import expect
from support.organizations import PAGE
from support.pages import answer_instead, check_readable, problems_but, tab_to, wait_for_heading
from support.people import new_password
from support.stack import wait_until

ACCEPT = "**/api/v1/invitations/accept"
LOGOUT = "**/api/v1/auth/logout"
TOKENS = {"tokens": {"accessToken": "an-access-token"}}


@pytest.fixture
def token(organizations, inviting, invited):
    return organizations.invitation(inviting, invited.email)


@pytest.fixture
def link(stack):
    """The page's address with a token."""
    return lambda token: address_of(stack, token)


def live_sessions(db, person) -> int:
    sessions = "SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id "
    live = "WHERE u.public_id = %s AND s.revoked_at IS NULL"
    return int(db.value(sessions + live, person.id))


def kept(page) -> str:
    """Everything that the page leaves in the browser."""
    return page.evaluate(
        "JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])"
    ) + str(page.context.cookies())


def test_the_keyboard_alone_accepts_and_leaves_no_session(
    page, link, token, invited, inviting, organizations, db, secrets
):
    page.goto(link(token))
    assert token not in page.url and "#" not in page.url
    say(page, "invited to join an organization")
    page.wait_for_load_state("networkidle")
    assert organizations.role(inviting, invited) is None, "opening the page does not use up the link"
    tab_to(page, "email")
    assert page.locator("#email").input_value() == invited.email, "the invitation shows its address"
    tab_to(page, "current-password")
    assert page.locator("#current-password").get_attribute("autocomplete") == "current-password"
    page.keyboard.type(invited.password)
    check_readable(page)
    tab_to(page, "submit")
    with page.expect_response(LOGIN) as signed_in:
        page.keyboard.press("Enter")
    secrets.add_from(tokens := signed_in.value.json())
    wait_for_heading(page, "is accepted")
    say(page, "You have joined Fish & <b>Chips</b> as a member.")
    check_readable(page)
    assert organizations.role(inviting, invited) == "member"
    wait_until(lambda: live_sessions(db, invited) == 0, "the session has ended")
    assert page.locator("#current-password").input_value() == ""
    for secret in (token, invited.password, *tokens["data"]["tokens"].values()):
        assert str(secret) not in kept(page), "nothing stays in the browser"
    assert page.problems == []


def test_a_wrong_password_does_not_use_up_the_link(page, link, token, invited, inviting, organizations):
    page.goto(link(token))
    sign_in(page, invited.email, new_password())
    say(page, "The address or the password is wrong.")
    assert has_focus(page, "current-password")
    assert page.locator("#current-password").get_attribute("aria-invalid") == "true"
    check_readable(page)
    assert organizations.role(inviting, invited) is None
    sign_in(page, invited.email, invited.password)
    wait_for_heading(page, "is accepted")
    assert problems_but(page, 401) == []


def test_another_person_is_told_whose_invitation_it_is(
    page, link, token, invited, people, inviting, organizations, db
):
    other = people.verified()
    page.goto(link(token))
    sign_in(page, other.email, other.password)
    say(page, "sent to another address")
    assert has_focus(page, "email")
    check_readable(page)
    wait_until(lambda: live_sessions(db, other) == 0, "their session has ended")
    assert organizations.role(inviting, other) is None
    sign_in(page, invited.email, invited.password)
    wait_for_heading(page, "is accepted")
    assert problems_but(page, 403) == []


def test_an_unverified_address_is_sent_another_link(page, link, people, mailbox):
    person = people.registered()
    mailbox.link(person.email, "verify-email")
    answer_instead(page, "auth/links/check", 200, data={"purpose": "invitation"})
    page.goto(link("a-token-that-nobody-ever-had"))
    sign_in(page, person.email, person.password)
    wait_for_heading(page, "Confirm your address first")
    assert page.locator("#current-password").input_value() == ""
    check_readable(page)
    tab_to(page, "unverified-email")
    assert page.locator("#unverified-email").input_value() == person.email, "nobody has to type it twice"
    page.keyboard.press("Enter")
    wait_for_heading(page, "inbox")
    check_readable(page)
    assert mailbox.link(person.email, "verify-email", 2)
    assert problems_but(page, 403) == []


def test_a_used_link_says_so(page, link, token, invited, organizations):
    invited.login()
    expect(organizations.accept(invited, token), 200)
    page.goto(link(token))
    wait_for_heading(page, "no longer valid")
    say(page, "If you have accepted already, you are a member.")
    assert page.get_by_text("can send you another invitation").is_visible()
    check_readable(page)
    assert problems_but(page, 422) == []


def test_a_link_without_its_token_says_so(page, stack):
    page.goto(f"{stack.url}/{PAGE}")
    page.get_by_role("heading", name="not complete").wait_for()
    assert page.get_by_role("button").count() == 0
    assert page.problems == []


@pytest.mark.parametrize(
    "status, code, words",
    [
        (403, "ACCOUNT_SUSPENDED", "This account is suspended."),
        (429, "ACCOUNT_LOCKED", "too many attempts with a wrong password"),
        (429, "RATE_LIMITED", "tried too often"),
        (503, "OVERLOADED", "busy"),
    ],
)
def test_says_why_sign_in_is_impossible(unasked, status, code, words):
    answer_instead(unasked, "auth/login", status, code)
    sign_in(unasked)
    say(unasked, words)
    check_readable(unasked)
    assert problems_but(unasked, status) == []


@pytest.mark.parametrize(
    "status, code, words",
    [
        (401, "TOKEN_REVOKED", "signed out at this moment"),
        (403, "EMAIL_NOT_VERIFIED", "Follow the link in the mail"),
        (403, "FORBIDDEN", "sent to another address"),
        (409, "CONFLICT", "as many organizations as possible"),
        (422, "UNPROCESSABLE", "no longer valid"),
        (429, "RATE_LIMITED", "tried too often"),
        (503, "OVERLOADED", "busy"),
        (0, "no answer", "could not be reached"),
    ],
)
def test_the_session_ends_whatever_the_outcome(unasked, status, code, words):
    answer_instead(unasked, "auth/login", 200, data=TOKENS)
    answer_instead(unasked, "auth/logout", 200)
    if status:
        answer_instead(unasked, "invitations/accept", status, code)
    else:
        unasked.route(ACCEPT, lambda route: route.abort())
    with unasked.expect_request(LOGOUT) as sent:
        sign_in(unasked)
    assert sent.value.headers["authorization"] == "Bearer an-access-token"
    unasked.locator("main").filter(has_text=words).wait_for()
    assert problems_but(unasked, status or "ERR_FAILED") == []


def test_the_session_ends_even_when_the_page_is_closed_at_once(page, link, invited, db):
    answer_instead(page, "auth/links/check", 200, data={"purpose": "invitation"})
    page.goto(link("a-token-that-nobody-ever-had"))
    with page.expect_request(LOGOUT):
        sign_in(page, invited.email, invited.password)
    page.close()
    wait_until(lambda: live_sessions(db, invited) == 0, "the session has ended")


def test_missing_fields_are_asked_for_before_the_server_is_called(unasked):
    asked = []
    unasked.on("request", lambda request: "/api/" in request.url and asked.append(request.url))
    for address, password, element, words in (
        ("", "", "email", "complete e-mail address"),
        ("nobody", "any password", "email", "complete e-mail address"),
        (ADDRESS, "", "current-password", "enter your password"),
    ):
        sign_in(unasked, address, password)
        say(unasked, words)
        assert has_focus(unasked, element)
        assert unasked.locator("[aria-invalid=true]").evaluate_all("all => all.map(one => one.id)") == [
            element
        ]
        check_readable(unasked)
    assert asked == [] and unasked.problems == []


def test_a_link_leads_to_the_password_reset(unasked):
    unasked.get_by_role("link", name="Forgot your password?").click()
    unasked.get_by_role("heading", name="Forgot your password?").wait_for()
    assert unasked.problems == []
