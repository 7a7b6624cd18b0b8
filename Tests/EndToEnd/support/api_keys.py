"""API keys made for one test each, through the API."""

import secrets as random
import zlib

from support.client import Client, expect
from support.projects import PATH as PROJECTS
from support.resources import RESOURCES

PATH = "/api/v1/api-keys"
# What a key can be made for: an organization's own, and a user's, for what every user holds and what roles are made of.
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
    """A secret of the right form that nobody was given."""
    text = "ghk_" + "".join(random.choice(DIGITS) for _ in range(43))
    return text + checksum(text)


class APIKeys:
    """Makes keys, and asks for them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def new(self, token: str, *scopes: str, **fields: object) -> dict:
        """A key for these scopes, with its secret."""
        body = {"name": "Nightly export", "scopes": list(scopes)} | fields
        return expect(self._client.post(PATH, body, token=token), 201)

    def secret(self, token: str, *scopes: str, **fields: object) -> str:
        """The secret of a key for these scopes."""
        return self.new(token, *scopes, **fields)["secret"]

    def path(self, key: dict) -> str:
        return f"{PATH}/{key['id']}"

    def use(self, secret: str):
        """Asks for projects with a key, and answers the answer."""
        return self._client.get(PROJECTS, token=secret)

    def read(self, token: str, key: dict):
        """Asks for a key, and answers the answer."""
        return self._client.get(self.path(key), token=token)

    def rotate(self, token: str, key: dict):
        return self._client.post(f"{self.path(key)}/rotate", token=token)

    def revoke(self, token: str, key: dict):
        return self._client.delete(self.path(key), token=token)

    def listed(self, token: str, query: str = "") -> list[dict]:
        """The keys of one page, the largest that there is."""
        response = self._client.get(f"{PATH}?limit=100{'&' if query else ''}{query}", token=token)
        return expect(response, 200)
