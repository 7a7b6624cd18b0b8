"""The calls that name an address and must not reveal whether it has an account."""

import os
import secrets
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

LOGIN = "/api/v1/auth/login"
REGISTER = "/api/v1/auth/register"
RESET = "/api/v1/auth/password-reset/request"
RESEND = "/api/v1/auth/verify-email/resend"
CHANGE = "/api/v1/users/me/email"

PASSWORD = "correct horse battery staple"
WRONG_PASSWORD = "battery horse staple correct"

# The states of accounts, each with its values in the table `users`.
STATES = {
    "active": {},
    "unverified": {"email_verified_at": "NULL"},
    "suspended": {"status": "'suspended'"},
    "deleted": {"status": "'deleted'", "deleted_at": "NOW(6)"},
    "no password": {"password_hash": "NULL"},
}


@dataclass(frozen=True)
class Call:
    """A call: what it sends about an address, the expected answer, and the states of accounts to try."""

    name: str
    path: str
    body: Callable[[str], dict]
    status: int
    states: list[str]
    token: str | None = None
    # Whether the queue is kept full, so that most calls are turned away.
    is_shed: bool = False


def calls(token: str) -> list[Call]:
    """All calls; one is made by a signed-in user."""
    return [
        Call("login", LOGIN, credentials, 401, list(STATES)),
        Call("register", REGISTER, registration, 201, ["active", "unverified"]),
        Call("reset", RESET, address_only, 200, ["active", "unverified", "suspended"]),
        Call("resend", RESEND, address_only, 200, ["active", "unverified", "suspended"]),
        Call("change of address", CHANGE, change, 200, ["active", "unverified"], token),
    ]


def calls_in_flood() -> list[Call]:
    """The calls that a full queue turns away, and one that it does not."""
    return [
        Call("login", LOGIN, credentials, 401, ["active"], is_shed=True),
        Call("register", REGISTER, registration, 201, ["active"], is_shed=True),
        Call("reset", RESET, address_only, 200, ["active"]),
    ]


def credentials(address: str) -> dict:
    return {"email": address, "password": WRONG_PASSWORD}


def registration(address: str) -> dict:
    return {"email": address, "password": PASSWORD, "name": "Ada Lovelace"}


def address_only(address: str) -> dict:
    return {"email": address}


def change(address: str) -> dict:
    return {"newEmail": address, "currentPassword": PASSWORD}


def new_address() -> str:
    """A new address; all of them have the same length."""
    return f"{secrets.token_hex(8)}@example.com"


def make_accounts(state: str, count: int) -> list[str]:
    """Makes this many accounts in a state, and returns their addresses."""
    addresses = [new_address() for _ in range(count)]
    columns = {
        "public_id": "UUID()",
        "name": "'Ada Lovelace'",
        "email_verified_at": "NOW(6)",
        "password_hash": "@hash",
    } | STATES[state]
    rows = ", ".join(f"('{address}', '{address}', {', '.join(columns.values())})" for address in addresses)
    subprocess.run(
        ["mariadb", "--no-defaults", f"--socket={os.environ['BENCH_DATABASE_SOCKET']}", "--user=root", "gatehouse"],
        input=f"""
            SELECT password_hash INTO @hash FROM users WHERE email_key = 'user@example.com';
            INSERT INTO users (email, email_key, {", ".join(columns)}) VALUES {rows};
        """,
        text=True,
        check=True,
    )
    return addresses
