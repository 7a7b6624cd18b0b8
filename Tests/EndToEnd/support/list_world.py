"""Every list with rows in it, and the fixtures of the tests that go through all lists."""

import re
import secrets as random

import pytest

from support.api_keys import PATH as API_KEYS
from support.client import expect
from support.lists import Declared, View, Walker
from support.organizations import PATH as ORGANIZATIONS
from support.projects import PATH as PROJECTS
from support.resources import RESOURCES
from support.stack import wait_until
from support.webhooks import PATH as WEBHOOKS

USERS = "/api/v1/users"
ME = f"{USERS}/me"
# The number of rows in each list and in a part; a list has several parts, and the last one is not full.
ROWS, LIMIT = 13, 5


def letters(count: int = 12) -> str:
    """A new word that nothing else contains."""
    return "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(count))


class World:
    """An administrator who owns an organization and has rows in every list; `other` has the same rights and no rows."""

    def __init__(self, client, people, organizations, projects, api_keys, db) -> None:
        self.client, self.db = client, db
        self.began = db.value("SELECT DATE_FORMAT(NOW(3), '%Y-%m-%dT%H:%i:%s.000Z')")
        self.word = letters()
        self.person, self.other = people.with_role("admin"), people.with_role("admin")
        self.token = self.person.access
        self.organization = organizations.new(owner=self.person)
        organizations.join(self.organization, "admin", self.other)
        for number in range(ROWS):
            member = people.registered(f"{self.word} {letters()}")
            organizations.join(self.organization, "viewer" if number % 3 == 0 else "member", member)
            organizations.invite(self.organization, f"e2e-{random.token_hex(8)}@example.com")
            organizations.new(owner=self.person, name=letters())
            self._do("POST", "/api/v1/roles", {"name": letters(), "permissions": ["users:read"]})
            self._do("PATCH", ME, {"name": f"{letters()} {letters()}"})
            for resource in RESOURCES:
                self._do("POST", resource.path, resource.new(f"{self.word} {'abc'[number % 3]}", number))
            for fields in ({}, {"organizationId": self.organization.id}):
                api_keys.new(self.token, "projects:read", name=letters(), **fields)
                for is_deleted in (False, True):
                    status = "draft" if number % 3 == 0 else "active"
                    name = f"{self.word} {'abc'[number % 3]}"
                    project = projects.new(self.token, name=name, status=status, **fields)
                    if is_deleted:
                        expect(projects.delete(self.token, project), 204)
            self.person.login()
        self.webhooks = [self._webhooks(path) for path in (WEBHOOKS, f"{self.organization.path}/webhooks")]
        # Several rows share each time, so that only the id orders them.
        db.rows(
            "UPDATE projects SET created_at = CURRENT_DATE - INTERVAL id %% 4 DAY, updated_at = created_at "
            "WHERE owner_id = (SELECT id FROM users WHERE public_id = %s)",
            self.person.id,
        )

    def _webhooks(self, path: str) -> str:
        """Makes webhooks, and deliveries of the last one, none of which is tried again. Returns its path."""
        for _ in range(ROWS):
            body = {"url": "https://127.0.0.2/", "events": ["role.deleted"]}
            webhook = f"{path}/{expect(self.client.post(path, body, token=self.token), 201)['id']}"
        for _ in range(ROWS):
            self._do("POST", f"{webhook}/ping", None)
        is_over = "SELECT COUNT(*) FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id "
        is_over += "WHERE w.public_id = %s AND d.status = 'dead'"
        name = webhook.rsplit("/", 1)[1]
        wait_until(lambda: self.db.value(is_over, name) == str(ROWS), "the deliveries are dead", 60)
        self.db.rows(
            "UPDATE webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id SET d.status = 'delivered' "
            "WHERE w.public_id = %s AND d.id %% 3 = 0",
            name,
        )
        return webhook

    def _do(self, method: str, path: str, body: dict | None) -> None:
        assert self.client.request(method, path, json=body, token=self.token).status_code < 300

    def views(self) -> dict[str, View]:
        """Each list, by its operation."""
        organization = {"organizationId": self.organization.id}
        person = {"actorId": self.person.id, "targetId": self.person.id, "action": "user.updated"}
        values = {
            ORGANIZATIONS: {},
            f"{ORGANIZATIONS}/{{id}}/members": {"role": "member"},
            f"{ORGANIZATIONS}/{{id}}/invitations": {},
            PROJECTS: organization
            | {"status": "active", "ownerId": self.person.id, "deleted": "true", "q": self.word[:5]},
            API_KEYS: organization,
            "/api/v1/users": {"status": "active", "role": "user", "email": "E2E-", "q": self.word[:5]},
            f"{USERS}/{{id}}/api-keys": {},
            f"{ME}/sessions": {},
            "/api/v1/roles": {},
            WEBHOOKS: {},
            f"{WEBHOOKS}/{{id}}/deliveries": {"status": "dead"},
            f"{ORGANIZATIONS}/{{id}}/webhooks": {},
            f"{ORGANIZATIONS}/{{id}}/webhooks/{{webhookId}}/deliveries": {"status": "dead"},
            "/api/v1/audit-events": person | {"since": self.began, "until": "2100-01-01T00:00:00Z"},
        } | {resource.path: resource.filters(self.word) for resource in RESOURCES}
        return {
            f"GET {path}": View(
                self._path(path),
                self.token,
                self.other.access,
                matching,
            )
            for path, matching in values.items()
        }


    def _path(self, pattern: str) -> str:
        rows = {
            f"{USERS}/{{id}}": f"{USERS}/{self.person.id}",
            f"{WEBHOOKS}/{{id}}": self.webhooks[0],
            f"{ORGANIZATIONS}/{{id}}/webhooks/{{webhookId}}": self.webhooks[1],
            f"{ORGANIZATIONS}/{{id}}": self.organization.path,
        }
        return re.sub("|".join(map(re.escape, rows)), lambda match: rows[match[0]], pattern)


# The condition of each filter; a filter not listed here requires that the field of its name has its value.
MEANING = {
    "deleted": lambda row, value: (row["deletedAt"] is not None) == (value == "true"),
    "email": lambda row, value: row["email"].lower().startswith(value.lower()),
    "since": lambda row, value: row["createdAt"] >= value,
    "until": lambda row, value: row["createdAt"] < value,
} | {name: means for resource in RESOURCES for name, means in resource.meaning.items()}


def is_let_through(row: dict, filters: frozenset[str], view: View) -> bool:
    """Whether a row matches the filters."""
    return all(
        MEANING[name](row, view.values[name]) if name in MEANING else row[name] == view.values[name]
        for name in filters
    )


@pytest.fixture(scope="session")
def world(client, people, organizations, projects, api_keys, db) -> World:
    return World(client, people, organizations, projects, api_keys, db)


@pytest.fixture(scope="session")
def views(world) -> dict[str, View]:
    """Each list with rows in it, by its operation."""
    return world.views()


@pytest.fixture
def view(views, operation_list) -> View:
    """The list under test."""
    assert str(operation_list) in views, f"{operation_list} needs rows in World"
    return views[str(operation_list)]


@pytest.fixture
def declared(operation_list) -> Declared:
    """The combinations of the list under test."""
    return Declared.of(operation_list)


@pytest.fixture(scope="session")
def walker(client) -> Walker:
    """Reads lists in small parts."""
    return Walker(client, LIMIT)
