"""Everything secret that the tests have sent or received: the last test looks for it in the logs."""

import threading
from urllib.parse import quote

SECRET_FIELDS = {"password", "refreshToken", "accessToken", "token"}


class SecretRegistry:
    """Secrets by value, each with what it is."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        self._lock = threading.Lock()

    def add(self, kind: str, value: object) -> None:
        """Notes one secret. Text too short or too plain to be told from chance is left out."""
        if not isinstance(value, str):
            return
        # The signature alone would betray an access token; the rest of it is no secret.
        secret = value.rsplit(".", 1)[1] if value.startswith("eyJ") and value.count(".") == 2 else value
        if len(set(secret)) >= 8:
            with self._lock:
                self._secrets[secret] = kind

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
            for pair in (headers.get(name) or "").split(";"):
                if "refresh" in pair and "=" in pair:
                    self.add("cookie", pair.split("=", 1)[1].strip())

    def kinds(self) -> set[str]:
        """What kinds of secrets were noted."""
        with self._lock:
            return set(self._secrets.values())

    def found_in(self, text: bytes) -> set[str]:
        """The kinds of those that stand in a text, as they are or percent-encoded."""
        with self._lock:
            secrets = dict(self._secrets)
        found = set()
        for secret, kind in secrets.items():
            forms = {
                secret.encode("utf-8", "surrogatepass"),
                quote(secret.encode("utf-8", "surrogatepass")).encode(),
            }
            if any(form in text for form in forms):
                found.add(kind)
        return found
