"""Calls that look up single rows: every declared path that names one, and every secret that somebody presents."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from callers import Caller
from stack import BASE, Stack


@dataclass(frozen=True)
class Lookup:
    """One call, and its name in the table."""

    who: str
    name: str
    method: str
    path: str
    token: str | None = None
    body: dict | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, stack: Stack) -> tuple[bool, float]:
        """Makes the call; returns whether something was found, and the seconds it took."""
        answer, seconds = stack.call(
            self.method, self.path, None, self.body, self.token, self.headers, expect=(200, 201, 204, 403, 404)
        )
        return answer["status"] < 300, seconds


def lookups(stack: Stack, callers: list[Caller]) -> Iterator[Lookup]:
    """All lookups."""
    yield from by_path(stack, callers)
    yield from by_secret(stack)


def by_path(stack: Stack, callers: list[Caller]) -> Iterator[Lookup]:
    """Every path in the document that names a row, called by someone who has one."""
    document, _ = stack.call("GET", "/openapi.json")
    for path, operations in document["paths"].items():
        path = path.removeprefix(BASE)
        if "{" not in path or "get" not in operations or "x-combinations" in operations["get"]:
            continue
        if path.startswith("/auth/oauth/{provider}/"):
            continue  # A provider is a setting, not a row.
        asking = [(caller, target) for caller in callers if (target := caller.target(path))]
        if not asking:
            raise SystemExit(f"error: say in callers.py which row GET {path} is to name")
        for caller, target in asking:
            yield Lookup(caller.name, f"GET {path}", "GET", target, token=caller.account.token)


def by_secret(stack: Stack) -> Iterator[Lookup]:
    """Sign-in and all other calls with a secret, in an order in which each secret is still valid."""
    account, who = stack.account("user"), "anybody"
    credentials = {"email": account.email, "password": account.password}
    yield Lookup(who, "POST /auth/login", "POST", "/auth/login", body=credentials)
    yield Lookup(who, "GET /users/me, by an access token", "GET", "/users/me", token=account.token)
    key = {"name": "Bench", "scopes": ["account:read"]}
    for name in ("POST /api-keys, by a new idempotency key", "POST /api-keys, by one that was used"):
        headers = {"Idempotency-Key": account.id}
        yield Lookup(who, name, "POST", "/api-keys", token=account.token, body=key, headers=headers)
    made, _ = stack.call("POST", "/api-keys", body=key, token=account.token, expect=(201,))
    yield Lookup(who, "GET /users/me, by an API key", "GET", "/users/me", token=made["data"]["secret"])
    refresh = {"refreshToken": account.refresh}
    for name in ("POST /auth/refresh", "POST /auth/refresh, once more at once"):
        yield Lookup(who, name, "POST", "/auth/refresh", body=refresh)
    # Nobody can join an organization whose owners cannot sign in.
    invited = f"""
        SELECT password_hash INTO @password FROM users WHERE public_id = '{account.id}';
        UPDATE users SET password_hash = @password, email_verified_at = NOW(6) WHERE id = (
            SELECT user_id FROM organization_members WHERE organization_id = 150 AND role = 'owner' LIMIT 1);
        UPDATE invitations SET token_hash = @hash, email_key = '{account.email}', invited_by = (
            SELECT user_id FROM organization_members WHERE organization_id = 150 AND role = 'owner' LIMIT 1)
        WHERE organization_id = 150 LIMIT 1
        """
    body = {"token": _token(stack, "ghi_", invited)}
    yield Lookup(who, "POST /invitations/accept", "POST", "/invitations/accept", token=account.token, body=body)
    stack.db.run(f"UPDATE users SET email_verified_at = NULL WHERE public_id = '{account.id}';")
    renewed = secrets.token_hex()
    for path, prefix, purpose, new_address, more in [
        ("/auth/verify-email", "ghv_", "verify_email", "NULL", {"password": account.password}),
        ("/auth/password-reset/confirm", "ghp_", "reset_password", "NULL", {"newPassword": renewed}),
        ("/auth/confirm-email", "ghe_", "change_email", f"'{secrets.token_hex(8)}@example.com'", {"password": renewed}),
    ]:
        mailed = f"""
            INSERT INTO one_time_tokens (user_id, purpose, email_key, token_hash, expires_at, new_email)
            SELECT id, '{purpose}', email_key, @hash, NOW(6) + INTERVAL 1 HOUR, {new_address}
            FROM users WHERE public_id = '{account.id}'
            """
        body = {"token": _token(stack, prefix, mailed)} | more
        yield Lookup(who, f"POST {path}", "POST", path, body=body)


def _token(stack: Stack, prefix: str, statement: str) -> str:
    """A token, with its hash inserted by a statement."""
    token = prefix + secrets.token_urlsafe(32)
    stack.db.run(f"SET @hash = X'{hashlib.sha256(token.encode()).hexdigest()}'; {statement};")
    return token
