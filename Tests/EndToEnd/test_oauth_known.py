"""The peculiarities of providers that the program knows: GitHub, Apple, Google, Microsoft."""

import base64
import json
import secrets as random
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support.commands import installation as own_database
from support.people import new_address, new_password
from support.providers import APP, Installation, elliptic_key, form, provider_server, relay, reply, was_refused
from support.sibling import sibling
from support.stack import wait_until

KINDS = ("github", "apple", "google", "microsoft")
APPLE_KEY = elliptic_key()


@pytest.fixture(scope="module")
def providers():
    with provider_server() as server:
        yield {kind: server.provider() for kind in KINDS}


@pytest.fixture(scope="module")
def own(stack):
    """A database of its own, so no job runs in a process that does not know the providers."""
    with own_database(stack) as made:
        yield made


@pytest.fixture(scope="module")
def settings(providers):
    """Each kind with an issuer of the test."""
    known = {"GATEHOUSE_PROVIDERS": ",".join(KINDS), "GATEHOUSE_REDIRECT_URLS": APP}
    for kind, provider in providers.items():
        known |= provider.settings(kind)
    der = APPLE_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    known |= {
        "GATEHOUSE_PROVIDER_APPLE_TEAM_ID": "TEAM",
        "GATEHOUSE_PROVIDER_APPLE_KEY_ID": "KEY",
        "GATEHOUSE_PROVIDER_APPLE_PRIVATE_KEY": base64.b64encode(der).decode(),
    }
    del known["GATEHOUSE_PROVIDER_APPLE_CLIENT_SECRET"]
    return known


@pytest.fixture(scope="module")
def installation(stack, own, tmp_path_factory, contract, secrets, settings):
    with sibling(stack, tmp_path_factory.mktemp("known"), **own.settings, **settings) as socket:
        yield Installation(socket, contract, secrets)


def git_hub(provider, user: object, emails: object) -> str:
    """Lets GitHub's API tell of a user, and returns a code."""
    token, code = random.token_hex(16), random.token_hex(16)

    def told(content):
        def answer(handler) -> None:
            is_known = handler.headers["Authorization"] == f"Bearer {token}"
            reply(handler, content if is_known else {"message": "Bad credentials"}, 200 if is_known else 401)

        return answer

    def exchanged(handler) -> None:
        # Errors are answered with 200, too.
        (_, headers, body) = provider.asked[-1]
        is_right = (body.get("code"), body.get("client_secret")) == (code, "s:ecret")
        assert headers["Accept"] == "application/json" and "Authorization" not in headers
        reply(handler, {"access_token": token, "token_type": "bearer"} if is_right else {"error": "bad_code"})

    provider.answers |= {
        "/login/oauth/access_token": exchanged,
        "/api/v3/user": told(user),
        "/api/v3/user/emails": told(emails),
    }
    return code


def address(email: str, primary: bool = True, verified: bool = True) -> dict:
    return {"email": email, "primary": primary, "verified": verified, "visibility": None}


def test_git_hub_tells_its_primary_verified_address(installation, providers):
    provider, number = providers["github"], random.randbelow(10**12)
    visit = installation.visit(provider, "github").begin()
    assert visit.led_to == f"{provider.issuer}/login/oauth/authorize"
    assert visit.asked["scope"] == "read:user user:email" and "nonce" not in visit.asked
    addresses = [address("old@example.com", primary=False), address(visit.email)]
    visit.back(git_hub(provider, {"id": number, "login": "ada", "name": None}, addresses))
    user = visit.session()["user"]
    assert (user["email"], user["emailVerified"], user["name"]) == (visit.email, True, "ada")
    again = installation.visit(provider, "github").begin()
    again.back(git_hub(provider, {"id": number, "login": "renamed"}, []))
    assert again.session()["user"]["id"] == user["id"], "the number is the identity"


@pytest.mark.parametrize(
    "emails, error",
    [
        ([address("1+ada@users.noreply.github.com")], "EMAIL_REQUIRED"),
        ([], "EMAIL_REQUIRED"),
        ({"message": "Not Found"}, "PROVIDER_REFUSED"),
    ],
    ids=["noreply", "none", "error"],
)
def test_git_hub_without_an_address(installation, providers, emails, error):
    visit = installation.visit(providers["github"], "github").begin()
    visit.back(git_hub(providers["github"], {"id": random.randbelow(10**12), "login": "ada"}, emails))
    assert visit.error == error


def test_git_hub_may_not_have_verified_the_address(installation, providers):
    visit = installation.visit(providers["github"], "github").begin()
    addresses = [address(new_address(), primary=False), address(visit.email, verified=False)]
    visit.back(git_hub(providers["github"], {"id": random.randbelow(10**12), "login": "ada"}, addresses))
    assert visit.told == {"error": "EMAIL_NOT_VERIFIED"}


@pytest.mark.parametrize("path, error", [("/login/oauth", None), ("", "PROVIDER_REFUSED"), ("/x", "PROVIDER_REFUSED")])
def test_git_hub_names_itself_in_its_answer(installation, providers, path, error):
    provider = providers["github"]
    visit = installation.visit(provider, "github").begin()
    code = git_hub(provider, {"id": random.randbelow(10**12), "login": "ada"}, [address(visit.email)])
    visit.back(code, iss=provider.issuer + path)
    assert visit.error == error


def test_git_hub_refuses_a_code(installation, providers):
    visit = installation.visit(providers["github"], "github").begin()
    git_hub(providers["github"], {"id": 1}, [])
    visit.back("another")
    assert visit.error == "PROVIDER_REFUSED"


def apple(installation, provider, **changes):
    """A sign-in with Apple: the browser posts a form, and the program leads it back to itself."""
    provider.metadata |= {"revocation_endpoint": f"{provider.issuer}/revoke"}
    visit = installation.visit(provider, "apple").begin()
    assert visit.asked["response_mode"] == "form_post"
    token = provider.sign(provider.claims(visit, **{"name": None, "email_verified": "true"} | changes))
    code = provider.code(token, refresh_token=f"r.{random.token_hex(20)}")
    provider.refresh_token = provider.codes[code]["refresh_token"]
    user = json.dumps({"name": {"firstName": "Grace", "lastName": "Hopper"}, "email": visit.email})
    posted = installation.call(
        "POST",
        "/auth/oauth/apple/callback",
        form(state=visit.asked["state"], code=code, user=user),
        CONTENT_TYPE="application/x-www-form-urlencoded",
    )
    assert posted.status == 303 and "Grace" not in posted.headers["Location"]
    visit.back(code)
    return visit


def test_apple_tells_the_name_once_and_its_token_is_revoked(installation, own, providers):
    provider = providers["apple"]
    visit = apple(installation, provider)
    session = visit.session()
    assert session["user"]["name"] == "Grace Hopper"
    (_, _, body) = next(asked for asked in reversed(provider.asked) if asked[0] == "/token")
    claims = jwt.decode(
        body["client_secret"], APPLE_KEY.public_key(), ["ES256"], audience="https://appleid.apple.com"
    )
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["iat"]) == ("TEAM", "client", 300)
    db = own.db
    sealed = db.value("SELECT refresh_token_sealed FROM identities WHERE subject = %s", visit.subject)
    assert sealed != "NULL" and "r." not in sealed
    # Another way in, so that this one may go.
    user = session["user"]["id"]
    db.run("UPDATE users SET password_hash = 'x' WHERE public_id = %s", user)
    of_user = "user_id = (SELECT id FROM users WHERE public_id = %s)"
    db.run(f"UPDATE sessions SET authenticated_at = NOW(6) WHERE {of_user}", user)
    bearer = f"Bearer {session['tokens']['accessToken']}"
    answer = installation.call("DELETE", "/users/me/oauth-accounts/apple", HTTP_AUTHORIZATION=bearer)
    assert answer.status == 204
    token = provider.refresh_token
    wait_until(lambda: token in revoked(provider), "the token is revoked")
    (_, _, body) = next(asked for asked in reversed(provider.asked) if asked[0] == "/revoke")
    assert body["token"].startswith("r.") and body["token_type_hint"] == "refresh_token"


def revoked(provider) -> set[str]:
    return {body["token"] for path, _, body in provider.asked if path == "/revoke"}


def test_apples_token_is_revoked_when_the_account_is_deleted(installation, own, providers):
    provider, db = providers["apple"], own.db
    session = apple(installation, provider).session()
    token = provider.refresh_token
    user = session["user"]["id"]
    db.run(
        "UPDATE sessions SET authenticated_at = NOW(6) "
        "WHERE user_id = (SELECT id FROM users WHERE public_id = %s)", user
    )
    bearer = f"Bearer {session['tokens']['accessToken']}"
    assert installation.call("DELETE", "/users/me", {}, HTTP_AUTHORIZATION=bearer).status == 204
    wait_until(lambda: token in revoked(provider), "the token is revoked")


def test_the_token_of_a_code_that_nobody_used_is_revoked(installation, own, providers):
    provider, db = providers["apple"], own.db
    first = apple(installation, provider)
    kept = provider.refresh_token
    claim = apple(installation, provider, email=first.email)
    assert claim.error == "ACCOUNT_EXISTS"
    unused = provider.refresh_token
    db.rows("UPDATE oauth_codes SET expires_at = NOW(6) - INTERVAL 2 HOUR")
    db.run_periodic("operations.purge")
    wait_until(lambda: unused in revoked(provider), "the token is revoked")
    assert db.value("SELECT COUNT(*) FROM oauth_codes WHERE subject IN (%s, %s)", first.subject, claim.subject) == "0"
    assert kept not in revoked(provider), "it is that of an identity"


def test_an_address_of_apples_relay_makes_an_account_and_matches_none(installation, own, providers):
    provider, email, held, db = providers["apple"], relay(), relay(), own.db
    user = apple(installation, provider, email=email).session()["user"]
    assert (user["email"], user["emailVerified"]) == (email, True)
    body = {"email": held, "password": new_password(), "name": "Ada Lovelace"}
    assert installation.call("POST", "/auth/register", body).status == 201
    for taken in (email, held):
        for proof in ("true", "false"):
            visit = apple(installation, provider, email=taken, email_verified=proof)
            assert visit.told == {"error": "EMAIL_REQUIRED"}
            assert was_refused(db, visit, "EMAIL_REQUIRED", "relay_address")
    assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", held) == "1"


def test_apples_relay_does_not_tell_who_is_here_where_nobody_may_register(
    stack, own, tmp_path, contract, secrets, installation, providers, settings
):
    provider, email = providers["apple"], relay()
    apple(installation, provider, email=email).session()
    with sibling(stack, tmp_path, **own.settings, **settings, GATEHOUSE_REGISTRATION="closed") as socket:
        closed = Installation(socket, contract, secrets)
        told = [apple(closed, provider, email=each).told for each in (email, relay())]
    assert told == [{"error": "REGISTRATION_CLOSED"}] * 2


def test_apples_second_issuer(installation, providers):
    assert apple(installation, providers["apple"], iss="https://account.apple.com").error is None
    assert apple(installation, providers["apple"], iss="https://apple.com").error == "PROVIDER_REFUSED"


def test_google_knows_only_its_own_addresses(installation, providers):
    provider = providers["google"]

    def told(**changes):
        visit = installation.visit(provider, "google").begin()
        visit.back(provider.code(provider.sign(provider.claims(visit, **changes))))
        return visit

    assert told().error == "EMAIL_NOT_VERIFIED"
    assert told(hd="example.com").error is None
    assert told(email=f"e2e{random.token_hex(6)}@gmail.com").error is None


def test_microsofts_identity_is_tenant_and_object(installation, providers):
    provider, tenant, person = providers["microsoft"], str(uuid.uuid4()), str(uuid.uuid4())

    def told(**changes):
        visit = installation.visit(provider, "microsoft").begin()
        claims = {"tid": tenant, "oid": person, "xms_edov": True} | changes
        visit.back(provider.code(provider.sign(provider.claims(visit, **claims))))
        return visit

    first, again, elsewhere = (each.session()["user"]["id"] for each in (told(), told(), told(tid=str(uuid.uuid4()))))
    assert first == again != elsewhere, "the subjects differ"
    assert told(oid=None).error == "PROVIDER_REFUSED"
    # One organization is configured here, whose guests may have any address.
    assert told(oid=str(uuid.uuid4()), xms_edov=None, acct=1).error == "EMAIL_NOT_VERIFIED"
