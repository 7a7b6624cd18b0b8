"""Sign-in with a provider: what becomes of the account that has the address, and who gets one."""

import pytest

from support.client import expect
from support.people import new_address, new_password, registration
from support.providers import Installation, relay, settings, verifier, was_refused
from support.sibling import sibling

API = "/api/v1"


def unverified(visit) -> dict:
    """The same visit, of which the provider does not say that the address is verified."""
    return {"subject": visit.subject, "email": visit.email, "changes": {"email_verified": False}}


def test_an_address_that_somebody_owns_signs_nobody_in_and_links_nothing(installation, provider, people, db):
    owner = people.signed_in()
    visit = installation.sign_in(provider, email=owner.email)
    assert visit.error == "ACCOUNT_EXISTS" and visit.told["code"].startswith("ghx_")
    assert visit.exchange().status == 422, "it is no sign-in"
    assert db.value("SELECT COUNT(*) FROM identities WHERE subject = %s", visit.subject) == "0"
    stranger = people.signed_in()
    assert visit.link(stranger.access).status == 403, "only the owner of the address links it"
    linked = visit.link(owner.access)
    assert linked.status == 201 and linked.body["data"]["provider"] == provider.name
    assert visit.link(owner.access).status == 422, "the code works once"
    again = installation.sign_in(provider, subject=visit.subject, email=owner.email)
    assert again.session()["user"]["id"] == owner.id


def test_the_owner_of_an_address_takes_nothing_over_that_a_stranger_made_with_it(installation, provider, people, db):
    """The stranger registered first and never verified the address."""
    stranger = people.registered()
    visit = installation.sign_in(provider, email=stranger.email)
    user = visit.session()["user"]
    assert user["id"] != stranger.id and user["emailVerified"]
    assert db.value("SELECT COUNT(*) FROM users WHERE public_id = %s", stranger.id) == "0"
    body = {"email": stranger.email, "password": stranger.password}
    assert installation.call("POST", "/auth/login", body).status == 401


def test_an_account_that_was_used_unverified_loses_every_way_in(
    stack, tmp_path, contract, secrets, provider, people, db
):
    """Where addresses need not be verified, the stranger may have signed in and linked an account at a provider."""
    more = {"GATEHOUSE_REQUIRE_VERIFIED_EMAIL": "false"}
    with sibling(stack, tmp_path, **settings(provider, **more)) as socket:
        installation = Installation(socket, contract, secrets)
        stranger = people.registered()
        login = {"email": stranger.email, "password": stranger.password}
        tokens = installation.call("POST", "/auth/login", login).body["data"]["tokens"]
        bearer = f"Bearer {tokens['accessToken']}"
        key = installation.call(
            "POST", "/api-keys", {"name": "e2e", "scopes": ["account:read"]}, HTTP_AUTHORIZATION=bearer
        )
        strange = installation.visit(provider, parameters={"purpose": "link"}).begin()
        strange.back(provider.code(provider.sign(provider.claims(strange))))
        assert strange.link(tokens["accessToken"]).status == 201
        profile = {"name": "Mallory", "avatarUrl": "https://evil.example.com/m.png", "locale": "de"}
        assert installation.call("PATCH", "/users/me", profile, HTTP_AUTHORIZATION=bearer).status == 200
        place = {"name": "Mallory's", "slug": f"e2e-{stranger.id[-12:]}"}
        organization = installation.call("POST", "/organizations", place, HTTP_AUTHORIZATION=bearer).body["data"]["id"]
        webhooks = f"/organizations/{organization}/webhooks"
        hook = {"url": "https://evil.example.com/", "events": ["*"]}
        assert installation.call("POST", webhooks, hook, HTTP_AUTHORIZATION=bearer).status == 201

        visit = installation.sign_in(provider, email=stranger.email)
        session = visit.session()
        user = session["user"]
        assert (user["id"], user["emailVerified"]) == (stranger.id, True)
        assert (user["name"], user["avatarUrl"], user["locale"]) == ("Ada Lovelace", None, "en")
        assert {"user.updated", "email.verified", "identity.linked"} <= set(db.actions(stranger.id))
        owner = f"Bearer {session['tokens']['accessToken']}"
        assert installation.call("GET", webhooks, HTTP_AUTHORIZATION=owner).body["data"] == []
        secret = key.body["data"]["secret"]
        for token in (tokens["accessToken"], secret):
            assert installation.call("GET", "/users/me", HTTP_AUTHORIZATION=f"Bearer {token}").status == 401
        assert installation.call("POST", "/auth/login", login).status == 401
        refresh = installation.call("POST", "/auth/refresh", {"refreshToken": tokens["refreshToken"]})
        assert refresh.status == 401
        again = installation.sign_in(provider, subject=strange.subject)
        assert again.session()["user"]["id"] != stranger.id
        assert db.value("SELECT password_hash FROM users WHERE public_id = %s", stranger.id) == "NULL"


def test_what_a_provider_says_without_proof_makes_an_account_that_waits(installation, provider, people, mailbox, db):
    visit = installation.sign_in(provider, changes={"email_verified": False})
    assert visit.error == "EMAIL_NOT_VERIFIED" and "code" not in visit.told
    again = installation.sign_in(provider, subject=visit.subject, email=visit.email, changes={"email_verified": False})
    assert again.error == "EMAIL_NOT_VERIFIED"
    token = mailbox.link(visit.email, "verify-email", 2)
    # Elsewhere the link needs a new password, since whoever signed in at the provider may be a stranger.
    refused = installation.call("POST", "/auth/verify-email", {"token": token})
    assert (refused.status, refused.body["error"]["code"]) == (403, "PASSWORD_REQUIRED")
    browser = visit.answer.headers["Set-Cookie"].split(";")[0]
    assert installation.call("POST", "/auth/verify-email", {"token": token}, HTTP_COOKIE=browser).status == 200
    signed_in = installation.sign_in(provider, subject=visit.subject, email=None)
    assert signed_in.session()["user"]["email"] == visit.email


def test_every_visit_of_somebody_who_must_verify_the_address_sends_a_mail(installation, provider, mailbox):
    visit = installation.sign_in(provider, changes={"email_verified": False})
    again = installation.sign_in(provider, **unverified(visit))
    assert again.told == {"error": "EMAIL_NOT_VERIFIED"}
    token = mailbox.link(visit.email, "verify-email", 2)
    browser = again.answer.headers["Set-Cookie"].split(";")[0]
    assert installation.call("POST", "/auth/verify-email", {"token": token}, HTTP_COOKIE=browser).status == 200


def test_a_stranger_at_one_provider_does_not_keep_the_owner_who_comes_by_another(installation, provider, other, db):
    """The first provider has not verified the address, the second one has."""
    stranger = installation.sign_in(provider, changes={"email_verified": False})
    owner = installation.sign_in(other, email=stranger.email)
    user = owner.session()["user"]
    assert (user["email"], user["emailVerified"]) == (stranger.email, True)
    again = installation.sign_in(provider, **unverified(stranger))
    assert again.error == "EMAIL_TAKEN" and was_refused(db, again, "EMAIL_TAKEN")
    assert db.value("SELECT COUNT(*) FROM identities WHERE subject = %s", stranger.subject) == "0"


def test_an_account_of_one_provider_is_not_that_of_another_with_the_same_address(installation, provider, other, db):
    first = installation.sign_in(provider)
    user = first.session()["user"]
    second = installation.sign_in(other, email=first.email)
    assert second.error == "ACCOUNT_EXISTS" and was_refused(db, second, "ACCOUNT_EXISTS")
    assert db.value("SELECT COUNT(*) FROM identities WHERE subject = %s", second.subject) == "0"
    assert installation.sign_in(provider, subject=first.subject).session()["user"]["id"] == user["id"]


@pytest.mark.parametrize("more", ["GATEHOUSE_HIDE_ACCOUNT_EXISTENCE=true", "GATEHOUSE_REGISTRATION=closed"])
def test_a_relay_address_is_like_any_other_if_it_does_not_come_from_apple(
    stack, tmp_path, contract, secrets, installation, provider, more
):
    """Any provider can write one, so the answer must not tell whether it has an account."""
    taken, free = relay(), relay()
    user = installation.sign_in(provider, email=taken).session()["user"]
    assert (user["email"], user["emailVerified"]) == (taken, True)
    assert installation.sign_in(provider, email=taken).error == "ACCOUNT_EXISTS"
    with sibling(stack, tmp_path, **settings(provider, **dict([more.split("=")]))) as socket:
        other = Installation(socket, contract, secrets)
        changes = {"email_verified": False}
        told = [other.sign_in(provider, email=email, changes=changes).told for email in (taken, free)]
    assert told == [{"error": "EMAIL_NOT_VERIFIED" if "HIDE" in more else "REGISTRATION_CLOSED"}] * 2


def test_an_account_with_a_role_waits_for_its_invitation(installation, provider, client, people, mailbox, db):
    """A provider that lies about an address must not make an administrator."""
    admin, email = people.with_role("admin"), new_address()
    body = {"email": email, "name": "Boss", "role": "admin"}
    user = expect(client.post(f"{API}/users", body, token=admin.access), 201)
    visit = installation.sign_in(provider, email=email)
    assert visit.error == "ACCOUNT_EXISTS" and was_refused(db, visit, "ACCOUNT_EXISTS")
    assert visit.link(people.signed_in().access).status == 403
    held = "SELECT email_verified_at IS NULL AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id) " \
        "FROM users u WHERE public_id = %s"
    assert db.value(held, user["id"]) == "1"
    confirm = {"token": mailbox.link(email, "reset-password"), "newPassword": (password := new_password())}
    expect(client.post(f"{API}/auth/password-reset/confirm", confirm), 200)
    tokens = expect(client.post(f"{API}/auth/login", {"email": email, "password": password}), 200)["tokens"]
    assert visit.link(tokens["accessToken"]).status == 201, "the owner, who has accepted the invitation, links it"


def test_a_new_password_by_mail_ends_what_a_stranger_linked(installation, provider, mailbox, db):
    """The stranger has an account at the provider with the victim's address, which the provider has not verified."""
    stranger = installation.sign_in(provider, changes={"email_verified": False})
    token = mailbox.link(stranger.email, "verify-email")
    body = {"token": token, "newPassword": new_password()}
    assert installation.call("POST", "/auth/verify-email", body).status == 200
    again = installation.sign_in(provider, subject=stranger.subject, email=stranger.email)
    assert again.error == "ACCOUNT_EXISTS"


def test_an_address_without_proof_that_has_an_account_is_taken(installation, provider, people):
    owner = people.verified()
    visit = installation.sign_in(provider, email=owner.email, changes={"email_verified": False})
    assert visit.error == "EMAIL_TAKEN" and "code" not in visit.told


def test_a_hidden_account_stays_hidden(stack, tmp_path, contract, secrets, provider, people, mailbox):
    with sibling(stack, tmp_path, **settings(provider, GATEHOUSE_HIDE_ACCOUNT_EXISTENCE="true")) as socket:
        installation = Installation(socket, contract, secrets)
        owner = people.verified()
        changes = {"email_verified": False}
        visits = [
            installation.sign_in(provider, email=email, changes=changes) for email in (owner.email, new_address())
        ]
        assert [visit.told for visit in visits] == [{"error": "EMAIL_NOT_VERIFIED"}] * 2
        cookies = [visit.answer.headers["Set-Cookie"].partition("=") for visit in visits]
        assert {name for name, _, _ in cookies} == {"__Host-gatehouse_registration"}
        assert len({(len(value), value.partition(";")[2]) for _, _, value in cookies}) == 1
        assert "already" in mailbox.wait_for(owner.email, about="already").text


def test_a_registered_address_can_still_be_registered_by_its_provider(installation, provider, client):
    """Registration by password meanwhile does not stop the owner of the address."""
    body = registration()
    expect(client.post(f"{API}/auth/register", body), 201)
    visit = installation.sign_in(provider, email=body["email"])
    assert visit.session()["user"]["email"] == body["email"]


def test_the_rules_of_registration_hold(stack, tmp_path, contract, secrets, provider):
    with sibling(stack, tmp_path, **settings(provider, GATEHOUSE_REGISTRATION_DOMAINS="example.org")) as socket:
        installation = Installation(socket, contract, secrets)
        assert installation.sign_in(provider).error == "EMAIL_NOT_ALLOWED"
        assert installation.sign_in(provider, email=f"{verifier()[:20]}@example.org".lower()).error is None
