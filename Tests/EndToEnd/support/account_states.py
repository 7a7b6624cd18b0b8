"""Accounts in every state that decides who may have their address."""

from contextlib import contextmanager

from support.client import expect
from support.people import Person, new_address, new_password
from support.sibling import call, sibling

API = "/api/v1"
# The settings that decide whether an account can be used: the default, without verification, and with hidden accounts.
SETTINGS = {
    "default": {},
    "unverified": {"GATEHOUSE_REQUIRE_VERIFIED_EMAIL": "false"},
    "hidden": {"GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"},
}


class World:
    """What the tests need to bring an account into a state and to act on it."""

    def __init__(self, client, db, mailbox, people, links, secrets, admin, installations) -> None:
        self.client, self.db, self.mailbox, self.people, self.links = client, db, mailbox, people, links
        self.secrets, self.admin, self.installations = secrets, admin, installations

    def post(self, setting: str, path: str, body: dict, token: str | None = None):
        """Sends a call to the process with these settings."""
        self.secrets.add_from(body)
        fields = {} if token is None else {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        answer = call(self.installations[setting], "POST", f"{API}{path}", body, **fields)
        self.secrets.add_from(answer.body)
        return answer

    def set(self, person: Person, change: str) -> None:
        self.db.run(f"UPDATE users SET {change} WHERE public_id = %s", person.id)


@contextmanager
def processes(stack, tmp_path_factory):
    """One process for each of the settings, all on one database."""
    with (
        sibling(stack, tmp_path_factory.mktemp("default"), **SETTINGS["default"]) as default,
        sibling(stack, tmp_path_factory.mktemp("unverified"), **SETTINGS["unverified"]) as unverified,
        sibling(stack, tmp_path_factory.mktemp("hidden"), **SETTINGS["hidden"]) as hidden,
    ):
        yield {"default": default, "unverified": unverified, "hidden": hidden}


def unused(world: World) -> Person:
    """Registered today and never signed in."""
    return world.people.registered()


def old(world: World) -> Person:
    """Registered more than a day ago and never signed in."""
    person = world.people.registered()
    world.set(person, "created_at = NOW(6) - INTERVAL 25 HOUR")
    return person


def used(world: World) -> Person:
    """Registered more than a day ago without verification, and used by its maker."""
    person = old(world)
    body = {"email": person.email, "password": person.password}
    person.tokens = world.post("unverified", "/auth/login", body).body["data"]["tokens"]
    expect(world.client.post(f"{API}/projects", {"name": "Engine"}, token=person.access), 201)
    return person


def made(world: World) -> Person:
    """Made by an administrator more than a day ago, without a password."""
    body = {"email": new_address(), "name": "Grace Hopper"}
    user = expect(world.client.post(f"{API}/users", body, token=world.admin.access), 201)
    person = Person(world.client, user, body["email"], new_password())
    world.set(person, "created_at = NOW(6) - INTERVAL 25 HOUR")
    return person


def made_with_password(world: World) -> Person:
    """Made by an administrator with a password, which the administrator has passed on."""
    body = {"email": new_address(), "name": "Grace Hopper", "password": new_password()}
    user = expect(world.client.post(f"{API}/users", body, token=world.admin.access), 201)
    person = Person(world.client, user, body["email"], body["password"])
    world.set(person, "created_at = NOW(6) - INTERVAL 25 HOUR")
    return person


def verified(world: World) -> Person:
    person = world.people.verified()
    world.set(person, "created_at = NOW(6) - INTERVAL 25 HOUR")
    return person


def suspended(world: World) -> Person:
    """Suspended before anybody verified or used it."""
    person = old(world)
    world.set(person, "status = 'suspended'")
    return person


def deleted(world: World) -> Person:
    person = verified(world)
    world.set(person, "status = 'deleted', deleted_at = NOW(6)")
    return person


def deleted_unproved(world: World) -> Person:
    """Used by its maker, then deleted by them."""
    person = used(world)
    answer = world.client.delete(f"{API}/users/me", json={"currentPassword": person.password}, token=person.access)
    expect(answer, 204)
    return person


def deleted_unused(world: World) -> Person:
    """Registered today, and deleted by an administrator before the first sign-in."""
    person = unused(world)
    expect(world.client.delete(f"{API}/users/{person.id}", token=world.admin.access), 204)
    return person


def deleted_with_a_role(world: World) -> Person:
    """Never verified, but given a role."""
    person = unused(world)
    world.set(person, "role = 'support', is_provisional = FALSE, status = 'deleted', deleted_at = NOW(6)")
    return person


def erased(world: World) -> Person:
    person = deleted(world)
    world.db.run("DELETE FROM users WHERE public_id = %s", person.id)
    return person
