"""Sign-in in a real browser by the development provider, which nobody here wrote."""

import re
import socket
import subprocess
import urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from support.client import expect
from support.people import new_address
from support.providers import challenge, verifier
from support.stack import ROOT, wait_until

API = "/api/v1"


@pytest.fixture
def visit(page, stack):
    """Lets the browser visit the provider and choose a user there; yields where it is led, and the verifier."""

    def go(choose, **parameters: str):
        app, secret = f"{stack.url}/signed-in", verifier()
        query = {"redirectTo": app, "codeChallenge": challenge(secret)} | parameters
        page.goto(f"{stack.url}{API}/auth/oauth/mock/authorize?{urlencode(query)}")
        choose(page)
        page.wait_for_url(re.compile(re.escape(stack.url)))
        page.path = urlsplit(page.url).path
        return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}, secret

    return go


def as_(subject: str):
    """Signs in at the provider as a user."""

    def choose(page) -> None:
        page.fill("input[name=sub]", subject)
        page.get_by_role("button", name="Authorize", exact=True).click()

    return choose


def deny(page) -> None:
    page.click("button[value=deny]")


def test_a_verified_user_signs_in_twice(visit, client):
    users = set()
    for _ in range(2):
        told, secret = visit(as_("ada"))
        body = {"code": told["code"], "codeVerifier": secret}
        users.add(expect(client.post(f"{API}/auth/oauth/exchange", body), 200)["user"]["email"])
    assert users == {"ada@example.com"}


def test_the_owner_of_an_account_links_it(visit, client):
    login = {"email": "user@example.com", "password": "correct horse battery staple"}
    tokens = expect(client.post(f"{API}/auth/login", login), 200)["tokens"]
    told, secret = visit(as_("user"))
    assert told["error"] == "ACCOUNT_EXISTS"
    body = {"code": told["code"], "codeVerifier": secret}
    linked = client.post(f"{API}/users/me/oauth-accounts", body, token=tokens["accessToken"])
    assert expect(linked, 201)["name"] == "Development provider"
    again, secret = visit(as_("user"))
    body = {"code": again["code"], "codeVerifier": secret}
    assert expect(client.post(f"{API}/auth/oauth/exchange", body), 200)["user"]["email"] == login["email"]
    path = f"{API}/users/me/oauth-accounts/mock"
    expect(client.delete(path, token=tokens["accessToken"]), 204)


def test_an_address_that_is_not_verified_waits_for_its_mail(visit, mailbox):
    email = new_address()
    told, _ = visit(as_(email))
    assert told == {"error": "EMAIL_NOT_VERIFIED"}
    assert mailbox.link(email, "verify-email")


def test_an_answer_without_its_state_leads_to_our_own_page(visit, page):
    """This provider forgets the state when somebody does not want to sign in, so nothing says where to go."""
    visit(deny)
    page.get_by_role("status").filter(has_text="The sign-in took too long").wait_for()
    assert urlsplit(page.url).path == "/sign-in"


def keys_of_a_provider(file, log) -> bytes:
    """Runs the development provider for a moment, with its key in a file, and returns its key set."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    python, program = ROOT / ".build/provider/bin/python", ROOT / "deploy/provider.py"
    with log.open("ab") as output:
        process = subprocess.Popen([python, "-I", program, file, "--port", str(port)], stdout=output, stderr=output)

    def is_listening() -> bool:
        assert process.poll() is None, log.read_text()
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(is_listening, "the provider listens", 60)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/jwks") as answer:
            return answer.read()
    finally:
        process.kill()
        process.wait()


def test_the_provider_keeps_its_key_when_it_is_restarted(tmp_path):
    """Processes renew unknown keys once a minute at most, so they would refuse its tokens until then."""
    file, log = tmp_path / "provider.pem", tmp_path / "log"
    keys = keys_of_a_provider(file, log)
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"kid" in keys and keys_of_a_provider(file, log) == keys
    other = keys_of_a_provider(tmp_path / "other.pem", log)
    assert other != keys
