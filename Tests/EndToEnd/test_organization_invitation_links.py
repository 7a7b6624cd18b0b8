"""The links in invitations: each works once, for seven days, for the verified owner of the address."""

import pytest

from support.client import expect, faults
from support.organizations import ACCEPT, PAGE, PATH
from support.people import new_address, registration


@pytest.fixture(scope="module")
def stranger(people):
    return people.signed_in()


@pytest.fixture
def organization(organizations):
    return organizations.new("admin")


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture
def token(organizations, organization, person):
    return organizations.invitation(organization, person.email)


def is_used_up(client, person, token: str) -> bool:
    """Whether a token is refused like one that never existed, whoever sends it."""
    error = expect(client.post(ACCEPT, {"token": token}, token=person.access), 422, "UNPROCESSABLE")
    unknown = client.post(ACCEPT, {"token": f"ghi_{'A' * 43}"}, token=person.access)
    return error["message"] == expect(unknown, 422, "UNPROCESSABLE")["message"]


def test_a_person_with_an_account_accepts_and_becomes_a_member(client, organization, organizations, person, token, db):
    expect(client.get(organization.path, token=person.access), 404, "NOT_FOUND")
    data = expect(organizations.accept(person, token), 200)
    seen = expect(client.get(organization.path, token=person.access), 200)
    assert data == {"organization": seen, "role": "member"} and seen["role"] == "member"
    assert organizations.role(organization, person) == "member"
    assert organizations.open_invitations(organization) == []
    assert "member.added" in db.actions(person.id)


def test_a_person_without_an_account_registers_and_accepts(organization, organizations, people, mailbox):
    address = new_address()
    token = organizations.invitation(organization, address, "viewer")
    newcomer = people.registered(address=address)
    expect(newcomer.verify(mailbox.link(address, "verify-email")), 200)
    newcomer.login()
    assert expect(organizations.accept(newcomer, token), 200)["role"] == "viewer"
    assert organizations.role(organization, newcomer) == "viewer"


def test_a_link_works_once(client, organization, organizations, person, token, stranger, db):
    expect(organizations.accept(person, token), 200)
    assert is_used_up(client, person, token) and is_used_up(client, stranger, token)
    expect(client.post(f"{organization.path}/leave", token=person.access), 204)
    assert is_used_up(client, person, token)
    assert organizations.role(organization, person) is None
    assert db.actions(person.id).count("member.added") == 1


def test_a_link_works_for_seven_days(client, organization, organizations, person, token, db):
    expire = (
        "UPDATE invitations SET expires_at = NOW(6) + INTERVAL %s SECOND "
        "WHERE organization_id = (SELECT id FROM organizations WHERE public_id = %s)"
    )
    db.run(expire, -1, organization.id)
    assert is_used_up(client, person, token)
    assert (
        organizations.open_invitations(organization) == []
        and organizations.role(organization, person) is None
    )
    db.run(expire, 60, organization.id)
    expect(organizations.accept(person, token), 200)


def test_another_invitation_replaces_the_first(client, organization, organizations, person, mailbox, db):
    first = organizations.invite(organization, person.email, "admin")
    old = mailbox.link(person.email, PAGE)
    age = "UPDATE invitations SET expires_at = expires_at - INTERVAL 6 DAY WHERE public_id = %s"
    db.run(age, first["id"])
    second = organizations.invite(organization, person.email, "viewer")
    new = mailbox.link(person.email, PAGE, 2)
    assert second["id"] == first["id"] and second["expiresAt"] > first["expiresAt"]
    assert organizations.open_invitations(organization) == [second]
    assert new != old and is_used_up(client, person, old)
    assert expect(organizations.accept(person, new), 200)["role"] == "viewer", "the last invitation counts"


def test_a_person_invited_by_two_organizations_can_join_both(organizations, person, mailbox):
    both = [organizations.new(), organizations.new()]
    for organization in both:
        organizations.invite(organization, person.email)
    mailbox.wait_for(person.email, 2, f"/{PAGE}#token=")
    tokens = [mail.token for mail in mailbox.to(person.email, f"/{PAGE}#token=")]
    accepted = {expect(organizations.accept(person, token), 200)["organization"]["id"] for token in tokens}
    assert accepted == {organization.id for organization in both}


def test_another_address_is_refused_without_using_up_the_link(organization, organizations, person, token, stranger):
    error = expect(organizations.accept(stranger, token), 403, "FORBIDDEN")
    assert person.email not in str(error) and organization.data["name"] not in str(error)
    assert organizations.role(organization, stranger) is None
    expect(organizations.accept(person, token), 200)


def test_the_address_must_be_verified(organization, organizations, person, token, db):
    verified = "UPDATE users SET email_verified_at = {} WHERE public_id = %s"
    db.run(verified.format("NULL"), person.id)
    expect(organizations.accept(person, token), 403, "EMAIL_NOT_VERIFIED")
    assert organizations.role(organization, person) is None
    db.run(verified.format("NOW(6)"), person.id)
    expect(organizations.accept(person, token), 200)


def test_an_invitation_belongs_to_the_present_owner_of_the_address(organization, organizations, people, links):
    """The owner at the time of the invitation has no claim if the address has moved to another account."""
    old, new = people.signed_in(), people.signed_in()
    token = organizations.invitation(organization, address := old.email)
    expect(old.confirm_email(links.change(old, new_address())), 200)
    expect(organizations.accept(old, token), 403, "FORBIDDEN")
    expect(new.confirm_email(links.change(new, address)), 200)
    expect(organizations.accept(new, token), 200)
    assert (
        set(organizations.roles(organization)) >= {new.id} and organizations.role(organization, old) is None
    )


def test_addresses_are_compared_without_regard_to_case(organizations, organization, person, mailbox):
    name, domain = person.email.split("@")
    first = organizations.invite(organization, shouted := f"{name.upper()}@{domain}")
    assert first["email"] == shouted and organizations.mailed(shouted)
    second = organizations.invite(organization, person.email)
    assert second["id"] == first["id"] and len(organizations.open_invitations(organization)) == 1
    expect(organizations.accept(person, mailbox.link(person.email, PAGE)), 200)


@pytest.mark.parametrize("held", ["viewer", "owner"])
def test_someone_who_became_a_member_meanwhile_keeps_the_role(
    client, organization, organizations, person, token, held
):
    organizations.join(organization, held, person)
    data = expect(organizations.accept(person, token), 200)
    assert data["role"] == data["organization"]["role"] == held
    assert organizations.role(organization, person) == held
    assert is_used_up(client, person, token)


def test_nobody_can_join_more_than_100_organizations(client, organization, organizations, person, token):
    others = [organizations.new(owner=person) for _ in range(100)]
    expect(organizations.accept(person, token), 409, "CONFLICT")
    body = {"name": "One Too Many", "slug": f"{others[0].data['slug']}-x"}
    expect(client.post(PATH, body, token=person.access), 409, "CONFLICT")
    assert organizations.role(organization, person) is None
    expect(client.delete(others[0].path, token=person.access), 204)
    expect(organizations.accept(person, token), 200)


def test_a_revoked_invitation_is_gone(client, organization, organizations, person, token):
    (invitation,) = organizations.open_invitations(organization)
    expect(organizations.revoke(organization, organization.people["admin"], invitation["id"]), 204)
    assert organizations.open_invitations(organization) == []
    assert is_used_up(client, person, token)
    assert organizations.role(organization, person) is None
    expect(organizations.revoke(organization, organization.owner, invitation["id"]), 404, "NOT_FOUND")


def test_after_a_revocation_the_address_can_be_invited_again(organization, organizations, person, token, mailbox):
    (invitation,) = organizations.open_invitations(organization)
    expect(organizations.revoke(organization, organization.owner, invitation["id"]), 204)
    organizations.invite(organization, person.email)
    expect(organizations.accept(person, mailbox.link(person.email, PAGE, 2)), 200)


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("token", "required")}),
        ({"token": 5}, {("token", "type")}),
        ({"token": ""}, {("token", "too_short")}),
        ({"token": "x" * 513}, {("token", "too_long")}),
        ({"token": "x", "role": "owner"}, {("role", "unknown")}),
    ],
    ids=["missing", "type", "empty", "long", "unknown"],
)
def test_validates_an_acceptance(client, stranger, body, expected):
    assert faults(client.post(ACCEPT, body, token=stranger.access)) == expected


def test_a_token_for_something_else_is_refused(client, person, links, mailbox, people):
    newcomer = people.registered()
    for other in (
        links.reset(person),
        mailbox.link(newcomer.email, "verify-email"),
        person.access,
        "ghi_",
        "x",
    ):
        expect(client.post(ACCEPT, {"token": other[:512]}, token=person.access), 422, "UNPROCESSABLE")


def test_the_token_of_an_invitation_works_for_nothing_else(client, organizations, person, token):
    for path, body in (
        ("/api/v1/auth/verify-email", {"token": token}),
        ("/api/v1/auth/confirm-email", {"token": token}),
        ("/api/v1/auth/password-reset/confirm", {"token": token, "newPassword": registration()["password"]}),
    ):
        expect(client.post(path, body), 422, "UNPROCESSABLE")
    expect(client.get("/api/v1/users/me", token=token), 401, "UNAUTHORIZED")
    expect(organizations.accept(person, token), 200)
