"""GET /users/me/export: all data about the caller and none about others."""

import secrets as random

import pytest

from support.client import expect
from support.people import new_address, new_password
from support.resources import RESOURCES

pytestmark = pytest.mark.every_program

PATH = "/api/v1/users/me/export"
LOGIN = "/api/v1/auth/login"


@pytest.fixture(scope="module")
def person(client, people, mailbox, links, organizations):
    """Someone with data in every section."""
    person = people.registered()
    mailbox.link(person.email, "verify-email")
    token, person.password = links.reset(person), new_password()
    body = {"token": token, "newPassword": person.password}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 200)
    ended = person.login()
    expect(client.post("/api/v1/auth/logout", token=ended["accessToken"]), 204)
    person.login()
    links.change(person, new_address())
    expect(client.patch("/api/v1/users/me", {"locale": "de"}, token=person.access), 200)
    organization = {"name": "Engines", "slug": f"engines-{random.token_hex(6)}"}
    made = client.post("/api/v1/organizations", organization, token=person.access)
    expect(made, 201)
    invitation = {"email": "friend@example.com", "role": "viewer"}
    expect(client.post(f"{made.headers['Location']}/invitations", invitation, token=person.access), 201)
    organizations.invite(organizations.new(name="Looms"), person.email, "admin")
    expect(client.post("/api/v1/projects", {"name": "Difference engine"}, token=person.access), 201)
    for resource in RESOURCES:
        expect(client.post(resource.path, resource.new("Bernoulli", 0), token=person.access), 201)
    key = {"name": "Report", "scopes": ["projects:read"]}
    expect(client.post("/api/v1/api-keys", key, token=person.access), 201)
    return person


@pytest.fixture(scope="module")
def stranger(client, people):
    """Someone who did the same at the same time, and tried to sign in as the person."""
    stranger = people.signed_in("Stranger Danger")
    expect(client.patch("/api/v1/users/me", {"locale": "fr"}, token=stranger.access), 200)
    return stranger


@pytest.fixture(scope="module")
def response(client, person, stranger):
    response = client.get(PATH, token=person.access)
    expect(response, 200)
    return response


@pytest.fixture(scope="module")
def export(response):
    return response.json()["data"]


def test_has_every_section(export):
    parts = {"exportedAt", "user", "hasPassword", "sessions", "mailLinks", "auditEvents"}
    parts |= {"apiKeys", "identities", "organizations", "invitationsReceived", "invitationsSent", "projects"}
    parts |= {resource.exported for resource in RESOURCES}
    assert set(export) == parts | {"registrationDevice"}
    # The tests of linking export identities.
    assert all(export[part] for part in parts - {"identities"})
    assert export["registrationDevice"] is None, "the address is verified"
    assert [project["name"] for project in export["projects"]] == ["Difference engine"]
    assert [(entry["name"], entry["role"]) for entry in export["organizations"]] == [("Engines", "owner")]
    assert "secret" not in export["apiKeys"][0]


def test_memberships_have_their_start_and_invitations_their_sender(export, person, db):
    (membership,) = export["organizations"]
    joined = db.value(
        "SELECT DATE_FORMAT(m.created_at, '%%Y-%%m-%%dT%%H:%%i:%%s') FROM organization_members m "
        "JOIN users u ON u.id = m.user_id WHERE u.public_id = %s",
        person.id,
    )
    assert membership["joinedAt"].startswith(joined)
    (received,), (sent,) = export["invitationsReceived"], export["invitationsSent"]
    assert (received["email"], received["role"]) == (person.email, "admin")
    assert received["organizationName"] == "Looms" and received["invitedBy"] != person.id
    assert (sent["email"], sent["organizationId"]) == ("friend@example.com", membership["id"])
    assert sent["invitedBy"] == person.id


def test_invitations_to_an_unverified_address_are_left_out(client, people, organizations, db):
    person = people.signed_in()
    organizations.invite(organizations.new(), person.email)
    db.run("UPDATE users SET email_verified_at = NULL WHERE public_id = %s", person.id)
    assert expect(client.get(PATH, token=person.access), 200)["invitationsReceived"] == []


def test_is_a_download(response):
    assert response.headers["Content-Disposition"] == 'attachment; filename="gatehouse-export.json"'
    assert response.headers["Cache-Control"] == "no-store"


def test_the_user_is_the_same_as_in_other_answers(client, person, export):
    assert export["user"] == expect(client.get("/api/v1/users/me", token=person.access), 200)


def test_contains_every_stored_session(export, person, db):
    held = db.rows(
        "SELECT s.public_id, s.ip_address, s.user_agent FROM sessions s JOIN users u ON u.id = s.user_id "
        "WHERE u.public_id = %s ORDER BY s.id",
        person.id,
    )
    told = [[session["id"], session["ipAddress"], session["userAgent"]] for session in export["sessions"]]
    assert told == held and len(told) == 2
    assert [session["current"] for session in export["sessions"]] == [False, True]


def test_contains_every_mailed_link(export, person, db):
    held = db.rows(
        "SELECT t.purpose, IFNULL(t.new_email, ''), t.consumed_at IS NOT NULL FROM one_time_tokens t "
        "JOIN users u ON u.id = t.user_id WHERE u.public_id = %s ORDER BY t.id",
        person.id,
    )
    told = [
        [link["purpose"], link["newEmail"] or "", "1" if link["usedAt"] else "0"]
        for link in export["mailLinks"]
    ]
    assert told == held
    assert {purpose for purpose, *_ in told} == {"verify_email", "reset_password", "change_email"}


def test_contains_every_audit_event_about_the_person(export, person, db):
    held = db.rows(
        "SELECT public_id, action FROM audit_events WHERE %s IN (actor_id, target_id) ORDER BY id", person.id
    )
    told = [[event["id"], event["action"]] for event in export["auditEvents"]]
    assert told == held[: len(told)] and len(told) > 5
    assert told[-1][1] == "user.exported", "the export itself is the last event"


def test_contains_no_secret_and_no_internal_id(response, person, db):
    number, password_hash = db.rows("SELECT id, password_hash FROM users WHERE public_id = %s", person.id)[0]
    for secret in (person.password, person.refresh, password_hash, "$argon2", "ghr_", "ghp_", "ghe_", "ghv_"):
        assert secret not in response.text
    assert f'"id":{number},' not in response.text.replace(" ", "")


def test_contains_no_data_of_another_user(response, stranger, db):
    sessions = db.rows(
        "SELECT s.public_id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.public_id = %s",
        stranger.id,
    )
    events = db.rows("SELECT public_id FROM audit_events WHERE target_id = %s", stranger.id)
    for trace in [stranger.id, stranger.email, stranger.user["name"], *(row[0] for row in sessions + events)]:
        assert trace not in response.text


def test_the_ip_address_of_another_actor_is_left_out(client, people, db):
    person, operator = people.signed_in(), people.verified()
    db.run(
        "INSERT INTO audit_events (public_id, action, actor_id, target_id, ip_address) "
        "VALUES (%s, 'user.updated', %s, %s, '203.0.113.201')",
        f"019b8d2e-0000-7000-8000-{random.token_hex(6)}",
        operator.id,
        person.id,
    )
    response = client.get(PATH, token=person.access)
    actors = [event["actorId"] for event in expect(response, 200)["auditEvents"]]
    assert operator.id in actors and "203.0.113.201" not in response.text


def test_says_whether_there_is_a_password(client, people, db):
    person = people.signed_in()
    assert expect(client.get(PATH, token=person.access), 200)["hasPassword"] is True
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    assert expect(client.get(PATH, token=person.access), 200)["hasPassword"] is False


def test_is_audited(client, people, db):
    person = people.signed_in()
    expect(client.get(PATH, token=person.access), 200)
    assert db.actions(person.id)[-1] == "user.exported"
