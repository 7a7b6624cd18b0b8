"""Users made for one test each, through the API."""

import secrets as random
from dataclasses import dataclass, field

from support.client import DEVICE_COOKIE, REGISTRATION_COOKIE, Client, cookies_of, expect
from support.database import Database


def new_address() -> str:
    """A new address."""
    return f"e2e-{random.token_hex(8)}@example.com"


def new_password() -> str:
    """A new password."""
    return f"pw {random.token_urlsafe(15)} é"


def registration(**changes: object) -> dict:
    """The body of a valid registration, with these changes."""
    return {"email": new_address(), "password": new_password(), "name": "Ada Lovelace"} | changes


@dataclass
class Person:
    """A user, with everything that tests need to act for them."""

    client: Client
    user: dict
    email: str
    password: str
    tokens: dict = field(default_factory=dict)
    # The cookie of the browser that registered the account, if one did.
    browser: str | None = None
    # The cookie of the browser that signed in last.
    device: str | None = None

    @property
    def id(self) -> str:
        return self.user["id"]

    @property
    def access(self) -> str:
        return self.tokens["accessToken"]

    @property
    def refresh(self) -> str:
        return self.tokens["refreshToken"]

    def login(self, **options) -> dict:
        """Signs in, keeps the tokens and returns them."""
        body = {"email": self.email, "password": self.password} | options
        response = self.client.post("/api/v1/auth/login", body)
        self.tokens = expect(response, 200)["tokens"]
        self.device = cookies_of(response)[DEVICE_COOKIE].value
        return self.tokens

    def verify(self, token: str):
        """Follows a link in the browser that registered, and returns the answer."""
        return self.client.post("/api/v1/auth/verify-email", {"token": token}, browser=self.browser)

    def confirm_email(self, token: str):
        """Follows a link to a new address in the browser that signed in, and returns the answer."""
        return self.client.post("/api/v1/auth/confirm-email", {"token": token}, device=self.device)

    def session_id(self) -> str:
        """The public id of the session to which the access token belongs."""
        sessions = expect(self.client.get("/api/v1/users/me/sessions", token=self.access), 200)
        return next(session["id"] for session in sessions if session["current"])


class People:
    """Makes users."""

    def __init__(self, client: Client, db: Database) -> None:
        self._client, self._db = client, db

    def registered(self, name: str = "Ada Lovelace", address: str | None = None) -> Person:
        """A user whose address is not verified."""
        email, password = address or new_address(), new_password()
        body = {"email": email, "password": password, "name": name}
        response = self._client.post("/api/v1/auth/register", body)
        user = expect(response, 201)["user"]
        browser = cookies_of(response)[REGISTRATION_COOKIE].value
        return Person(self._client, user, email, password, browser=browser)

    def verified(self, name: str = "Ada Lovelace", address: str | None = None) -> Person:
        """A user who can sign in. The tests of verification use mails; all others save that time."""
        person = self.registered(name, address)
        self._db.run("UPDATE users SET email_verified_at = NOW(6) WHERE public_id = %s", person.id)
        return person

    def signed_in(self, name: str = "Ada Lovelace") -> Person:
        """A user who has signed in."""
        person = self.verified(name)
        person.login()
        return person

    def with_role(self, role: str) -> Person:
        """A user who has a role and has signed in. The role is set in the database, since the first administrator needs
        one."""
        person = self.verified()
        self._db.run("UPDATE users SET role = %s WHERE public_id = %s", role, person.id)
        person.login()
        return person
