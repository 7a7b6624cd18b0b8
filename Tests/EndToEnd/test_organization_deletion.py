"""What is deleted with an organization, what is deleted with an account, and why the last owner cannot delete
theirs."""

import pytest

from support.client import expect
from support.organizations import PATH
from support.people import new_address
from support.stack import wait_until

ME = "/api/v1/users/me"
USERS = "/api/v1/users"
ERASURE = "account.erase_deleted"


@pytest.fixture
def organization(organizations):
    return organizations.with_every_role()


@pytest.fixture(scope="module")
def administrator(people, db):
    person = people.verified()
    db.run("UPDATE users SET role = 'admin' WHERE public_id = %s", person.id)
    person.login()
    return person


def delete_account(client, person):
    return client.delete(ME, json={"currentPassword": person.password}, token=person.access)


def erase(db, *people) -> None:
    """Ends the grace period of deleted accounts, and waits until they are gone."""
    for person in people:
        db.run("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = %s", person.id)
    db.run_periodic(ERASURE)
    left = f"SELECT COUNT(*) FROM users WHERE public_id IN ({', '.join(['%s'] * len(people))})"
    wait_until(lambda: db.value(left, *(person.id for person in people)) == "0", "they are erased")


def number_of(db, organization) -> int:
    """The internal id."""
    return int(db.value("SELECT id FROM organizations WHERE public_id = %s", organization.id))


def rows_of(db, number: int) -> dict[str, int]:
    """The number of rows in each table that refer to an organization by its internal id, without empty tables."""
    tables = db.rows(
        "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND column_name = 'organization_id'"
    )
    counts = {
        table: int(db.value(f"SELECT COUNT(*) FROM {table} WHERE organization_id = %s", number))
        for (table,) in tables
    }
    words = "SELECT COUNT(*) FROM words WHERE scope = %s"
    counts["words"] = int(db.value(words, f"projects/o{number}"))
    return {table: count for table, count in counts.items() if count}


def wait_until_purged(db, number: int) -> None:
    """Waits until nothing is left of a deleted organization."""
    row = "SELECT COUNT(*) FROM organizations WHERE id = %s"
    wait_until(lambda: db.value(row, number) == "0" and not rows_of(db, number), "it is purged")


@pytest.fixture
def furnished(client, organization, organizations):
    """An organization with all kinds of rows: members, an invitation, a project, an API key."""
    owner = organization.owner
    organizations.invite(organization, new_address())
    project = {"name": "Unmistakable Engine", "organizationId": organization.id}
    organization.data["project"] = expect(client.post("/api/v1/projects", project, token=owner.access), 201)
    key = {"name": "build", "scopes": ["projects:read"], "organizationId": organization.id}
    organization.data["key"] = expect(client.post("/api/v1/api-keys", key, token=owner.access), 201)
    return organization


def test_deleting_an_organization_deletes_everything_in_it(client, furnished, organizations, db):
    other = organizations.new(owner=furnished.people["member"])
    project, key = (furnished.data[name] for name in ("project", "key"))
    number = number_of(db, furnished)
    before = rows_of(db, number)
    assert set(before) >= {"organization_members", "invitations", "projects", "api_keys", "words"}
    expect(client.get(f"/api/v1/projects/{project['id']}", token=key["secret"]), 200)
    expect(client.delete(furnished.path, token=furnished.owner.access), 204)
    assert not {"organization_members", "invitations", "api_keys"} & set(rows_of(db, number)), "nobody can reach it"
    for person in furnished.people.values():
        expect(client.get(f"/api/v1/projects/{project['id']}", token=person.access), 404, "NOT_FOUND")
        for path in ("/members", "/invitations"):
            expect(client.get(furnished.path + path, token=person.access), 404, "NOT_FOUND")
        expect(client.get(ME, token=person.access), 200)
    expect(client.get("/api/v1/projects", token=key["secret"]), 401, "UNAUTHORIZED")
    assert [
        each["id"] for each in expect(client.get(PATH, token=furnished.people["member"].access), 200)
    ] == [other.id]
    wait_until_purged(db, number)


def test_the_slug_of_a_deleted_organization_is_free_at_once(client, organization, people):
    expect(client.delete(organization.path, token=organization.owner.access), 204)
    body = {"name": "Successor", "slug": organization.data["slug"]}
    expect(client.post(PATH, body, token=people.signed_in().access), 201)


def test_an_invitation_ends_with_its_organization(client, organization, organizations, people):
    person = people.signed_in()
    token = organizations.invitation(organization, person.email)
    expect(client.delete(organization.path, token=organization.owner.access), 204)
    expect(organizations.accept(person, token), 422, "UNPROCESSABLE")
    assert expect(client.get(PATH, token=person.access), 200) == []


def test_the_last_owner_among_others_cannot_delete_their_account(client, organization, organizations, db):
    owner = organization.owner
    expect(delete_account(client, owner), 409, "LAST_OWNER")
    expect(client.get(ME, token=owner.access), 200)
    assert "user.deleted" not in db.actions(owner.id)
    assert organizations.role(organization, owner) == "owner"


def test_an_administrator_cannot_delete_that_account_either(client, organization, administrator, db):
    owner = organization.owner
    expect(client.delete(f"{USERS}/{owner.id}", token=administrator.access), 409, "LAST_OWNER")
    expect(client.get(ME, token=owner.access), 200)
    assert "user.deleted" not in db.actions(owner.id)


@pytest.mark.parametrize("way", ["transfer", "second owner", "deletion", "the others leave"])
def test_the_account_can_be_deleted_once_it_is_no_last_owner(client, organization, organizations, way):
    owner, admin = organization.owner, organization.people["admin"]
    if way == "transfer":
        path = f"{organization.path}/transfer-ownership"
        expect(client.post(path, {"userId": admin.id}, token=owner.access), 200)
    elif way == "second owner":
        expect(client.patch(organization.member_path(admin), {"role": "owner"}, token=owner.access), 200)
    elif way == "deletion":
        expect(client.delete(organization.path, token=owner.access), 204)
    else:
        for role in ("admin", "member", "viewer"):
            expect(organizations.leave(organization, organization.people[role]), 204)
    expect(delete_account(client, owner), 204)
    expect(client.get(ME, token=owner.access), 401, "TOKEN_REVOKED")


def test_each_of_the_organizations_counts(client, organizations, people):
    person = people.signed_in()
    organizations.new(owner=person)
    shared = organizations.new("viewer", owner=person)
    expect(delete_account(client, person), 409, "LAST_OWNER")
    expect(organizations.leave(shared, shared.people["viewer"]), 204)
    expect(delete_account(client, person), 204)


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_accounts_that_are_no_last_owner_can_be_deleted(client, organization, role):
    expect(delete_account(client, organization.people[role]), 204)


def test_an_owner_with_a_deleted_account_is_no_successor(client, organization, organizations):
    second = organizations.join(organization, "owner")
    expect(delete_account(client, second), 204)
    expect(delete_account(client, organization.owner), 409, "LAST_OWNER")


def test_members_with_deleted_accounts_do_not_count(client, organizations):
    organization = organizations.new("viewer")
    expect(delete_account(client, organization.people["viewer"]), 204)
    expect(delete_account(client, organization.owner), 204)


def test_erasure_deletes_memberships_and_organizations_without_other_members(client, organizations, db):
    shared = organizations.new("member", "viewer")
    person = shared.people["member"]
    alone = organizations.new(owner=person)
    number = number_of(db, alone)
    expect(delete_account(client, person), 204)
    assert organizations.role(shared, person) == "member", "an account can be restored"
    members = expect(client.get(f"{shared.path}/members", token=shared.owner.access), 200)
    assert person.id not in {member["userId"] for member in members}, "until then nobody sees it"
    erase(db, person)
    assert set(organizations.roles(shared).values()) == {"owner", "viewer"}
    wait_until_purged(db, number)
    members = client.get(f"{shared.path}/members", token=shared.owner.access)
    expect(members, 200)
    assert person.id not in members.text and person.email not in members.text


def test_deletion_revokes_invitations_from_and_to_the_account(client, organizations, people, db):
    organization, person = organizations.new("admin"), people.signed_in()
    admin = organization.people["admin"]
    path = f"{organization.path}/invitations"
    body = {"email": new_address(), "role": "viewer"}
    sent = expect(client.post(path, body, token=admin.access), 201)
    received = organizations.invite(organization, person.email)
    kept = organizations.invite(organization, new_address())
    for account, invitation in ((admin, sent), (person, received)):
        expect(delete_account(client, account), 204)
        ((details,),) = db.rows(
            "SELECT details FROM audit_events WHERE action = 'invitation.all_revoked' AND target_id = %s",
            account.id,
        )
        assert invitation["id"] in details
    assert expect(client.get(path, token=organization.owner.access), 200) == [kept]
    # An invitation sent meanwhile, as to an address without an account, is erased with the account.
    organizations.invite(organization, person.email)
    erase(db, admin, person)
    assert expect(client.get(path, token=organization.owner.access), 200) == [kept]


def test_erasure_leaves_no_organization_without_an_owner(client, organization, organizations, db):
    """Two owners leave, one after the other: the first by the API, the other by a change that an administrator can make
    in SQL."""
    second = organizations.join(organization, "owner")
    expect(delete_account(client, second), 204)
    gone = "UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s"
    db.run(gone, organization.owner.id)
    erase(db, second, organization.owner)
    assert organizations.role(organization, organization.people["admin"]) == "owner", (
        "the member of the highest rank becomes owner"
    )
    assert len(organizations.roles(organization)) == 3
