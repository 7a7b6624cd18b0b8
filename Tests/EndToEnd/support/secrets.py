"""Every secret that the tests have sent or received. The last test looks for them in the logs."""

import re
import subprocess
import tempfile
import threading
from urllib.parse import quote

from support.resources import RESOURCES

OF_PACKAGE = {field for resource in RESOURCES for field in resource.secrets}
SECRET_FIELDS = OF_PACKAGE | {
    "password",
    "newPassword",
    "currentPassword",
    "refreshToken",
    "accessToken",
    "token",
    "secret",
    "codeVerifier",
}
COOKIE = re.compile(r"__Host-gatehouse_(\w+)=\"?([^\";,\s]+)")


class SecretRegistry:
    """Secrets by value, each with its kind."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        self._kinds: set[str] = set()
        self._lock = threading.Lock()

    def add(self, kind: str, value: object) -> None:
        """Notes one secret. Short or plain text is left out, since it can occur by chance."""
        if not isinstance(value, str):
            return
        # Only the signature of an access token is secret.
        secret = value.rsplit(".", 1)[1] if value.startswith("eyJ") and value.count(".") == 2 else value
        if len(set(secret)) >= 8:
            with self._lock:
                self._secrets[secret] = kind
                self._kinds.add(kind)

    def add_from(self, json: object) -> None:
        """Notes every secret field of a body, at any depth."""
        if isinstance(json, list):
            for element in json:
                self.add_from(element)
        elif isinstance(json, dict):
            for name, value in json.items():
                if name in SECRET_FIELDS:
                    self.add(name, value)
                self.add_from(value)

    def add_from_headers(self, headers) -> None:
        """Notes the token of Authorization and the values of cookies."""
        if authorization := headers.get("Authorization"):
            self.add("accessToken", authorization.split(" ", 1)[-1])
        for name in ("Cookie", "Set-Cookie"):
            for kind, value in COOKIE.findall(headers.get(name) or ""):
                self.add(f"{kind}Cookie", value)

    def all(self) -> tuple[dict[str, str], set[str]]:
        """Every secret with its kind, and the kinds noted."""
        with self._lock:
            return dict(self._secrets), set(self._kinds)

    def add_all(self, secrets: dict[str, str], kinds: list[str]) -> None:
        """Adds the secrets of another registry."""
        with self._lock:
            self._secrets |= secrets
            self._kinds |= set(kinds)

    def kinds(self) -> set[str]:
        """The kinds of secrets noted so far."""
        with self._lock:
            return set(self._kinds)

    def prefixes(self) -> set[str]:
        """The first four characters of the secrets, which show the kind of a token."""
        with self._lock:
            return {secret[:4] for secret in self._secrets}

    def found_in(self, text: bytes) -> set[str]:
        """The kinds of the secrets that occur in a text, as they are or percent-encoded."""
        forms: dict[bytes, str] = {}
        with self._lock:
            for secret, kind in self._secrets.items():
                raw = secret.encode("utf-8", "surrogatepass")
                forms |= {quote(raw).encode(): kind, raw: kind}
        lines = {form for form in forms if b"\n" not in form}
        found = {form for form in forms.keys() - lines if form in text}
        return {forms[form] for form in found | _lines_within(text, lines)}


def _lines_within(text: bytes, lines: set[bytes]) -> set[bytes]:
    """The lines that occur in a text, found by grep in one pass even for thousands of lines."""
    with tempfile.NamedTemporaryFile() as patterns:
        patterns.write(b"\n".join(lines))
        patterns.flush()
        done = subprocess.run(
            ["grep", "--text", "--only-matching", "--fixed-strings", "--file", patterns.name],
            input=text,
            env={"LC_ALL": "C"},
            capture_output=True,
        )
    assert done.returncode in (0, 1), done.stderr
    return set(done.stdout.splitlines())
