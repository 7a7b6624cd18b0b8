"""Every denial is in the audit and in the log, with the caller, the operation, the guard and the subject."""

import pytest

from support.access import new_key, new_role
from support.client import expect
from support.logs import lines
from support.people import new_address

PATH = "/api/v1/audit-events"
USERS = "/api/v1/users"


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture(scope="module")
def reader(people):
    return people.with_role("support")


def denials(client, reader, person) -> list[dict]:
    """The denials of somebody, newest first."""
    events = expect(client.get(f"{PATH}?actorId={person.id}", token=reader.access), 200)
    return [event for event in events if event["action"] == "access.denied"]


def test_a_denial_is_in_the_audit_and_in_the_log(client, reader, people, logs):
    person = people.signed_in()
    request_id = client.get(USERS, token=person.access).headers["X-Request-Id"]
    event = denials(client, reader, person)[0]
    assert (event["requestId"], event["targetId"]) == (request_id, None)
    operation = f"GET {USERS}"
    assert event["details"] == {
        "operation": operation,
        "guard": "permission:users:read",
        "code": "FORBIDDEN",
    }
    (line,) = (
        line for line in lines(logs.program) if line.get("requestId") == request_id and "guard" in line
    )
    assert (line["message"], line["operation"], line["code"]) == ("access denied", operation, "FORBIDDEN")


def test_a_denial_names_the_key_and_the_subject(client, reader, people):
    person, other = people.signed_in(), people.signed_in()
    key = new_key(client, person, "account:read")
    expect(client.delete(f"{USERS}/{other.id}", token=key["secret"]), 403, "FORBIDDEN")
    event = denials(client, reader, person)[0]
    assert event["details"]["apiKeyId"] == key["id"] and event["sessionId"] is None
    assert (event["targetId"], event["details"]["named"]) == (None, other.id)


def test_a_denial_is_not_filed_under_a_person_whom_a_stranger_names(client, reader, people):
    """Otherwise strangers could fill somebody's audit and export if they know ids."""
    stranger, victim = people.signed_in(), people.signed_in()
    paths = [f"/api/v1/projects/{victim.id}", f"/api/v1/organizations/{victim.id}", f"{USERS}/{victim.id}"]
    for path in [*paths, f"/api/v1/api-keys?organizationId={victim.id}"]:
        assert client.get(path, token=stranger.access).status_code in (403, 404)
        event = denials(client, reader, stranger)[0]
        assert (event["targetId"], event["details"]["named"]) == (None, victim.id), path
    about = expect(client.get(f"{PATH}?targetId={victim.id}", token=reader.access), 200)
    assert stranger.id not in {event["actorId"] for event in about}
    assert stranger.id not in client.get("/api/v1/users/me/export", token=victim.access).text


def test_a_refusal_by_a_rule_is_a_denial(client, reader, admin, people):
    """The guard let the request pass. The rule refused it later, in a transaction that was rolled back."""
    helper = people.with_role(new_role(client, admin, "users:write", "roles:write")["name"])
    expect(client.delete(f"{USERS}/{admin.id}", token=helper.access), 403, "FORBIDDEN")
    role = {"name": "e2e-never-made", "permissions": ["audit:read"]}
    for headers in ({}, {"Idempotency-Key": new_address()}):
        expect(client.post("/api/v1/roles", role, token=helper.access, headers=headers), 403, "FORBIDDEN")
    targets = [event["targetId"] for event in denials(client, reader, helper)]
    assert targets == [None, None, admin.id]


def test_a_404_that_hides_something_is_a_denial(client, reader, people, organizations):
    organization, person = organizations.new(), people.signed_in()
    expect(client.get(organization.path, token=person.access), 404, "NOT_FOUND")
    event = denials(client, reader, person)[0]
    assert (event["targetId"], event["details"]["named"]) == (None, organization.id)
    assert (event["details"]["guard"], event["details"]["code"]) == ("member:viewer", "NOT_FOUND")


@pytest.mark.parametrize("has_rank", [False, True], ids=["stranger", "viewer"])
def test_a_denial_about_an_organization_in_body_or_query_is_audited(
    client, reader, people, organizations, has_rank
):
    """Strangers get a 404 for it; a viewer is not an administrator of it."""
    organization, person = organizations.new(), people.signed_in()
    if has_rank:
        organizations.join(organization, "viewer", person)
    named = {"organizationId": organization.id}
    calls = {
        "POST /api/v1/api-keys": ("/api/v1/api-keys", {"name": "x", "scopes": ["projects:read"]} | named),
        "GET /api/v1/api-keys": (f"/api/v1/api-keys?organizationId={organization.id}", None),
        "POST /api/v1/projects": ("/api/v1/projects", {"name": "x"} | named),
    }
    for operation, (path, body) in calls.items():
        response = client.request(operation.split()[0], path, json=body, token=person.access)
        code = "FORBIDDEN" if has_rank else "NOT_FOUND"
        expect(response, 403 if has_rank else 404, code)
        event = denials(client, reader, person)[0]
        target, named = (organization.id, {}) if has_rank else (None, {"named": organization.id})
        assert (event["requestId"], event["targetId"]) == (response.headers["X-Request-Id"], target)
        assert event["details"] == {"operation": operation, "guard": "user", "code": code} | named


def test_accepting_an_invitation_with_an_unverified_address_is_a_denial(
    client, reader, people, organizations, db
):
    person = people.signed_in()
    token = organizations.invitation(organizations.new(), person.email)
    db.run("UPDATE users SET email_verified_at = NULL WHERE public_id = %s", person.id)
    response = organizations.accept(person, token)
    expect(response, 403, "EMAIL_NOT_VERIFIED")
    event = denials(client, reader, person)[0]
    assert event["requestId"] == response.headers["X-Request-Id"]
    assert event["details"]["code"] == "EMAIL_NOT_VERIFIED"


def test_a_404_to_a_member_is_no_denial(client, reader, organizations):
    """An organization hides nothing of its own from its members."""
    organization = organizations.new("viewer")
    owner, viewer = organization.owner, organization.people["viewer"]
    unknown = "019b8d2e-0000-7000-8000-00000000ffff"
    for person, method, path in (
        (owner, "DELETE", f"invitations/{unknown}"),
        (owner, "DELETE", f"members/{unknown}"),
        (owner, "PATCH", f"members/{unknown}"),
        (viewer, "GET", f"members/{unknown}"),
    ):
        body = {"role": "viewer"} if method == "PATCH" else None
        response = client.request(method, f"{organization.path}/{path}", json=body, token=person.access)
        expect(response, 404, "NOT_FOUND")
        assert denials(client, reader, person) == []


def test_a_missing_row_or_a_malformed_id_is_no_denial(client, reader, admin):
    paths = [f"{USERS}/019b8d2e-0000-7000-8000-00000000ffff", f"{USERS}/x"]
    requests = {client.get(path, token=admin.access).headers["X-Request-Id"] for path in paths}
    assert not requests & {event["requestId"] for event in denials(client, reader, admin)}
