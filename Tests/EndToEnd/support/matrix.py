"""Tries every route as every caller.

Guards run before anything is read from the request. So a request with an unknown parameter changes nothing, and a 400
shows that the guard let it pass. If the handler decides, under the guard `owner` or because body or query name an
organization, each call is a real one on its own row.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, urlsplit

from support.access import ALLOWED, FORBIDDEN, NOT_FOUND, Actor, Cast, admitted, new_key
from support.client import Client, expect
from support.people import Person
from support.places import API, Places
from support.resources import RESOURCES, Resource
from support.routes import Route

PROJECTS = f"{API}/projects"
KEYS = f"{API}/api-keys"
USERS = f"{API}/users"
SESSIONS = f"{USERS}/me/sessions"
# The name of the rows on which everyone tries the routes.
TRIED = "Tried by everyone"


def outcome(response) -> str:
    """The outcome of a call, in the words of the declaration."""
    if response.status_code < 400:
        return ALLOWED
    error = response.json()["error"]
    if error["code"] == "VALIDATION_ERROR" and "surprise" in {fault["field"] for fault in error["details"]}:
        return ALLOWED
    return f"{response.status_code} {error['code']}"


@dataclass(frozen=True)
class Denial:
    """A refused call of a known caller, as the audit must record it."""

    request_id: str
    actor: str
    key: str | None
    operation: str
    guard: str
    code: str
    # The resource that was found, and the one that the request only named.
    target: str | None
    named: str | None


class Matrix:
    """Tries each route once, and keeps the outcomes."""

    def __init__(self, client: Client, cast: Cast, places: Places, routes: list[Route]) -> None:
        self.client, self.cast, self.places, self.routes = client, cast, places, routes
        self.answers = cache(self._answers)
        self.before = places.state()

    def _answers(self, route: Route) -> tuple[dict[str, str], dict[str, str], list[Denial]]:
        """The outcome for each caller, the declared outcome, and the refusals."""
        answered, declared, denials = {}, {}, []
        for attempt in _attempts(route):
            for actor in self.cast.actors:
                tried = attempt(self, route, actor)
                if tried is None:
                    continue
                name = f"{actor.name}: {attempt.__name__}"
                response, declared[name] = tried
                answered[name] = outcome(response)
                # Holders of a permission may know of everything. For all others, 404 hides the rows of other people.
                is_hidden = not route.guard.startswith("permission") and answered[name] == NOT_FOUND
                if answered[name].startswith("403") or is_hidden:
                    denials.append(_denial(route, actor, response))
        return answered, declared, denials

    def denials(self) -> list[Denial]:
        """All refusals."""
        return [denial for route in self.routes for denial in self.answers(route)[2]]


def _row(route: Route) -> str:
    """The path of the row that a route is about: `…/projects/{id}` of `…/projects/{id}/restore`."""
    return route.path[: route.path.rindex("}") + 1]


def _attempts(route: Route) -> list:
    """The attempts for a route. An attempt returns `None` for callers to whom it does not apply."""
    if route.guard == "owner":
        assert _row(route) in OWNED, f"no attempts known for {_row(route)}"
        return OWNED[_row(route)]
    return [probe] + ([NAMED[str(route)]] if str(route) in NAMED else [])


def _subject(route: Route, actor: Actor, request) -> str | None:
    """The subject of a refusal: the id in the path or, if the request was read, the organization that it names."""
    url = urlsplit(request.path_url)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
    in_path = re.fullmatch(pattern, url.path).groupdict().get("id")
    is_read = not actor.key or route.scope in actor.scopes
    if in_path or not is_read:
        return in_path
    in_query = parse_qs(url.query).get("organizationId", [None])[0]
    return in_query or json.loads(request.body or "{}").get("organizationId")


def _was_found(route: Route, actor: Actor, code: str) -> bool:
    """Whether the refusal came after the subject was looked up. Scopes and permissions are checked before that, and a
    404 says that nothing was found."""
    is_read = not actor.key or route.scope in actor.scopes
    kind, _, word = route.guard.partition(":")
    return code == "FORBIDDEN" and is_read and (kind != "permission" or word in actor.permissions)


def _denial(route: Route, actor: Actor, response) -> Denial:
    code = response.json()["error"]["code"]
    subject, was_found = _subject(route, actor, response.request), _was_found(route, actor, code)
    return Denial(
        response.headers["X-Request-Id"],
        actor.id,
        actor.key,
        str(route),
        route.guard,
        code,
        subject if was_found else None,
        None if was_found else subject,
    )


def probe(matrix: Matrix, route: Route, actor: Actor):
    """A call with an unknown parameter."""
    path = f"{matrix.places.path(route.path)}?surprise=1"
    return matrix.client.request(route.method, path, token=actor.token), admitted(route, actor)


def call(matrix: Matrix, route: Route, actor: Actor, row: str):
    """A real call, about a row that no earlier call was about."""
    body = {"name": "Changed"} if route.method == "PATCH" else None
    path = matrix.places.path(route.path, **{_row(route): row})
    return matrix.client.request(route.method, path, json=body, token=actor.token)


def call_on_project(matrix: Matrix, route: Route, actor: Actor, by: Person, **fields: str):
    """A call about a new project, which is deleted first if the route restores it."""
    body = {"name": TRIED} | fields
    project = expect(matrix.client.post(PROJECTS, body, token=by.access), 201)
    path = f"{PROJECTS}/{project['id']}"
    if route.path.endswith("/restore"):
        expect(matrix.client.delete(path, token=by.access), 204)
        return call(matrix, route, actor, project["id"])
    response = call(matrix, route, actor, project["id"])
    if outcome(response) != ALLOWED:
        assert expect(matrix.client.get(path, token=by.access), 200) == project
    return response


def own_project(matrix: Matrix, route: Route, actor: Actor):
    """A project that its owner made for themselves."""
    holder = matrix.cast.holder
    response = call_on_project(matrix, route, actor, holder)
    return response, admitted(route, actor, only_if=actor.id == holder.id)


def project_of_the_organization(matrix: Matrix, route: Route, actor: Actor):
    """A project that an owner made for the organization."""
    return _project_of_the_organization(matrix, route, actor, matrix.cast.organization.owner)


def a_members_project_of_the_organization(matrix: Matrix, route: Route, actor: Actor):
    """A project that a member made for the organization."""
    return _project_of_the_organization(matrix, route, actor, matrix.cast.organization.people["member"])


def _project_of_the_organization(matrix: Matrix, route: Route, actor: Actor, author: Person):
    """Viewers read, members change their own projects, and administrators change all."""
    organization = matrix.cast.organization.id
    response = call_on_project(matrix, route, actor, author, organizationId=organization)
    declared = admitted(route, actor, only_if=actor.rank is not None)
    may_write = actor.is_at_least("admin") or actor.is_at_least("member") and actor.id == author.id
    if declared == ALLOWED and route.method != "GET" and not may_write:
        declared = FORBIDDEN
    return response, declared


def own_row(resource: Resource):
    """A row of another package's module, made by its owner."""

    def attempt(matrix: Matrix, route: Route, actor: Actor):
        holder = matrix.cast.holder
        new = resource.new(TRIED, 0)
        row = expect(matrix.client.post(resource.path, new, token=holder.access), 201)
        body = resource.change if route.method == "PATCH" else None
        path = matrix.places.path(route.path, **{_row(route): row["id"]})
        response = matrix.client.request(route.method, path, json=body, token=actor.token)
        return response, admitted(route, actor, only_if=actor.id == holder.id)

    return attempt


def own_key(matrix: Matrix, route: Route, actor: Actor):
    """An API key that its owner made for themselves."""
    response = _call_on_key(matrix, route, actor, new_key(matrix.client, matrix.cast.holder, "account:read"))
    return response, admitted(route, actor, only_if=actor.id == matrix.cast.holder.id)


def key_of_the_organization(matrix: Matrix, route: Route, actor: Actor):
    """An API key of the organization."""
    cast = matrix.cast
    key = new_key(matrix.client, cast.holder, "projects:read", organization=cast.organization)
    return _call_on_key(matrix, route, actor, key), admitted(route, actor, only_if=actor.is_at_least("admin"))


def _call_on_key(matrix: Matrix, route: Route, actor: Actor, key: dict):
    response = call(matrix, route, actor, key["id"])
    # Makes room for the next key, since the maximum is a hundred, and shows whether a refused call revoked this one.
    is_revoked = (route.method, outcome(response)) == ("DELETE", ALLOWED)
    revocation = matrix.client.delete(f"{KEYS}/{key['id']}", token=matrix.cast.holder.access)
    assert revocation.status_code == (404 if is_revoked else 204)
    return response


def own_session(matrix: Matrix, route: Route, actor: Actor):
    """Another session of the caller named "the owner"."""
    holder = matrix.cast.holder
    body = {"email": holder.email, "password": holder.password}
    other = expect(matrix.client.post(f"{API}/auth/login", body), 200)["tokens"]["accessToken"]
    sessions = expect(matrix.client.get(f"{SESSIONS}?limit=100", token=other), 200)
    response = call(matrix, route, actor, next(session["id"] for session in sessions if session["current"]))
    if outcome(response) != ALLOWED:
        expect(matrix.client.post(f"{API}/auth/logout", token=other), 204)
    return response, admitted(route, actor, only_if=actor.id == holder.id)


def new_project_of_the_organization(matrix: Matrix, route: Route, actor: Actor):
    body = {"name": TRIED, "organizationId": matrix.cast.organization.id}
    return matrix.client.post(route.path, body, token=actor.token), _to_rank("member", route, actor)


def new_key_of_the_organization(matrix: Matrix, route: Route, actor: Actor):
    body = {"name": "e2e", "scopes": ["projects:read"], "organizationId": matrix.cast.organization.id}
    response = matrix.client.post(route.path, body, token=actor.token)
    if outcome(response) == ALLOWED:
        # Makes room for the next key, since the maximum is a hundred.
        path = response.headers["Location"]
        expect(matrix.client.delete(path, token=matrix.cast.holder.access), 204)
    return response, _to_rank("admin", route, actor)


def keys_of_the_organization(matrix: Matrix, route: Route, actor: Actor):
    path = f"{route.path}?organizationId={matrix.cast.organization.id}"
    return matrix.client.get(path, token=actor.token), _to_rank("admin", route, actor)


def _to_rank(least: str, route: Route, actor: Actor) -> str:
    """The declared answer about an organization that the request names; callers outside it get a 404."""
    declared = admitted(route, actor, only_if=actor.rank is not None)
    return FORBIDDEN if declared == ALLOWED and not actor.is_at_least(least) else declared


def own_account_by_key(matrix: Matrix, route: Route, actor: Actor):
    """A key and the account that it acts for, which no key can change."""
    if actor.key:
        path = matrix.places.path(route.path, **{f"{USERS}/{{id}}": actor.id})
        body = {} if route.method == "PATCH" else None
        return matrix.client.request(route.method, path, json=body, token=actor.token), FORBIDDEN


# Additional attempts, by route, for requests that name something that the guard does not check.
NAMED = {
    f"POST {PROJECTS}": new_project_of_the_organization,
    f"POST {KEYS}": new_key_of_the_organization,
    f"GET {KEYS}": keys_of_the_organization,
    f"PATCH {USERS}/{{id}}": own_account_by_key,
    f"DELETE {USERS}/{{id}}": own_account_by_key,
    f"POST {USERS}/{{id}}/sessions/revoke": own_account_by_key,
    f"DELETE {USERS}/{{id}}/api-keys/{{keyId}}": own_account_by_key,
}

# The attempts on rows with owners, by the path of the row.
OWNED = {
    f"{PROJECTS}/{{id}}": [own_project, project_of_the_organization, a_members_project_of_the_organization],
    f"{KEYS}/{{id}}": [own_key, key_of_the_organization],
    f"{SESSIONS}/{{id}}": [own_session],
} | {resource.row: [own_row(resource)] for resource in RESOURCES}
