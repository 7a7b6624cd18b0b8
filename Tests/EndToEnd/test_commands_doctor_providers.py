"""`gatehouse doctor`: sign-in providers that cannot be used, or not for long."""

import base64
from functools import partial

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support import doctor
from support.commands import installation
from support.doctor import faults
from support.providers import elliptic_key, reply, rsa_key, settings

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def own(stack):
    with installation(stack) as made:
        made.json("keys", "rotate", "--compromised")
        yield made


@pytest.fixture
def examine(own, provider_host):
    """Examines an installation with one provider; returns the exit code, the finding about it, and all findings."""

    def run(provider, **more: str):
        code, findings = doctor.examine(own, **settings(provider, **more))
        return code, findings[f"provider {provider.name}"][0], findings

    return run


def at(time: str, provider, handler) -> None:
    """Answers with the provider's document, as if it were this time."""
    handler.date_time_string = lambda timestamp=None: time
    reply(handler, provider.metadata)


def test_a_provider_that_works_is_in_order(examine, provider_host):
    provider = provider_host.provider()
    code, finding, _ = examine(provider)
    assert (code, finding["status"], finding["finding"]) == (0, "ok", provider.issuer)


def test_a_provider_whose_clock_differs_is_reported(examine, provider_host):
    provider = provider_host.provider()
    provider.answers[DISCOVERY] = partial(at, "Sun, 06 Nov 1994 08:49:37 GMT", provider)
    code, finding, _ = examine(provider)
    assert code == 0 and finding["status"] == "warning" and finding["finding"].startswith("its clock differs by -")
    assert "NTP" in finding["advice"]


@pytest.mark.parametrize(
    "path, answer, words",
    [
        (DISCOVERY, lambda handler: reply(handler, {}, 503), "it answers 503"),
        (DISCOVERY, lambda handler: reply(handler, {"issuer": "https://evil.example.com"}), "(issuer)"),
        (DISCOVERY, lambda handler: reply(handler, b"<html>"), "not acceptable"),
        ("/keys", lambda handler: reply(handler, {"keys": []}), "not acceptable"),
        ("/keys", lambda handler: reply(handler, {}, 500), "it answers 500"),
    ],
    ids=["out of order", "another issuer", "no document", "no keys", "keys out of order"],
)
def test_a_provider_that_cannot_sign_anybody_in_is_a_fault(examine, provider_host, path, answer, words):
    provider = provider_host.provider()
    provider.answers[path] = answer
    code, finding, findings = examine(provider)
    assert code == 1 and faults(findings) == {f"provider {provider.name}"}
    assert words in finding["finding"] and finding["finding"].startswith(provider.issuer)


def test_a_provider_that_cannot_be_reached_is_a_fault(examine, provider_host):
    provider = provider_host.provider()
    provider.issuer = "http://127.0.0.1:1"
    assert examine(provider)[1]["status"] == "fault"


def apple(provider, key) -> dict[str, str]:
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    known = provider.settings("apple") | {
        "GATEHOUSE_PROVIDERS": "apple",
        "GATEHOUSE_OUTBOUND_ALLOW": "127.0.0.1",
        "GATEHOUSE_PROVIDER_APPLE_TEAM_ID": "TEAM",
        "GATEHOUSE_PROVIDER_APPLE_KEY_ID": "KEY",
        "GATEHOUSE_PROVIDER_APPLE_PRIVATE_KEY": base64.b64encode(der).decode(),
    }
    del known["GATEHOUSE_PROVIDER_APPLE_CLIENT_SECRET"]
    return known


def test_the_key_for_apple_must_be_of_its_kind(own, provider_host):
    """Apple's client secret is signed for each request, so only the key can be wrong."""
    provider = provider_host.provider()
    code, findings = doctor.examine(own, **apple(provider, elliptic_key()))
    assert code == 0 and "new client secret" in findings["provider apple"][0]["finding"]
    code, findings = doctor.examine(own, **apple(provider, rsa_key("usual")))
    assert code == 1 and "GATEHOUSE_PROVIDER_APPLE_PRIVATE_KEY" in findings["configuration"][0]["finding"]
