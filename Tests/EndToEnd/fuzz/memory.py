"""Remembers what answers gave and no generator can make up: ids, cursors and versions.

Each value was given to one token and works only for that token.
"""

import json
from collections.abc import Hashable, Iterator

import schemathesis
from account import Account, sent_token
from lists import combinations
from schemathesis.core.transport import Response

# Every id with the token that first received it, the ids from replayed answers, and every cursor.
_ids: dict[str, str | None] = {}
_ids_of_the_past: set[str] = set()
# Ids of things that were restored and have not been deleted since.
_restored: set[str] = set()
_cursors: dict[str, str | None] = {}
# The last id that a token received below a path.
_things: dict[tuple[str, str | None], str] = {}
# The cursor at which the last part of a list ended, by list and token.
_next: dict[Hashable, str] = {}
# The version of the resource at a path, until something changes.
_tags: dict[str, str] = {}


def remember(case: schemathesis.Case, response: Response) -> None:
    """Keeps what an answer gave. A replayed answer describes the past: the resource that it names may be gone."""
    token = sent_token(case)
    if response.status_code == 404 or (case.method, response.status_code) == ("DELETE", 204):
        _forget(case)
    if response.status_code >= 300:
        return
    if _restores(case):
        _restored.update(case.path_parameters.values())
    elif case.method == "DELETE":
        _restored.difference_update(list(case.path_parameters.values())[-1:])
    answer = json.loads(response.content or b"{}")
    if "idempotent-replayed" in response.headers:
        _ids_of_the_past.update(_ids_of(answer.get("data", [])))
        return
    if response.status_code == 201 or combinations(case):
        for given in _ids_of(answer["data"]):
            _ids.setdefault(given, token)
            _things[case.formatted_path, token] = given
    if combinations(case) and (cursor := answer["meta"].get("nextCursor")):
        _cursors[cursor] = token
        _next[_list(case, token)] = cursor
    if case.method != "GET":
        _tags.clear()
    if tags := response.headers.get("etag"):
        (path,) = response.headers.get("location", [case.formatted_path])
        (_tags[path],) = tags


def _ids_of(data: dict | list) -> Iterator[str]:
    for thing in data if isinstance(data, list) else [data]:
        if given := thing.get("id") or thing.get("userId"):
            yield given


def _restores(case: schemathesis.Case) -> bool:
    """Whether a call restores something deleted. An administrator restores an account by changing its status."""
    is_of_status = isinstance(case.body, dict) and "status" in case.body
    is_change_of_account = case.operation.label == "PATCH /api/v1/users/{id}"
    return case.operation.path.endswith("/restore") or (is_change_of_account and is_of_status)


def _forget(case: schemathesis.Case) -> None:
    """Forgets what the path names, since some of it does not exist."""
    for place, given in list(_things.items()):
        if given in case.path_parameters.values():
            del _things[place]


def _list(case: schemathesis.Case, token: str | None) -> Hashable:
    """The values that a cursor is bound to."""
    bound = [(name, str(value)) for name, value in case.query.items() if name not in ("cursor", "limit")]
    return case.formatted_path, tuple(sorted(bound)), token


def thing(path: str) -> str | None:
    """The id of a resource below a path."""
    return _things.get((path, Account.get().token))


def name_things(case: schemathesis.Case) -> None:
    """Replaces made-up ids in a path by ids of resources that exist."""
    path = case.operation.path
    for name, value in case.path_parameters.items():
        below = path[: path.index(f"/{{{name}}}")].format(**case.path_parameters)
        if value not in _ids and (known := thing(below)):
            case.path_parameters[name] = known


def name_version(case: schemathesis.Case) -> None:
    """Replaces a made-up version by the one that was read, if there is one."""
    for name in ("If-Match", "If-None-Match"):
        if name in case.headers and (tag := _tags.get(case.formatted_path)):
            case.headers[name] = tag


def go_on(case: schemathesis.Case) -> None:
    """Replaces a made-up cursor by the one at which the same list ended, or by the empty one, which starts the list."""
    if "cursor" in case.query:
        case.query["cursor"] = _next.get(_list(case, Account.get().token), "")


def names_another_version(case: schemathesis.Case) -> bool:
    """Whether a call names a version other than the one that was read last."""
    return case.headers["If-Match"] != _tags.get(case.formatted_path)


def has_a_cursor_of_its_own(case: schemathesis.Case) -> bool:
    """Whether a cursor is made up or was given to another caller. The empty cursor starts a list."""
    cursor = case.query["cursor"]
    return bool(cursor) and _cursors.get(cursor) != sent_token(case)


def is_of_the_past(case: schemathesis.Case) -> bool:
    """Whether a path contains an id from a replayed answer."""
    return not _ids_of_the_past.isdisjoint(case.path_parameters.values())


def was_restored(case: schemathesis.Case) -> bool:
    """Whether a path names something that was deleted and then restored."""
    return not _restored.isdisjoint(case.path_parameters.values())


def is_anothers(case: schemathesis.Case) -> bool:
    """Whether a path names something that was given to an account other than the caller's."""
    token = sent_token(case)
    return _ids.get(case.path_parameters.get("id"), token) != token
