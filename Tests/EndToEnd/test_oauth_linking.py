"""Linking accounts at providers to that of a signed-in user, and unlinking them."""

import json
import time
from http.cookies import SimpleCookie

from support.client import DEVICE_COOKIE, at_once, expect
from support.links import CHANGE_PAGE
from support.people import new_address
from support.providers import was_refused
from support.stack import wait_until

API = "/api/v1"
ACCOUNTS = "/users/me/oauth-accounts"


def proved(installation, provider, **known):
    """A visit that links, with its code."""
    visit = installation.visit(provider, parameters={"purpose": "link"}, **known).begin()
    visit.back(provider.code(provider.sign(provider.claims(visit))))
    assert visit.error is None
    return visit


def call(installation, method, person, provider=None):
    path = f"{ACCOUNTS}/{provider.name}" if provider else ACCOUNTS
    return installation.call(method, path, HTTP_AUTHORIZATION=f"Bearer {person.access}")


def code_of(answer) -> tuple[int, str]:
    return answer.status, answer.body["error"]["code"]


def audited(db, person) -> int:
    """How many refusals the audit has of a user."""
    events = "SELECT COUNT(*) FROM audit_events WHERE action = 'oauth.refused' AND actor_id = %s"
    return int(db.value(events, person.id))


def test_a_linked_account_signs_in_and_its_owner_is_told(installation, provider, client, people, mailbox, db):
    person = people.signed_in()
    visit = proved(installation, provider)
    answer = visit.link(person.access)
    assert answer.status == 201
    assert answer.headers["Location"] == f"{API}{ACCOUNTS}/{provider.name}"
    assert "was linked to yours" in mailbox.wait_for(person.email, about="was linked to yours").text
    assert db.value(
        "SELECT COUNT(*) FROM audit_events WHERE action = 'identity.linked' AND target_id = %s AND actor_id = %s",
        person.id,
        person.id,
    ) == "1"
    signed_in = installation.sign_in(provider, subject=visit.subject, email=visit.email)
    assert signed_in.session()["user"]["id"] == person.id
    (listed,) = call(installation, "GET", person).body["data"]
    assert listed["provider"] == provider.name and listed["lastUsedAt"]
    exported = expect(client.get(f"{API}/users/me/export", token=person.access), 200)
    assert [entry["subject"] for entry in exported["identities"]] == [visit.subject]


def test_a_code_of_linking_signs_nobody_in(installation, provider, db):
    visit = proved(installation, provider)
    assert code_of(visit.exchange()) == (422, "UNPROCESSABLE")
    assert was_refused(db, visit, "UNPROCESSABLE", "purpose")


def test_a_code_of_a_sign_in_links_nothing(installation, provider, people, db):
    visit = installation.sign_in(provider)
    assert code_of(visit.link(people.signed_in().access)) == (422, "UNPROCESSABLE")
    assert was_refused(db, visit, "UNPROCESSABLE", "purpose")


def test_a_visit_that_somebody_else_began_links_nothing(installation, provider, people, db):
    """The victim's browser finishes it, but only the attacker's app has the verifier, and the code."""
    visit = proved(installation, provider)
    victim = people.signed_in()
    assert code_of(visit.link(victim.access, codeVerifier="x" * 43)) == (422, "UNPROCESSABLE")
    assert was_refused(db, visit, "UNPROCESSABLE", "verifier")
    assert audited(db, victim) == 1


def test_a_code_links_once(installation, provider, people, db):
    visit, person = proved(installation, provider), people.signed_in()
    assert visit.link(person.access).status == 201
    assert code_of(visit.link(people.signed_in().access)) == (422, "UNPROCESSABLE")
    assert was_refused(db, visit, "UNPROCESSABLE", "used")


def test_linking_needs_a_recent_sign_in(installation, provider, people, db):
    person = people.signed_in()
    visit = proved(installation, provider)
    session = person.session_id()
    db.run("UPDATE sessions SET authenticated_at = NOW(6) - INTERVAL 1 HOUR WHERE public_id = %s", session)
    assert code_of(visit.link(person.access)) == (403, "REAUTHENTICATION_REQUIRED")
    person.login()
    assert visit.link(person.access).status == 201


def test_an_account_at_a_provider_belongs_to_one_user(installation, provider, people, db):
    visit = proved(installation, provider)
    assert visit.link(people.signed_in().access).status == 201
    again = proved(installation, provider, subject=visit.subject)
    assert code_of(again.link(people.signed_in().access)) == (409, "CONFLICT")
    assert was_refused(db, again, "CONFLICT", "identity_linked")


def test_a_user_has_one_account_of_a_provider(installation, provider, people, db):
    person = people.signed_in()
    assert proved(installation, provider).link(person.access).status == 201
    second = proved(installation, provider)
    assert code_of(second.link(person.access)) == (409, "CONFLICT")
    assert was_refused(db, second, "CONFLICT", "other_identity")


def test_of_two_users_who_link_one_account_at_once_one_has_it(installation, provider, people, db):
    subject = proved(installation, provider).subject
    visits = [proved(installation, provider, subject=subject) for _ in range(4)]
    persons = [people.signed_in() for _ in range(4)]
    statuses = at_once(4, lambda number: visits[number].link(persons[number].access).status)
    assert sorted(statuses) == [201, 409, 409, 409]
    assert sorted(audited(db, person) for person in persons) == [0, 1, 1, 1]


def test_an_unlinked_account_signs_in_no_more_and_earlier_proofs_are_void(installation, provider, people, mailbox, db):
    person = people.signed_in()
    visit = proved(installation, provider)
    assert visit.link(person.access).status == 201
    signing_in = installation.sign_in(provider, subject=visit.subject)
    proof = proved(installation, provider, subject=visit.subject)
    assert call(installation, "DELETE", person, provider).status == 204
    assert signing_in.exchange().status == 422
    assert was_refused(db, signing_in, "UNPROCESSABLE", "used")
    assert code_of(proof.link(person.access)) == (422, "UNPROCESSABLE")
    assert was_refused(db, proof, "UNPROCESSABLE", "used") and audited(db, person) == 1
    assert call(installation, "GET", person).body["data"] == []
    assert call(installation, "DELETE", person, provider).status == 404
    assert "was unlinked" in mailbox.wait_for(person.email, about="was unlinked from").text


def test_unlinking_ends_the_session_of_a_thief_who_signed_in_with_it(
    installation, provider, other, client, people, mailbox, db
):
    """The thief linked an account with the victim's session. What remains must not link another."""
    victim = people.signed_in()
    visit = proved(installation, provider)
    assert visit.link(victim.access).status == 201
    assert "ends all other sessions" in mailbox.wait_for(victim.email, about="was linked to yours").text
    thief = installation.sign_in(
        provider, subject=visit.subject, parameters={"prompt": "login"}, changes={"auth_time": int(time.time())}
    ).session()["tokens"]
    victim.login()
    assert call(installation, "DELETE", victim, provider).status == 204
    assert call(installation, "GET", victim).status == 200, "the session that unlinked it goes on"
    assert client.get(f"{API}/users/me", token=thief["accessToken"]).status_code == 401
    expect(client.post(f"{API}/auth/refresh", {"refreshToken": thief["refreshToken"]}), 401, "TOKEN_REVOKED")
    assert code_of(proved(installation, other).link(thief["accessToken"])) == (401, "TOKEN_REVOKED")
    reasons = "SELECT GROUP_CONCAT(DISTINCT revoked_reason) FROM sessions s JOIN users u ON u.id = s.user_id " \
        "WHERE u.public_id = %s"
    assert db.value(reasons, victim.id) == "unlinked"


def test_a_claim_of_another_address_is_audited(installation, provider, people, db):
    owner, stranger = people.verified(), people.signed_in()
    claim = installation.sign_in(provider, email=owner.email)
    assert code_of(claim.link(stranger.access)) == (403, "FORBIDDEN")
    assert was_refused(db, claim, "FORBIDDEN", "other_owner") and audited(db, stranger) == 1


def test_a_refused_sign_in_is_audited_with_error_and_provider(installation, provider, db):
    visit = installation.sign_in(provider)
    user = db.value("SELECT public_id FROM users WHERE email = %s", visit.email)
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", user)
    assert code_of(visit.exchange()) == (403, "ACCOUNT_SUSPENDED")
    details = db.value(
        "SELECT details FROM audit_events WHERE action = 'login.refused' AND target_id = %s", user
    )
    assert json.loads(details) == {"error": "ACCOUNT_SUSPENDED", "provider": provider.name}


def test_the_last_way_in_stays(installation, provider, other, people, db):
    person = people.signed_in()
    for each in (provider, other):
        assert proved(installation, each).link(person.access).status == 201
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    assert call(installation, "DELETE", person, provider).status == 204
    assert code_of(call(installation, "DELETE", person, other)) == (409, "LAST_SIGN_IN_METHOD")


def test_of_two_last_ways_in_one_stays(installation, provider, other, people, db):
    person = people.signed_in()
    for each in (provider, other):
        assert proved(installation, each).link(person.access).status == 201
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    both = (provider, other)
    statuses = at_once(2, lambda number: call(installation, "DELETE", person, both[number]).status)
    assert sorted(statuses) == [204, 409]


def test_an_erased_account_leaves_nothing(installation, provider, people, client, db):
    person = people.signed_in()
    claim = installation.sign_in(provider, email=person.email)
    assert claim.error == "ACCOUNT_EXISTS"
    visit = proved(installation, provider)
    assert visit.link(person.access).status == 201
    expect(client.delete(f"{API}/users/me", json={"currentPassword": person.password}, token=person.access), 204)
    assert installation.sign_in(provider, subject=visit.subject).error == "ACCOUNT_DELETED"
    db.run("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = %s", person.id)
    db.run_periodic("account.erase_deleted")
    left = "SELECT COUNT(*) FROM identities WHERE subject = %s"
    wait_until(lambda: db.value(left, visit.subject) == "0", "the identity is erased")
    codes = "SELECT COUNT(*) FROM oauth_codes WHERE subject IN (%s, %s)"
    assert db.value(codes, visit.subject, claim.subject) == "0"
    newcomer = installation.sign_in(provider, subject=visit.subject)
    assert newcomer.session()["user"]["id"] != person.id


def test_an_account_without_a_password_confirms_an_address_only_where_it_signs_in(
    installation, provider, client, mailbox, db
):
    """Else a click by the owner of an address would give it to a stranger who signs in with a provider."""
    signed_in = installation.sign_in(provider)
    answer = signed_in.exchange()
    device = SimpleCookie(answer.headers["Set-Cookie"])[DEVICE_COOKIE].value
    user, token = answer.body["data"]["user"], answer.body["data"]["tokens"]["accessToken"]
    db.run("UPDATE sessions SET authenticated_at = NOW(6) WHERE user_id = (SELECT id FROM users WHERE public_id = %s)",
           user["id"])
    expect(client.post(f"{API}/users/me/email", {"newEmail": (new := new_address())}, token=token), 200)
    link = {"token": mailbox.link(new, CHANGE_PAGE)}
    expect(client.post(f"{API}/auth/confirm-email", link), 403, "PASSWORD_REQUIRED")
    confirmed = expect(client.post(f"{API}/auth/confirm-email", link, device=device), 200)
    assert confirmed["user"]["email"] == new
