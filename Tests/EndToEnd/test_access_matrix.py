"""Every caller tries every route, and the outcome is the one that the route's guard and scope declare."""

import json

import pytest

from support.access import ALLOWED, RANKS, Cast
from support.logs import lines
from support.matrix import NAMED, Denial, Matrix
from support.places import Places


@pytest.fixture(scope="module")
def matrix(client, contract, people, organizations, declared_routes):
    cast = Cast(client, contract, people, organizations)
    places = Places(client, people, cast.holder, cast.organization)
    return Matrix(client, cast, places, declared_routes)


def test_everyone_is_answered_as_the_route_declares(matrix, route):
    answered, declared, _ = matrix.answers(route)
    wrong = {
        name: f"{answered[name]} and not {declared[name]}"
        for name in declared
        if answered[name] != declared[name]
    }
    assert wrong == {}


def test_every_guard_lets_someone_pass_and_refuses_someone(matrix, route):
    answered, _, _ = matrix.answers(route)
    outcomes = set(answered.values())
    assert ALLOWED in outcomes
    assert (outcomes == {ALLOWED}) == (route.guard == "public")


def test_head_is_guarded_as_get_is(client, matrix, route):
    if route.method == "GET":
        path = f"{matrix.places.path(route.path)}?surprise=1"
        for actor in matrix.cast.actors:
            full, bare = (client.request(method, path, token=actor.token) for method in ("GET", "HEAD"))
            assert bare.status_code == full.status_code, actor.name


def test_the_matrix_has_every_route_of_the_document(matrix, contract):
    assert {str(route) for route in matrix.routes} == {str(operation) for operation in contract.operations}


def test_every_organization_that_a_request_names_is_tried(contract):
    """If neither path nor guard names the organization, the handler decides."""
    naming = {str(op) for op in contract.operations if "organizationId" in fields_of(contract, op)}
    # Callers outside the organization get an empty list of projects.
    assert naming - {"GET /api/v1/projects"} <= set(NAMED)


def fields_of(contract, operation) -> set[str]:
    """The names of the fields and query parameters of an operation."""
    query = {parameter["name"] for parameter in operation.value.get("parameters", []) if "name" in parameter}
    content = operation.value.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    return query | set(contract.document["components"]["schemas"].get(name, {}).get("properties", {}))


def test_the_matrix_has_every_guard_and_every_scope(matrix):
    """Some route requires each role in an organization, so that the ranks of the callers are tested."""
    guards = {route.guard for route in matrix.routes}
    assert {"public", "user", "owner"} | {f"member:{rank}" for rank in ("viewer", "admin", "owner")} <= guards
    permissions = {guard.removeprefix("permission:") for guard in guards if guard.startswith("permission:")}
    vocabulary = matrix.cast.vocabulary
    assert permissions == vocabulary.permissions
    assert {route.scope for route in matrix.routes} == vocabulary.scopes | {None}
    assert {actor.rank for actor in matrix.cast.actors} == {None, *RANKS}


def test_a_guards_permission_is_also_the_routes_scope(route):
    if route.guard.startswith("permission:"):
        assert route.scope == route.guard.removeprefix("permission:")
    assert route.guard != "public" or route.scope is None


def test_the_document_says_who_may_use_a_route(contract, route):
    operation = next(op for op in contract.operations if str(op) == str(route))
    session, key = {"accessToken": []}, {"apiKey": [route.scope]}
    schemes = [] if route.guard == "public" else [session, key] if route.scope else [session]
    if str(route) == "POST /api/v1/auth/logout":
        schemes = [session, {}]
    assert operation.value["security"] == schemes
    codes = operation.error_codes(contract.document)
    assert route.guard == "public" or (403, "FORBIDDEN") in codes
    assert not route.guard.startswith(("owner", "member")) or (404, "NOT_FOUND") in codes


def test_every_denial_is_in_the_audit(matrix, db, route):
    """The event says who was refused what and why, and is written once."""
    denials = matrix.answers(route)[2]
    requests = ", ".join(["%s"] * len(denials)) or "NULL"
    rows = db.rows(
        "SELECT request_id, actor_id, target_id, details FROM audit_events "
        f"WHERE action = 'access.denied' AND request_id IN ({requests})",
        *(denial.request_id for denial in denials),
    )
    audited = [_audited(*row) for row in rows]
    assert sorted(audited, key=lambda denial: denial.request_id) == sorted(
        denials, key=lambda denial: denial.request_id
    )


def _audited(request_id: str, actor: str, target: str, details: str) -> Denial:
    told = json.loads(details)
    assert set(told) <= {"operation", "guard", "code", "named", "apiKeyId"}
    return Denial(
        request_id,
        actor,
        told.get("apiKeyId"),
        told["operation"],
        told["guard"],
        told["code"],
        None if target == "NULL" else target,
        told.get("named"),
    )


def test_every_denial_is_in_the_log(matrix, logs):
    denials = matrix.denials()
    requests = {denial.request_id for denial in denials}
    logs.of(logs.program, denials[-1].request_id)
    told = [line for line in lines(logs.program) if line["message"] == "access denied"]
    logged = [
        (line["requestId"], line["operation"], line["guard"], line["code"])
        for line in told
        if line["requestId"] in requests
    ]
    assert sorted(logged) == sorted(
        (denial.request_id, denial.operation, denial.guard, denial.code) for denial in denials
    )


def test_every_guarded_route_audits_its_refusals(matrix, db):
    """The audit names every route that refuses a caller."""
    requests = {denial.request_id for denial in matrix.denials()}
    rows = db.rows("SELECT request_id, details FROM audit_events WHERE action = 'access.denied'")
    told = {json.loads(details)["operation"] for request_id, details in rows if request_id in requests}
    assert told == {str(route) for route in matrix.routes if route.guard != "public"}


def test_a_refused_or_faulty_call_changes_nothing(matrix):
    """Calls that take effect use their own rows."""
    for route in matrix.routes:
        matrix.answers(route)
    assert matrix.places.state() == matrix.before
