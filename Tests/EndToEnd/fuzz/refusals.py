"""Which refusals of requests that keep to their schema are right, each with its reason; the request must show it."""

import json
import re
import unicodedata
from collections.abc import Callable

import schemathesis
from cases import BUILT_IN_ROLES, is_past
from lists import is_undeclared, reaches_too_far
from memory import has_a_cursor_of_its_own, names_another_version
from schemathesis.core.transport import Response


def is_right(case: schemathesis.Case, response: Response) -> bool:
    """Whether everything that a response refuses is to be refused."""
    return all(refusal in REFUSALS and REFUSALS[refusal](case) for refusal in _refusals(response))


def tells_of_the_deletion(response: Response) -> bool:
    """Whether an answer says that what it tells of is deleted. Accounts are seen for 30 days, and can be
    brought back."""
    return json.loads(response.content)["data"].get("status") == "deleted"


def _refusals(response: Response) -> list[tuple[int | str, str]]:
    error = json.loads(response.content)["error"]
    if error["code"] != "VALIDATION_ERROR":
        return [(response.status_code, error["code"])]
    return [(fault["field"], fault["code"]) for fault in error["details"]]


def _sends(*names: str) -> Callable[[schemathesis.Case], bool]:
    """Whether a call has all of these, in its query, its header or its body."""

    def check(case: schemathesis.Case) -> bool:
        body = case.body if isinstance(case.body, dict) else {}
        return all(any(name in part for part in (case.query, case.headers, body)) for name in names)

    return check


def _lacks(name: str) -> Callable[[schemathesis.Case], bool]:
    """Whether a call does not have this."""
    return lambda case: not _sends(name)(case)


def _holds_half_a_character(case: schemathesis.Case) -> bool:
    """Whether a body has one half of a surrogate pair in some string."""
    text = json.dumps(case.body, ensure_ascii=False)
    return any("\ud800" <= character <= "\udfff" for character in text)


def _searches_for_one_character(case: schemathesis.Case) -> bool:
    """Whether a search is for one character; some of these are words."""
    return len(unicodedata.normalize("NFC", case.query["q"])) == 1


def _shows_only_marks(name: str) -> Callable[[schemathesis.Case], bool]:
    """Whether a text has nothing but blanks and combining marks, which show only on something else."""
    return lambda case: all(
        unicodedata.category(character)[0] in "MZ" or character.isspace() or character == "\u2800"
        for character in case.body[name]
    )


def _has_an_odd_host(case: schemathesis.Case) -> bool:
    """Whether the host of a URL is more than a plain name of letters, or the URL is long once it is in ASCII."""
    url = case.body["avatarUrl"]
    host = re.match(r"(?i)https://([^/?#]*)", url).group(1).rsplit(":", 1)[0]
    return not re.fullmatch(r"(?i)([a-z_][0-9a-z_-]{0,62}\.){0,3}[a-z][0-9a-z_-]{0,62}", host) or "xn--" in host.lower()


def _has_an_odd_domain(name: str) -> Callable[[schemathesis.Case], bool]:
    """Whether an address is more than the format asks for and less than mail needs: its domain has one label, or is not
    of letters and digits."""

    def check(case: schemathesis.Case) -> bool:
        labels = case.body[name].rpartition("@")[2].split(".")
        return len(labels) == 1 or not all(label.replace("-", "a").isalnum() for label in labels)

    return check


# What is refused, by status and code, or, of faults, by field and code; and what the request must show for that.
REFUSALS: dict[tuple[int | str, str], Callable[[schemathesis.Case], bool]] = {
    # No index serves every filter with every sort, so pairs are declared, in x-combinations.
    ("sortBy", "combination"): is_undeclared,
    ("q", "combination"): is_undeclared,
    ("q", "too_short"): _searches_for_one_character,
    # "idn-email" takes domains of one label, to which no mail goes.
    ("email", "format"): _has_an_odd_domain("email"),
    ("newEmail", "format"): _has_an_odd_domain("newEmail"),
    # A list is paged in one way at a time, and a search has an order of its own.
    ("cursor", "contradiction"): _sends("cursor", "page"),
    ("sortBy", "contradiction"): _sends("q", "sortBy"),
    ("sortOrder", "contradiction"): _sends("q", "sortOrder"),
    # A cursor is authenticated: one that is made up never is one.
    ("cursor", "cursor"): has_a_cursor_of_its_own,
    ("page", "range"): reaches_too_far,
    # A link is followed by who knows the password or by who sets one.
    ("newPassword", "contradiction"): _sends("password", "newPassword"),
    # Strength is counted in bits, which no schema tells.
    ("password", "too_weak"): _sends("password"),
    ("newPassword", "too_weak"): _sends("newPassword"),
    # Nor which characters are marks, or which hosts there can be.
    ("name", "format"): _shows_only_marks("name"),
    ("description", "format"): _shows_only_marks("description"),
    ("avatarUrl", "format"): _has_an_odd_host,
    ("avatarUrl", "too_long"): lambda case: len(case.body["avatarUrl"].encode()) > 600,
    # Asked of accounts that have a password, as these do.
    ("password", "required"): _lacks("password"),
    ("currentPassword", "required"): _lacks("currentPassword"),
    # Which roles there are beside those, is for the database to say.
    ("role", "unknown"): lambda case: case.body["role"] not in BUILT_IN_ROLES,
    # An account is deleted by an operation of its own; of one that is, the word can be sent back.
    ("status", "choice"): lambda case: case.body["status"] == "deleted",
    # A key is to be of use for a while.
    ("expiresAt", "past"): lambda case: is_past(case.body["expiresAt"]),
    # Refused in any body, and nothing that a schema could say.
    (400, "MALFORMED_JSON"): _holds_half_a_character,
    # One-time tokens cannot be made up.
    (422, "UNPROCESSABLE"): _sends("token"),
    # Nor can the version that something has.
    (412, "PRECONDITION_FAILED"): names_another_version,
    # The same key with another body, which is what a generator of bodies does with a key.
    (422, "IDEMPOTENCY_KEY_REUSED"): _sends("Idempotency-Key"),
}
