"""What schemathesis cannot know from the document: how to sign in, and which refusals of valid requests are right.

Nothing is taken out of its checks but what `REFUSALS` names, each with its reason, and only where the request shows it.
"""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import requests
import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase
from schemathesis.openapi.checks import EnsureResourceAvailability, RejectedPositiveData

from support.people import new_address, new_password
from support.stack import Stack, without_settings

STACK = Stack.under_test()
ROLE = os.environ["FUZZ_ROLE"]


# Signing in.


@dataclass(frozen=True)
class Account:
    """An account of the role, made by the program's command, and an access token of its."""

    password: str
    token: str

    # Whose token calls are made with; none once it has ended.
    current: ClassVar["Account | None"] = None

    @classmethod
    def get(cls) -> "Account":
        """The account there is, or a new one."""
        cls.current = cls.current or cls._sign_in()
        return cls.current

    @classmethod
    def _sign_in(cls) -> "Account":
        email, password = new_address(), new_password()
        command = [
            STACK.program,
            "user",
            "create",
            email,
            "--name",
            "Ada Lovelace",
            "--verified",
            "--role",
            ROLE,
        ]
        settings = without_settings() | {"GATEHOUSE_CONFIG_FILE": str(STACK.run / "effective.env")}
        subprocess.run(
            command, input=f"{password}\n", env=settings, text=True, check=True, capture_output=True
        )
        credentials = {"email": email, "password": password}
        answer = requests.post(
            f"{STACK.url}/api/v1/auth/login", json=credentials, verify=STACK.ca, timeout=30
        )
        answer.raise_for_status()
        return cls(password, answer.json()["data"]["tokens"]["accessToken"])


@schemathesis.auth(refresh_interval=None)
class Authorization:
    """Every call is made with a token that is good."""

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        """The token."""
        return Account.get().token

    def set(self, case: schemathesis.Case, token: str, context: schemathesis.AuthContext) -> None:
        """Adds it to a call."""
        case.headers["Authorization"] = f"Bearer {token}"


# Changes after which the account has no such password any more, or is none.
ENDINGS = {"POST /api/v1/users/me/password", "DELETE /api/v1/users/me"}


# By the id of what was made, with which token that was.
made_with: dict[str, str] = {}


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: schemathesis.Case, response: Response) -> None:
    """Signing out and deleting the account end the token, as a new role does: the next call is a new account's."""
    if response.status_code == 201 and "id" in (data := json.loads(response.content)["data"]):
        made_with[data["id"]] = case.headers["Authorization"]
    if response.status_code == 401 or (response.status_code == 204 and case.operation.label in ENDINGS):
        Account.current = None


# Requests that get further than the validation.


@schemathesis.hook
def map_case(context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
    """Gives valid random requests what randomness never hits: a declared combination of filters and sort, the password of
    the account, and one that is strong. The requests of the phases before it, and those that are to be refused, stay.
    """
    if (
        case.meta
        and case.meta.generation.mode is GenerationMode.POSITIVE
        and case.meta.phase.name in RANDOM_PHASES
    ):
        if combinations(case):
            ask_for_what_is_declared(case)
        if isinstance(case.body, dict):
            set_passwords(case)
    return case


RANDOM_PHASES = {TestPhase.FUZZING, TestPhase.STATEFUL}


def ask_for_what_is_declared(case: schemathesis.Case) -> None:
    """Leaves out what keeps the query of a list from being a declared one."""
    query = case.query
    given = filters(case)
    kept = max(
        (set(entry["filters"]) for entry in combinations(case) if set(entry["filters"]) <= given), key=len
    )
    for name in given - kept:
        del query[name]
    if is_undeclared(case) or "q" in kept:
        query.pop("sortBy", None)
    if "q" in kept:
        query.pop("sortOrder", None)
    if "cursor" in query:
        query["cursor"] = ""
        query.pop("page", None)
    if "page" in query:
        query["page"] = min(query["page"], 10_000 // query.get("limit", 20))


def set_passwords(case: schemathesis.Case) -> None:
    """Puts the account's password where it is asked for, and elsewhere one that nobody guesses."""
    is_asked_for = case.operation.label.split()[1].startswith("/api/v1/users/me")
    for name in ("password", "currentPassword", "newPassword"):
        if name in case.body:
            case.body[name] = (
                Account.get().password if is_asked_for and name != "newPassword" else new_password()
            )


# Refusals of requests that keep to their schema.


def combinations(case: schemathesis.Case) -> list[dict]:
    """The filters and sorts of a list that go together."""
    return case.operation.definition.raw.get("x-combinations", [])


def filters(case: schemathesis.Case) -> set[str]:
    """The filters that a list was asked for, `q` among them."""
    return {name for entry in combinations(case) for name in entry["filters"]} & set(case.query)


def is_undeclared(case: schemathesis.Case) -> bool:
    """Whether filters and sort are a pair that no index serves."""
    sort = case.query.get("sortBy")
    declared = [entry["sortBy"] for entry in combinations(case) if set(entry["filters"]) == filters(case)]
    return not any(sort is None or sort in sorts for sorts in declared)


def sends(*names: str) -> Callable[[schemathesis.Case], bool]:
    """Whether a call has all of these, in its query, its header or its body."""

    def check(case: schemathesis.Case) -> bool:
        body = case.body if isinstance(case.body, dict) else {}
        return all(any(name in part for part in (case.query, case.headers, body)) for name in names)

    return check


def lacks(name: str) -> Callable[[schemathesis.Case], bool]:
    """Whether a call does not have this."""
    return lambda case: not sends(name)(case)


def reaches_too_far(case: schemathesis.Case) -> bool:
    """Whether a page lies beyond the 10,000 entries that pages by number reach."""
    return int(case.query["page"]) * int(case.query.get("limit", 20)) > 10_000


def is_null_in_path(case: schemathesis.Case, name: str) -> bool:
    """Whether a parameter of the path is a null, or the word that it becomes there."""
    return str(case.path_parameters.get(name)) == "None"


def holds_what_is_no_text(case: schemathesis.Case) -> bool:
    """Whether a body has the character NUL, or half of one, in some string."""
    text = json.dumps(case.body, ensure_ascii=False)
    return "\\u0000" in text or any("\ud800" <= character <= "\udfff" for character in text)


# What is refused, by status and code, or, of faults, by field and code; and what the request must show for that.
REFUSALS: dict[tuple[int | str, str], Callable[[schemathesis.Case], bool]] = {
    # No index serves every filter with every sort, so pairs are declared, in x-combinations.
    ("sortBy", "combination"): is_undeclared,
    ("q", "combination"): is_undeclared,
    # A list is paged in one way at a time, and a search has an order of its own.
    ("cursor", "contradiction"): sends("cursor", "page"),
    ("sortBy", "contradiction"): sends("q", "sortBy"),
    ("sortOrder", "contradiction"): sends("q", "sortOrder"),
    # A cursor is authenticated: one that is made up never is one. The empty one begins a list.
    ("cursor", "cursor"): lambda case: bool(case.query.get("cursor")),
    ("page", "range"): reaches_too_far,
    # Strength is counted in bits, which no schema tells.
    ("password", "too_weak"): sends("password"),
    ("newPassword", "too_weak"): sends("newPassword"),
    # Asked of accounts that have a password, as these do.
    ("password", "required"): lacks("password"),
    ("currentPassword", "required"): lacks("currentPassword"),
    # Which roles there are, is for the database to say.
    ("role", "unknown"): sends("role"),
    # Links are inferred from fields that can be null, and a null becomes this word in a path.
    ("id", "format"): lambda case: is_null_in_path(case, "id"),
    ("userId", "format"): lambda case: is_null_in_path(case, "userId"),
    ("invitationId", "format"): lambda case: is_null_in_path(case, "invitationId"),
    # A key is to be of use for a while.
    ("expiresAt", "past"): lambda case: datetime.fromisoformat(case.body["expiresAt"]) <= datetime.now(UTC),
    # Refused in any body, which a schema could say of each string only.
    (400, "MALFORMED_JSON"): holds_what_is_no_text,
    # One-time tokens cannot be made up.
    (422, "UNPROCESSABLE"): sends("token"),
    # Nor can the version that something has.
    (412, "PRECONDITION_FAILED"): sends("If-Match"),
    # The same key with another body, which is what a generator of bodies does with a key.
    (422, "IDEMPOTENCY_KEY_REUSED"): sends("Idempotency-Key"),
}


def refusals(response: Response) -> list[tuple[int | str, str]]:
    """What a response refuses."""
    error = json.loads(response.content)["error"]
    if error["code"] != "VALIDATION_ERROR":
        return [(response.status_code, error["code"])]
    return [(fault["field"], fault["code"]) for fault in error["details"]]


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case, response: Response
) -> bool:
    """Keeps every failure but the refusal of a valid request that the contract wants refused, and what another account than
    the present one has made and this one does not find."""
    if isinstance(failure, EnsureResourceAvailability):
        return made_with.get(case.path_parameters.get("id")) == case.headers["Authorization"]
    if not isinstance(failure, RejectedPositiveData):
        return True
    return not all(refusal in REFUSALS and REFUSALS[refusal](case) for refusal in refusals(response))
