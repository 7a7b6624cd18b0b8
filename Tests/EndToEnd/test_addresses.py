"""Addresses in any script: an account is found by every spelling of its address."""

import secrets as random
from urllib.parse import quote

import pytest

from support.client import expect, faults
from support.people import new_password, registration
from support.stack import wait_until

LOGIN = "/api/v1/auth/login"
REGISTER = "/api/v1/auth/register"
RESET = "/api/v1/auth/password-reset/request"


@pytest.fixture
def tag():
    return random.token_hex(6)


@pytest.fixture
def nikos(people, tag):
    """A user whose names end in a final sigma."""
    person = people.verified("Νίκος Παππάς", f"νίκος.{tag}.παππάς@example.com")
    person.login()
    return person


@pytest.fixture
def capitals(tag):
    return f"ΝΊΚΟΣ.{tag.upper()}.ΠΑΠΠΆΣ@EXAMPLE.COM"


def test_every_spelling_signs_in(client, nikos, capitals):
    for spelling in (nikos.email, capitals, capitals.lower(), nikos.email.replace("ί", "ι\u0301")):
        body = {"email": spelling, "password": nikos.password}
        assert expect(client.post(LOGIN, body), 200)["user"]["id"] == nikos.id, ascii(spelling)


def test_every_spelling_is_the_same_account_at_registration(client, nikos, capitals):
    expect(client.post(REGISTER, registration(email=capitals)), 409, "EMAIL_TAKEN")


def test_another_spelling_resets_the_password(client, nikos, capitals, db):
    expect(client.post(RESET, {"email": capitals}), 200)
    count = (
        "SELECT COUNT(*) FROM one_time_tokens t JOIN users u ON u.id = t.user_id "
        "WHERE t.purpose = 'reset_password' AND u.public_id = %s"
    )
    wait_until(lambda: db.value(count, nikos.id) == "1", "a link is made")


def test_another_spelling_accepts_an_invitation(client, organizations, nikos, capitals, db):
    organization = organizations.new()
    invitation = organizations.invite(organization, capitals, "viewer")
    keys = (
        "SELECT i.email_key = u.email_key FROM invitations i JOIN users u ON u.public_id = %s "
        "WHERE i.public_id = %s"
    )
    assert db.value(keys, nikos.id, invitation["id"]) == "1"
    assert organizations.invite(organization, nikos.email)["id"] == invitation["id"]


@pytest.mark.parametrize(
    "local, plain",
    [
        ("\u212aate", "kate"),
        ("\u017fam", "sam"),
        ("stra\u00dfe", "strasse"),
        ("\ufb01n", "fin"),
        ("\u0131da", "ida"),
    ],
    ids=ascii,
)
def test_no_letter_is_mistaken_for_an_ascii_one(client, people, local, plain, tag):
    """The kelvin sign is a K in NFC, so it is refused; the others are distinct letters."""
    person = people.verified(address=f"{plain}.{tag}@example.com")
    attempt = client.post(LOGIN, {"email": f"{local}.{tag}@example.com", "password": person.password})
    if local.startswith("\u212a"):
        assert faults(attempt) == {("email", "format")}
    else:
        expect(attempt, 401, "INVALID_CREDENTIALS")
        other = registration(email=f"{local}.{tag}@example.com")
        expect(client.post(REGISTER, other), 201)


def test_an_operator_finds_a_domain_by_any_of_its_spellings(client, people, tag):
    admin = people.with_role("admin")
    address = f"{tag}@bücher-{tag}.example"
    body = {"email": address, "name": "Ada", "password": new_password()}
    user = expect(client.post(REGISTER, body), 201)["user"]
    ascii_domain = address.split("@")[1].encode("idna").decode()
    for domain in (f"bücher-{tag}.example", "b", "bü", ascii_domain, ascii_domain[:8], ascii_domain.upper()):
        typed = f"{tag}@{domain}"
        listed = expect(client.get(f"/api/v1/users?email={quote(typed)}", token=admin.access), 200)
        assert [found["id"] for found in listed] == [user["id"]], typed
