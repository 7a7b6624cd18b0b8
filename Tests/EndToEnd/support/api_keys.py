"""API keys made for one test each, through the API."""

import secrets as random
import zlib

from support.client import Client, expect
from support.projects import PATH as PROJECTS
from support.resources import RESOURCES

PATH = "/api/v1/api-keys"
# Scopes of keys: those of an organization, and those of a user, which add the permissions of roles.
SCOPES_OF_ORGANIZATIONS = {"organizations:read", "organizations:write", "projects:read", "projects:write"}
SCOPES_OF_USERS = SCOPES_OF_ORGANIZATIONS | {"account:read"}
SCOPES_OF_USERS |= {scope for resource in RESOURCES for scope in (resource.reads, resource.writes)}
SCOPES_OF_ROLES = {"users:read", "users:write", "roles:read", "roles:write", "audit:read"}
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def checksum(text: str) -> str:
    """The CRC-32 of a text, as six digits of base 62."""
    rest, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits


def made_up_secret() -> str:
    """A well-formed secret that was never issued."""
    text = "ghk_" + "".join(random.choice(DIGITS) for _ in range(43))
    return text + checksum(text)


class APIKeys:
    """Makes and reads keys."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def new(self, token: str, *scopes: str, **fields: object) -> dict:
        """A key with these scopes, with its secret."""
        body = {"name": "Nightly export", "scopes": list(scopes)} | fields
        return expect(self._client.post(PATH, body, token=token), 201)

    def secret(self, token: str, *scopes: str, **fields: object) -> str:
        """The secret of a key with these scopes."""
        return self.new(token, *scopes, **fields)["secret"]

    def path(self, key: dict) -> str:
        return f"{PATH}/{key['id']}"

    def use(self, secret: str):
        """Lists projects with a key, and returns the answer."""
        return self._client.get(PROJECTS, token=secret)

    def read(self, token: str, key: dict):
        """Reads a key, and returns the answer."""
        return self._client.get(self.path(key), token=token)

    def rotate(self, token: str, key: dict):
        return self._client.post(f"{self.path(key)}/rotate", token=token)

    def revoke(self, token: str, key: dict):
        return self._client.delete(self.path(key), token=token)

    def listed(self, token: str, query: str = "") -> list[dict]:
        """The keys on one page of the largest size."""
        response = self._client.get(f"{PATH}?limit=100{'&' if query else ''}{query}", token=token)
        return expect(response, 200)
