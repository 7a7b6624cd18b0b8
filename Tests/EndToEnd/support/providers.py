"""Providers that a test serves itself, so it can make them say whatever it wants, and visits of browsers to them."""

import base64
import hashlib
import http.server
import json
import secrets as random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.contract import Contract
from support.sibling import Answer, call

API = "/api/v1"
BROWSER_COOKIE = "__Host-gatehouse_oauth"
APP = "https://app.example.com/signed-in"
SAME_ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key that all tests of a process share, since making one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(key, **members: str) -> dict:
    """The public half of a key, as a JSON Web Key."""
    algorithm = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return json.loads(algorithm.to_jwk(key.public_key())) | {"use": "sig"} | members


class Provider:
    """One provider. Its answers can be replaced: by path, a function that takes the request handler."""

    def __init__(self, server: "ProviderServer", name: str) -> None:
        self.name = name
        self.issuer = f"{server.url}/{name}"
        self.key, self.key_id = rsa_key("usual"), "k1"
        self.metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        }
        self.answers: dict[str, object] = {}
        # What was asked: path, header fields and body.
        self.asked: list[tuple[str, dict, dict]] = []
        # What each code stands for: the answer of the token endpoint. A code is exchanged once.
        self.codes: dict[str, dict] = {}
        # The refresh token of the last code that had one.
        self.refresh_token: str | None = None
        self.userinfo: dict = {}

    @property
    def keys(self) -> dict:
        return {"keys": [jwk(self.key, kid=self.key_id)]}

    def sign(self, claims: dict, key=None, algorithm: str = "RS256", **header: str) -> str:
        """A token with these claims."""
        return jwt.encode(claims, key or self.key, algorithm, headers={"kid": self.key_id} | header)

    def claims(self, visit: "Visit", **changes: object) -> dict:
        """The claims of a token for a visit; `None` removes one."""
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": visit.asked["client_id"],
            "sub": visit.subject,
            "nonce": visit.asked.get("nonce"),
            "iat": now,
            "exp": now + 300,
            "email": visit.email,
            "email_verified": True,
            "name": "Ada Lovelace",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def code(self, token: str | None, **members: object) -> str:
        """A code that is exchanged for a token."""
        code = random.token_hex(16)
        self.codes[code] = {"token_type": "Bearer", "access_token": random.token_hex(16)} | members
        if token is not None:
            self.codes[code]["id_token"] = token
        return code

    def count(self, path: str) -> int:
        """How often something was asked."""
        return sum(asked == path for asked, _, _ in self.asked)

    def settings(self, kind: str | None = None) -> dict[str, str]:
        """The settings of this provider, under its name or that of a known kind."""
        prefix = f"GATEHOUSE_PROVIDER_{(kind or self.name).upper()}"
        return {
            f"{prefix}_ISSUER": self.issuer,
            f"{prefix}_CLIENT_ID": "client",
            f"{prefix}_CLIENT_SECRET": "s:ecret",
        }

    def answer(self, handler: http.server.BaseHTTPRequestHandler, path: str, body: dict) -> None:
        self.asked.append((path, dict(handler.headers), body))
        if path in self.answers:
            self.answers[path](handler)
        elif path == "/.well-known/openid-configuration":
            reply(handler, self.metadata)
        elif path == "/keys":
            reply(handler, self.keys)
        elif path == "/token":
            found = self.codes.pop(body.get("code", ""), None)
            reply(handler, found or {"error": "invalid_grant"}, 200 if found else 400)
        elif path == "/userinfo":
            reply(handler, self.userinfo)
        else:
            reply(handler, {}, 404)


def reply(handler: http.server.BaseHTTPRequestHandler, body: object, status: int = 200, **fields: str) -> None:
    """Answers with JSON, or with bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in fields.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


class ProviderServer(http.server.ThreadingHTTPServer):
    """Serves providers on loopback, each below its own path."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.providers: dict[str, Provider] = {}

    def provider(self) -> Provider:
        """A new provider, whose name nobody else uses."""
        name = f"p{random.token_hex(6)}"
        self.providers[name] = Provider(self, name)
        return self.providers[name]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        _, name, rest = self.path.split("/", 2)
        form = {}
        if length := int(self.headers.get("Content-Length") or 0):
            form = {key: values[0] for key, values in parse_qs(self.rfile.read(length).decode()).items()}
        try:
            self.server.providers[name].answer(self, f"/{rest.split('?')[0]}", form)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET

    def log_message(self, *arguments) -> None:
        pass


@contextmanager
def provider_server(port: int = 0):
    """Runs such a server, on any port or on this one."""
    server = ProviderServer(port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settings(*providers, **more: str) -> dict[str, str]:
    """The settings of a process that knows providers."""
    known = {
        "GATEHOUSE_PROVIDERS": ",".join(provider.name for provider in providers),
        "GATEHOUSE_REDIRECT_URLS": f"{APP},com.example.app:/callback,http://127.0.0.1/callback",
        "GATEHOUSE_OUTBOUND_ALLOW": "127.0.0.1",
    }
    for provider in providers:
        known |= provider.settings()
    return known | more


def audited(db, visit) -> dict:
    """The details of the last refusal of a provider."""
    details = db.value(
        "SELECT details FROM audit_events WHERE action = 'oauth.refused' "
        "AND JSON_VALUE(details, '$.provider') = %s ORDER BY id DESC LIMIT 1",
        visit.name,
    )
    return json.loads(details)


def was_refused(db, visit, error: str, reason: str | None = None) -> bool:
    """Whether the audit has this as the last refusal of a provider."""
    details = audited(db, visit)
    return (details["error"], details.get("reason")) == (error, reason)


def refused(db, visit) -> str | None:
    """Why the provider was refused. Nobody is signed in, and there is no account."""
    assert (visit.error, visit.led_to) == ("PROVIDER_REFUSED", APP)
    assert set(visit.told) == {"error"}, "nothing of what the provider says is repeated"
    assert db.value("SELECT COUNT(*) FROM identities WHERE subject = %s", visit.subject) == "0"
    if visit.email:
        assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", visit.email) == "0"
    return audited(db, visit).get("reason")


def relay() -> str:
    """A new address of the domain in which Apple's addresses only forward mails."""
    return f"e2e-{random.token_hex(8)}@privaterelay.appleid.com"


def verifier() -> str:
    """A new verifier (RFC 7636)."""
    return random.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """Its challenge."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Installation:
    """A process of the program that knows providers of the test. Its answers are compared with the document."""

    def __init__(self, socket, contract: Contract, secrets) -> None:
        self.socket, self.contract, self.secrets = socket, contract, secrets

    def call(self, method: str, path: str, body: dict | bytes | None = None, **fields: str) -> Answer:
        if isinstance(body, dict):
            self.secrets.add_from(body)
        answer = call(self.socket, method, API + path, body, **fields)
        self.contract.check_past_nginx(method, (API + path).split("?")[0], answer.status, answer.body)
        self.secrets.add_from(answer.body)
        return answer

    def visit(self, provider: Provider, name: str | None = None, **known: object) -> "Visit":
        """Begins a visit to a provider."""
        return Visit(self, provider, name or provider.name, **known)

    def sign_in(self, provider: Provider, **known: object) -> "Visit":
        """A whole visit."""
        visit = self.visit(provider, **known).begin()
        provider.userinfo = {"sub": visit.subject}
        visit.back(provider.code(provider.sign(provider.claims(visit, **visit.changes))))
        return visit


@dataclass
class Visit:
    """One visit of a browser to a provider."""

    installation: Installation
    provider: Provider
    # The id of the provider in the settings.
    name: str
    subject: str = field(default_factory=lambda: random.token_hex(8))
    email: str | None = field(default_factory=lambda: f"e2e-{random.token_hex(8)}@example.com")
    verifier: str = field(default_factory=verifier)
    redirect_to: str = APP
    # The cookie of the browser.
    cookie: str | None = None
    # Further parameters of the request.
    parameters: dict = field(default_factory=dict)
    # Changed claims.
    changes: dict = field(default_factory=dict)
    # What the provider was asked.
    asked: dict = field(default_factory=dict)
    # The last answer of the program, and the parameters with which it leads to the app.
    answer: Answer | None = None
    told: dict = field(default_factory=dict)

    def begin(self) -> "Visit":
        """Lets the browser begin."""
        query = {"redirectTo": self.redirect_to, "codeChallenge": challenge(self.verifier)} | self.parameters
        cookie = {"HTTP_COOKIE": f"{BROWSER_COOKIE}={self.cookie}"} if self.cookie else {}
        self.answer = self.installation.call(
            "GET", f"/auth/oauth/{self.name}/authorize?{urlencode(query)}", **cookie
        )
        if self.answer.status == 302:
            location = urlsplit(self.answer.headers["Location"])
            self.asked = {key: values[0] for key, values in parse_qs(location.query).items()}
            if "Set-Cookie" in self.answer.headers:
                self.cookie = self.answer.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
                self.installation.secrets.add("oauthCookie", self.cookie)
        return self

    def back(self, code: str | None = None, name: str | None = None, **parameters: str) -> Answer:
        """Lets the browser come back with a code, and keeps where it is led."""
        query = {"state": self.asked.get("state")} | ({"code": code} if code else {}) | parameters
        query = {key: value for key, value in query.items() if value is not None}
        cookie = {"HTTP_COOKIE": f"{BROWSER_COOKIE}={self.cookie}"} if self.cookie else {}
        self.answer = self.installation.call(
            "GET", f"/auth/oauth/{name or self.name}/callback?{urlencode(query)}", **cookie
        )
        assert self.answer.status == 303, self.answer
        location = urlsplit(self.answer.headers["Location"])
        self.told = {key: values[0] for key, values in parse_qs(location.query).items()}
        if code := self.told.get("code"):
            self.installation.secrets.add("code", code)
        return self.answer

    @property
    def error(self) -> str | None:
        return self.told.get("error")

    @property
    def led_to(self) -> str:
        """Where the browser is led, without the query."""
        return self.answer.headers["Location"].split("?")[0]

    def exchange(self, **changes: object) -> Answer:
        """Lets the app exchange its code."""
        body = {"code": self.told.get("code"), "codeVerifier": self.verifier} | changes
        return self.installation.call("POST", "/auth/oauth/exchange", body, **SAME_ORIGIN)

    def session(self) -> dict:
        """The user and the tokens of the sign-in."""
        answer = self.exchange()
        assert answer.status == 200, answer
        return answer.body["data"]

    def link(self, token: str, **changes: object) -> Answer:
        """Lets a signed-in user link the account at the provider."""
        body = {"code": self.told.get("code"), "codeVerifier": self.verifier} | changes
        return self.installation.call(
            "POST", "/users/me/oauth-accounts", body, HTTP_AUTHORIZATION=f"Bearer {token}"
        )


def elliptic_key():
    """A new key of ES256."""
    return ec.generate_private_key(ec.SECP256R1())


def form(**fields: str) -> bytes:
    """The body of a form."""
    return urlencode(fields, quote_via=quote).encode()
