"""Invitations end with the membership, the rank or the account of their sender, and nobody returns by an old one."""

import pytest

from support.client import at_once, expect
from support.people import new_address


@pytest.fixture
def organization(organizations):
    return organizations.new("admin")


@pytest.fixture
def second(people):
    """A second account of the admin's, with another address."""
    return people.signed_in()


@pytest.fixture
def token(client, organization, organizations, second):
    """The token that lets the second account in as admin."""
    body = {"email": second.email, "role": "admin"}
    admin = organization.people["admin"]
    expect(client.post(f"{organization.path}/invitations", body, token=admin.access), 201)
    return organizations.mailed(second.email)


def removed(client, organizations, organization, people):
    return organizations.remove(organization, organization.owner, organization.people["admin"])


def left(client, organizations, organization, people):
    return organizations.leave(organization, organization.people["admin"])


def demoted(client, organizations, organization, people):
    return organizations.give(organization, organization.owner, organization.people["admin"], "member")


def deleted(client, organizations, organization, people):
    admin = organization.people["admin"]
    return client.delete("/api/v1/users/me", json={"currentPassword": admin.password}, token=admin.access)


def suspended(client, organizations, organization, people):
    path = f"/api/v1/users/{organization.people['admin'].id}"
    return client.patch(path, {"status": "suspended"}, token=people.with_role("admin").access)


ENDINGS = [removed, left, demoted, deleted, suspended]


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_invitation_ends_when_its_sender_loses_the_right_to_send_it(
    client, organizations, organization, people, second, token, ending, db
):
    other = organizations.invite(organization, new_address())
    assert ending(client, organizations, organization, people).status_code in (200, 204)
    assert organizations.open_invitations(organization) == [other]
    expect(organizations.accept(second, token), 422, "UNPROCESSABLE")
    assert organizations.role(organization, second) is None
    assert "invitation.all_revoked" in db.actions(organization.people["admin"].id)


@pytest.mark.parametrize("ending", [removed, left])
def test_a_removed_member_cannot_return_by_an_open_invitation(
    client, organizations, organization, people, ending
):
    """The invitation was sent before they became a member in another way."""
    person = people.signed_in()
    token = organizations.invitation(organization, person.email, "admin")
    organization.people["admin"] = organizations.join(organization, "admin", person)
    expect(ending(client, organizations, organization, people), 204)
    expect(organizations.accept(person, token), 422, "UNPROCESSABLE")
    assert organizations.open_invitations(organization) == []


def test_an_invitation_is_refused_while_its_sender_lacks_the_right(organizations, organization, second, token, db):
    """Changes outside the API, such as in SQL, are noticed on acceptance."""
    admin = organization.people["admin"]
    organizations.join(organization, "member", admin)
    expect(organizations.accept(second, token), 422, "UNPROCESSABLE")
    organizations.join(organization, "admin", admin)
    assert expect(organizations.accept(second, token), 200)["role"] == "admin"


@pytest.mark.parametrize("ending", ENDINGS)
def test_nobody_joins_by_a_sender_who_leaves_at_the_same_moment(
    client, organizations, organization, people, second, token, ending, db
):
    def act(number: int):
        if number == 2:
            return ending(client, organizations, organization, people)
        return organizations.accept(second, token)

    answers = at_once(6, act)
    assert answers[2].status_code in (200, 204)
    joined = [number for number in (0, 1, 3, 4, 5) if answers[number].status_code == 200]
    assert len(joined) <= 1
    assert (organizations.role(organization, second) is not None) == bool(joined)
    events = [
        action
        for (action,) in db.rows(
            "SELECT action FROM audit_events WHERE request_id IN (%s, %s) ORDER BY id",
            answers[2].headers["X-Request-Id"],
            answers[joined[0]].headers["X-Request-Id"] if joined else "none",
        )
    ]
    if joined:
        assert events[0] == "invitation.accepted", "whoever joined had joined before"
