"""Who may do what with an address that an account has already: the table of docs/ARCHITECTURE.md, cell by cell."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from support.client import expect
from support.links import CHANGE_PAGE
from support.people import Person, new_address, new_password, registration
from support.sibling import call, sibling

API = "/api/v1"
# The settings under which an account can be used: by default, without verification, and where existence is hidden.
SETTINGS = {
    "default": {},
    "unverified": {"GATEHOUSE_REQUIRE_VERIFIED_EMAIL": "false"},
    "hidden": {"GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"},
}


@pytest.fixture(scope="module")
def installations(stack, tmp_path_factory):
    """A process for each of the settings, on one database."""
    with (
        sibling(stack, tmp_path_factory.mktemp("default"), **SETTINGS["default"]) as default,
        sibling(stack, tmp_path_factory.mktemp("unverified"), **SETTINGS["unverified"]) as unverified,
        sibling(stack, tmp_path_factory.mktemp("hidden"), **SETTINGS["hidden"]) as hidden,
    ):
        yield {"default": default, "unverified": unverified, "hidden": hidden}


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


class World:
    """What the cells need."""

    def __init__(self, client, db, mailbox, people, links, secrets, admin, installations) -> None:
        self.client, self.db, self.mailbox, self.people, self.links = client, db, mailbox, people, links
        self.secrets, self.admin, self.installations = secrets, admin, installations

    def post(self, setting: str, path: str, body: dict, token: str | None = None):
        """A call to the process with these settings."""
        self.secrets.add_from(body)
        fields = {} if token is None else {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        answer = call(self.installations[setting], "POST", f"{API}{path}", body, **fields)
        self.secrets.add_from(answer.body)
        return answer

    def set(self, person: Person, change: str) -> None:
        self.db.run(f"UPDATE users SET {change} WHERE public_id = %s", person.id)


@pytest.fixture(scope="module")
def world(client, db, mailbox, people, links, secrets, admin, installations):
    return World(client, db, mailbox, people, links, secrets, admin, installations)


# MARK: States


def unused(world: World) -> Person:
    """Registered today; nobody has signed in."""
    return world.people.registered()


def old(world: World) -> Person:
    """Registered more than a day ago; nobody has signed in."""
    person = world.people.registered()
    world.set(person, "created_at = NOW(6) - INTERVAL 25 HOUR")
    return person


def used(world: World) -> Person:
    """Registered more than a day ago, where that needs no verified address; its maker has worked with it."""
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
    """The same with a password, which whoever the administrator gave it to knows."""
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
    """Suspended before it was verified or used."""
    person = old(world)
    world.set(person, "status = 'suspended'")
    return person


def deleted(world: World) -> Person:
    person = verified(world)
    world.set(person, "status = 'deleted', deleted_at = NOW(6)")
    return person


def deleted_unproved(world: World) -> Person:
    """Its maker has worked with it, and deleted it."""
    person = used(world)
    answer = world.client.delete(f"{API}/users/me", json={"password": person.password}, token=person.access)
    expect(answer, 204)
    return person


def deleted_unused(world: World) -> Person:
    """Registered today, and deleted by an administrator before anybody had signed in."""
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


# MARK: Who acts


def is_there(world: World, person: Person) -> bool:
    """Whether it is still this account that has the address."""
    held = "SELECT COUNT(*) FROM users WHERE public_id = %s AND email_key = %s"
    return world.db.value(held, person.id, person.email) == "1"


def types_it(world: World, person: Person, setting: str) -> str:
    """A stranger registers the address."""
    answer = world.post(setting, "/auth/register", registration(email=person.email))
    world.db.wait_for_jobs()
    if setting == "hidden":
        assert answer.status == 201, "the answer tells nothing"
        taken = world.db.value(
            "SELECT COUNT(*) FROM users WHERE public_id = %s", answer.body["data"]["user"]["id"]
        )
        return "takes it" if taken == "1" else "nothing"
    if answer.status == 409:
        assert answer.body["error"]["code"] == "EMAIL_TAKEN"
    return {201: "takes it", 409: "nothing"}[answer.status]


def changes_to_it(world: World, person: Person, setting: str) -> str:
    """Somebody else follows the link that was mailed to the address for their own account."""
    other = world.people.signed_in()
    body = {"newEmail": person.email, "password": other.password}
    assert world.post(setting, "/users/me/email", body, other.access).status == 200
    world.db.wait_for_jobs()
    mails = world.mailbox.to(person.email, f"/{CHANGE_PAGE}#token=")
    if not mails:
        return "no link"
    body = {"token": mails[-1].token, "password": other.password}
    answer = world.post(setting, "/auth/confirm-email", body)
    return {200: "takes it", 409: "nothing"}[answer.status]


def asked_for(world: World, person: Person, setting: str, path: str, page: str) -> str | None:
    """The token of the link to a page that is mailed when somebody asks for one; None where none comes."""
    world.db.wait_for_jobs()
    before = len(world.mailbox.to(person.email, f"/{page}#token="))
    assert world.post(setting, path, {"email": person.email}).status == 200
    world.db.wait_for_jobs()
    mails = world.mailbox.to(person.email, f"/{page}#token=")
    return mails[-1].token if len(mails) > before else None


def resets(world: World, person: Person, setting: str) -> str:
    """Whoever reads the address asks for a new password, and signs in."""
    token = asked_for(world, person, setting, "/auth/password-reset/request", "reset-password")
    if token is None:
        return "no link"
    own = new_password()
    body = {"token": token, "newPassword": own}
    assert world.post(setting, "/auth/password-reset/confirm", body).status == 200
    return takes_over(world, person, setting, own)


def verifies(world: World, person: Person, setting: str) -> str:
    """Whoever reads the address asks for the link again, and follows it without the password."""
    token = asked_for(world, person, setting, "/auth/verify-email/resend", "verify-email")
    if token is None:
        return "no link"
    own = new_password()
    alone = world.post(setting, "/auth/verify-email", {"token": token})
    if alone.status == 200:
        return "verifies it"
    assert (alone.status, alone.body["error"]["code"]) == (403, "PASSWORD_REQUIRED")
    assert world.post(setting, "/auth/verify-email", {"token": token, "newPassword": own}).status == 200
    return takes_over(world, person, setting, own)


def rejects(world: World, person: Person, setting: str) -> str:
    """Whoever reads the address asks for the link again, and says that they did not register."""
    token = asked_for(world, person, setting, "/auth/verify-email/resend", "verify-email")
    if token is None:
        return "no link"
    link = world.post(setting, "/auth/links/check", {"token": token}).body["data"]
    assert world.post(setting, "/auth/verify-email/reject", {"token": token}).status == 204
    body = {"email": person.email, "password": person.password}
    assert world.post(setting, "/auth/login", body).status == 401
    if person.tokens:
        expect(world.client.get(f"{API}/users/me", token=person.access), 401, "TOKEN_REVOKED")
    status = world.db.value("SELECT status FROM users WHERE public_id = %s", person.id)
    assert link["rejectionDeletes"] == (status == "deleted"), "the page says beforehand what it does"
    return {"active": "locks it", "deleted": "deletes it"}[status]


def takes_over(world: World, person: Person, setting: str, own: str) -> str:
    """Requires that the new password is the way in, and the old one none, nor a session of before."""
    assert world.post(setting, "/auth/login", {"email": person.email, "password": own}).status == 200
    assert world.post(setting, "/auth/login", {"email": person.email, "password": person.password}).status == 401
    if person.tokens:
        expect(world.client.get(f"{API}/users/me", token=person.access), 401, "TOKEN_REVOKED")
    return "takes it over"


def signs_in(world: World, person: Person, setting: str) -> str:
    """Whoever made the account signs in by its password."""
    body = {"email": person.email, "password": person.password}
    answer = world.post(setting, "/auth/login", body)
    return "signs in" if answer.status == 200 else answer.body["error"]["code"]


def makes_another(world: World, person: Person, setting: str) -> str:
    """An administrator makes an account with the address."""
    body = {"email": person.email, "name": "Made"}
    answer = world.post(setting, "/users", body, world.admin.access)
    return {201: "takes it", 409: "nothing"}[answer.status]


@dataclass(frozen=True)
class Row:
    """A state, and what comes of each act: the same under all settings, or by setting."""

    state: Callable[[World], Person]
    typed: str
    proved_elsewhere: str
    reset: str
    verification: str
    rejection: str
    password: str | dict[str, str]
    made: str


UNVERIFIED = {
    "default": "EMAIL_NOT_VERIFIED",
    "unverified": "signs in",
    "hidden": "INVALID_CREDENTIALS",
}
NO = "INVALID_CREDENTIALS"
OVER = "takes it over"
DELETES = "deletes it"
ROWS = [
    #   state      types it    changes to it  resets     verifies       rejects       signs in             administrator
    Row(unused, "nothing", "takes it", OVER, OVER, DELETES, UNVERIFIED, "nothing"),
    Row(old, "takes it", "takes it", OVER, OVER, DELETES, UNVERIFIED, "takes it"),
    Row(used, "nothing", "no link", OVER, OVER, DELETES, UNVERIFIED, "nothing"),
    Row(made, "nothing", "no link", OVER, "verifies it", "locks it", NO, "nothing"),
    Row(made_with_password, "nothing", "no link", OVER, OVER, "locks it", UNVERIFIED, "nothing"),
    Row(verified, "nothing", "no link", OVER, "no link", "no link", "signs in", "nothing"),
    Row(suspended, "nothing", "no link", "no link", "no link", "no link", "suspended", "nothing"),
    Row(deleted, "nothing", "no link", "no link", "no link", "no link", NO, "nothing"),
    Row(deleted_unproved, "nothing", "takes it", "no link", "no link", "no link", NO, "nothing"),
    Row(deleted_unused, "takes it", "takes it", "no link", "no link", "no link", NO, "takes it"),
    Row(deleted_with_a_role, "nothing", "no link", "no link", "no link", "no link", NO, "nothing"),
    Row(erased, "takes it", "takes it", "no link", "no link", "no link", NO, "takes it"),
]
SUSPENDED = {"default": "ACCOUNT_SUSPENDED", "unverified": "ACCOUNT_SUSPENDED", "hidden": NO}
ACTS = {
    types_it: lambda row, setting: row.typed,
    changes_to_it: lambda row, setting: row.proved_elsewhere,
    resets: lambda row, setting: row.reset,
    verifies: lambda row, setting: row.verification,
    rejects: lambda row, setting: row.rejection,
    signs_in: lambda row, setting: (
        SUSPENDED[setting]
        if row.password == "suspended"
        else row.password if isinstance(row.password, str) else row.password[setting]
    ),
    makes_another: lambda row, setting: row.made,
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.state.__name__)
def test_every_cell_of_the_table(world, row, act, setting):
    person = row.state(world)
    assert act(world, person, setting) == ACTS[act](row, setting)
    stays = ACTS[act](row, setting) not in ("takes it", DELETES) and row.state is not erased
    assert is_there(world, person) == stays


def test_what_belongs_to_an_account_stays_with_whoever_takes_it_over(world):
    person = used(world)
    assert resets(world, person, "default") == OVER
    assert world.db.value(
        "SELECT COUNT(*) FROM projects p JOIN users u ON u.id = p.user_id WHERE u.public_id = %s", person.id
    ) == "1"


@pytest.mark.parametrize("link", ["verification", "reset"])
def test_a_stranger_who_changes_the_password_keeps_no_owner_out(world, link):
    """The links that were mailed to the address stay good while it is not verified."""
    person = used(world)
    if link == "reset":
        expect(world.client.post(f"{API}/auth/password-reset/request", {"email": person.email}), 200)
    page = "reset-password" if link == "reset" else "verify-email"
    token = world.mailbox.link(person.email, page)
    change = {"currentPassword": person.password, "newPassword": new_password()}
    assert world.post("unverified", "/users/me/password", change, person.access).status == 204
    body = {"token": token, "newPassword": (own := new_password())}
    path = "/auth/password-reset/confirm" if link == "reset" else "/auth/verify-email"
    assert world.post("unverified", path, body).status == 200
    assert takes_over(world, person, "unverified", own) == OVER


def test_whoever_verified_the_address_calls_links_back_by_a_new_password(world):
    person = verified(world)
    person.login()
    expect(world.client.post(f"{API}/auth/password-reset/request", {"email": person.email}), 200)
    token = world.mailbox.link(person.email, "reset-password")
    change = {"currentPassword": person.password, "newPassword": new_password()}
    assert world.post("default", "/users/me/password", change, person.access).status == 204
    body = {"token": token, "newPassword": new_password()}
    assert world.post("default", "/auth/password-reset/confirm", body).status == 422
