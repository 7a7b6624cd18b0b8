"""Lists the refusals of schema-valid requests that are right, each with its reason, which the request must show."""

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
    """Whether everything that a response refuses must be refused."""
    return all(refusal in REFUSALS and REFUSALS[refusal](case) for refusal in _refusals(response))


def tells_of_the_deletion(response: Response) -> bool:
    """Whether an answer says that its resource is deleted. Deleted accounts stay visible for 30 days and can be
    restored."""
    return json.loads(response.content)["data"].get("status") == "deleted"


def _refusals(response: Response) -> list[tuple[int | str, str]]:
    error = json.loads(response.content)["error"]
    if error["code"] != "VALIDATION_ERROR":
        return [(response.status_code, error["code"])]
    return [(fault["field"], fault["code"]) for fault in error["details"]]


def _sends(*names: str) -> Callable[[schemathesis.Case], bool]:
    """Whether a call has all of these in its query, header or body."""

    def check(case: schemathesis.Case) -> bool:
        body = case.body if isinstance(case.body, dict) else {}
        return all(any(name in part for part in (case.query, case.headers, body)) for name in names)

    return check


def _lacks(name: str) -> Callable[[schemathesis.Case], bool]:
    """Whether a call lacks this."""
    return lambda case: not _sends(name)(case)


def _holds_half_a_character(case: schemathesis.Case) -> bool:
    """Whether some string in the body contains half of a surrogate pair."""
    text = json.dumps(case.body, ensure_ascii=False)
    return any("\ud800" <= character <= "\udfff" for character in text)


def _searches_for_one_character(case: schemathesis.Case) -> bool:
    """Whether a search is for one character; some characters count as words."""
    return len(unicodedata.normalize("NFC", case.query["q"])) == 1


def _shows_only_marks(name: str) -> Callable[[schemathesis.Case], bool]:
    """Whether a text consists of blanks and combining marks, which are visible only on another character."""
    return lambda case: all(
        unicodedata.category(character)[0] in "MZ" or character.isspace() or character == "\u2800"
        for character in case.body[name]
    )


def _has_an_odd_host(name: str) -> Callable[[schemathesis.Case], bool]:
    """Whether the host of a URL is not a plain name of ASCII letters, or the URL may be too long once it is in
    ASCII."""

    def check(case: schemathesis.Case) -> bool:
        host = re.match(r"(?i)https?://([^/?#]*)", case.body[name]).group(1).rsplit(":", 1)[0]
        plain = r"(?i)([a-z_][0-9a-z_-]{0,62}\.){0,3}[a-z][0-9a-z_-]{0,62}"
        return not re.fullmatch(plain, host) or "xn--" in host.lower()

    return check


def _has_an_odd_domain(name: str) -> Callable[[schemathesis.Case], bool]:
    """Whether an address matches the format but not what mail needs: its domain has one label, or has characters other
    than letters, digits and hyphens."""

    def check(case: schemathesis.Case) -> bool:
        labels = case.body[name].rpartition("@")[2].split(".")
        return len(labels) == 1 or not all(label.replace("-", "a").isalnum() for label in labels)

    return check


# Refusals by status and code, or by field and code for validation errors, and what the request must show.
REFUSALS: dict[tuple[int | str, str], Callable[[schemathesis.Case], bool]] = {
    # No index serves every filter with every sort, so pairs are declared, in x-combinations.
    ("sortBy", "combination"): is_undeclared,
    ("q", "combination"): is_undeclared,
    ("q", "too_short"): _searches_for_one_character,
    # "idn-email" allows domains with one label, which receive no mail.
    ("email", "format"): _has_an_odd_domain("email"),
    ("newEmail", "format"): _has_an_odd_domain("newEmail"),
    # A list is paged by page or by cursor, and a search has its own order.
    ("cursor", "contradiction"): _sends("cursor", "page"),
    ("sortBy", "contradiction"): _sends("q", "sortBy"),
    ("sortOrder", "contradiction"): _sends("q", "sortOrder"),
    # Cursors are authenticated, so a made-up one is never valid.
    ("cursor", "cursor"): has_a_cursor_of_its_own,
    ("page", "range"): reaches_too_far,
    # The follower of a link either knows the password or sets a new one.
    ("newPassword", "contradiction"): _sends("password", "newPassword"),
    # A proof is the password or a code.
    ("mailCode", "contradiction"): _sends("password", "mailCode"),
    # Strength is measured in bits, which no schema can express.
    ("password", "too_weak"): _sends("password"),
    ("newPassword", "too_weak"): _sends("newPassword"),
    # Nor can a schema express which characters are marks, or which hosts are possible.
    ("name", "format"): _shows_only_marks("name"),
    ("description", "format"): _shows_only_marks("description"),
    ("avatarUrl", "format"): _has_an_odd_host("avatarUrl"),
    ("url", "format"): _has_an_odd_host("url"),
    ("url", "too_long"): lambda case: len(case.body["url"].encode()) > 600,
    ("avatarUrl", "too_long"): lambda case: len(case.body["avatarUrl"].encode()) > 600,
    # Required for accounts that have a password, as these do.
    ("password", "required"): _lacks("password"),
    ("currentPassword", "required"): _lacks("currentPassword"),
    # Only the database knows the roles beside the built-in ones.
    ("role", "unknown"): lambda case: case.body["role"] not in BUILT_IN_ROLES,
    # Another operation deletes accounts. An account that is deleted accepts its own status back.
    ("status", "choice"): lambda case: case.body["status"] == "deleted",
    # A key must not expire in the past.
    ("expiresAt", "past"): lambda case: is_past(case.body["expiresAt"]),
    # Refused in any body, and no schema can express it.
    (400, "MALFORMED_JSON"): _holds_half_a_character,
    # One-time tokens and codes cannot be made up.
    (422, "UNPROCESSABLE"): lambda case: _sends("token")(case) or _sends("code", "codeVerifier")(case),
    # Browsers return to the URLs of the settings only.
    ("redirectTo", "choice"): _sends("redirectTo"),
    # Versions cannot be made up either.
    (412, "PRECONDITION_FAILED"): names_another_version,
    # A generator of bodies sends the same key with another body.
    (422, "IDEMPOTENCY_KEY_REUSED"): _sends("Idempotency-Key"),
}
