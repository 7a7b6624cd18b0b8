"""Who may register: everybody, invited people or nobody, with addresses of the domains that the settings name."""

import pytest

from support.commands import installation
from support.people import new_address, new_password, registration
from support.sibling import call, sibling
from support.stack import wait_until

REGISTER = "/api/v1/auth/register"
CHANGE_EMAIL = "/api/v1/users/me/email"
DOMAINS = "example.com,B\u00fccher.example"


def elsewhere(domain: str = "example.org") -> str:
    return new_address().replace("example.com", domain)


def accounts(db, address: str) -> int:
    return int(db.value("SELECT COUNT(*) FROM users WHERE email = %s", address))


@pytest.fixture(scope="module")
def closed(stack, tmp_path_factory):
    """A process that accepts addresses of two domains."""
    folder = tmp_path_factory.mktemp("closed")
    with sibling(stack, folder, GATEHOUSE_REGISTRATION_DOMAINS=DOMAINS) as socket:
        yield socket


@pytest.fixture(scope="module")
def hiding(stack, tmp_path_factory):
    """The same settings, and registration hides which addresses have accounts."""
    settings = {"GATEHOUSE_REGISTRATION_DOMAINS": DOMAINS, "GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"}
    with sibling(stack, tmp_path_factory.mktemp("hiding"), **settings) as socket:
        yield socket


@pytest.fixture
def register(secrets, contract):
    def post(socket, address: str):
        body = registration(email=address)
        secrets.add_from(body)
        answer = call(socket, "POST", REGISTER, body)
        contract.check_past_nginx("POST", REGISTER, answer.status, answer.body)
        return answer

    return post


@pytest.mark.parametrize("domain", ["example.com", "EXAMPLE.com", "b\u00fccher.example", "xn--bcher-kva.example"])
def test_an_address_of_an_allowed_domain_is_accepted(closed, register, domain):
    assert register(closed, elsewhere(domain)).status == 201


@pytest.mark.parametrize("domain", ["example.org", "sub.example.com", "example.com.example.org", "notexample.com"])
def test_an_address_of_another_domain_is_refused_without_trace(closed, register, db, domain):
    address = elsewhere(domain)
    answer = register(closed, address)
    assert (answer.status, answer.body["error"]["code"]) == (422, "EMAIL_NOT_ALLOWED")
    assert accounts(db, address) == 0
    assert address not in db.texts()["jobs"]


def test_a_refusal_does_not_reveal_whether_the_address_has_an_account(closed, hiding, register, people):
    free, taken = elsewhere(), people.verified(address=elsewhere()).email
    for socket in (closed, hiding):
        answers = [register(socket, address) for address in (free, taken)]
        assert {answer.status for answer in answers} == {422}
        errors = [answer.body["error"] | {"requestId": None} for answer in answers]
        assert errors[0] == errors[1] and errors[0]["code"] == "EMAIL_NOT_ALLOWED"


def test_with_hidden_accounts_an_address_of_an_allowed_domain_gets_its_account(hiding, register, db):
    address = new_address()
    assert register(hiding, address).status == 201
    wait_until(lambda: accounts(db, address) == 1, "the job makes the account")


def test_nobody_can_change_to_an_address_of_another_domain(closed, people, db, contract):
    person = people.signed_in()

    def change(address: str):
        body = {"newEmail": address, "currentPassword": person.password}
        answer = call(closed, "POST", CHANGE_EMAIL, body, HTTP_AUTHORIZATION=f"Bearer {person.access}")
        contract.check_past_nginx("POST", CHANGE_EMAIL, answer.status, answer.body)
        return answer

    address = elsewhere()
    refused = change(address)
    assert (refused.status, refused.body["error"]["code"]) == (422, "EMAIL_NOT_ALLOWED")
    assert address not in db.texts()["jobs"]
    assert "email.change_requested" not in db.actions(person.id)
    assert change(new_address()).status == 200


def test_administrators_and_commands_can_use_any_address(closed, people, stack, secrets):
    admin = people.with_role("admin")
    body = {"email": elsewhere(), "name": "Grace Hopper"}
    answer = call(closed, "POST", "/api/v1/users", body, HTTP_AUTHORIZATION=f"Bearer {admin.access}")
    assert answer.status == 201, answer
    password = new_password()
    secrets.add("password", password)
    with installation(stack) as own:
        own.settings["GATEHOUSE_REGISTRATION_DOMAINS"] = DOMAINS
        made = own.json("user", "create", elsewhere(), "--name", "Ada Lovelace", stdin=f"{password}\n")
        assert made["data"]["emailVerified"] is False


@pytest.fixture(scope="module")
def by_invitation(stack, tmp_path_factory):
    """A process where only invited people register."""
    with sibling(stack, tmp_path_factory.mktemp("invited"), GATEHOUSE_REGISTRATION="invited") as socket:
        yield socket


@pytest.fixture
def post(secrets, contract):
    def post(socket, path: str, body: dict, **fields: str):
        secrets.add_from(body)
        answer = call(socket, "POST", path, body, **fields)
        contract.check_past_nginx("POST", path, answer.status, answer.body)
        secrets.add_from(answer.body)
        return answer

    return post


def test_an_invited_person_registers_with_the_mailed_token_and_joins(by_invitation, organizations, mailbox, post):
    organization, address = organizations.new(), new_address()
    token = organizations.invitation(organization, address)
    body = registration(email=address)
    for wrong in ({}, {"invitation": "ghi_" + "A" * 43}):
        refused = post(by_invitation, REGISTER, body | wrong)
        assert (refused.status, refused.body["error"]["code"]) == (403, "REGISTRATION_CLOSED")
    refused = post(by_invitation, REGISTER, registration(invitation=token))
    assert (refused.status, refused.body["error"]["code"]) == (403, "REGISTRATION_CLOSED"), "of another address"
    assert post(by_invitation, REGISTER, body | {"invitation": token}).status == 201
    proof = {"token": mailbox.link(address, "verify-email"), "password": body["password"]}
    assert post(by_invitation, "/api/v1/auth/verify-email", proof).status == 200
    login = post(by_invitation, "/api/v1/auth/login", {"email": address, "password": body["password"]})
    bearer = f"Bearer {login.body['data']['tokens']['accessToken']}"
    joined = post(by_invitation, "/api/v1/invitations/accept", {"token": token}, HTTP_AUTHORIZATION=bearer)
    assert joined.status == 200 and joined.body["data"]["organization"]["id"] == organization.id


def test_administrators_and_commands_make_accounts_where_registration_is_closed(
    stack, tmp_path, people, organizations, post
):
    admin = people.with_role("admin")
    address = new_address()
    token = organizations.invitation(organizations.new(), address)
    with sibling(stack, tmp_path, GATEHOUSE_REGISTRATION="closed") as socket:
        refused = post(socket, REGISTER, registration(email=address, invitation=token))
        assert (refused.status, refused.body["error"]["code"]) == (403, "REGISTRATION_CLOSED")
        body = {"email": new_address(), "name": "Grace Hopper"}
        assert post(socket, "/api/v1/users", body, HTTP_AUTHORIZATION=f"Bearer {admin.access}").status == 201
    with installation(stack) as own:
        own.settings["GATEHOUSE_REGISTRATION"] = "closed"
        made = own.json("user", "create", new_address(), "--name", "Ada Lovelace", "--no-password")
        assert made["data"]["hasPassword"] is False
