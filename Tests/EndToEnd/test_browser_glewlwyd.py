"""Sign-in in Chromium by Glewlwyd, a provider from Debian that nobody here wrote, to the second stack."""

import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from support.accept_page import say, sign_in
from support.client import expect
from support.glewlwyd import glewlwyd
from support.pages import wait_for_heading
from support.people import new_address
from support.providers import challenge, verifier

API = "/api/v1"
ACCOUNTS = f"{API}/users/me/oauth-accounts"
BUTTON = "Continue with Glewlwyd"


@pytest.fixture(scope="module")
def provider(limited, secrets, tmp_path_factory):
    """The provider, known to the second stack. Its limits are off meanwhile, since browsers share one address."""
    callback = f"{limited.stack.url}{API}/auth/oauth/glewlwyd/callback"
    with glewlwyd(limited.stack, tmp_path_factory.mktemp("glewlwyd"), callback) as provider:
        secrets.add("clientSecret", provider.client_secret)
        limited.bring_up(GATEHOUSE_RATE_LIMITS="off", **provider.settings)
        yield provider
    limited.bring_up()


@pytest.fixture
def opened(page, limited, provider):
    """The page of the second stack that signs people in."""
    page.goto(f"{limited.stack.url}/sign-in")
    return page


def visit(page) -> None:
    """Goes to the provider."""
    page.get_by_role("button", name=BUTTON).click()


def prove(page, member, password: str | None = None) -> None:
    """Enters name and password at the provider. Its page may empty the form again if a session goes on there."""
    page.locator("#username").fill(member.name)
    page.locator("#password").fill(password or member.password)
    page.locator("#loginbut").click()


def consent(page, *scopes: str) -> None:
    """Allows Gatehouse to read what belongs to these scopes, and returns."""
    for scope in ("profile", "email"):
        page.locator(f"#grant-{scope}").set_checked(scope in scopes)
    page.get_by_role("button", name="Grant access").click()
    come_back(page)


def come_back(page) -> None:
    """Returns from the provider, which asks before it leads on."""
    page.get_by_title("Continue to client application").click()


def sign_out(page) -> None:
    """Ends the session here; that at the provider goes on."""
    page.get_by_role("button", name="Sign out").click()
    wait_for_heading(page, "Sign in")


def count(limited, email: str) -> int:
    """The number of accounts with this address."""
    return int(limited.db.value("SELECT COUNT(*) FROM users WHERE email = %s", email))


def test_the_doctor_finds_no_fault_with_the_provider(limited, provider):
    findings = json.loads(limited.stack.scripts("program doctor --json || true"))["data"]
    assert [finding["status"] for finding in findings if finding["check"] == "provider glewlwyd"] == ["ok"]


def test_a_member_signs_in_and_is_known_the_next_time(opened, provider, limited):
    member = provider.member(new_address())
    visit(opened)
    prove(opened, member)
    consent(opened, "profile", "email")
    wait_for_heading(opened, "You are signed in")
    say(opened, f"Ada Lovelace ({member.email})")
    assert opened.url == f"{limited.stack.url}/sign-in"
    sign_out(opened)
    visit(opened)
    come_back(opened)
    wait_for_heading(opened, "You are signed in")
    opened.context.clear_cookies()  # now it is another browser
    opened.reload()
    visit(opened)
    prove(opened, member)
    come_back(opened)
    wait_for_heading(opened, "You are signed in")
    assert count(limited, member.email) == 1


def test_a_wrong_password_at_the_provider_signs_nobody_in(opened, provider, limited):
    member = provider.member(new_address())
    visit(opened)
    prove(opened, member, "not the password")
    opened.get_by_text("Authentication error").wait_for()
    assert opened.url.startswith(provider.url)
    opened.go_back()
    opened.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert count(limited, member.email) == 0


def test_a_member_who_withholds_the_address_gets_no_account(opened, provider, limited):
    member = provider.member(new_address())
    visit(opened)
    prove(opened, member)
    consent(opened, "profile")
    say(opened, "did not share an e-mail address")
    assert count(limited, member.email) == 0


def test_an_error_of_the_provider_is_told_in_our_words(opened, provider):
    with provider.refusing():
        visit(opened)
        say(opened, "did not confirm who you are")


def test_an_address_that_the_provider_has_not_verified_waits_for_its_mail(opened, provider, limited):
    member = provider.member(new_address(), is_verified=False)
    visit(opened)
    prove(opened, member)
    consent(opened, "profile", "email")
    say(opened, "A mail with a link is on its way to you")
    opened.goto(f"{limited.stack.url}/verify-email#token={limited.mailbox.link(member.email, 'verify-email')}")
    opened.get_by_role("button", name="Confirm address").click()
    wait_for_heading(opened, "confirmed")
    opened.goto(f"{limited.stack.url}/sign-in")
    visit(opened)
    come_back(opened)
    wait_for_heading(opened, "You are signed in")


def test_the_owner_of_an_account_links_it_and_unlinks_it(opened, provider, network):
    person, client = network.people.signed_in(), network.client()
    visit(opened)
    prove(opened, provider.member(person.email))
    consent(opened, "profile", "email")
    say(opened, "There is an account with your address already.")
    sign_in(opened, person.email, person.password)
    say(opened, "You can now also sign in with that service")
    sign_out(opened)
    visit(opened)
    come_back(opened)
    wait_for_heading(opened, "You are signed in")
    say(opened, person.email)
    assert [linked["name"] for linked in expect(client.get(ACCOUNTS, token=person.access), 200)] == ["Glewlwyd"]
    expect(client.delete(f"{ACCOUNTS}/glewlwyd", token=person.access), 204)
    sign_out(opened)
    visit(opened)
    come_back(opened)
    say(opened, "There is an account with your address already.")


def test_it_gives_no_recent_proof(opened, provider, limited, network):
    """Glewlwyd 2.7 takes no `max_age=0`, and says that everybody proved themselves in 1970."""
    member, secret, client = provider.member(new_address()), verifier(), network.client()
    app, begin = f"{limited.stack.url}/signed-in", f"{limited.stack.url}{API}/auth/oauth/glewlwyd/authorize"
    query = {"redirectTo": app, "codeChallenge": challenge(secret)}

    def told() -> dict[str, str]:
        """The parameters with which the browser comes to the app."""
        opened.wait_for_url(re.compile(re.escape(app)))
        return {name: values[0] for name, values in parse_qs(urlsplit(opened.url).query).items()}

    opened.goto(f"{begin}?{urlencode(query)}")
    prove(opened, member)
    consent(opened, "profile", "email")
    body = {"code": told()["code"], "codeVerifier": secret}
    token = expect(client.post(f"{API}/auth/oauth/exchange", body), 200)["tokens"]["accessToken"]
    refused = expect(client.delete(f"{ACCOUNTS}/glewlwyd", token=token), 403, "REAUTHENTICATION_REQUIRED")
    assert refused["methods"] == ["mailCode"]
    opened.context.clear_cookies()
    opened.goto(f"{begin}?{urlencode(query | {'prompt': 'login'})}")
    prove(opened, member)
    come_back(opened)
    assert told() == {"error": "PROVIDER_REFUSED"}
