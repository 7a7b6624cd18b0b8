"""Rules for every operation. The served document says which operations there are."""

import gzip
import json

import pytest

from support.client import expect, faults, shared_fields
from support.contract import check_error_shape
from support.places import Places
from support.raw import exchange, head
from support.routes import routes

# Each reading of it adds an event to the next.
GROWS = "GET /api/v1/users/me/export"
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"}


@pytest.fixture(scope="module")
def places(client, people, organizations):
    """The resources in the paths, whose caller passes every guard."""
    person = people.with_role("admin")
    return Places(client, people, person, organizations.new(owner=person))


@pytest.fixture(scope="module")
def path_of(places):
    """The path of an operation, about an existing resource."""
    return lambda operation: places.path(operation.path)


@pytest.fixture(scope="module")
def person(places):
    return places.person


@pytest.fixture(scope="module")
def ended(client, people):
    person = people.signed_in()
    expect(client.post("/api/v1/auth/logout", token=person.access), 204)
    return person


@pytest.mark.alone  # Lists of everything change while other tests write.
def test_head_has_the_same_fields_as_get_and_no_body(client, path_of, person, operation_read):
    token = person.access if operation_read.needs_token else None
    full, bare = (client.request(method, path_of(operation_read), token=token) for method in ("GET", "HEAD"))
    assert (full.status_code, bare.status_code, bare.content) == (200, 200, b"")
    fields = [shared_fields(full), shared_fields(bare)]
    length, bare_length = (int(each.pop("Content-Length")) for each in fields)
    assert fields[0] == fields[1]
    assert length == len(full.content) == bare_length or str(operation_read) == GROWS


def test_another_method_gets_405_with_the_allowed_ones(client, path_of, contract, operation):
    known = {other.method for other in contract.operations if other.matches(path_of(operation))}
    for method in METHODS - known:
        response = client.request(method, path_of(operation))
        expect(response, 405, "METHOD_NOT_ALLOWED")
        assert set(response.headers["Allow"].split(", ")) == known | ({"HEAD"} if "GET" in known else set())


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_trace_and_connect_are_not_implemented(stack, path_of, operation, method):
    answer = exchange(stack, head(method, path_of(operation)), method)
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (501, "NOT_IMPLEMENTED")
    assert answer.values("Allow") == []


def test_head_is_405_where_get_is_missing(client, path_of, contract, operation):
    methods = {other.method for other in contract.operations if other.path == operation.path}
    status = client.head(path_of(operation)).status_code
    assert (status == 405) == ("GET" not in methods)


def test_an_unknown_query_parameter_is_refused(client, path_of, person, operation_strict):
    token = person.access if operation_strict.needs_token else None
    path = f"{path_of(operation_strict)}?surprise=1&surprise=2"
    response = client.request(operation_strict.method, path, token=token)
    assert ("surprise", "unknown") in faults(response)


def test_every_operation_that_is_not_public_needs_a_token(client, path_of, contract, stack):
    """The program's list of routes must agree with the document."""
    documented = {str(operation): operation.needs_token for operation in contract.operations}
    declared = {f"{route.method} {route.path}": route.guard != "public" for route in routes(stack)}
    assert declared == documented and any(declared.values())
    for route in routes(stack):
        for body in (None, {}):
            response = client.request(route.method, path_of(route), json=body)
            if route.guard == "public":
                # A public route may itself require something that names a session, as refresh and sign-out do.
                asks = route.path.endswith(("/auth/refresh", "/auth/logout"))
                assert response.status_code != 401 or asks, route
            else:
                expect(response, 401, "UNAUTHORIZED")


def test_without_a_token_is_unauthorized(client, path_of, operation_with_token):
    response = client.request(operation_with_token.method, path_of(operation_with_token))
    expect(response, 401, "UNAUTHORIZED")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_authentication_precedes_validation(client, path_of, operation_with_token):
    response = client.request(
        operation_with_token.method, f"{path_of(operation_with_token)}?surprise=1", data=b"{"
    )
    expect(response, 401, "UNAUTHORIZED")


def test_a_token_of_an_ended_session_is_reported_as_revoked(client, path_of, ended, operation_with_token):
    response = client.request(operation_with_token.method, path_of(operation_with_token), token=ended.access)
    expect(response, 401, "TOKEN_REVOKED")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_an_expired_token_is_reported_as_expired(client, path_of, expired_token, operation_with_token):
    response = client.request(operation_with_token.method, path_of(operation_with_token), token=expired_token)
    expect(response, 401, "TOKEN_EXPIRED")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_body_that_is_not_json_is_malformed(client, path_of, person, operation_with_body):
    token = person.access if operation_with_body.needs_token else None
    response = client.request(
        operation_with_body.method,
        path_of(operation_with_body),
        data=b'{"a": ',
        token=token,
        headers={"Content-Type": "application/json"},
    )
    expect(response, 400, "MALFORMED_JSON")


def test_a_body_of_another_media_type_is_unsupported(client, path_of, person, operation_with_body):
    token = person.access if operation_with_body.needs_token else None
    response = client.request(
        operation_with_body.method,
        path_of(operation_with_body),
        data=b"a=b",
        token=token,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    expect(response, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("coding", ["gzip", "identity, br", "x"])
def test_a_body_with_a_content_coding_is_unsupported(client, path_of, person, operation_with_body, coding):
    """The body may be compressed or only declared so."""
    token = person.access if operation_with_body.needs_token else None
    response = client.request(
        operation_with_body.method,
        path_of(operation_with_body),
        data=gzip.compress(b"{}") if coding == "gzip" else b"{}",
        token=token,
        headers={"Content-Type": "application/json", "Content-Encoding": coding},
    )
    expect(response, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert response.headers["Accept-Encoding"] == "identity"


def test_a_content_coding_is_refused_where_no_body_is_expected(client, path_of, person, contract):
    """An empty object without a content coding is accepted there."""
    operations = [
        operation
        for operation in contract.operations
        if operation.method in ("POST", "PUT", "PATCH") and "requestBody" not in operation.value
    ]
    assert operations
    for operation in operations:
        response = client.request(
            operation.method,
            path_of(operation),
            data=b"{}",
            token=person.access if operation.needs_token else None,
            headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
        )
        assert response.status_code in (400, 403, 404), operation


def test_the_identity_coding_is_accepted(client, path_of, person, operation_with_body):
    token = person.access if operation_with_body.needs_token else None
    response = client.request(
        operation_with_body.method,
        path_of(operation_with_body),
        data=b'{"surprise": 1}',
        token=token,
        headers={"Content-Type": "application/json", "Content-Encoding": "Identity"},
    )
    assert ("surprise", "unknown") in faults(response)


def test_a_body_of_the_maximum_size_is_read(client, path_of, person, operation_with_body):
    token = person.access if operation_with_body.needs_token else None
    limit = operation_with_body.value["requestBody"]["x-maximum-bytes"]
    body = b'{"surprise": "' + b"x" * (limit - 16) + b'"}'
    response = client.request(
        operation_with_body.method,
        path_of(operation_with_body),
        data=body,
        token=token,
        headers={"Content-Type": "application/json"},
    )
    assert len(body) == limit and ("surprise", "unknown") in faults(response)


@pytest.mark.parametrize("beyond", [1, 30 * 1024, 1200 * 1024], ids=["slightly", "more", "beyond nginx"])
def test_a_body_over_the_limit_is_too_large(client, path_of, person, operation_with_body, beyond):
    token = person.access if operation_with_body.needs_token else None
    limit = operation_with_body.value["requestBody"]["x-maximum-bytes"]
    body = b'{"name": "' + b"x" * (limit + beyond - 12) + b'"}'
    response = client.request(
        operation_with_body.method,
        path_of(operation_with_body),
        data=body,
        token=token,
        headers={"Content-Type": "application/json"},
    )
    expect(response, 413, "PAYLOAD_TOO_LARGE")


def test_an_address_over_8_kib_is_too_long(client, path_of, person, operation):
    token = person.access if operation.needs_token else None
    response = client.request(operation.method, f"{path_of(operation)}?q={'x' * 9000}", token=token)
    expect(response, 414, "URI_TOO_LONG")


def test_a_header_field_over_8_kib_is_too_large(client, path_of, person, operation):
    token = person.access if operation.needs_token else None
    response = client.request(
        operation.method, path_of(operation), token=token, headers={"X-Long": "x" * 9000}
    )
    expect(response, 431, "HEADERS_TOO_LARGE")


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/users/me",
        "/api/v1/nothing",
        "/api/v1/users/me/",
        "/api/v1/auth",
        "/api/v1/auth/register/x",
        "/.well-known/nothing",
        "/.well-known/openid-configuration",
        "/nothing",
        "/healthz/",
        "/readyz/x",
        "/index.html",
        "/.env",
        "/.git/config",
        "/docs/nothing",
        "/pages/",
        "/api/v1/openapi.yaml",
        "/gatehouse-error",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_an_unknown_path_gets_404_in_the_common_shape(client, path, method):
    response = client.request(method, path)
    assert response.status_code == 404
    if method != "HEAD":
        assert check_error_shape(response.json())["code"] == "NOT_FOUND"


@pytest.mark.parametrize("sent", ["a", "A-1.b_c", "x" * 64, "0"])
def test_a_callers_request_id_is_kept(client, logs, sent):
    unique = f"{sent[:50]}.{client.get('/api/v1/users/me').headers['X-Request-Id'][:12]}"
    response = client.get("/api/v1/users/me", headers={"X-Request-Id": unique})
    assert response.headers["X-Request-Id"] == unique
    assert logs.of(logs.program, unique)["status"] == 401
    assert logs.of(logs.access, unique)["status"] == 401


@pytest.mark.parametrize(
    "sent",
    ["", "x" * 65, "a b", "a/b", 'a"b', "a\\b", "é".encode().decode("latin-1"), "<x>", "${x}"],
    ids=ascii,
)
def test_another_request_id_is_replaced(client, sent):
    made = {
        client.get(path, headers={"X-Request-Id": sent}).headers["X-Request-Id"]
        for path in ("/readyz", "/nothing")
    }
    assert len(made) == 2 and sent not in made
