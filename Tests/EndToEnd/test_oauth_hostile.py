"""Providers that lie about themselves, break or vanish: nobody signs in, and the app gets a code of ours."""

import socket
import threading
import time

import pytest

from support.logs import lines
from support.providers import APP, audited, provider_server, refused, reply, rsa_key, was_refused


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
def test_a_discovery_document_that_lies(provider_host, alone, change, db):
    provider = provider_host.provider()
    provider.metadata |= change
    provider.metadata = {name: value for name, value in provider.metadata.items() if value is not None}
    visit = alone(provider).visit(provider).begin()
    assert visit.answer.status == 302
    assert visit.answer.headers["Location"] == f"{APP}?error=PROVIDER_REFUSED"
    assert was_refused(db, visit, "PROVIDER_REFUSED", "issuer" if "issuer" in change else "metadata")


def test_a_discovery_document_that_changes_its_issuer(provider_host, alone, db, logs):
    """The last good one goes on for a while, which the log tells, and tokens of the other issuer are not accepted."""
    provider = provider_host.provider()
    installation = alone(provider)
    assert installation.sign_in(provider).error is None
    provider.metadata |= {"issuer": "https://evil.example.com", "token_endpoint": f"{provider.issuer}/evil"}
    outdate(db, provider)
    assert installation.sign_in(provider).error is None
    assert provider.count("/evil") == 0
    (warning,) = [line for line in lines(logs.program) if "document" in line and line["provider"] == provider.name]
    assert (warning["document"], warning["reason"]) == ("discovery", "issuer")
    assert refused(db, installation.sign_in(provider, changes={"iss": "https://evil.example.com"})) == "issuer"


def outdate(db, provider) -> None:
    """Makes the kept documents of a provider due."""
    db.rows(
        "UPDATE oauth_documents SET fetched_at = NOW(6) - INTERVAL 2 HOUR, tried_at = NOW(6) - INTERVAL 2 HOUR "
        "WHERE provider = %s",
        provider.name,
    )


def test_documents_are_kept_across_processes_and_used_while_the_provider_is_away(provider_host, alone, db):
    provider = provider_host.provider()
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


def test_new_keys_are_found_at_once_but_at_most_once_a_minute(provider_host, alone, db):
    provider = provider_host.provider()
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


def test_a_redirect_is_not_followed(provider_host, alone, db):
    with provider_server() as elsewhere:
        other, provider = elsewhere.provider(), provider_host.provider()
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


def test_a_provider_that_is_away_for_an_hour(provider_host, alone, db):
    """Its documents are kept, its tokens cannot be had. Another provider is not concerned, and it may come back."""
    with provider_server() as vanishing:
        provider = vanishing.provider()
        port = vanishing.server_port
        assert alone(provider).sign_in(provider).error is None
    healthy = provider_host.provider()
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
