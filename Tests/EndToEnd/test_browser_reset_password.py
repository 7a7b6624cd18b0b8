"""The page that sets a new password, in Chromium: by keyboard, with the server's hints, and in each of its states."""

import re

import pytest

from support.client import expect
from support.pages import answer_instead, check_readable, problems_but, tab_to, wait_for_heading
from support.people import Person, new_address, new_password

CHECK = "**/api/v1/auth/password-check"
LOGIN = "/api/v1/auth/login"


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture
def token(person, links):
    return links.reset(person)


@pytest.fixture
def opened(page, token, stack):
    """The page with a valid link."""
    page.goto(f"{stack.url}/reset-password#token={token}")
    field(page).wait_for()
    return page


def field(page):
    return page.locator("#password")


def hint(page):
    return page.locator("#hint")


def wait_for_hint(page, previous: str = "") -> str:
    """Waits for a hint other than the previous one."""
    page.wait_for_function("text => document.getElementById('hint').textContent !== text", arg=previous)
    return hint(page).inner_text()


def test_a_password_is_set_by_keyboard_alone(opened, person, token, client, db, secrets):
    old, person.password = person.password, new_password()
    secrets.add("newPassword", person.password)
    assert token not in opened.url and "#" not in opened.url
    username = opened.locator("#reset [autocomplete=username]")
    assert username.input_value() == person.email and username.is_hidden(), "password managers need it"
    tab_to(opened, "password")
    assert field(opened).get_attribute("autocomplete") == "new-password"
    opened.keyboard.type(person.password)
    hint(opened).filter(has_text="hard to guess").wait_for()
    check_readable(opened)
    tab_to(opened, "reveal")
    tab_to(opened, "submit")
    opened.keyboard.press("Enter")
    wait_for_heading(opened, "changed")
    check_readable(opened)
    assert opened.get_by_role("status").inner_text().startswith("You are signed out everywhere")
    opened.reload()
    opened.get_by_role("heading", name="Your password is changed").wait_for()
    assert opened.locator("#password").input_value() == "", "nothing stays in the page"
    expect(client.get("/api/v1/users/me", token=person.access), 401, "TOKEN_REVOKED")
    expect(client.post(LOGIN, {"email": person.email, "password": old}), 401, "INVALID_CREDENTIALS")
    person.login()
    assert "password.reset" in db.actions(person.id)
    assert opened.problems == []


def test_an_invited_person_chooses_the_first_password(page, client, people, mailbox, stack, secrets):
    admin, email = people.with_role("admin"), new_address()
    body = {"email": email, "name": "Grace Hopper"}
    user = expect(client.post("/api/v1/users", body, token=admin.access), 201)
    page.goto(f"{stack.url}/reset-password#token={mailbox.link(email, 'reset-password')}")
    page.get_by_role("heading", name="Choose a password").wait_for()
    page.get_by_role("status").filter(has_text=f"You sign in with {email}").wait_for()
    assert page.get_by_label("Password", exact=True).is_visible(), "it is not a new one"
    check_readable(page)
    owner = Person(client, user, email, new_password())
    secrets.add("newPassword", owner.password)
    field(page).fill(owner.password)
    page.keyboard.press("Enter")
    wait_for_heading(page, "Your password is set")
    owner.login()
    assert page.problems == []


def test_a_pasted_password_is_accepted(opened, person, secrets):
    person.password = new_password()
    secrets.add("newPassword", person.password)
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.evaluate("text => navigator.clipboard.writeText(text)", person.password)
    field(opened).press("Control+V")
    field(opened).press("Enter")
    wait_for_heading(opened, "changed")
    person.login()


def test_the_hint_follows_the_input(opened):
    field(opened).press_sequentially("seven77")
    short = wait_for_hint(opened)
    field(opened).fill("aaaaaaaaaaaa")
    repeated = wait_for_hint(opened, short)
    check_readable(opened)
    field(opened).fill("correct horse battery staple")
    assert "hard" in wait_for_hint(opened, repeated)
    field(opened).fill("")
    assert wait_for_hint(opened, hint(opened).inner_text()) == ""
    assert opened.problems == []


def test_the_hint_takes_the_address_and_name_into_account(page, people, links, stack):
    person = people.verified(name="Grzegorz Brzeczyszczykiewicz")
    page.goto(f"{stack.url}/reset-password#token={links.reset(person)}")
    field(page).fill("brzeczyszczykiewicz")
    assert "hard" not in wait_for_hint(page)


def test_a_hint_is_requested_once_typing_pauses(opened):
    opened.wait_for_load_state("networkidle")
    asked = []
    opened.on("request", lambda request: asked.append(request.post_data_json["password"]))
    field(opened).press_sequentially("twelve words")
    wait_for_hint(opened)
    assert asked == ["twelve words"]


def test_only_the_last_hint_is_shown(opened):
    opened.wait_for_load_state("networkidle")

    def answer(route) -> None:
        if route.request.post_data_json["password"] == "second":
            route.fulfill(json={"data": {"acceptable": False, "hint": "About the second."}})

    opened.route(CHECK, answer)
    with opened.expect_event("requestfailed") as given_up:
        with opened.expect_request(CHECK):
            field(opened).fill("first")
        field(opened).fill("second")
    assert given_up.value.post_data_json["password"] == "first"
    hint(opened).filter(has_text="About the second.").wait_for()


def test_a_screen_reader_announces_a_hint_once(opened):
    """Screen readers announce every change of the region, even to the same text."""
    opened.evaluate(
        """() => {
            window.heard = [];
            const region = document.getElementById("hint");
            new MutationObserver(() => heard.push(region.textContent)).observe(region, { childList: true });
        }"""
    )
    assert hint(opened).get_attribute("aria-live") == "polite"
    for text in ("aaaaaaaaaa", "aaaaaaaaaaa", "aaaaaaaaaaaa"):
        with opened.expect_response(CHECK):
            field(opened).fill(text)
    field(opened).fill("correct horse battery staple")
    hint(opened).filter(has_text="hard").wait_for()
    assert len(opened.evaluate("heard")) == 2


@pytest.mark.parametrize("status, code", [(429, "RATE_LIMITED"), (503, "OVERLOADED")])
def test_an_unavailable_hint_is_left_out(opened, status, code):
    field(opened).fill("aaaaaaaaaa")
    old = wait_for_hint(opened)
    answer_instead(opened, "auth/password-check", status, code)
    field(opened).fill("correct horse battery staple")
    assert wait_for_hint(opened, old) == ""
    assert opened.get_by_role("status").get_attribute("class") == ""
    assert problems_but(opened, status) == []


def test_a_weak_password_is_refused_at_the_field(opened, person, secrets):
    field(opened).fill("aaaaaaaaaa")
    advice = wait_for_hint(opened)
    field(opened).press("Enter")
    opened.locator("#password[aria-invalid=true]").wait_for()
    assert hint(opened).inner_text() == advice, "the earlier hint stays"
    assert "another" in opened.get_by_role("status").inner_text(), "the same hint would not be announced again"
    assert "hint" in field(opened).get_attribute("aria-describedby").split()
    assert opened.evaluate("document.activeElement.id") == "password"
    check_readable(opened)
    person.password = new_password()
    secrets.add("newPassword", person.password)
    field(opened).fill(person.password)
    assert field(opened).get_attribute("aria-invalid") is None
    assert opened.get_by_role("status").inner_text() == f"For the account {person.email}."
    field(opened).press("Enter")
    wait_for_heading(opened, "changed")
    person.login()
    assert problems_but(opened, 400) == []


@pytest.mark.parametrize("password", ["", "short", "x" * 129], ids=["empty", "short", "long"])
def test_a_password_of_a_wrong_length_is_refused_at_the_field(opened, password):
    field(opened).fill(password)
    field(opened).press("Enter")
    opened.locator("#password[aria-invalid=true]").wait_for()
    if password:
        hint(opened).filter(has_text=re.compile("^The password must have .* characters")).wait_for()
    else:
        opened.get_by_role("status").filter(has_text="Please choose a password.").wait_for()
        assert hint(opened).inner_text() == ""
    assert problems_but(opened, 400) == []


def test_the_password_can_be_shown_and_hidden_by_keyboard(opened):
    field(opened).press_sequentially("visible for now")
    tab_to(opened, "reveal")
    for key, pressed, kind in (("Space", "true", "text"), ("Enter", "false", "password")):
        opened.keyboard.press(key)
        toggle = opened.get_by_role("button", name="Show password", pressed=pressed == "true")
        assert toggle.is_visible(), "its state is announced"
        assert opened.locator("#password").get_attribute("type") == kind
        assert opened.evaluate("document.activeElement.id") == "reveal"
        check_readable(opened)
    assert field(opened).input_value() == "visible for now"
    assert opened.problems == []


def test_a_used_link_is_reported_before_a_password_is_typed(page, client, token, stack, mailbox, person):
    body = {"token": token, "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 200)
    page.goto(f"{stack.url}/reset-password#token={token}")
    wait_for_heading(page, "no longer valid")
    check_readable(page)
    tab_to(page, "email")
    page.keyboard.type(person.email)
    page.keyboard.press("Enter")
    wait_for_heading(page, "inbox")
    assert mailbox.link(person.email, "reset-password", 2) != token
    assert problems_but(page, 422) == []


def test_a_link_used_meanwhile_is_refused(opened, client, token):
    opened.wait_for_load_state("networkidle")
    answer_instead(opened, "auth/password-check", 200)
    field(opened).fill(new_password())
    body = {"token": token, "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 200)
    field(opened).press("Enter")
    wait_for_heading(opened, "no longer valid")
    assert opened.locator("#password").input_value() == ""
    assert problems_but(opened, 422) == []


def test_without_a_link_the_page_sends_one(page, person, stack, mailbox):
    page.goto(f"{stack.url}/reset-password")
    page.get_by_role("heading", name="Forgot your password?").wait_for()
    tab_to(page, "email")
    page.keyboard.type("nobody")
    page.keyboard.press("Enter")
    page.locator("#email[aria-invalid=true]").wait_for()
    check_readable(page)
    page.get_by_label("E-mail address").fill(person.email)
    page.keyboard.press("Enter")
    wait_for_heading(page, "inbox")
    said = page.get_by_role("status").inner_text()
    check_readable(page)
    assert mailbox.link(person.email, "reset-password")
    page.goto(f"{stack.url}/reset-password")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.keyboard.press("Enter")
    wait_for_heading(page, "inbox")
    assert page.get_by_role("status").inner_text() == said, "the page does not say whether there is an account"
    assert page.problems == []


def test_an_address_beyond_ascii_is_accepted(page, stack):
    page.goto(f"{stack.url}/reset-password")
    with page.expect_request("**/password-reset/request") as sent:
        page.get_by_label("E-mail address").fill("jörg@example.com")
        page.keyboard.press("Enter")
    assert sent.value.post_data_json == {"email": "jörg@example.com"}
    wait_for_heading(page, "inbox")


def test_says_when_links_are_requested_too_often(page, stack):
    answer_instead(page, "auth/password-reset/request", 429, "RATE_LIMITED")
    page.goto(f"{stack.url}/reset-password")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="too often").wait_for()
    check_readable(page)
    assert page.get_by_label("E-mail address").input_value() == "nobody@example.com"
    assert problems_but(page, 429) == []
