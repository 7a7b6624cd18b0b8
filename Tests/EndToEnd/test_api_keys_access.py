"""What API keys permit: every operation with and without its scope, and the keys of organizations."""

import pytest

from support.api_keys import PATH, SCOPES_OF_ORGANIZATIONS, SCOPES_OF_ROLES, SCOPES_OF_USERS
from support.client import expect
from support.resources import RESOURCES

ME = "/api/v1/users/me"
PROJECTS = "/api/v1/projects"
UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"
ALL_SCOPES = SCOPES_OF_USERS | SCOPES_OF_ROLES


@pytest.fixture(scope="module")
def administrator(people):
    return people.with_role("admin")


def test_no_key_changes_an_account_or_makes_keys(declared_routes):
    """These operations require the user in person."""
    open_to_keys = {str(route) for route in declared_routes if route.scope}
    of_accounts = {
        str(route) for route in declared_routes if route.path.startswith(ME) and route.method != "GET"
    }
    of_keys = {str(route) for route in declared_routes if route.path.startswith(PATH)}
    # An export contains more than any one scope covers.
    others = {f"GET {ME}/export", "POST /api/v1/auth/logout", "POST /api/v1/invitations/accept"}
    refused = of_accounts | of_keys | others
    assert len(of_accounts) > 3 and len(of_keys) == 5
    assert not refused & open_to_keys and refused <= set(map(str, declared_routes))


@pytest.mark.parametrize("holder", ["user", "organization"])
def test_a_key_cannot_administer_keys(client, api_keys, organizations, administrator, holder):
    organization = organizations.new(owner=administrator)
    fields = {"organizationId": organization.id} if holder == "organization" else {}
    scopes = SCOPES_OF_ORGANIZATIONS if fields else ALL_SCOPES
    token = api_keys.secret(administrator.access, *scopes, **fields)
    key = api_keys.new(administrator.access, "projects:read")
    body = {"name": "Offspring", "scopes": ["projects:read"]}
    for response in (
        client.post(PATH, body, token=token),
        client.post(PATH, body | {"organizationId": organization.id}, token=token),
        client.get(PATH, token=token),
        client.get(f"{PATH}?organizationId={organization.id}", token=token),
        api_keys.read(token, key),
        api_keys.rotate(token, key),
        api_keys.revoke(token, key),
    ):
        expect(response, 403, "FORBIDDEN")
    assert expect(api_keys.read(administrator.access, key), 200)["hint"] == key["hint"]


@pytest.mark.parametrize("scope", sorted(SCOPES_OF_USERS))
def test_a_key_can_do_what_its_scope_says_and_nothing_else(
    client, projects, people, organizations, api_keys, scope
):
    person = people.signed_in()
    organization = organizations.new(owner=person)
    project = projects.new(person.access)
    key = api_keys.secret(person.access, scope)
    answers = {
        "account:read": [client.get(ME, token=key), client.get(f"{ME}/sessions", token=key)],
        "organizations:read": [
            client.get("/api/v1/organizations", token=key),
            client.get(organization.path, token=key),
            client.get(f"{organization.path}/members", token=key),
        ],
        "organizations:write": [client.patch(organization.path, {"name": "By key"}, token=key)],
        "projects:read": [client.get(PROJECTS, token=key), projects.read(key, project)],
        "projects:write": [
            client.post(PROJECTS, {"name": "By key"}, token=key),
            projects.change(key, project, name="By key"),
            projects.delete(key, project),
            projects.restore(key, project),
        ],
    }
    for resource in RESOURCES:
        answers[resource.reads] = [client.get(resource.path, token=key)]
        answers[resource.writes] = [client.post(resource.path, resource.new("By key", 0), token=key)]
    expect(client.get(f"{ME}/export", token=key), 403, "FORBIDDEN")
    for opens, responses in answers.items():
        for response in responses:
            if opens == scope:
                assert response.status_code in (200, 201, 204), response.text
            else:
                expect(response, 403, "FORBIDDEN")


def test_a_refused_key_is_in_the_audit(client, api_keys, people, db):
    person = people.signed_in()
    key = api_keys.new(person.access, "account:read")
    response = client.get(PROJECTS, token=key["secret"])
    expect(response, 403, "FORBIDDEN")
    ((action, actor, details),) = db.rows(
        "SELECT action, actor_id, details FROM audit_events WHERE request_id = %s",
        response.headers["X-Request-Id"],
    )
    assert (action, actor) == ("access.denied", person.id) and key["id"] in details


# The keys of organizations.


@pytest.fixture
def organization(organizations):
    return organizations.with_every_role()


@pytest.mark.parametrize("role, status", [("owner", 201), ("admin", 201), ("member", 403), ("viewer", 403)])
def test_administrators_of_an_organization_manage_its_keys(client, api_keys, organization, role, status):
    of_owner = api_keys.new(organization.owner.access, "projects:read", organizationId=organization.id)
    token = organization.people[role].access
    body = {"name": "Ours", "scopes": ["projects:read"], "organizationId": organization.id}
    listing = client.get(f"{PATH}?organizationId={organization.id}", token=token)
    response = client.post(PATH, body, token=token)
    if status == 201:
        key = expect(response, 201)
        assert (key["organizationId"], key["createdBy"]) == (organization.id, organization.people[role].id)
        assert of_owner["id"] in [each["id"] for each in expect(listing, 200)]
        assert expect(api_keys.read(token, of_owner), 200)["createdBy"] == organization.owner.id
        expect(api_keys.rotate(token, of_owner), 201)
        expect(api_keys.revoke(token, of_owner), 204)
    else:
        expect(response, 403, "FORBIDDEN")
        expect(listing, 403, "FORBIDDEN")
        for call in (api_keys.read, api_keys.rotate, api_keys.revoke):
            expect(call(token, of_owner), 404, "NOT_FOUND")
    assert of_owner["id"] not in [each["id"] for each in api_keys.listed(token)]


def test_others_see_no_keys_of_an_organization(client, api_keys, organization, people):
    key = api_keys.new(organization.owner.access, "projects:read", organizationId=organization.id)
    stranger = people.with_role("admin").access
    for organization_id in (organization.id, UNKNOWN_ID):
        body = {"name": "Theirs", "scopes": ["projects:read"], "organizationId": organization_id}
        expect(client.post(PATH, body, token=stranger), 404, "NOT_FOUND")
        expect(client.get(f"{PATH}?organizationId={organization_id}", token=stranger), 404, "NOT_FOUND")
    for call in (api_keys.read, api_keys.rotate, api_keys.revoke):
        expect(call(stranger, key), 404, "NOT_FOUND")


@pytest.mark.parametrize("scope", sorted(ALL_SCOPES))
def test_an_organizations_key_takes_the_scopes_of_organizations_only(
    client, organizations, administrator, scope
):
    organization = organizations.new(owner=administrator)
    body = {"name": "Ours", "scopes": [scope], "organizationId": organization.id}
    response = client.post(PATH, body, token=administrator.access)
    if scope in SCOPES_OF_ORGANIZATIONS:
        expect(response, 201)
    else:
        expect(response, 403, "FORBIDDEN")


def test_an_organizations_key_sees_only_its_organization(
    client, projects, organization, organizations, api_keys
):
    owner = organization.owner
    other = organizations.new(owner=owner)
    personal = projects.new(owner.access)
    abroad = projects.new(owner.access, organizationId=other.id)
    ours = projects.new(owner.access, organizationId=organization.id)
    key = api_keys.secret(owner.access, *SCOPES_OF_ORGANIZATIONS, organizationId=organization.id)
    assert projects.ids(key) == {ours["id"]} == projects.ids(key, "q=engine")
    for foreign in (personal, abroad):
        expect(projects.read(key, foreign), 404, "NOT_FOUND")
        expect(projects.change(key, foreign, name="Changed"), 404, "NOT_FOUND")
    expect(client.get(other.path, token=key), 404, "NOT_FOUND")
    assert expect(client.get(organization.path, token=key), 200)["role"] == "admin"
    expect(client.get(ME, token=key), 403, "FORBIDDEN")
    expect(client.get("/api/v1/users", token=key), 403, "FORBIDDEN")


def test_an_organizations_key_writes_projects_like_an_administrator(
    client, projects, organization, api_keys, db
):
    key = api_keys.new(organization.owner.access, *SCOPES_OF_ORGANIZATIONS, organizationId=organization.id)
    made = projects.new(key["secret"], organizationId=organization.id)
    assert made["ownerId"] is None and made["organizationId"] == organization.id
    ((actor, details),) = db.rows(
        "SELECT actor_id, details FROM audit_events WHERE target_id = %s", made["id"]
    )
    assert key["id"] in details
    of_member = projects.new(organization.people["member"].access, organizationId=organization.id)
    expect(projects.change(key["secret"], of_member, name="Changed"), 200)
    expect(projects.delete(key["secret"], of_member), 204)
    expect(projects.restore(key["secret"], of_member), 200)
    expect(projects.change(organization.people["member"].access, made, name="Changed"), 403, "FORBIDDEN")
    expect(client.post(PROJECTS, {"name": "Nobody's"}, token=key["secret"]), 403, "FORBIDDEN")


def test_an_organizations_key_reads_what_its_scopes_cover(projects, organization, api_keys):
    project = projects.new(organization.owner.access, organizationId=organization.id)
    key = api_keys.secret(organization.owner.access, "projects:read", organizationId=organization.id)
    expect(projects.read(key, project), 200)
    expect(projects.change(key, project, name="Changed"), 403, "FORBIDDEN")


def test_an_organizations_key_survives_its_maker(client, projects, organization, api_keys):
    maker, owner = organization.people["admin"], organization.owner
    key = api_keys.new(maker.access, "projects:read", organizationId=organization.id)
    expect(client.delete(organization.member_path(maker), token=owner.access), 204)
    assert projects.listed(key["secret"]) == []
    expect(api_keys.read(maker.access, key), 404, "NOT_FOUND")
    expect(api_keys.revoke(owner.access, key), 204)
    expect(client.get(PROJECTS, token=key["secret"]), 401, "TOKEN_REVOKED")


def test_deleting_an_organization_deletes_its_keys(client, organization, api_keys, db):
    key = api_keys.new(organization.owner.access, "projects:read", organizationId=organization.id)
    expect(client.delete(organization.path, token=organization.owner.access), 204)
    expect(client.get(PROJECTS, token=key["secret"]), 401, "UNAUTHORIZED")
    assert db.value("SELECT COUNT(*) FROM api_keys WHERE public_id = %s", key["id"]) == "0"


def test_the_log_names_the_organization_of_a_key(client, organization, api_keys, logs):
    key = api_keys.new(organization.owner.access, "projects:read", organizationId=organization.id)
    response = client.get(PROJECTS, token=key["secret"])
    line = logs.of(logs.program, response.headers["X-Request-Id"])
    assert (line["organizationId"], line["apiKeyId"]) == (organization.id, key["id"])
    assert "userId" not in line
