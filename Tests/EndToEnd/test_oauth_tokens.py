"""Tokens and answers that do not fit: nobody signs in, the app gets a code of ours, and the audit knows why."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support.providers import elliptic_key, jwk, refused, rsa_key, was_refused

NOW = time.time


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


def test_an_issuer_that_was_promised(provider_host, alone, db):
    provider = provider_host.provider()
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    installation = alone(provider)
    visit = installation.visit(provider).begin()
    visit.back(provider.code(provider.sign(provider.claims(visit))))
    assert refused(db, visit) == "issuer"
    cancelled = installation.visit(provider).begin()
    cancelled.back(error="access_denied")
    assert cancelled.error == "PROVIDER_REFUSED", "whoever says so is not known"
