"""Sign-in with a provider that told an address without proof: the account that waits for the proof keeps neither its
user nor anybody else from anything, and tells nobody whether the address had an account."""

import secrets as random

import pytest

from support.client import at_once
from support.people import new_address
from support.providers import Installation, settings, was_refused
from support.sibling import sibling

UNPROVED = {"email_verified": False}


def count(db, email: str) -> str:
    return db.value("SELECT COUNT(*) FROM users WHERE email = %s", email)


@pytest.fixture
def waiting(installation, provider):
    """A visit whose account waits."""
    visit = installation.sign_in(provider, changes=UNPROVED)
    assert visit.told == {"error": "EMAIL_NOT_VERIFIED"}
    return visit


def test_another_proved_address_signs_in_and_the_wrong_one_is_free_again(installation, provider, waiting, mailbox, db):
    mailbox.link(waiting.email, "verify-email")
    visit = installation.sign_in(provider, subject=waiting.subject)
    user = visit.session()["user"]
    assert (user["email"], user["emailVerified"]) == (visit.email, True)
    assert count(db, waiting.email) == "0"
    db.wait_for_jobs()
    assert len(mailbox.to(waiting.email)) == 1, "nobody writes to it again"


def test_another_address_without_proof_waits_instead(installation, provider, waiting, mailbox, db):
    visit = installation.sign_in(provider, subject=waiting.subject, changes=UNPROVED)
    assert visit.told == {"error": "EMAIL_NOT_VERIFIED"} and count(db, waiting.email) == "0"
    browser = visit.answer.headers["Set-Cookie"].split(";")[0]
    link = {"token": mailbox.link(visit.email, "verify-email")}
    assert installation.call("POST", "/auth/verify-email", link, HTTP_COOKIE=browser).status == 200
    again = installation.sign_in(provider, subject=waiting.subject, email=visit.email, changes=UNPROVED)
    assert again.session()["user"]["email"] == visit.email


def test_the_same_address_with_proof_signs_in(installation, provider, waiting):
    visit = installation.sign_in(provider, subject=waiting.subject, email=waiting.email)
    user = visit.session()["user"]
    assert (user["email"], user["emailVerified"]) == (waiting.email, True)


def test_no_address_takes_nothing_away(installation, provider, waiting, mailbox):
    visit = installation.sign_in(provider, subject=waiting.subject, email=None)
    assert visit.told == {"error": "EMAIL_REQUIRED"}
    link = {"token": mailbox.link(waiting.email, "verify-email")}
    browser = waiting.answer.headers["Set-Cookie"].split(";")[0]
    assert installation.call("POST", "/auth/verify-email", link, HTTP_COOKIE=browser).status == 200


def test_the_identity_can_be_linked_to_an_account_that_its_user_has(installation, provider, waiting, people, db):
    person = people.signed_in()
    visit = installation.visit(provider, subject=waiting.subject, parameters={"purpose": "link"}).begin()
    visit.back(provider.code(provider.sign(provider.claims(visit))))
    assert visit.link(person.access).status == 201 and count(db, waiting.email) == "0"
    again = installation.sign_in(provider, subject=waiting.subject)
    assert again.session()["user"]["id"] == person.id


def test_an_account_that_was_used_or_suspended_stays(stack, tmp_path, contract, secrets, provider, people, db):
    with sibling(stack, tmp_path, **settings(provider, GATEHOUSE_REQUIRE_VERIFIED_EMAIL="false")) as socket:
        installation = Installation(socket, contract, secrets)
        used = installation.sign_in(provider, changes=UNPROVED)
        user = used.session()["user"]
        later = installation.sign_in(provider, subject=used.subject)
        assert later.session()["user"]["id"] == user["id"]
        visit = installation.visit(provider, subject=used.subject, parameters={"purpose": "link"}).begin()
        visit.back(provider.code(provider.sign(provider.claims(visit))))
        assert visit.link(people.signed_in().access).status == 409
        assert was_refused(db, visit, "CONFLICT", "identity_linked")
        suspended = installation.sign_in(provider, changes=UNPROVED)
        db.run("UPDATE users SET status = 'suspended' WHERE email = %s", suspended.email)
        assert installation.sign_in(provider, subject=suspended.subject).error == "ACCOUNT_SUSPENDED"


# What later visits say: the address (the first one again, a new one, one that has an account, none), and its proof.
LATER = {
    "again": [("first", False)] * 2,
    "proved": [("new", True), ("first", False)],
    "other": [("new", False), ("first", False), ("new", True)],
    "taken": [("owned", False), ("first", False), ("owned", True)],
    "none": [("none", False), ("first", False), ("none", False)],
    # Past the limit of mails to an address.
    "many": [("first", False)] * 5 + [("new", True)],
}


@pytest.mark.parametrize("later", LATER)
def test_no_later_visit_tells_whether_the_first_address_had_an_account(
    stack, tmp_path, contract, secrets, provider, people, later
):
    more = {"GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true", "GATEHOUSE_RATE_LIMITS": "on"}

    class Limited(Installation):
        """Limits are on, so each call comes from a network of its own: only the address counts."""

        def call(self, method, path, body=None, **fields):
            network = "10." + ".".join(str(random.randbelow(256)) for _ in range(3))
            return super().call(method, path, body, address=network, **fields)

    def told(first: str) -> list[tuple]:
        addresses = {"first": first, "new": new_address(), "owned": people.verified().email, "none": None}
        subject, answers = random.token_hex(8), []
        for name, proof in [("first", False), *LATER[later]]:
            visit = installation.sign_in(
                provider, subject=subject, email=addresses[name], changes={"email_verified": proof}
            )
            answers.append((visit.error, set(visit.told), "Set-Cookie" in visit.answer.headers))
        return answers

    with sibling(stack, tmp_path, **settings(provider, **more)) as socket:
        installation = Limited(socket, contract, secrets)
        taken, free = told(people.verified().email), told(new_address())
    assert taken == free and taken[0][0] == "EMAIL_NOT_VERIFIED"
    assert ("RATE_LIMITED" in {error for error, _, _ in taken}) == (later == "many")


def test_no_linking_tells_whether_the_first_address_had_an_account(
    stack, tmp_path, contract, secrets, provider, people
):
    with sibling(stack, tmp_path, **settings(provider, GATEHOUSE_HIDE_ACCOUNT_EXISTENCE="true")) as socket:
        installation = Installation(socket, contract, secrets)
        statuses = []
        for email in (people.verified().email, new_address()):
            first = installation.sign_in(provider, email=email, changes=UNPROVED)
            visit = installation.visit(provider, subject=first.subject, parameters={"purpose": "link"}).begin()
            visit.back(provider.code(provider.sign(provider.claims(visit))))
            statuses.append(visit.link(people.signed_in().access).status)
    assert statuses == [201, 201]


def prepared(installation, provider, subject: str, email: str, **changes):
    """A visit that only needs to come back, and its code."""
    visit = installation.visit(provider, subject=subject, email=email).begin()
    return visit, provider.code(provider.sign(provider.claims(visit, **changes)))


@pytest.mark.parametrize("proof", [True, False])
def test_of_visits_at_once_with_other_addresses_one_makes_the_account(installation, provider, waiting, db, proof):
    emails = [new_address() for _ in range(5)]
    visits = [
        prepared(installation, provider, waiting.subject, email, email_verified=proof) for email in emails
    ]
    at_once(5, lambda number: visits[number][0].back(visits[number][1]))
    assert {visit.error for visit, _ in visits} == {None if proof else "EMAIL_NOT_VERIFIED"}
    made = [email for email in emails if count(db, email) == "1"]
    assert len(made) == 1 and count(db, waiting.email) == "0"
    if proof:
        assert {visit.session()["user"]["email"] for visit, _ in visits} == set(made)


def test_two_users_who_wait_with_each_others_address_do_not_block_each_other(installation, provider, db):
    for _ in range(3):
        pair = [installation.sign_in(provider, changes=UNPROVED) for _ in range(2)]
        visits = [
            prepared(installation, provider, one.subject, other.email) for one, other in (pair, pair[::-1])
        ]
        at_once(2, lambda number: visits[number][0].back(visits[number][1]))
        users = [visit.session()["user"] for visit, _ in visits]
        assert [user["email"] for user in users] == [visit.email for visit, _ in visits]


def test_linking_and_a_visit_at_once_leave_the_identity_with_one_account(installation, provider, people, db):
    for _ in range(3):
        waiting = installation.sign_in(provider, changes=UNPROVED)
        person = people.signed_in()
        linking = installation.visit(provider, subject=waiting.subject, parameters={"purpose": "link"}).begin()
        linking.back(provider.code(provider.sign(provider.claims(linking))))
        visit, code = prepared(installation, provider, waiting.subject, person.email)
        status, _ = at_once(
            2, lambda number: visit.back(code) if number else linking.link(person.access).status
        )
        # If the visit comes first, its address belongs to the person, and the code of the erased account is void.
        assert (status, visit.error) in {(201, None), (201, "ACCOUNT_EXISTS"), (422, "ACCOUNT_EXISTS")}
        assert count(db, waiting.email) == "0"
        owners = "SELECT COUNT(*) FROM identities WHERE provider = %s AND subject = %s"
        assert db.value(owners, provider.name, waiting.subject) == ("1" if status == 201 else "0")
