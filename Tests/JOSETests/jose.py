"""Makes and verifies keys and tokens with other libraries: joserfc, PyJWT, and cryptography alone.

    jose.py make          prints keys and tokens of each library and algorithm
    jose.py check JSON    verifies tokens with each library, and prints the claims that each reads
"""

import base64
import json
import sys
import warnings

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from joserfc import jws
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

# joserfc prefers the name Ed25519 for EdDSA (RFC 9864).
warnings.simplefilter("ignore")

CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
ALGORITHMS = [*CURVES, "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
CONTENT = b'{"sub":"somebody","name":"caf\xc3\xa9"}'
TYPE = "at+jwt"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_key(algorithm: str, kid: str):
    parameters = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm in CURVES:
        return ECKey.generate_key(CURVES[algorithm], parameters)
    if algorithm == "EdDSA":
        return OKPKey.generate_key("Ed25519", parameters)
    return RSAKey.generate_key(2048, parameters)


def hash_of(algorithm: str):
    return {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}[algorithm[2:]]()


def padding_of(algorithm: str):
    if algorithm.startswith("RS"):
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(hash_of(algorithm)), padding.PSS.DIGEST_LENGTH)


def sign_alone(algorithm: str, key, data: bytes) -> bytes:
    if algorithm == "EdDSA":
        return key.sign(data)
    if algorithm not in CURVES:
        return key.sign(data, padding_of(algorithm), hash_of(algorithm))
    size = (key.curve.key_size + 7) // 8
    r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hash_of(algorithm))))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def verify_alone(algorithm: str, key, signature: bytes, data: bytes) -> None:
    if algorithm == "EdDSA":
        key.verify(signature, data)
    elif algorithm not in CURVES:
        key.verify(signature, data, padding_of(algorithm), hash_of(algorithm))
    else:
        size = (key.curve.key_size + 7) // 8
        assert len(signature) == 2 * size
        r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
        key.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(hash_of(algorithm)))


def tokens(algorithm: str, key) -> dict[str, str]:
    header = {"alg": algorithm, "typ": TYPE, "kid": key.kid}
    signed = f"{encode(json.dumps(header).encode())}.{encode(CONTENT)}"
    own = jwt.PyJWK(key.as_dict(private=True), algorithm).key
    return {
        "joserfc": jws.serialize_compact(header, CONTENT, key, algorithms=[algorithm]),
        "PyJWT": jwt.PyJWS().encode(CONTENT, own, algorithm, headers={"typ": TYPE, "kid": key.kid}),
        "cryptography": f"{signed}.{encode(sign_alone(algorithm, key.private_key, signed.encode()))}",
    }


def make() -> dict:
    keys = {algorithm: new_key(algorithm, f"key of {algorithm}") for algorithm in ALGORITHMS}
    return {
        "content": CONTENT.decode(),
        "keySet": KeySet(list(keys.values())).as_dict(private=False),
        "keys": [
            {"alg": algorithm, "private": key.as_dict(private=True), "tokens": tokens(algorithm, key)}
            for algorithm, key in keys.items()
        ],
    }


def check(given: dict) -> list[dict]:
    """Verifies with every library. The key comes from the key set, and the algorithm from the test."""
    ours, theirs = KeySet.import_key_set(given["keySet"]), jwt.PyJWKSet.from_dict(given["keySet"])
    found = []
    for one in given["tokens"]:
        algorithm, token = one["alg"], one["token"]
        header, payload, signature = token.split(".")
        kid = json.loads(decode(header))["kid"]
        key = ours.get_by_kid(kid)
        verify_alone(algorithm, key.public_key, decode(signature), f"{header}.{payload}".encode())
        read = jwt.PyJWS().decode_complete(token, theirs[kid].key, [algorithm])
        found.append(
            {
                "alg": algorithm,
                "header": read["header"],
                "joserfc": jws.deserialize_compact(token, key, [algorithm]).payload.decode(),
                "PyJWT": read["payload"].decode(),
                "cryptography": decode(payload).decode(),
            }
        )
    return found


if __name__ == "__main__":
    print(json.dumps(make() if sys.argv[1] == "make" else check(json.loads(sys.argv[2]))))
