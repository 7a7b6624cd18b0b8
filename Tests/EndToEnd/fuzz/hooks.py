"""What schemathesis cannot know from the document: how to sign in, what requests need to pass validation, and which
refusals are right.

Only the failures listed in refusals.py are left out of its checks, each for a stated reason and only if the request
shows it.
"""

import atexit
import json
import os
import pathlib

import cases
import memory
import patterns
import refusals
import schemathesis
from account import Account
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import EnsureResourceAvailability, RejectedPositiveData, UseAfterFree

from support.secrets import SecretRegistry
from support.seen import leave

patterns.keep()

# Secrets seen in calls and answers. deploy/fuzz looks for them in logs and tables afterwards.
SECRETS = SecretRegistry()
atexit.register(leave, pathlib.Path(os.environ["FUZZ_SEEN"]), SECRETS, [])


@schemathesis.auth(refresh_interval=None)
class Authorization:
    """Gives every call a valid token."""

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        """The token."""
        return Account.get().token

    def set(self, case: schemathesis.Case, token: str, context: schemathesis.AuthContext) -> None:
        """Adds the token to a call."""
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def map_case(context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
    """Gives a valid random request the values that it needs."""
    cases.complete(case)
    return case


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: schemathesis.Case, response: Response) -> None:
    """Learns from an answer. If it shows that the account has ended, the next call uses a new account."""
    memory.remember(case, response)
    Account.note(case, response)
    note_secrets(case, response)


def note_secrets(case: schemathesis.Case, response: Response) -> None:
    """Notes the secrets of a successful call and of its answer. Secrets in a refused call are made up and may be any
    text."""
    if response.status_code >= 300:
        return
    SECRETS.add_from(case.body)
    SECRETS.add_from_headers(case.headers)
    for cookie in response.headers.get("set-cookie", []):
        SECRETS.add_from_headers({"Set-Cookie": cookie})
    if "json" in "".join(response.headers.get("content-type", [])):
        SECRETS.add_from(json.loads(response.content))


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case, response: Response
) -> bool:
    """Keeps every failure except these: a valid request is refused and the contract says so; this account does not find
    something that another account made, or that was deleted before the answer with its id was replayed; something
    deleted still exists because it says that it is deleted, or was restored."""
    match failure:
        case EnsureResourceAvailability():
            return not (memory.is_anothers(case) or memory.is_of_the_past(case))
        case UseAfterFree():
            return not (memory.was_restored(case) or refusals.tells_of_the_deletion(response))
        case RejectedPositiveData():
            return not refusals.is_right(case, response)
    return True
