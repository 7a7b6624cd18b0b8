"""Roles and API keys made for one test each, and the callers who try every route."""

import secrets as random
from dataclasses import dataclass

from support.client import Client, expect
from support.contract import Contract
from support.organizations import ROLES as RANKS
from support.organizations import Organization, Organizations
from support.people import People, Person
from support.routes import Route

ALLOWED = "allowed"
UNAUTHORIZED = "401 UNAUTHORIZED"
FORBIDDEN = "403 FORBIDDEN"
NOT_FOUND = "404 NOT_FOUND"


def new_role(client: Client, by: Person, *permissions: str) -> dict:
    """A new role."""
    body = {"name": f"e2e-{random.token_hex(8)}", "permissions": list(permissions)}
    return expect(client.post("/api/v1/roles", body, token=by.access), 201)


def give_role(client: Client, by: Person, person: Person, role: str) -> None:
    """Gives someone a role and signs them in again, since tokens issued under another role are void."""
    expect(client.patch(f"/api/v1/users/{person.id}", {"role": role}, token=by.access), 200)
    person.login()


def new_key(client: Client, by: Person, *scopes: str, organization: Organization | None = None) -> dict:
    """An API key of a user or an organization, with its secret."""
    body = {"name": "e2e", "scopes": sorted(scopes)}
    if organization:
        body["organizationId"] = organization.id
    return expect(client.post("/api/v1/api-keys", body, token=by.access), 201)


class Vocabulary:
    """The permissions that the document knows."""

    def __init__(self, contract: Contract) -> None:
        # Permissions that roles can have.
        self.permissions = _choices(contract, "/api/v1/roles", "permissions")
        # Scopes that API keys can have, and those that an organization's keys can have.
        self.scopes = _choices(contract, "/api/v1/api-keys", "scopes")
        self.of_organizations = {
            scope for scope in self.scopes if scope.split(":")[0] in ("organizations", "projects")
        }
        self.of_users = self.scopes - self.permissions


def _choices(contract: Contract, path: str, field: str) -> frozenset[str]:
    (operation,) = (op for op in contract.operations if (op.method, op.path) == ("POST", path))
    schema = operation.value["requestBody"]["content"]["application/json"]["schema"]
    name = schema["$ref"].rsplit("/", 1)[1]
    return frozenset(contract.document["components"]["schemas"][name]["properties"][field]["items"]["enum"])


@dataclass(frozen=True)
class Actor:
    """A caller, with everything that can affect the answer."""

    name: str
    token: str | None = None
    # The id of the acting user or organization.
    id: str | None = None
    permissions: frozenset[str] = frozenset()
    # The role in the organization that the routes are tried on.
    rank: str | None = None
    # The id and the scopes of the API key, if it is one.
    key: str | None = None
    scopes: frozenset[str] = frozenset()

    def is_at_least(self, least: str) -> bool:
        """Whether the role in the organization is this one or a higher one."""
        return self.rank is not None and RANKS.index(self.rank) >= RANKS.index(least)


def admitted(route: Route, actor: Actor, only_if: bool = True) -> str:
    """The outcome that a route declares for a caller; under the guard `owner`, only the owner of the row is
    admitted."""
    if route.guard == "public":
        return ALLOWED
    if actor.token is None:
        return UNAUTHORIZED
    if actor.key and route.scope not in actor.scopes:
        return FORBIDDEN
    kind, _, word = route.guard.partition(":")
    if kind == "permission":
        return ALLOWED if word in actor.permissions else FORBIDDEN
    if kind == "member":
        return NOT_FOUND if actor.rank is None else ALLOWED if actor.is_at_least(word) else FORBIDDEN
    assert route.guard in ("user", "owner"), f"unknown guard {route.guard}"
    return ALLOWED if only_if else NOT_FOUND


class Cast:
    """All callers who try the routes, and the organization that the routes are tried on."""

    def __init__(
        self, client: Client, contract: Contract, people: People, organizations: Organizations
    ) -> None:
        self._client, self._people, self.vocabulary = client, people, Vocabulary(contract)
        self.organization = organizations.with_every_role()
        # The user who owns the rows that only their owner may touch. The user's keys differ only in their scopes.
        self.holder = people.with_role("admin")
        organizations.join(self.organization, "owner", self.holder)
        self.actors = [
            Actor("nobody"),
            self._user("another user", people.signed_in()),
            *self._strangers(organizations.new()),
            *(self._member(rank, person) for rank, person in self.organization.people.items()),
            self._user("support", people.with_role("support"), self._reading()),
            self._user("admin", people.with_role("admin"), self.vocabulary.permissions),
            self._user("the owner", self.holder, self.vocabulary.permissions, "owner"),
            *self._custom_roles(),
            *self._keys(),
            *self._keys_of_the_organization(),
            self._key_of_who_was_an_administrator(),
        ]

    def _reading(self) -> frozenset[str]:
        return frozenset(word for word in self.vocabulary.permissions if word.endswith(":read"))

    def _user(
        self, name: str, person: Person, permissions: frozenset[str] = frozenset(), rank: str | None = None
    ) -> Actor:
        return Actor(name, person.access, person.id, permissions, rank)

    def _member(self, rank: str, person: Person) -> Actor:
        return self._user(f"{rank} of the organization", person, rank=rank)

    def _strangers(self, other: Organization):
        """Callers from another organization."""
        yield self._user("owner of another organization", other.owner)
        scopes = self.vocabulary.of_organizations
        key = new_key(self._client, other.owner, *scopes, organization=other)
        name = "a key of another organization with all scopes"
        yield Actor(name, key["secret"], other.id, key=key["id"], scopes=frozenset(scopes))

    def _custom_roles(self):
        for name, permissions in _each_alone_and_missing(self.vocabulary.permissions):
            role = new_role(self._client, self.holder, *permissions)
            yield self._user(f"a role with {name}", self._people.with_role(role["name"]), permissions)

    def _keys(self):
        for name, scopes in _each_alone_and_missing(self.vocabulary.scopes):
            key = new_key(self._client, self.holder, *scopes)
            held = scopes & self.vocabulary.permissions
            yield Actor(f"a key with {name}", key["secret"], self.holder.id, held, "owner", key["id"], scopes)

    def _keys_of_the_organization(self):
        for name, scopes in _each_alone_and_missing(self.vocabulary.of_organizations):
            key = new_key(self._client, self.holder, *scopes, organization=self.organization)
            name = f"a key of the organization with {name}"
            yield Actor(name, key["secret"], self.organization.id, rank="admin", key=key["id"], scopes=scopes)

    def _key_of_who_was_an_administrator(self) -> Actor:
        person = self._people.with_role("admin")
        key = new_key(self._client, person, *self.vocabulary.scopes)
        give_role(self._client, self.holder, person, "user")
        name = "a key with all scopes of who was an administrator"
        return Actor(name, key["secret"], person.id, key=key["id"], scopes=self.vocabulary.of_users)


def _each_alone_and_missing(words) -> list[tuple[str, frozenset[str]]]:
    """Two sets for each word, one with only this word and one with all others, each with a name."""
    alone = [(f"{word} alone", frozenset([word])) for word in sorted(words)]
    return alone + [(f"all but {word}", frozenset(words) - {word}) for word in sorted(words)]
