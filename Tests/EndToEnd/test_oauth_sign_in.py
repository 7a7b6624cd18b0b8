"""Sign-in by a provider: who signs in, where the browser is led, and what becomes of the accounts that are there."""

import time

import pytest

from support.client import at_once, expect
from support.people import new_address, new_password, registration
from support.providers import (
    APP,
    BROWSER_COOKIE,
    Installation,
    audited,
    form,
    provider_server,
    settings,
    verifier,
)
from support.sibling import call, sibling

API = "/api/v1"


@pytest.fixture(scope="module")
def server():
    with provider_server() as server:
        yield server


@pytest.fixture(scope="module")
def provider(server):
    return server.provider()


@pytest.fixture(scope="module")
def other(server):
    return server.provider()


@pytest.fixture(scope="module")
def installation(stack, tmp_path_factory, contract, secrets, provider, other):
    with sibling(stack, tmp_path_factory.mktemp("oauth"), **settings(provider, other)) as socket:
        yield Installation(socket, contract, secrets)


def test_the_providers_are_listed_by_name(installation, provider, other):
    answer = installation.call("GET", "/auth/oauth/providers")
    assert answer.body["data"] == [{"id": each.name, "name": each.name} for each in (provider, other)]


def test_a_browser_is_led_to_the_provider(installation, provider):
    visit = installation.visit(provider, parameters={"loginHint": "ada@example.com", "prompt": "login"}).begin()
    assert visit.answer.status == 302 and visit.led_to == f"{provider.issuer}/authorize"
    assert visit.asked.items() >= {
        "response_type": "code",
        "client_id": "client",
        "scope": "openid profile email",
        "code_challenge_method": "S256",
        "login_hint": "ada@example.com",
        "prompt": "login",
        "max_age": "0",
    }.items()
    assert visit.asked["redirect_uri"].endswith(f"{API}/auth/oauth/{provider.name}/callback")
    assert len(visit.asked["code_challenge"]) == len(visit.asked["nonce"]) == 43
    cookie = visit.answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{BROWSER_COOKIE}=ghb_")
    assert cookie.endswith("; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax")
    assert visit.answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "url", ["com.example.app:/callback", "http://127.0.0.1:43117/callback", "own"], ids=["app", "loopback", "own"]
)
def test_a_browser_returns_to_known_places(installation, stack, provider, url):
    url = f"{stack.settings['GATEHOUSE_PUBLIC_URL']}/sign-in" if url == "own" else url
    visit = installation.sign_in(provider, redirect_to=url)
    assert visit.led_to == url and visit.session()["user"]["email"] == visit.email


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"redirectTo": "https://evil.example.com/signed-in"}, ("redirectTo", "choice")),
        ({"redirectTo": f"{APP}?x=1"}, ("redirectTo", "choice")),
        ({"redirectTo": "javascript:alert(1)"}, ("redirectTo", "choice")),
        ({"codeChallenge": "short"}, ("codeChallenge", "too_short")),
        ({"codeChallenge": "=" * 43}, ("codeChallenge", "format")),
        ({"purpose": "sign_in"}, ("purpose", "choice")),
        ({"prompt": "none"}, ("prompt", "choice")),
        ({"surprise": "1"}, ("surprise", "unknown")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_a_faulty_request_leads_nowhere(installation, provider, change, fault):
    visit = installation.visit(provider, parameters=change).begin()
    assert visit.answer.status == 400 and "Location" not in visit.answer.headers
    assert [(found["field"], found["code"]) for found in visit.answer.body["error"]["details"]] == [fault]


def test_an_unknown_provider_is_not_found(installation, provider):
    assert installation.visit(provider, "nobody").begin().answer.status == 404


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


# The address of somebody's account


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

        visit = installation.sign_in(provider, email=stranger.email)
        user = visit.session()["user"]
        assert (user["id"], user["emailVerified"]) == (stranger.id, True)
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
    token = mailbox.link(visit.email, "verify-email")
    # Elsewhere the link needs a new password, since whoever signed in at the provider may be a stranger.
    refused = installation.call("POST", "/auth/verify-email", {"token": token})
    assert (refused.status, refused.body["error"]["code"]) == (403, "PASSWORD_REQUIRED")
    browser = visit.answer.headers["Set-Cookie"].split(";")[0]
    assert installation.call("POST", "/auth/verify-email", {"token": token}, HTTP_COOKIE=browser).status == 200
    signed_in = installation.sign_in(provider, subject=visit.subject, email=None)
    assert signed_in.session()["user"]["email"] == visit.email


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
        told = [
            installation.sign_in(provider, email=email, changes=changes).told for email in (owner.email, new_address())
        ]
        assert told[0] == told[1] == {"error": "EMAIL_NOT_VERIFIED"}
        assert "already" in mailbox.wait_for(owner.email, about="already").text


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


def test_the_rules_of_registration_hold(stack, tmp_path, contract, secrets, provider):
    with sibling(stack, tmp_path, **settings(provider, GATEHOUSE_REGISTRATION_DOMAINS="example.org")) as socket:
        installation = Installation(socket, contract, secrets)
        assert installation.sign_in(provider).error == "EMAIL_NOT_ALLOWED"
        assert installation.sign_in(provider, email=f"{verifier()[:20]}@example.org".lower()).error is None


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


# The state


def test_a_state_works_once_in_its_browser_for_ten_minutes(installation, provider, db):
    visit = installation.visit(provider).begin()
    cookie, code = visit.cookie, provider.code(provider.sign(provider.claims(visit)))
    for foreign in (None, installation.visit(provider).begin().cookie, "ghb_" + "A" * 43, "x"):
        visit.cookie = foreign
        visit.back(code)
        assert visit.error == "SIGN_IN_EXPIRED" and visit.led_to.endswith("/sign-in"), foreign
        assert audited(db, visit)["error"] == "SIGN_IN_EXPIRED"
    visit.cookie = cookie
    assert visit.back(code) and visit.error is None
    visit.back(code)
    assert (visit.error, visit.led_to) == ("SIGN_IN_EXPIRED", APP)
    late = installation.visit(provider).begin()
    state = late.asked["state"]
    db.run("UPDATE oauth_attempts SET expires_at = NOW(6) WHERE state_hash = UNHEX(SHA2(%s, 256))", state)
    late.back(provider.code(provider.sign(provider.claims(late))))
    assert (late.error, late.led_to) == ("SIGN_IN_EXPIRED", APP)


def test_the_state_of_one_provider_is_not_that_of_another(installation, provider, other):
    """Mix-up: the answer of one provider arrives where that of the other belongs."""
    visit = installation.visit(provider).begin()
    code = other.code(other.sign(other.claims(visit)))
    visit.back(code, name=other.name)
    assert visit.error == "SIGN_IN_EXPIRED"
    visit.back(provider.code(provider.sign(provider.claims(visit))))
    assert visit.error is None, "the attempt is still open"


def test_a_browser_has_ten_open_attempts(installation, provider):
    first = installation.visit(provider).begin()
    visits = [installation.visit(provider, cookie=first.cookie).begin() for _ in range(10)]
    assert {visit.cookie for visit in visits} == {first.cookie}
    for visit, error in ((first, "SIGN_IN_EXPIRED"), (visits[0], None), (visits[9], None)):
        visit.back(provider.code(provider.sign(provider.claims(visit))))
        assert visit.error == error


def test_of_two_returns_at_once_one_signs_in(installation, provider):
    visit = installation.visit(provider).begin()
    code = provider.code(provider.sign(provider.claims(visit)))
    cookie = {"HTTP_COOKIE": f"{BROWSER_COOKIE}={visit.cookie}"}
    path = f"/auth/oauth/{provider.name}/callback?state={visit.asked['state']}&code={code}"
    answers = at_once(4, lambda _: installation.call("GET", path, **cookie))
    led = [answer.headers["Location"] for answer in answers]
    assert sum("code=" in url for url in led) == 1 and sum("SIGN_IN_EXPIRED" in url for url in led) == 3


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


def test_a_check_of_the_link_uses_nothing_up(installation, provider):
    visit = installation.visit(provider).begin()
    code = provider.code(provider.sign(provider.claims(visit)))
    cookie = {"HTTP_COOKIE": f"{BROWSER_COOKIE}={visit.cookie}"}
    path = f"{API}/auth/oauth/{provider.name}/callback?state={visit.asked['state']}&code={code}"
    assert call(installation.socket, "HEAD", path, **cookie).status == 303
    visit.back(code)
    assert visit.error is None


def test_a_form_comes_back_by_our_own_page(installation, provider):
    """A form of another site comes without the cookie, so the browser is sent to the same place by a link."""
    visit = installation.visit(provider).begin()
    code = provider.code(provider.sign(provider.claims(visit)))
    body = form(state=visit.asked["state"], code=code, surprise="1")
    posted = installation.call(
        "POST",
        f"/auth/oauth/{provider.name}/callback",
        body,
        CONTENT_TYPE="application/x-www-form-urlencoded",
        HTTP_ORIGIN="https://appleid.apple.com",
    )
    assert posted.status == 303
    assert posted.headers["Location"] == f"{visit.asked['redirect_uri']}?state={visit.asked['state']}&code={code}"
    visit.back(code)
    assert visit.error is None
    assert installation.call("POST", f"/auth/oauth/{provider.name}/callback", {"state": "x"}).status == 415


def test_an_answer_that_is_none_is_refused(installation, provider):
    path, form_type = f"/auth/oauth/{provider.name}/callback", "application/x-www-form-urlencoded"
    assert installation.call("GET", f"{path}?state=a&state=b").status == 400
    assert installation.call("POST", path, b"state=a&state=b", CONTENT_TYPE=form_type).status == 400
    assert installation.call("POST", path, b"x=" + b"y" * 20_000, CONTENT_TYPE=form_type).status == 413


def test_a_provider_that_is_switched_off_does_nothing_any_more(
    stack, tmp_path, contract, secrets, installation, provider, other, people
):
    signing_in, linking = installation.sign_in(other), installation.visit(other, parameters={"purpose": "link"}).begin()
    linking.back(other.code(other.sign(other.claims(linking))))
    away = installation.visit(other).begin()
    session = signing_in.session()
    again = installation.sign_in(other, subject=signing_in.subject)
    with sibling(stack, tmp_path, **settings(provider)) as socket:
        later = Installation(socket, contract, secrets)
        for visit in (linking, away, again):
            visit.installation = later
        away.back(other.code(other.sign(other.claims(away))))
        assert away.error == "PROVIDER_UNAVAILABLE" and away.led_to.endswith("/sign-in")
        assert again.exchange().status == 422
        assert linking.link(people.signed_in().access).status == 422
        assert later.visit(other).begin().answer.status == 404
        bearer = f"Bearer {session['tokens']['accessToken']}"
        listed = later.call("GET", "/users/me/oauth-accounts", HTTP_AUTHORIZATION=bearer)
        assert [entry["enabled"] for entry in listed.body["data"]] == [False]
        assert later.call("GET", "/users/me", HTTP_AUTHORIZATION=bearer).status == 200, "sessions go on"


def test_a_registered_address_can_still_be_registered_by_its_provider(installation, provider, client):
    """Registration by password meanwhile does not stop the owner of the address."""
    body = registration()
    expect(client.post(f"{API}/auth/register", body), 201)
    visit = installation.sign_in(provider, email=body["email"])
    assert visit.session()["user"]["email"] == body["email"]


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
