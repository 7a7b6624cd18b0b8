"""Requests that create something, each of which can be sent again under its Idempotency-Key."""

import secrets as random
from dataclasses import dataclass, replace

from support.api_keys import APIKeys
from support.client import Client, expect
from support.database import Database
from support.organizations import PATH as ORGANIZATIONS
from support.organizations import Organization, new_slug
from support.people import Person, new_address
from support.resources import RESOURCES
from support.stack import wait_until
from support.webhooks import PATH as WEBHOOKS


@dataclass(frozen=True)
class Creation:
    """A request that creates something, with its own key."""

    client: Client
    token: str
    path: str
    body: dict | None
    key: str

    def send(self, **changes: object):
        """Sends it, with changes if given, and returns the answer."""
        sent = replace(self, **changes)
        return self.client.post(sent.path, sent.body, token=sent.token, headers={"Idempotency-Key": sent.key})


class Creations:
    """Makes such requests for every operation that takes a key, as an administrator who owns an organization."""

    def __init__(
        self, client: Client, api_keys: APIKeys, db: Database, person: Person, organization: Organization
    ) -> None:
        self._client, self._api_keys, self._db, self._person = client, api_keys, db, person
        self._organization = organization

    def of(self, operation: str) -> Creation:
        """A request that was never sent."""
        path, body = self._request(operation)
        return Creation(self._client, self._person.access, path, body, random.token_hex(16))

    def _request(self, operation: str) -> tuple[str, dict | None]:
        path = operation.removeprefix("POST ")
        match path:
            case "/api/v1/api-keys/{id}/rotate":
                key = self._api_keys.new(self._person.access, "projects:read")
                return f"{self._api_keys.path(key)}/rotate", None
            case "/api/v1/organizations/{id}/invitations":
                return f"{self._organization.path}/invitations", {"email": new_address(), "role": "member"}
        if path.startswith((WEBHOOKS, f"{ORGANIZATIONS}/{{id}}/webhooks")):
            return self._webhook(path)
        word = f"w{random.token_hex(8)}"
        bodies = {
            "/api/v1/api-keys": {"name": word, "scopes": ["projects:read"]},
            ORGANIZATIONS: {"name": word, "slug": new_slug()},
            "/api/v1/projects": {"name": word},
            "/api/v1/roles": {"name": word, "permissions": ["users:read"]},
            "/api/v1/users": {"email": new_address(), "name": word},
        } | {resource.path: resource.new(word, 0) for resource in RESOURCES}
        assert path in bodies, f"no body known for {path}"
        return path, bodies[path]

    def _webhook(self, path: str) -> tuple[str, dict | None]:
        place = WEBHOOKS if path.startswith(WEBHOOKS) else f"{self._organization.path}/webhooks"
        word = random.token_hex(8)
        body = {"url": "https://hooks.example.com/", "description": word, "events": ["role.deleted"]}
        if path.endswith("/webhooks"):
            return place, body
        webhook = expect(self._client.post(place, body, token=self._person.access), 201)
        return f"{place}/{webhook['id']}/{path.rsplit('/', 1)[1]}", None

    def events(self) -> int:
        """The number of the person's audit events. Each creation adds the same number."""
        return int(self._db.value("SELECT COUNT(*) FROM audit_events WHERE actor_id = %s", self._person.id))


def stopped_creations(db: Database):
    """Holds up every creation at its audit row while the block runs."""
    return db.holding("LOCK TABLES audit_events WRITE")


def wait_for_stopped(db: Database) -> None:
    """Waits until a request is held up there."""
    waits = (
        "SELECT COUNT(*) > 0 FROM information_schema.processlist "
        "WHERE state = 'Waiting for table metadata lock'"
    )
    wait_until(lambda: db.value(waits) == "1", "the request waits for the audit")
