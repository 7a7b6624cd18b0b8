"""The rate limits that answers state, parsed as structured fields (RFC 9651)."""

from dataclasses import dataclass

import http_sf
import requests

FIELDS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit")


@dataclass(frozen=True)
class Limit:
    """The limit nearest exhaustion."""

    policy: str
    quota: int
    window: int
    remaining: int
    # Seconds until more is available, and until the limit is full again.
    more: int
    full: int


def limit_of(response: requests.Response) -> Limit:
    """Reads the fields, and requires that they agree."""
    missing = [name for name in FIELDS if name not in response.headers]
    assert not missing, f"{response.request.method} {response.request.path_url}: no {missing}"
    ((policy, policy_parameters),) = _items(response, "RateLimit-Policy")
    ((name, parameters),) = _items(response, "RateLimit")
    assert name == policy and set(policy_parameters) == {"q", "w"} and set(parameters) == {"r", "t"}
    quota, remaining, full = (int(response.headers[name]) for name in FIELDS[:3])
    assert (quota, remaining) == (policy_parameters["q"], parameters["r"])
    limit = Limit(policy, quota, policy_parameters["w"], remaining, parameters["t"], full)
    assert 0 <= limit.remaining < limit.quota and 0 <= limit.more <= limit.full <= limit.window, limit
    return limit


def has_limit(response: requests.Response) -> bool:
    """Whether an answer has any of the fields."""
    return any(name in response.headers for name in FIELDS)


def refusal(response: requests.Response, code: str = "RATE_LIMITED") -> dict:
    """Requires that an answer refuses because of a limit, and says when to try again."""
    assert response.status_code == 429, f"{response.status_code}: {response.text[:300]}"
    error = response.json()["error"]
    assert error["code"] == code and error["message"] and error["details"] == []
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    return error


def _items(response: requests.Response, name: str) -> list[tuple[str, dict]]:
    return http_sf.parse(response.headers[name].encode(), tltype="list")
