"""The values of path parameters: a row of each kind, and a subject who may do everything with all of them."""

import re

from support.access import new_key, new_role
from support.client import Client, expect
from support.organizations import Organization
from support.people import People, Person
from support.resources import RESOURCES

API = "/api/v1"


class Places:
    """The rows, by the path that names them."""

    def __init__(self, client: Client, people: People, person: Person, organization: Organization) -> None:
        self._client, self.person, self.organization = client, person, organization
        self.subject = people.signed_in()
        project = self._new(f"{API}/projects", {"name": "Difference Engine"})
        invitation = {"email": self.subject.email, "role": "viewer"}
        self._rows = {
            f"{API}/api-keys/{{id}}": new_key(client, person, "account:read")["id"],
            f"{API}/auth/oauth/{{provider}}": "mock",
            f"{API}/organizations/{{id}}": organization.id,
            f"{API}/organizations/{{id}}/invitations/{{invitationId}}": self._new(
                f"{organization.path}/invitations", invitation
            ),
            f"{API}/organizations/{{id}}/members/{{userId}}": person.id,
            f"{API}/projects/{{id}}": project,
            f"{API}/roles/{{id}}": new_role(client, person, "users:read")["id"],
            f"{API}/users/me/oauth-accounts/{{provider}}": "mock",
            f"{API}/users/me/sessions/{{id}}": person.session_id(),
            f"{API}/users/{{id}}": self.subject.id,
            **self._webhooks(),
            f"{API}/users/{{id}}/api-keys/{{keyId}}": new_key(client, self.subject, "account:read")["id"],
        } | {resource.row: self._new(resource.path, resource.new("Place", 0)) for resource in RESOURCES}

    def _new(self, path: str, body: dict | None) -> str:
        return expect(self._client.post(path, body, token=self.person.access), 201)["id"]

    def _webhooks(self) -> dict[str, str]:
        """A webhook of the installation and one of the organization, each with a delivery."""
        rows = {}
        for place, parameter, path in (
            (f"{API}/webhooks", "id", f"{API}/webhooks"),
            (f"{API}/organizations/{{id}}/webhooks", "webhookId", f"{self.organization.path}/webhooks"),
        ):
            webhook = self._new(path, {"url": "https://hooks.example.com/", "events": ["role.deleted"]})
            delivery = self._new(f"{path}/{webhook}/ping", None)
            rows[f"{place}/{{{parameter}}}"] = webhook
            rows[f"{place}/{{{parameter}}}/deliveries/{{deliveryId}}"] = delivery
        return rows

    def path(self, pattern: str, **rows: str) -> str:
        """A path with its parameters filled in; `rows` replaces rows."""
        known = self._rows | rows

        def row(parameter: re.Match) -> str:
            place = pattern[: parameter.end()]
            assert place in known, f"no value known for {place}"
            return known[place]

        return re.sub(r"\{\w+\}", row, pattern)

    def state(self) -> dict[str, object]:
        """The contents of the rows, the organization's members and invitations, and the subject's keys."""
        lists = [f"{API}/organizations/{{id}}/members", f"{API}/organizations/{{id}}/invitations"]
        lists += [f"{API}/users/{{id}}/api-keys"]
        # Deliveries change by themselves.
        others = ("/sessions/{id}", "/{keyId}", "/{deliveryId}", "/{provider}")
        readable = [place for place in self._rows if not place.endswith(others)]
        return {path: self._read(path) for path in lists + readable}

    def _read(self, pattern: str) -> object:
        path = self.path(pattern)
        return expect(self._client.get(path, token=self.person.access), 200)
