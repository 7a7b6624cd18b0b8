"""What people can do with an address that already has an account, and the result."""

from support.account_states import API, World
from support.client import expect
from support.links import CHANGE_PAGE
from support.people import Person, new_password, registration

OVER = "takes it over"


def is_there(world: World, person: Person) -> bool:
    """Whether this account still has the address."""
    held = "SELECT COUNT(*) FROM users WHERE public_id = %s AND email_key = %s"
    return world.db.value(held, person.id, person.email) == "1"


def types_it(world: World, person: Person, setting: str) -> str:
    """A stranger registers the address."""
    answer = world.post(setting, "/auth/register", registration(email=person.email))
    world.db.wait_for_jobs()
    if setting == "hidden":
        assert answer.status == 201, "the answer must not reveal anything"
        taken = world.db.value(
            "SELECT COUNT(*) FROM users WHERE public_id = %s", answer.body["data"]["user"]["id"]
        )
        return "takes it" if taken == "1" else "nothing"
    if answer.status == 409:
        assert answer.body["error"]["code"] == "EMAIL_TAKEN"
    return {201: "takes it", 409: "nothing"}[answer.status]


def changes_to_it(world: World, person: Person, setting: str) -> str:
    """Somebody else follows the link that was mailed to this address to change the address of their own account."""
    other = world.people.signed_in()
    body = {"newEmail": person.email, "currentPassword": other.password}
    assert world.post(setting, "/users/me/email", body, other.access).status == 200
    world.db.wait_for_jobs()
    mails = world.mailbox.to(person.email, f"/{CHANGE_PAGE}#token=")
    if not mails:
        return "no link"
    body = {"token": mails[-1].token, "password": other.password}
    answer = world.post(setting, "/auth/confirm-email", body)
    return {200: "takes it", 409: "nothing"}[answer.status]


def asked_for(world: World, person: Person, setting: str, path: str, page: str) -> str | None:
    """The token of the link mailed on request; None if no mail comes."""
    world.db.wait_for_jobs()
    before = len(world.mailbox.to(person.email, f"/{page}#token="))
    assert world.post(setting, path, {"email": person.email}).status == 200
    world.db.wait_for_jobs()
    mails = world.mailbox.to(person.email, f"/{page}#token=")
    return mails[-1].token if len(mails) > before else None


def resets(world: World, person: Person, setting: str) -> str:
    """The reader of the mailbox resets the password and signs in."""
    token = asked_for(world, person, setting, "/auth/password-reset/request", "reset-password")
    if token is None:
        return "no link"
    own = new_password()
    body = {"token": token, "newPassword": own}
    assert world.post(setting, "/auth/password-reset/confirm", body).status == 200
    return takes_over(world, person, setting, own)


def verifies(world: World, person: Person, setting: str) -> str:
    """The reader of the mailbox requests the link again and follows it without the password."""
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
    """The reader of the mailbox requests the link again and says that they did not register."""
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
    assert link["rejectionDeletes"] == (status == "deleted"), "the page announces what the rejection does"
    return {"active": "locks it", "deleted": "deletes it"}[status]


def takes_over(world: World, person: Person, setting: str, own: str) -> str:
    """Requires that the new password signs in, and that the old password and earlier sessions do not."""
    assert world.post(setting, "/auth/login", {"email": person.email, "password": own}).status == 200
    assert world.post(setting, "/auth/login", {"email": person.email, "password": person.password}).status == 401
    if person.tokens:
        expect(world.client.get(f"{API}/users/me", token=person.access), 401, "TOKEN_REVOKED")
    return OVER


def signs_in(world: World, person: Person, setting: str) -> str:
    """The maker of the account signs in with its password."""
    body = {"email": person.email, "password": person.password}
    answer = world.post(setting, "/auth/login", body)
    return "signs in" if answer.status == 200 else answer.body["error"]["code"]


def makes_another(world: World, person: Person, setting: str) -> str:
    """An administrator makes an account with the address."""
    body = {"email": person.email, "name": "Made"}
    answer = world.post(setting, "/users", body, world.admin.access)
    return {201: "takes it", 409: "nothing"}[answer.status]
