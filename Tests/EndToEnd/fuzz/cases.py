"""Gives valid random requests the values that they need to pass validation and that random choice never hits.

Requests that must be refused stay as they are. So do those of the earlier phases, which go through the examples and
bounds in the document one by one.
"""

import secrets as random
from datetime import UTC, datetime

import memory
import schemathesis
from account import Account
from lists import ask_for_what_is_declared, combinations
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

from support.organizations import PATH as ORGANIZATIONS
from support.organizations import new_slug
from support.people import new_address, new_password

RANDOM_PHASES = {TestPhase.FUZZING, TestPhase.STATEFUL}
# The roles that always exist.
BUILT_IN_ROLES = ("admin", "support", "user")
# Fields whose values must be unique, by path and name.
UNIQUE = {
    ("/api/v1/auth/register", "email"): new_address,
    ("/api/v1/users", "email"): new_address,
    (ORGANIZATIONS, "slug"): new_slug,
    (f"{ORGANIZATIONS}/{{id}}", "slug"): new_slug,
    ("/api/v1/roles", "name"): lambda: f"e2e-{random.token_hex(8)}",
}


def complete(case: schemathesis.Case) -> None:
    """Gives a request these values."""
    if (
        case.meta is None
        or case.meta.generation.mode is not GenerationMode.POSITIVE
        or case.meta.phase.name not in RANDOM_PHASES
    ):
        return
    memory.name_things(case)
    memory.name_version(case)
    _name_organization(case.query)
    if combinations(case):
        ask_for_what_is_declared(case)
        memory.go_on(case)
    if isinstance(case.body, dict):
        _name_organization(case.body)
        _name_account(case)
        _set_passwords(case)
        _set_unique(case)
        _set_role(case)
        _set_expiry(case)


def _name_organization(fields: dict) -> None:
    """Replaces a made-up organization by one of the account's, or removes it."""
    if fields.pop("organizationId", None) and (known := memory.thing(ORGANIZATIONS)):
        fields["organizationId"] = known


def _name_account(case: schemathesis.Case) -> None:
    """Uses the account's address for sign-in, and its id as the one member that certainly exists."""
    if case.operation.path == "/api/v1/auth/login":
        case.body["email"] = Account.get().email
    if "userId" in case.body:
        case.body["userId"] = Account.get().id


def _set_passwords(case: schemathesis.Case) -> None:
    """Fills in the account's password where it is required, and a random one elsewhere."""
    is_asked_for = case.operation.path.startswith(("/api/v1/users/me", "/api/v1/auth/login"))
    for name in ("password", "currentPassword", "newPassword"):
        if name in case.body:
            case.body[name] = (
                Account.get().password if is_asked_for and name != "newPassword" else new_password()
            )


def _set_unique(case: schemathesis.Case) -> None:
    for (path, name), new in UNIQUE.items():
        if case.operation.path == path and name in case.body:
            case.body[name] = new()


def _set_role(case: schemathesis.Case) -> None:
    """Replaces a made-up role by one that exists. For organizations, the document lists the roles."""
    if "role" in case.body and case.operation.path.startswith("/api/v1/users"):
        case.body["role"] = BUILT_IN_ROLES[len(case.body["role"]) % len(BUILT_IN_ROLES)]


def _set_expiry(case: schemathesis.Case) -> None:
    """Moves an expiry in the past to 2400, a year with the same number of days."""
    if case.body.get("expiresAt") and is_past(case.body["expiresAt"]):
        case.body["expiresAt"] = f"2400{case.body['expiresAt'][4:]}"


def is_past(time: str) -> bool:
    """Whether a time is in the past."""
    return datetime.fromisoformat(time) <= datetime.now(UTC)
