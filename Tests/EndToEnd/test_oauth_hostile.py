"""Providers that lie, break or vanish: nobody signs in, the app gets a code of ours, and the audit knows why."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support.providers import (
    APP,
    Installation,
    audited,
    elliptic_key,
    jwk,
    provider_server,
    reply,
    rsa_key,
    settings,
    was_refused,
)
from support.sibling import sibling

NOW = time.time


@pytest.fixture(scope="module")
def server():
    with provider_server() as server:
        yield server


@pytest.fixture(scope="module")
def provider(server):
    return server.provider()


@pytest.fixture(scope="module")
def installation(stack, tmp_path_factory, contract, secrets, provider):
    with sibling(stack, tmp_path_factory.mktemp("hostile"), **settings(provider)) as socket:
        yield Installation(socket, contract, secrets)


@pytest.fixture
def alone(stack, tmp_path, contract, secrets):
    """Starts a process that knows one provider, so what happens to it concerns nobody else."""
    running = []

    def start(*providers, **more):
        folder = tmp_path / str(len(running))
        folder.mkdir()
        context = sibling(stack, folder, **settings(*providers, **more))
        running.append(context)
        return Installation(context.__enter__(), contract, secrets)

    yield start
    for context in running:
        context.__exit__(None, None, None)


def refused(db, visit) -> str | None:
    """Why the provider was refused. Nobody is signed in, and there is no account."""
    assert (visit.error, visit.led_to) == ("PROVIDER_REFUSED", APP)
    assert set(visit.told) == {"error"}, "nothing of what the provider says is repeated"
    assert db.value("SELECT COUNT(*) FROM identities WHERE subject = %s", visit.subject) == "0"
    if visit.email:
        assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", visit.email) == "0"
    return audited(db, visit).get("reason")


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"iss": "https://evil.example.com"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": ["client", "another"]}, "authorized_party"),
        ({"azp": "another"}, "authorized_party"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": int(NOW()) - 120}, "expired"),
        ({"exp": None}, "expired"),
        ({"nbf": int(NOW()) + 3600}, "not_yet_valid"),
        ({"iat": int(NOW()) + 3600}, "not_yet_valid"),
        ({"sub": None}, "subject"),
        ({"sub": "x" * 256}, "subject"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_claims_that_do_not_fit(installation, provider, db, changes, reason):
    visit = installation.sign_in(provider, changes=changes)
    assert refused(db, visit) == reason


def unsigned(claims: dict, **header: str) -> str:
    parts = [{"typ": "JWT"} | header, claims]
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    )


def with_shared_secret(provider, claims: dict) -> str:
    """HS256 with the public key as the secret, as it is published."""
    public = provider.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = unsigned(claims, alg="HS256", kid=provider.key_id)
    code = hmac.new(public, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(code).rstrip(b'=').decode()}"


FORGERIES = {
    "unsigned": lambda provider, claims: unsigned(claims, alg="none") + ".",
    "no signature": lambda provider, claims: provider.sign(claims).rsplit(".", 1)[0] + ".",
    "shared secret": with_shared_secret,
    "swapped key": lambda provider, claims: provider.sign(claims, rsa_key("evil")),
    "key in the header": lambda provider, claims: provider.sign(
        claims, rsa_key("evil"), jwk=jwk(rsa_key("evil"), kid="k1")
    ),
    "other algorithm": lambda provider, claims: provider.sign(claims, algorithm="RS512"),
    "kind of key": lambda provider, claims: provider.sign(claims, elliptic_key(), "ES256"),
    "altered": lambda provider, claims: _altered(provider.sign(claims)),
    "garbage": lambda provider, claims: "garbage",
    "missing": lambda provider, claims: None,
}


def _altered(token: str) -> str:
    head, payload, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False}) | {"email_verified": True, "x": 1}
    return f"{head}.{unsigned(claims).split('.')[1]}.{signature}"


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_tokens(installation, provider, db, forgery):
    visit = installation.visit(provider).begin()
    visit.back(provider.code(FORGERIES[forgery](provider, provider.claims(visit))))
    assert refused(db, visit) in ("signature", "token")


def test_the_token_of_another_attempt(installation, provider, db):
    """A code that was injected: it belongs to the attempt of another browser."""
    stolen, visit = installation.visit(provider).begin(), installation.visit(provider).begin()
    visit.back(provider.code(provider.sign(provider.claims(stolen))))
    assert refused(db, visit) == "nonce"


def test_a_code_that_was_used(installation, provider, db):
    first = installation.visit(provider).begin()
    code = provider.code(provider.sign(provider.claims(first)))
    first.back(code)
    assert first.error is None
    second = installation.visit(provider).begin()
    second.back(code)
    assert refused(db, second) == "code"


@pytest.mark.parametrize(
    "error, told, reason",
    [
        ("access_denied", "SIGN_IN_CANCELLED", None),
        ("server_error", "PROVIDER_UNAVAILABLE", None),
        ("<script>alert(1)</script>", "PROVIDER_REFUSED", "error"),
    ],
)
def test_an_error_of_the_provider_becomes_one_of_ours(installation, provider, db, error, told, reason):
    visit = installation.visit(provider).begin()
    visit.back(error=error, error_description="<script>alert(1)</script>", error_uri="https://evil.example.com")
    assert visit.told == {"error": told} and was_refused(db, visit, told, reason)


def test_an_answer_without_a_code(installation, provider, db):
    visit = installation.visit(provider).begin()
    visit.back()
    assert refused(db, visit) == "answer"


def test_the_issuer_of_an_answer(installation, provider, db):
    """RFC 9207: wrong wherever it occurs; missing only where the provider promises it."""
    visit = installation.visit(provider).begin()
    visit.back(provider.code(provider.sign(provider.claims(visit))), iss="https://evil.example.com")
    assert refused(db, visit) == "issuer"
    right = installation.visit(provider).begin()
    right.back(provider.code(provider.sign(provider.claims(right))), iss=provider.issuer)
    assert right.error is None


def test_an_issuer_that_was_promised(server, alone, db):
    provider = server.provider()
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    installation = alone(provider)
    visit = installation.visit(provider).begin()
    visit.back(provider.code(provider.sign(provider.claims(visit))))
    assert refused(db, visit) == "issuer"
    cancelled = installation.visit(provider).begin()
    cancelled.back(error="access_denied")
    assert cancelled.error == "PROVIDER_REFUSED", "whoever says so is not known"


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example.com"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
    ],
    ids=lambda change: "-".join(map(str, change)),
)
def test_a_discovery_document_that_lies(server, alone, change, db):
    provider = server.provider()
    provider.metadata |= change
    provider.metadata = {name: value for name, value in provider.metadata.items() if value is not None}
    visit = alone(provider).visit(provider).begin()
    assert visit.answer.status == 302
    assert visit.answer.headers["Location"] == f"{APP}?error=PROVIDER_REFUSED"
    assert was_refused(db, visit, "PROVIDER_REFUSED", "issuer" if "issuer" in change else "metadata")


def test_a_discovery_document_that_changes_its_issuer(server, alone, db):
    """The last good one goes on for a while, and tokens of the other issuer are not accepted."""
    provider = server.provider()
    installation = alone(provider)
    assert installation.sign_in(provider).error is None
    provider.metadata |= {"issuer": "https://evil.example.com", "token_endpoint": f"{provider.issuer}/evil"}
    outdate(db, provider)
    assert installation.sign_in(provider).error is None
    assert provider.count("/evil") == 0
    assert refused(db, installation.sign_in(provider, changes={"iss": "https://evil.example.com"})) == "issuer"


def outdate(db, provider) -> None:
    """Makes the kept documents of a provider due."""
    db.rows(
        "UPDATE oauth_documents SET fetched_at = NOW(6) - INTERVAL 2 HOUR, tried_at = NOW(6) - INTERVAL 2 HOUR "
        "WHERE provider = %s",
        provider.name,
    )


def test_documents_are_kept_across_processes_and_used_while_the_provider_is_away(server, alone, db):
    provider = server.provider()
    assert alone(provider).sign_in(provider).error is None
    outdate(db, provider)
    for path in ("/.well-known/openid-configuration", "/keys"):
        provider.answers[path] = lambda handler: reply(handler, {}, 404)
    assert alone(provider).sign_in(provider).error is None
    assert provider.count("/.well-known/openid-configuration") == provider.count("/keys") == 2
    db.rows(
        "UPDATE oauth_documents SET fetched_at = NOW(6) - INTERVAL 25 HOUR, tried_at = NOW(6) - INTERVAL 2 HOUR "
        "WHERE provider = %s",
        provider.name,
    )
    visit = alone(provider).visit(provider).begin()
    assert visit.answer.headers["Location"] == f"{APP}?error=PROVIDER_REFUSED", "not for ever"


def test_new_keys_are_found_at_once_but_at_most_once_a_minute(server, alone, db):
    provider = server.provider()
    installation = alone(provider)
    assert installation.sign_in(provider).error is None
    db.rows("UPDATE oauth_documents SET tried_at = NOW(6) - INTERVAL 2 MINUTE WHERE provider = %s", provider.name)
    provider.key, provider.key_id = rsa_key("next"), "k2"
    assert provider.count("/keys") == 1
    assert installation.sign_in(provider).error is None
    assert provider.count("/keys") == 2
    for _ in range(3):
        visit = installation.visit(provider).begin()
        visit.back(provider.code(provider.sign(provider.claims(visit), kid="unknown")))
        assert refused(db, visit) == "signature"
    assert provider.count("/keys") == 2


def drip(handler) -> None:
    """Answers a byte at a time."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        if handler.server.ended.wait(0.2):
            return


ANSWERS = {
    "500": (lambda handler: reply(handler, {}, 500), "PROVIDER_UNAVAILABLE"),
    "429": (lambda handler: reply(handler, {}, 429), "PROVIDER_UNAVAILABLE"),
    "10 MB": (lambda handler: reply(handler, b" " * 10_000_000), "PROVIDER_UNAVAILABLE"),
    "drip": (drip, "PROVIDER_UNAVAILABLE"),
    "redirect": (
        lambda handler: reply(handler, {}, 302, Location="http://127.0.0.1:1/"),
        "PROVIDER_REFUSED",
    ),
    "no JSON": (lambda handler: reply(handler, b"<html>"), "PROVIDER_REFUSED"),
    "no object": (lambda handler: reply(handler, [1]), "PROVIDER_REFUSED"),
    "deep": (lambda handler: reply(handler, b"[" * 10_000), "PROVIDER_REFUSED"),
    "twice": (lambda handler: reply(handler, b'{"issuer": "a", "issuer": "b"}'), "PROVIDER_REFUSED"),
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_that_are_none(alone, path, kind, db):
    """Each with its own server, since failures count against the server."""
    answer, error = ANSWERS[kind]
    with provider_server() as server:
        server.ended = threading.Event()
        provider = server.provider()
        provider.answers[path] = answer
        installation = alone(provider)
        before = time.monotonic()
        visit = installation.visit(provider).begin()
        if path != "/.well-known/openid-configuration":
            visit.back(provider.code(provider.sign(provider.claims(visit))))
            assert visit.error == error
        else:
            assert visit.answer.headers["Location"] == f"{APP}?error={error}"
        assert time.monotonic() - before < 11
        assert audited(db, visit)["error"] == error
        server.ended.set()


def test_a_redirect_is_not_followed(server, alone, db):
    with provider_server() as elsewhere:
        other, provider = elsewhere.provider(), server.provider()
        url = f"{other.issuer}/.well-known/openid-configuration"
        provider.answers["/.well-known/openid-configuration"] = lambda handler: reply(handler, {}, 302, Location=url)
        visit = alone(provider).visit(provider).begin()
        assert visit.answer.headers["Location"] == f"{APP}?error=PROVIDER_REFUSED"
        assert was_refused(db, visit, "PROVIDER_REFUSED", "answer") and other.asked == []


def test_nobody_listens(alone):
    with provider_server() as server:
        provider = server.provider()
    visit = alone(provider).visit(provider).begin()
    assert visit.answer.headers["Location"] == f"{APP}?error=PROVIDER_UNAVAILABLE"


def test_a_provider_that_hangs_holds_few_workers(alone, client):
    """The other requests of the process go on, and so do sign-ins with another provider."""
    with socket.create_server(("127.0.0.1", 0)) as silent, provider_server() as server:
        provider = server.provider()
        provider.issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        healthy = server.provider()
        installation = alone(provider, healthy)
        threads = [threading.Thread(target=lambda: installation.visit(provider).begin()) for _ in range(20)]
        for thread in threads:
            thread.start()
        before = time.monotonic()
        assert installation.call("GET", "/auth/oauth/providers").status == 200
        assert time.monotonic() - before < 2
        assert installation.sign_in(healthy).session()["user"]["emailVerified"]
        for thread in threads:
            thread.join()


def test_a_provider_that_is_away_for_an_hour(server, alone, db):
    """Its documents are kept, its tokens cannot be had. Another provider is not concerned, and it may come back."""
    with provider_server() as vanishing:
        provider = vanishing.provider()
        port = vanishing.server_port
        assert alone(provider).sign_in(provider).error is None
    healthy = server.provider()
    installation = alone(provider, healthy)
    outdate(db, provider)
    away = installation.visit(provider).begin()
    assert away.led_to == f"{provider.issuer}/authorize", "the kept document serves"
    away.back("code")
    assert away.told == {"error": "PROVIDER_UNAVAILABLE"} and was_refused(db, away, "PROVIDER_UNAVAILABLE")
    assert installation.sign_in(healthy).session()["user"]["emailVerified"]
    with provider_server(port) as back:
        back.providers[provider.name] = provider
        assert installation.sign_in(provider).error is None
