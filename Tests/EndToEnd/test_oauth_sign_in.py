"""Sign-in with a provider: who signs in, and by which code the app gets the session."""

import time

from support.client import at_once
from support.people import new_address
from support.providers import APP, Installation, audited, settings, verifier
from support.sibling import sibling


def test_a_new_user_gets_an_account_without_a_password(installation, provider, db):
    visit = installation.sign_in(provider)
    assert (visit.led_to, visit.error) == (APP, None)
    session = visit.session()
    user = session["user"]
    assert (user["email"], user["emailVerified"], user["name"]) == (visit.email, True, "Ada Lovelace")
    answer = installation.call(
        "GET", "/users/me/oauth-accounts", HTTP_AUTHORIZATION=f"Bearer {session['tokens']['accessToken']}"
    )
    (linked,) = answer.body["data"]
    assert (linked["provider"], linked["enabled"]) == (provider.name, True) and linked["lastUsedAt"]
    assert db.value("SELECT password_hash FROM users WHERE public_id = %s", user["id"]) == "NULL"
    assert db.actions(user["id"]) == ["user.registered", "identity.linked", "login.succeeded"]


def test_the_linked_user_signs_in_again_whatever_the_address_is_now(installation, provider):
    first = installation.sign_in(provider)
    user = first.session()["user"]
    again = installation.sign_in(provider, subject=first.subject, email=new_address())
    assert again.session()["user"]["id"] == user["id"]
    without = installation.sign_in(provider, subject=first.subject, email=None)
    assert without.session()["user"]["id"] == user["id"]


def test_the_token_endpoint_gets_what_belongs_to_the_visit(installation, provider):
    visit = installation.sign_in(provider)
    (path, headers, body), *_ = [asked for asked in reversed(provider.asked) if asked[0] == "/token"]
    assert headers["Authorization"] == "Basic Y2xpZW50OnMlM0FlY3JldA=="
    assert body["grant_type"] == "authorization_code" and body["redirect_uri"] == visit.asked["redirect_uri"]
    assert len(body["code_verifier"]) == 43 and body["code_verifier"] != visit.verifier


def test_an_address_that_the_token_lacks_is_asked_for(installation, provider):
    visit = installation.visit(provider).begin()
    provider.userinfo = {"sub": visit.subject, "email": visit.email, "email_verified": True}
    visit.back(provider.code(provider.sign(provider.claims(visit, email=None))))
    assert visit.session()["user"]["email"] == visit.email
    impostor = installation.visit(provider).begin()
    impostor.back(provider.code(provider.sign(provider.claims(impostor, email=None))))
    assert impostor.error == "PROVIDER_REFUSED", "the data of another user"


def test_without_an_address_there_is_no_account(installation, provider, db):
    provider.metadata.pop("userinfo_endpoint")
    db.rows("DELETE FROM oauth_documents WHERE provider = %s", provider.name)
    visit = installation.sign_in(provider, email=None)
    provider.metadata["userinfo_endpoint"] = f"{provider.issuer}/userinfo"
    db.rows("DELETE FROM oauth_documents WHERE provider = %s", provider.name)
    assert visit.error == "EMAIL_REQUIRED" and audited(db, visit)["error"] == "EMAIL_REQUIRED"


def test_accounts_that_cannot_be_used_say_why(installation, provider, people, db):
    visit = installation.sign_in(provider)
    user = visit.session()["user"]
    late = installation.sign_in(provider, subject=visit.subject)
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", user["id"])
    refused = late.exchange()
    assert (refused.status, refused.body["error"]["code"]) == (403, "ACCOUNT_SUSPENDED")
    assert installation.sign_in(provider, subject=visit.subject).error == "ACCOUNT_SUSPENDED"
    assert installation.sign_in(provider, email=visit.email).error == "ACCOUNT_SUSPENDED"
    db.run("UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s", user["id"])
    assert late.exchange().status == 422
    assert installation.sign_in(provider, subject=visit.subject).error == "ACCOUNT_DELETED"
    assert installation.sign_in(provider, email=visit.email).error == "ACCOUNT_DELETED"


def test_of_two_first_sign_ins_at_once_one_makes_the_account(installation, provider, db):
    """The same account at the provider, in two browsers."""
    visits = [installation.visit(provider, subject="").begin() for _ in range(4)]
    subject, email = verifier(), new_address()
    for visit in visits:
        visit.subject, visit.email = subject, email
    codes = [provider.code(provider.sign(provider.claims(visit))) for visit in visits]
    at_once(4, lambda number: visits[number].back(codes[number]))
    assert [visit.error for visit in visits] == [None] * 4
    assert len({visit.session()["user"]["id"] for visit in visits}) == 1
    assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", email) == "1"


def test_only_a_new_proof_at_the_provider_counts_as_recent(installation, provider):
    old = installation.sign_in(provider)
    bearer = f"Bearer {old.session()['tokens']['accessToken']}"
    refused = installation.call("DELETE", f"/users/me/oauth-accounts/{provider.name}", HTTP_AUTHORIZATION=bearer)
    assert (refused.status, refused.body["error"]["code"]) == (403, "REAUTHENTICATION_REQUIRED")
    new = installation.sign_in(
        provider, subject=old.subject, parameters={"prompt": "login"}, changes={"auth_time": int(time.time())}
    )
    bearer = f"Bearer {new.session()['tokens']['accessToken']}"
    kept = installation.call("DELETE", f"/users/me/oauth-accounts/{provider.name}", HTTP_AUTHORIZATION=bearer)
    assert (kept.status, kept.body["error"]["code"]) == (409, "LAST_SIGN_IN_METHOD")


def test_only_invited_people_get_an_account(stack, tmp_path, contract, secrets, provider, people, organizations, db):
    """The provider must have verified the address to which the invitation was sent."""
    organization, address = organizations.new(), new_address()
    known = people.verified()
    with sibling(stack, tmp_path, **settings(provider, GATEHOUSE_REGISTRATION="invited")) as socket:
        installation = Installation(socket, contract, secrets)
        visit = installation.sign_in(provider, email=address)
        assert (visit.told, visit.led_to) == ({"error": "REGISTRATION_CLOSED"}, APP)
        assert audited(db, visit)["error"] == "REGISTRATION_CLOSED"
        invitation = organizations.invite(organization, address)
        unproved = installation.sign_in(provider, email=address, changes={"email_verified": False})
        assert unproved.error == "REGISTRATION_CLOSED"
        assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", address) == "0"
        db.run("UPDATE invitations SET expires_at = NOW(6) WHERE public_id = %s", invitation["id"])
        assert installation.sign_in(provider, email=address).error == "REGISTRATION_CLOSED"
        organizations.invite(organization, address)
        invited = installation.sign_in(provider, email=address.upper())
        user = invited.session()["user"]
        assert user["emailVerified"]
        assert organizations.open_invitations(organization), "registering accepts nothing"
        assert installation.sign_in(provider, email=known.email).error == "ACCOUNT_EXISTS"
        organizations.revoke(organization, organization.owner, organizations.open_invitations(organization)[0]["id"])
        again = installation.sign_in(provider, subject=invited.subject, email=address)
        assert again.session()["user"]["id"] == user["id"], "accounts that are there sign in"


def test_a_closed_installation_makes_no_account(
    stack, tmp_path, contract, secrets, installation, provider, organizations, db
):
    address, visit = new_address(), installation.sign_in(provider)
    user = visit.session()["user"]
    organizations.invite(organizations.new(), address)
    with sibling(stack, tmp_path, **settings(provider, GATEHOUSE_REGISTRATION="closed")) as socket:
        closed = Installation(socket, contract, secrets)
        for changes in ({}, {"email_verified": False}):
            assert closed.sign_in(provider, email=address, changes=changes).error == "REGISTRATION_CLOSED"
        assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", address) == "0"
        again = closed.sign_in(provider, subject=visit.subject, email=visit.email)
        assert again.session()["user"]["id"] == user["id"]


def test_a_closed_installation_hides_accounts_from_addresses_without_proof(
    stack, tmp_path, contract, secrets, provider, people
):
    more = {"GATEHOUSE_REGISTRATION": "closed", "GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"}
    with sibling(stack, tmp_path, **settings(provider, **more)) as socket:
        closed = Installation(socket, contract, secrets)
        for email in (new_address(), people.verified().email):
            visit = closed.sign_in(provider, email=email, changes={"email_verified": False})
            assert visit.told == {"error": "REGISTRATION_CLOSED"}


# The code for the app


def test_a_code_is_for_its_verifier_once_and_for_a_minute(installation, provider, db):
    visit = installation.sign_in(provider)
    assert visit.exchange(codeVerifier=verifier()).status == 422
    assert visit.exchange(code="ghx_" + "A" * 43).status == 422
    assert visit.exchange().status == 200
    assert visit.exchange().status == 422
    late = installation.sign_in(provider)
    db.run("UPDATE oauth_codes SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE subject = %s", late.subject)
    assert late.exchange().status == 422


def test_an_unverified_account_exchanges_no_code(stack, tmp_path, contract, secrets, installation, provider, db):
    """The address was verified when the code was made."""
    visit = installation.sign_in(provider)
    db.run("UPDATE users SET email_verified_at = NULL WHERE email = %s", visit.email)
    answer = visit.exchange()
    assert (answer.status, answer.body["error"]["code"]) == (403, "EMAIL_NOT_VERIFIED")


def test_a_cookie_is_for_our_own_pages(installation, provider):
    visit = installation.sign_in(provider)
    body = {"code": visit.told["code"], "codeVerifier": visit.verifier, "cookie": True}
    foreign = installation.call("POST", "/auth/oauth/exchange", body, HTTP_SEC_FETCH_SITE="cross-site")
    assert (foreign.status, foreign.body["error"]["code"]) == (403, "FORBIDDEN")
    answer = visit.exchange(cookie=True)
    assert answer.status == 200 and answer.body["data"]["tokens"]["refreshToken"] is None


def test_of_two_exchanges_at_once_one_signs_in(installation, provider):
    visit = installation.sign_in(provider)
    statuses = sorted(at_once(4, lambda _: visit.exchange().status))
    assert statuses == [200, 422, 422, 422]
