"""POST /auth/register where the settings hide whether an address has an account."""

import re

import pytest

from support.client import at_once, expect
from support.contract import UUID_V7
from support.people import new_address, new_password, registration
from support.sibling import call, sibling
from support.stack import wait_until

PATH = "/api/v1/auth/register"


@pytest.fixture(scope="module")
def hiding(stack, tmp_path_factory):
    with sibling(stack, tmp_path_factory.mktemp("hiding"), GATEHOUSE_HIDE_ACCOUNT_EXISTENCE="true") as socket:
        yield socket


@pytest.fixture
def register(hiding, secrets):
    def post(**changes):
        body = registration(**changes)
        secrets.add_from(body)
        return call(hiding, "POST", PATH, body)

    return post


def shape(answer, address: str) -> tuple:
    """The part of an answer that does not differ between registrations."""
    user = answer.body["data"]["user"]
    assert UUID_V7.fullmatch(user["id"]) and user["createdAt"] == user["updatedAt"]
    told = {name: value for name, value in user.items() if name not in ("id", "createdAt", "updatedAt")}
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "x-request-id"}
    headers["Set-Cookie"] = re.sub("=[^;]+", "=…", headers["Set-Cookie"], count=1)
    return answer.status, headers, told, answer.body["data"]["message"].replace(address, "…")


def test_gives_the_same_answer_for_a_free_and_a_taken_address(register, people, db):
    free, verified, unverified = new_address(), people.verified(), people.registered()
    suspended, deleted = people.verified(), people.verified()
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", suspended.id)
    db.run("UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s", deleted.id)
    addresses = [free, *(person.email for person in (verified, unverified, suspended, deleted))]
    shapes = [shape(register(email=address), address) for address in addresses]
    for told in shapes:
        told[2].pop("email")
    assert shapes[0][0] == 201 and all(told == shapes[0] for told in shapes)


def test_a_free_address_gets_its_account_and_its_link(client, register, mailbox, db):
    address, password = new_address(), new_password()
    user = register(email=address, password=password).body["data"]["user"]
    token = mailbox.link(address, "verify-email")
    proof = {"token": token, "password": password}
    verified = expect(client.post("/api/v1/auth/verify-email", proof), 200)["user"]
    assert verified["id"] == user["id"], "the account has the id in the answer"
    body = {"email": address, "password": password}
    assert expect(client.post("/api/v1/auth/login", body), 200)["user"]["id"] == user["id"]
    assert db.actions(user["id"])[0] == "user.registered"


def test_for_a_taken_address_only_its_owner_is_told_and_nothing_changes(client, register, people, mailbox, db):
    person = people.verified("The Owner")
    answer = register(email=person.email.upper(), name="Somebody Else")
    mail = mailbox.wait_for(person.email, about="(?i)already")
    assert "#token" not in mail.text and "Somebody Else" not in mail.text
    db.wait_for_jobs()
    assert db.rows("SELECT public_id, name FROM users WHERE email_key = %s", person.email) == [
        [person.id, "The Owner"]
    ]
    assert answer.body["data"]["user"]["id"] != person.id
    person.login()


def test_registering_again_before_verification_sends_another_link(
    client, register, mailbox, db
):
    address, password = new_address(), new_password()
    user = register(email=address, password=password).body["data"]["user"]
    mailbox.link(address, "verify-email")
    register(email=address)
    mail = mailbox.wait_for(address, about="An account waits for you to confirm")
    proof = {"token": mail.token, "password": password}
    assert expect(client.post("/api/v1/auth/verify-email", proof), 200)["user"]["id"] == user["id"]
    assert db.value("SELECT COUNT(*) FROM users WHERE email_key = %s", address) == "1"


def test_weak_passwords_and_invalid_fields_are_refused_for_both(register, people):
    for address in (new_address(), people.verified().email):
        for changes, code in (({"password": "aaaaaaaaaa"}, "too_weak"), ({"password": "x"}, "too_short")):
            answer = register(email=address, **changes)
            assert answer.status == 400
            assert [fault["code"] for fault in answer.body["error"]["details"]] == [code]


def test_concurrent_registrations_of_an_address_make_one_account(register, mailbox, db):
    address = new_address()
    forms = [address, address.upper(), address.title()]
    answers = at_once(9, lambda number: register(email=forms[number % 3]))
    assert {answer.status for answer in answers} <= {201, 503}
    db.wait_for_jobs()
    held = db.rows("SELECT public_id FROM users WHERE email_key = %s", address)
    assert len(held) == 1
    assert held[0][0] in [answer.body["data"]["user"]["id"] for answer in answers if answer.status == 201]


def test_the_job_that_makes_the_account_is_deleted_with_its_password_hash(register, db):
    address = new_address()
    register(email=address)
    wait_until(lambda: address not in db.texts()["jobs"], "the job is done and deleted")


def test_the_owner_of_an_address_is_not_flooded_with_mail(limited, network, tmp_path):
    """The limit of all calls that send mail applies: three an hour to each address, whoever calls."""
    person = network.people.verified()
    with sibling(limited.stack, tmp_path, GATEHOUSE_HIDE_ACCOUNT_EXISTENCE="true") as socket:
        for host in range(1, 8):
            body = registration(email=person.email)
            assert call(socket, "POST", PATH, body, network.address(host)).status in (201, 429)
        limited.db.wait_for_jobs()
    assert 1 <= len(limited.mailbox.to(person.email, "(?i)already")) <= 3
