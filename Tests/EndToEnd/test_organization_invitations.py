"""Invitations: mailed to an address, accepted once by its verified owner, renewed and revoked."""

import datetime

import pytest

from support.client import expect, faults
from support.limits import limit_of, refusal
from support.organizations import PAGE
from support.people import new_address
from support.text import in_order

UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"
FIELDS = {"id", "email", "role", "invitedBy", "expiresAt", "createdAt"}


@pytest.fixture(scope="module")
def stranger(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def staffed(organizations):
    """An organization with one member of each role, which no test changes."""
    return organizations.with_every_role()


@pytest.fixture
def organization(organizations):
    return organizations.new("admin")


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture
def token(organizations, organization, person):
    return organizations.invitation(organization, person.email)


def path_of(organization) -> str:
    return f"{organization.path}/invitations"


def invite(client, organization, by, address: str, role: str = "member", **options):
    body = {"email": address, "role": role}
    return client.post(path_of(organization), body, token=by.access, **options)


def time_of(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize("by", ["admin", "owner"])
@pytest.mark.parametrize("role", ["viewer", "member", "admin"])
def test_an_invitation_is_answered_listed_and_mailed(client, organizations, organization, mailbox, by, role):
    inviter, address = organization.people[by], new_address()
    response = invite(client, organization, inviter, address, role)
    data = expect(response, 201)
    assert set(data) == FIELDS and "ghi_" not in response.text
    assert (data["email"], data["role"], data["invitedBy"]) == (address, role, inviter.id)
    open_for = time_of(data["expiresAt"]) - time_of(data["createdAt"])
    assert abs(open_for - datetime.timedelta(days=7)) < datetime.timedelta(seconds=1)
    assert response.headers["Location"] == f"{path_of(organization)}/{data['id']}"
    assert expect(client.get(response.headers["Location"], token=inviter.access), 200) == data
    assert organizations.open_invitations(organization) == [data]
    mail = mailbox.wait_for(address, about=f"/{PAGE}#token=ghi_")
    assert mail.is_about(organization.data["name"]) and mail.is_about("Ada Lovelace")
    assert mail.recipients == {address}


def test_an_address_with_a_deleted_account_is_invited_like_one_without(client, organizations, organization, mailbox):
    person = organizations.join(organization, "viewer")
    expect(client.delete("/api/v1/users/me", json={"currentPassword": person.password}, token=person.access), 204)
    expect(invite(client, organization, organization.owner, person.email), 201)
    assert mailbox.wait_for(person.email, about=f"/{PAGE}#token=ghi_")


def test_addresses_with_and_without_an_account_get_the_same_answer_and_mail(client, organization, people, mailbox):
    """An invitation does not reveal whether an address has an account."""
    known, unknown = people.verified().email, new_address()
    answers = [
        expect(invite(client, organization, organization.owner, address), 201) for address in (known, unknown)
    ]
    hidden = {"id": None, "email": None, "expiresAt": None, "createdAt": None}
    assert answers[0] | hidden == answers[1] | hidden
    mails = [mailbox.wait_for(address, about=f"/{PAGE}#token=") for address in (known, unknown)]
    assert mails[0].message["Subject"] == mails[1].message["Subject"]
    assert mails[0].text.replace(mails[0].token, "") == mails[1].text.replace(mails[1].token, "")


def test_a_name_is_text_in_the_mail(organizations, mailbox):
    organization, address = organizations.new(name="Fish & Chips"), new_address()
    organizations.invite(organization, address)
    mail = mailbox.wait_for(address)
    assert "Fish & Chips" in " ".join(mail.text.split())
    assert "Fish &amp; Chips" in mail.html and "Fish & Chips" not in mail.html


@pytest.mark.parametrize(
    "name", ["You have won at evil.example", "Call //evil.example/", "Pay a@evil.example", "<b>evil.example"]
)
def test_a_name_that_is_a_message_is_left_out_of_the_mail(organizations, mailbox, name):
    organization, address = organizations.new(name=name), new_address()
    organizations.invite(organization, address)
    mail = mailbox.wait_for(address)
    assert b"evil" not in mail.raw and "join an organization" in " ".join(mail.text.split())


@pytest.mark.parametrize("role", ["viewer", "member", "admin", "owner"])
def test_a_member_cannot_be_invited(client, organizations, staffed, mailbox, db, role):
    address = staffed.people[role].email
    expect(invite(client, staffed, staffed.owner, address), 409, "CONFLICT")
    expect(invite(client, staffed, staffed.owner, address.upper()), 409, "CONFLICT")
    db.wait_for_jobs()
    assert mailbox.to(address, PAGE) == []
    assert address not in {each["email"] for each in organizations.open_invitations(staffed)}


def test_an_invitation_of_another_organization_is_not_found(client, organization, organizations, staffed):
    other = organizations.invite(staffed, new_address())
    for invitation_id in (other["id"], UNKNOWN_ID):
        path = f"{path_of(organization)}/{invitation_id}"
        expect(client.get(path, token=organization.owner.access), 404, "NOT_FOUND")
        expect(organizations.revoke(organization, organization.owner, invitation_id), 404, "NOT_FOUND")
    assert other in organizations.open_invitations(staffed)


@pytest.mark.parametrize("role", ["viewer", "member", "nobody"])
def test_only_admins_and_owners_invite_list_and_revoke(
    client, staffed, organizations, stranger, role, mailbox, db
):
    caller = staffed.people.get(role, stranger)
    status, code = (404, "NOT_FOUND") if role == "nobody" else (403, "FORBIDDEN")
    invitation, address = organizations.invite(staffed, new_address()), new_address()
    expect(invite(client, staffed, caller, address), status, code)
    hidden = client.get(path_of(staffed), token=caller.access)
    expect(hidden, status, code)
    assert invitation["email"] not in hidden.text
    expect(client.get(f"{path_of(staffed)}/{invitation['id']}", token=caller.access), status, code)
    expect(organizations.revoke(staffed, caller, invitation["id"]), status, code)
    db.wait_for_jobs()
    assert mailbox.to(address) == []
    assert invitation in organizations.open_invitations(staffed)


def test_the_list_is_newest_first(client, organization, organizations):
    made = [organizations.invite(organization, new_address()) for _ in range(3)]
    for query, expected in (("", made[::-1]), ("?sortOrder=asc", made)):
        response = client.get(path_of(organization) + query, token=organization.people["admin"].access)
        assert expect(response, 200) == expected


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("email", "required"), ("role", "required")}),
        ({"email": "nobody", "role": "owner"}, {("email", "format"), ("role", "choice")}),
        ({"email": 5, "role": None}, {("email", "type"), ("role", "type")}),
        ({"email": "a@example.com\r\nBcc: b@example.com", "role": "member"}, {("email", "format")}),
        ({"email": "a@example.com", "role": "member", "name": "Ada"}, {("name", "unknown")}),
    ],
    ids=in_order,
)
def test_validates_an_invitation(client, staffed, body, expected):
    assert faults(client.post(path_of(staffed), body, token=staffed.owner.access)) == expected


def test_a_malformed_id_is_refused(client, organizations, staffed):
    assert faults(client.get(f"{path_of(staffed)}/5", token=staffed.owner.access)) == {("invitationId", "format")}
    assert faults(organizations.revoke(staffed, staffed.owner, "5")) == {("invitationId", "format")}


def test_a_repeated_request_sends_no_further_mail(client, organizations, organization, mailbox, db):
    address = new_address()
    headers = {"Idempotency-Key": f"invite-{address}"}
    first, again = (
        invite(client, organization, organization.owner, address, headers=headers) for _ in range(2)
    )
    assert expect(first, 201) == expect(again, 201) and again.headers["Idempotent-Replayed"] == "true"
    db.wait_for_jobs()
    assert mailbox.link(address, PAGE)
    reused = invite(client, organization, organization.owner, address, "admin", headers=headers)
    expect(reused, 422, "IDEMPOTENCY_KEY_REUSED")
    assert organizations.open_invitations(organization)[0]["role"] == "member"


def test_the_audit_records_sender_and_member_but_no_address(
    organization, organizations, person, token, db
):
    (invitation,) = organizations.open_invitations(organization)
    revoked = organizations.invite(organization, new_address())
    expect(organizations.revoke(organization, organization.people["admin"], revoked["id"]), 204)
    expect(organizations.accept(person, token), 200)
    rows = db.rows(
        "SELECT action, actor_id, target_id, details FROM audit_events WHERE details LIKE %s ORDER BY id",
        f"%{organization.id}%",
    )
    owner, admin = organization.owner, organization.people["admin"]
    assert [row[:3] for row in rows] == [
        ["member.added", owner.id, owner.id],
        ["invitation.sent", owner.id, invitation["id"]],
        ["invitation.sent", owner.id, revoked["id"]],
        ["invitation.revoked", admin.id, revoked["id"]],
        ["invitation.accepted", person.id, invitation["id"]],
        ["member.added", person.id, person.id],
    ]
    assert not any("@" in row[3] for row in rows)


def test_an_address_can_be_invited_3_times_an_hour_whoever_asks(network, limited):
    first, second = network.organizations.new("admin"), limited.network().organizations.new()
    address = new_address()
    client = network.client()
    for left, (organization, by) in enumerate(
        [(first, first.owner), (first, first.people["admin"]), (second, second.owner)]
    ):
        response = invite(client, organization, by, address)
        expect(response, 201)
        assert (limit_of(response).policy, limit_of(response).remaining) == ("email", 2 - left)
        # The next invitation replaces the link of this one, even while its mail is written, which then is not sent.
        assert limited.mailbox.link(address, PAGE, left + 1)
    before = network.organizations.open_invitations(first)
    refusal(invite(client, first, first.owner, address, "admin"))
    refusal(invite(network.client(2), second, second.owner, address.upper()))
    assert network.organizations.open_invitations(first) == before, "a refused invitation changes nothing"
    expect(invite(client, first, first.owner, new_address()), 201)


def test_invitations_do_not_use_up_the_limit_of_other_mails(network):
    """Otherwise the owner of an organization could keep people from resetting their passwords."""
    organization, person = network.organizations.new(), network.people.verified()
    client = network.client()
    for _ in range(3):
        expect(invite(client, organization, organization.owner, person.email), 201)
    refusal(invite(client, organization, organization.owner, person.email))
    expect(client.post("/api/v1/auth/password-reset/request", {"email": person.email}), 200)
