"""Access tokens: what they contain, who can verify them, and which are refused."""

import base64
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from support.client import at_once, expect
from support.contract import UUID_V7
from support.sibling import post, sibling

ME = "/api/v1/users/me"
JWKS = "/.well-known/jwks.json"


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def issuer(stack) -> str:
    return stack.settings["GATEHOUSE_PUBLIC_URL"]


@pytest.fixture(scope="module")
def jwks(client) -> dict:
    return client.get(JWKS).json()


def encode(part: dict | bytes) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(part: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def sign(header: dict, claims: dict, key: ec.EllipticCurvePrivateKey) -> str:
    signed = f"{encode(header)}.{encode(claims)}"
    r, s = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def test_another_library_verifies_tokens_by_the_published_keys(person, jwks, issuer):
    header = jwt.get_unverified_header(person.access)
    assert (header["alg"], header["typ"]) == ("ES256", "at+jwt")
    key = next(key for key in jwt.PyJWKSet.from_dict(jwks).keys if key.key_id == header["kid"])
    claims = jwt.decode(person.access, key, algorithms=["ES256"], audience=issuer, issuer=issuer)
    assert set(claims) == {"iss", "sub", "sid", "aud", "iat", "exp", "role", "jti", "client_id"}
    assert claims["sub"] == person.id and claims["sid"] == person.session_id() and claims["role"] == "user"
    assert UUID_V7.fullmatch(claims["sid"]) and len(claims["jti"]) == 22
    assert claims["client_id"] == "gatehouse", "RFC 9068, section 2.2: validators refuse tokens without it"
    assert claims["exp"] - claims["iat"] == 900 and abs(claims["iat"] - time.time()) < 60


def test_the_published_keys_contain_nothing_private(jwks):
    assert set(jwks) == {"keys"} and jwks["keys"]
    for key in jwks["keys"]:
        assert set(key) == {"kty", "crv", "use", "alg", "kid", "x", "y"}
        assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")


def test_signing_keys_are_stored_encrypted(db, jwks):
    for key in jwks["keys"]:
        x = base64.urlsafe_b64decode(key["x"] + "=")
        sealed = bytes.fromhex(
            db.value("SELECT HEX(private_key_sealed) FROM signing_keys WHERE kid = %s", key["kid"])
        )
        assert x not in sealed and b"PRIVATE KEY" not in sealed
        with pytest.raises(ValueError, match="deserialize"):
            serialization.load_der_private_key(sealed, None)


FORGERIES = {
    "altered payload": lambda h, c, s, key, pem: f"{h}.{encode(decode(c) | {'role': 'admin'})}.{s}",
    "another user": lambda h, c, s, key, pem: f"{h}.{encode(decode(c) | {'sub': decode(c)['sid']})}.{s}",
    "altered header": lambda h, c, s, key, pem: f"{encode(decode(h) | {'x': 1})}.{c}.{s}",
    "altered signature": lambda h, c, s, key, pem: (
        f"{h}.{c}.{s[:-4]}{'AAAA' if s[-4:] != 'AAAA' else 'BBBB'}"
    ),
    "zero signature": lambda h, c, s, key, pem: f"{h}.{c}.{encode(bytes(64))}",
    "no signature": lambda h, c, s, key, pem: f"{h}.{c}.",
    "two parts": lambda h, c, s, key, pem: f"{h}.{c}",
    "four parts": lambda h, c, s, key, pem: f"{h}.{c}.{s}.{s}",
    "padded": lambda h, c, s, key, pem: f"{h}.{c}.{s}==",
    "alg none": lambda h, c, s, key, pem: f"{encode(decode(h) | {'alg': 'none'})}.{c}.",
    "alg None": lambda h, c, s, key, pem: f"{encode(decode(h) | {'alg': 'None'})}.{c}.",
    "HS256 by the public key": lambda h, c, s, key, pem: hs256(decode(h), c, pem),
    "another key under our kid": lambda h, c, s, key, pem: sign(decode(h), decode(c), key),
    "key in the header": lambda h, c, s, key, pem: sign(decode(h) | {"jwk": public_jwk(key)}, decode(c), key),
    "unknown kid": lambda h, c, s, key, pem: sign(decode(h) | {"kid": "nobody"}, decode(c), key),
    "no kid": lambda h, c, s, key, pem: sign({"alg": "ES256", "typ": "at+jwt"}, decode(c), key),
    "kid of another type": lambda h, c, s, key, pem: sign(decode(h) | {"kid": 7}, decode(c), key),
    "typ JWT": lambda h, c, s, key, pem: sign(decode(h) | {"typ": "JWT"}, decode(c), key),
    "not a JWT": lambda h, c, s, key, pem: "this-is-no-token",
    "empty parts": lambda h, c, s, key, pem: "..",
    "not base64": lambda h, c, s, key, pem: "%%%.***.!!!",
    "not JSON": lambda h, c, s, key, pem: f"{encode(b'{{{')}.{encode(b'[]')}.{s}",
    "deep JSON": lambda h, c, s, key, pem: f"{encode(b'[' * 3000)}.{c}.{s}",
    "very long": lambda h, c, s, key, pem: "A" * 7000,
}


def hs256(header: dict, claims: str, secret: bytes) -> str:
    signed = f"{encode(header | {'alg': 'HS256'})}.{claims}"
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(signed.encode())
    return f"{signed}.{encode(mac.finalize())}"


def public_jwk(key: ec.EllipticCurvePrivateKey) -> dict:
    numbers = key.public_key().public_numbers()
    x, y = (encode(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forgery_is_refused(client, person, jwks, forge):
    kid = jwt.get_unverified_header(person.access)["kid"]
    ours = next(key for key in jwt.PyJWKSet.from_dict(jwks).keys if key.key_id == kid).key
    pem = ours.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    token = forge(*person.access.split("."), ec.generate_private_key(ec.SECP256R1()), pem)
    response = client.get(ME, token=token)
    expect(response, 401, "UNAUTHORIZED")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    expect(client.get(ME, token=person.access), 200)


@pytest.mark.parametrize(
    "field",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Token {token}",
        "{token}",
        "Bearer {token} x",
        "Bearer, {token}",
        "Bearer {token},",
        "Bearer {refresh}",
        "Basic {token}",
    ],
    ids=str,
)
def test_another_authorization_field_is_refused(client, person, field):
    value = field.format(token=person.access, refresh=person.refresh)
    expect(client.get(ME, headers={"Authorization": value}), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_case_insensitive(client, person, scheme):
    expect(client.get(ME, headers={"Authorization": f"{scheme} {person.access}"}), 200)


def test_a_token_in_query_or_cookie_is_ignored(client, person):
    expect(client.get(f"{ME}?access_token={person.refresh}"), 401, "UNAUTHORIZED")
    expect(client.get(ME, headers={"Cookie": f"access_token={person.access}"}), 401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "shift, settings, code",
    [
        (-1000, {}, "TOKEN_EXPIRED"),
        (-925, {}, 200),
        (300, {}, "UNAUTHORIZED"),
        (0, {"GATEHOUSE_PUBLIC_URL": "https://other.example"}, "UNAUTHORIZED"),
        (0, {"GATEHOUSE_TOKEN_AUDIENCE": "https://other.example"}, "UNAUTHORIZED"),
    ],
    ids=["expired", "within the skew", "not yet issued", "other issuer", "other audience"],
)
def test_a_well_signed_token_for_another_time_or_place_is_refused(
    client, people, stack, secrets, tmp_path, shift, settings, code
):
    person = people.verified()
    with sibling(stack, tmp_path, shift, **settings) as socket:
        answer = post(socket, "/api/v1/auth/login", {"email": person.email, "password": person.password})
    secrets.add_from(answer)
    response = client.get(ME, token=answer["data"]["tokens"]["accessToken"])
    if code == 200:
        expect(response, 200)
    else:
        expect(response, 401, code)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET status = 'suspended' WHERE public_id = %s",
        "UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s",
        "UPDATE users SET role = 'admin' WHERE public_id = %s",
        "DELETE FROM users WHERE public_id = %s",
    ],
    ids=["suspended", "deleted", "other role", "erased"],
)
def test_a_change_of_the_user_takes_effect_at_once(client, people, db, change):
    person = people.signed_in()
    expect(client.get(ME, token=person.access), 200)
    db.run(change, person.id)
    expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")


@pytest.mark.alone  # All tokens are signed with this key.
def test_withdrawing_a_key_takes_effect_at_once(client, people, db):
    person = people.signed_in()
    kid = jwt.get_unverified_header(person.access)["kid"]
    db.run("UPDATE signing_keys SET withdrawn_at = NOW(6) WHERE kid = %s", kid)
    try:
        expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")
    finally:
        db.run("UPDATE signing_keys SET withdrawn_at = NULL WHERE kid = %s", kid)
    expect(client.get(ME, token=person.access), 200)


def test_many_made_up_keys_do_no_harm(client, person):
    header, claims, signature = person.access.split(".")

    def ask(number: int):
        return client.get(
            ME, token=f"{encode(decode(header) | {'kid': f'made-up-{number}'})}.{claims}.{signature}"
        )

    assert {response.status_code for response in at_once(32, ask)} == {401}
    expect(client.get(ME, token=person.access), 200)
