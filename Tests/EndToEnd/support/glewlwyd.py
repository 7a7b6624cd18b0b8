"""Glewlwyd, a provider of OpenID Connect that nobody here wrote: an instance with a database and keys of its own."""

import json
import pathlib
import secrets as random
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from dataclasses import dataclass

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from support.stack import Stack, wait_until

# What the package brings: the schema with an administrator, and the pages.
SCHEMA = pathlib.Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
PAGES = pathlib.Path("/usr/share/glewlwyd/webapp")
PAGES_SETTINGS = pathlib.Path("/usr/share/glewlwyd/templates/config.json")
MODULES = pathlib.Path("/usr/lib/glewlwyd")
FIRST_PASSWORD = "password"

SCOPES = ("openid", "profile", "email")
# A property of a user that administrators set and pages do not show.
PROPERTY = {"multiple": False, "read": True, "write": True, "profile-read": False, "profile-write": False}


@dataclass(frozen=True)
class Member:
    """Somebody with an account at the provider."""

    name: str
    email: str
    password: str


class Glewlwyd:
    """A running instance, with Gatehouse as its only client."""

    def __init__(self, port: int, client_secret: str) -> None:
        self.url, self.client_secret = f"http://127.0.0.1:{port}", client_secret
        self.issuer = f"{self.url}/api/oidc"
        self._session = requests.Session()
        self._session.trust_env = False

    def is_up(self) -> bool:
        try:
            return self._session.get(f"{self.url}/config", timeout=5).ok
        except requests.ConnectionError:
            return False

    def configure(self, redirect_uri: str) -> None:
        """Makes the plugin, its scopes and the client, as an administrator does on the pages."""
        self._post("auth/", username="admin", password=FIRST_PASSWORD)
        self._put("user/admin", password=random.token_urlsafe(32))
        users = self._get("mod/user/database")
        users["parameters"]["data-format"]["email-verified"] = PROPERTY
        self._put("mod/user/database", **users)
        self._put("mod/user/database/reset")
        for scope in SCOPES[1:]:
            self._post("scope/", name=scope, display_name=scope, password_required=True, password_max_age=0)
        self._post("mod/plugin/", module="oidc", name="oidc", display_name="OpenID Connect", parameters=self._plugin())
        self._post(
            "client/",
            client_id="gatehouse",
            name="Gatehouse",
            confidential=True,
            client_secret=self.client_secret,
            redirect_uri=[redirect_uri],
            authorization_type=["code"],
            token_endpoint_auth_method=["client_secret_basic"],
            scope=[],
            enabled=True,
        )

    def _plugin(self) -> dict:
        verified = {"name": "email_verified", "user-property": "email-verified", "scope": ["email"]}
        boolean = {"type": "boolean", "boolean-value-true": "yes", "boolean-value-false": "no"}
        return {
            "iss": self.issuer,
            "oauth-as-iss-id": True,
            "jwks-private": json.dumps({"keys": [_key()]}),
            "jwks-show": True,
            "allowed-scope": list(SCOPES),
            "access-token-duration": 300,
            "refresh-token-duration": 300,
            "code-duration": 60,
            "auth-type-code-enabled": True,
            "pkce-allowed": True,
            "pkce-required": True,
            "subject-type": "public",
            "name-claim": "on-demand",
            "name-claim-scope": ["profile"],
            "email-claim": "on-demand",
            "email-claim-scope": ["email"],
            "claims": [verified | boolean],
        }

    def member(self, email: str, is_verified: bool = True) -> Member:
        """A new user of the provider."""
        member = Member(f"member-{random.token_hex(4)}", email, random.token_urlsafe(16))
        self._post(
            "user/",
            username=member.name,
            name="Ada Lovelace",
            email=email,
            password=member.password,
            scope=list(SCOPES),
            enabled=True,
            **{"email-verified": "yes" if is_verified else "no"},
        )
        return member

    @contextmanager
    def refusing(self):
        """Answers every visit with an error meanwhile, since the client may not ask for codes."""
        client = self._get("client/gatehouse")
        self._put("client/gatehouse", **client | {"authorization_type": ["refresh_token"]})
        try:
            yield
        finally:
            self._put("client/gatehouse", **client)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a stack whose users can sign in with this provider."""
        return {
            "GATEHOUSE_PROVIDERS": "glewlwyd",
            "GATEHOUSE_PROVIDER_GLEWLWYD_NAME": "Glewlwyd",
            "GATEHOUSE_PROVIDER_GLEWLWYD_ISSUER": self.issuer,
            "GATEHOUSE_PROVIDER_GLEWLWYD_CLIENT_ID": "gatehouse",
            "GATEHOUSE_PROVIDER_GLEWLWYD_CLIENT_SECRET": self.client_secret,
        }

    def _get(self, path: str) -> dict:
        return self._call("GET", path).json()

    def _post(self, path: str, **body: object) -> None:
        self._call("POST", path, body)

    def _put(self, path: str, **body: object) -> None:
        self._call("PUT", path, body)

    def _call(self, method: str, path: str, body: dict | None = None) -> requests.Response:
        answer = self._session.request(method, f"{self.url}/api/{path}", json=body, timeout=10)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer


def _key() -> dict:
    """A new private key, as Glewlwyd takes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    return json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key)) | {"kid": "k1", "alg": "ES256"}


@contextmanager
def glewlwyd(stack: Stack, folder: pathlib.Path, redirect_uri: str):
    """Runs an instance on a free port of loopback, and makes Gatehouse known to it."""
    provider = Glewlwyd(int(stack.scripts("free_port")), random.token_urlsafe(32))
    # The link of the package to the settings of the pages leads to a folder.
    shutil.copytree(PAGES, folder / "pages", ignore=shutil.ignore_patterns("config.json"))
    shutil.copy(PAGES_SETTINGS, folder / "pages" / "config.json")
    with closing(sqlite3.connect(folder / "provider.db")) as database:
        database.executescript(SCHEMA.read_text())
    (folder / "provider.conf").write_text(_configuration(provider.url, folder))
    with (folder / "provider.log").open("w") as log:
        process = subprocess.Popen(
            ["glewlwyd", f"--config-file={folder / 'provider.conf'}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        wait_until(lambda: provider.is_up() or process.poll() is not None, "Glewlwyd is up", 30)
        assert process.poll() is None, (folder / "provider.log").read_text()
        provider.configure(redirect_uri)
        yield provider
    finally:
        process.terminate()
        process.wait(20)


def _configuration(url: str, folder: pathlib.Path) -> str:
    types = {".html": "text/html", ".js": "application/javascript", ".css": "text/css", ".json": "application/json"}
    kinds = ", ".join(f'{{ extension = "{end}"; mime_type = "{kind}"; compress = 0 }}' for end, kind in types.items())
    return f"""
port = {url.rpartition(":")[2]}
bind_address = "127.0.0.1"
external_url = "{url}"
login_url = "login.html"
api_prefix = "api"
static_files_path = "{folder / "pages"}/"
static_files_mime_types = ({kinds})
log_mode = "console"
log_level = "INFO"
cookie_domain = "127.0.0.1"
cookie_secure = 0
session_expiration = 3600
session_key = "SESSION"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "{MODULES}/user"
client_module_path = "{MODULES}/client"
user_auth_scheme_module_path = "{MODULES}/scheme"
plugin_module_path = "{MODULES}/plugin"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3"; path = "{folder / "provider.db"}" }}
"""
