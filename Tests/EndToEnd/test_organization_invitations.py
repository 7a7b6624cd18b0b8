"""Invitations: mailed to whoever has an address, accepted once by who has proved that it is theirs, renewed and revoked."""

import datetime
from urllib.parse import quote

import pytest

from support.client import expect, faults
from support.limits import limit_of, refusal
from support.listing import listed, listed_by_cursor
from support.organizations import ACCEPT, PAGE, PATH
from support.people import new_address, registration

UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"
FIELDS = {"id", "email", "role", "invitedBy", "expiresAt", "createdAt"}


@pytest.fixture(scope="module")
def stranger(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def staffed(organizations):
    """An organization with someone of each role, which no test changes."""
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


def revoke(client, organization, by, invitation_id: str):
    return client.delete(f"{path_of(organization)}/{invitation_id}", token=by.access)


def open_ones(client, organization) -> list[dict]:
    return listed(client, path_of(organization), organization.owner)[0]


def time_of(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def is_used_up(client, person, token: str) -> bool:
    """Whether a token is refused as one that never was, whoever has it."""
    error = expect(client.post(ACCEPT, {"token": token}, token=person.access), 422, "UNPROCESSABLE")
    unknown = client.post(ACCEPT, {"token": f"ghi_{'A' * 43}"}, token=person.access)
    return error["message"] == expect(unknown, 422, "UNPROCESSABLE")["message"]


@pytest.mark.parametrize("by", ["admin", "owner"])
@pytest.mark.parametrize("role", ["viewer", "member", "admin"])
def test_an_invitation_is_answered_listed_and_mailed(client, organization, mailbox, by, role):
    inviter, address = organization.people[by], new_address()
    response = invite(client, organization, inviter, address, role)
    data = expect(response, 201)
    assert set(data) == FIELDS and "ghi_" not in response.text
    assert (data["email"], data["role"], data["invitedBy"]) == (address, role, inviter.id)
    open_for = time_of(data["expiresAt"]) - time_of(data["createdAt"])
    assert abs(open_for - datetime.timedelta(days=7)) < datetime.timedelta(seconds=1)
    assert response.headers["Location"] == f"{path_of(organization)}/{data['id']}"
    assert open_ones(client, organization) == [data]
    mail = mailbox.wait_for(address, about=f"/{PAGE}#token=ghi_")
    assert mail.is_about(organization.data["name"]) and mail.is_about("Ada Lovelace")
    assert mail.recipients == {address}


def test_who_has_an_account_accepts_and_is_a_member(client, organization, organizations, person, token, db):
    expect(client.get(organization.path, token=person.access), 404, "NOT_FOUND")
    data = expect(organizations.accept(person, token), 200)
    seen = expect(client.get(organization.path, token=person.access), 200)
    assert data == {"organization": seen, "role": "member"} and seen["role"] == "member"
    assert organizations.role(organization, person) == "member"
    assert open_ones(client, organization) == []
    assert "member.added" in db.actions(person.id)


def test_who_has_no_account_makes_one_and_accepts(client, organization, organizations, people, mailbox):
    address = new_address()
    token = organizations.invitation(organization, address, "viewer")
    newcomer = people.registered(address=address)
    expect(client.post("/api/v1/auth/verify-email", {"token": mailbox.link(address, "verify-email")}), 200)
    newcomer.login()
    assert expect(organizations.accept(newcomer, token), 200)["role"] == "viewer"
    assert organizations.role(organization, newcomer) == "viewer"


def test_both_get_the_same_answer_and_the_same_mail(client, organization, people, mailbox):
    """Inviting tells nobody whether an address has an account."""
    known, unknown = people.verified().email, new_address()
    answers = [
        expect(invite(client, organization, organization.owner, address), 201) for address in (known, unknown)
    ]
    hidden = {"id": None, "email": None, "expiresAt": None, "createdAt": None}
    assert answers[0] | hidden == answers[1] | hidden
    mails = [mailbox.wait_for(address, about=f"/{PAGE}#token=") for address in (known, unknown)]
    assert mails[0].message["Subject"] == mails[1].message["Subject"]
    assert mails[0].text.replace(mails[0].token, "") == mails[1].text.replace(mails[1].token, "")


def test_the_mail_holds_a_name_as_text(organizations, mailbox):
    organization, address = organizations.new(name="Fish & <b>Chips"), new_address()
    organizations.invite(organization, address)
    mail = mailbox.wait_for(address)
    assert "Fish & <b>Chips" in " ".join(mail.text.split())
    assert "Fish &amp; &lt;b&gt;Chips" in mail.html and "<b>Chips" not in mail.html


@pytest.mark.parametrize(
    "name", ["You have won at evil.example", "Call //evil.example/", "Pay a@evil.example"]
)
def test_the_mail_holds_no_name_that_is_a_message_of_its_own(organizations, mailbox, name):
    organization, address = organizations.new(name=name), new_address()
    organizations.invite(organization, address)
    mail = mailbox.wait_for(address)
    assert b"evil" not in mail.raw and "join an organization" in " ".join(mail.text.split())


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
    assert open_ones(client, organization) == [] and organizations.role(organization, person) is None
    db.run(expire, 60, organization.id)
    expect(organizations.accept(person, token), 200)


def test_inviting_again_renews(client, organization, organizations, person, mailbox, db):
    first = organizations.invite(organization, person.email, "admin")
    old = mailbox.link(person.email, PAGE)
    age = "UPDATE invitations SET expires_at = expires_at - INTERVAL 6 DAY WHERE public_id = %s"
    db.run(age, first["id"])
    second = organizations.invite(organization, person.email, "viewer")
    new = mailbox.link(person.email, PAGE, 2)
    assert second["id"] == first["id"] and second["expiresAt"] > first["expiresAt"]
    assert open_ones(client, organization) == [second]
    assert new != old and is_used_up(client, person, old)
    assert expect(organizations.accept(person, new), 200)["role"] == "viewer", "the last word counts"


def test_who_was_invited_by_two_belongs_to_both(organizations, person, mailbox):
    both = [organizations.new(), organizations.new()]
    for organization in both:
        organizations.invite(organization, person.email)
    mailbox.wait_for(person.email, 2, f"/{PAGE}#token=")
    tokens = [mail.token for mail in mailbox.to(person.email, f"/{PAGE}#token=")]
    accepted = {expect(organizations.accept(person, token), 200)["organization"]["id"] for token in tokens}
    assert accepted == {organization.id for organization in both}


def test_another_address_is_refused_and_uses_nothing_up(
    client, organization, organizations, person, token, stranger
):
    error = expect(organizations.accept(stranger, token), 403, "FORBIDDEN")
    assert person.email not in str(error) and organization.data["name"] not in str(error)
    assert organizations.role(organization, stranger) is None
    expect(organizations.accept(person, token), 200)


def test_an_address_must_be_verified(client, organization, organizations, person, token, db):
    verified = "UPDATE users SET email_verified_at = {} WHERE public_id = %s"
    db.run(verified.format("NULL"), person.id)
    expect(organizations.accept(person, token), 403, "EMAIL_NOT_VERIFIED")
    assert organizations.role(organization, person) is None
    db.run(verified.format("NOW(6)"), person.id)
    expect(organizations.accept(person, token), 200)


def test_an_invitation_is_to_the_address_and_follows_it(client, organization, organizations, people, links):
    """Who had it when invited has no claim to it; who has it now does."""
    old, new = people.signed_in(), people.signed_in()
    token = organizations.invitation(organization, address := old.email)
    expect(client.post("/api/v1/auth/confirm-email", {"token": links.change(old, new_address())}), 200)
    expect(organizations.accept(old, token), 403, "FORBIDDEN")
    expect(client.post("/api/v1/auth/confirm-email", {"token": links.change(new, address)}), 200)
    expect(organizations.accept(new, token), 200)
    assert (
        set(organizations.roles(organization)) >= {new.id} and organizations.role(organization, old) is None
    )


def test_case_makes_no_other_address(client, organization, organizations, person, mailbox):
    first = organizations.invite(organization, person.email.upper())
    assert first["email"] == person.email.upper()
    second = organizations.invite(organization, person.email)
    assert second["id"] == first["id"] and len(open_ones(client, organization)) == 1
    expect(organizations.accept(person, mailbox.link(person.email, PAGE)), 200)


@pytest.mark.parametrize("role", ["viewer", "member", "admin", "owner"])
def test_who_is_a_member_already_cannot_be_invited(client, staffed, mailbox, db, role):
    address = staffed.people[role].email
    expect(invite(client, staffed, staffed.owner, address), 409, "CONFLICT")
    expect(invite(client, staffed, staffed.owner, address.upper()), 409, "CONFLICT")
    db.wait_for_jobs()
    assert mailbox.to(address, PAGE) == []
    assert address not in {each["email"] for each in open_ones(client, staffed)}


@pytest.mark.parametrize("held", ["viewer", "owner"])
def test_who_became_a_member_meanwhile_keeps_the_role(
    client, organization, organizations, person, token, held
):
    organizations.join(organization, held, person)
    data = expect(organizations.accept(person, token), 200)
    assert data["role"] == data["organization"]["role"] == held
    assert organizations.role(organization, person) == held
    assert is_used_up(client, person, token)


def test_nobody_belongs_to_more_than_100(client, organization, organizations, person, token):
    others = [organizations.new(owner=person) for _ in range(100)]
    expect(organizations.accept(person, token), 409, "CONFLICT")
    body = {"name": "One Too Many", "slug": f"{others[0].data['slug']}-x"}
    expect(client.post(PATH, body, token=person.access), 409, "CONFLICT")
    assert organizations.role(organization, person) is None
    expect(client.delete(others[0].path, token=person.access), 204)
    expect(organizations.accept(person, token), 200)


def test_a_revoked_invitation_is_gone(client, organization, organizations, person, token):
    (invitation,) = open_ones(client, organization)
    expect(revoke(client, organization, organization.people["admin"], invitation["id"]), 204)
    assert open_ones(client, organization) == []
    assert is_used_up(client, person, token)
    assert organizations.role(organization, person) is None
    expect(revoke(client, organization, organization.owner, invitation["id"]), 404, "NOT_FOUND")


def test_who_was_revoked_can_be_invited_anew(client, organization, organizations, person, token, mailbox):
    (invitation,) = open_ones(client, organization)
    expect(revoke(client, organization, organization.owner, invitation["id"]), 204)
    organizations.invite(organization, person.email)
    expect(organizations.accept(person, mailbox.link(person.email, PAGE, 2)), 200)


def test_an_invitation_of_another_organization_is_not_there(client, organization, organizations, staffed):
    other = organizations.invite(staffed, new_address())
    for invitation_id in (other["id"], UNKNOWN_ID):
        expect(revoke(client, organization, organization.owner, invitation_id), 404, "NOT_FOUND")
    assert other in open_ones(client, staffed)


@pytest.mark.parametrize("role", ["viewer", "member", "nobody"])
def test_others_than_admins_neither_invite_nor_list_nor_revoke(
    client, staffed, organizations, stranger, role, mailbox, db
):
    caller = staffed.people.get(role, stranger)
    status, code = (404, "NOT_FOUND") if role == "nobody" else (403, "FORBIDDEN")
    invitation, address = organizations.invite(staffed, new_address()), new_address()
    expect(invite(client, staffed, caller, address), status, code)
    hidden = client.get(path_of(staffed), token=caller.access)
    expect(hidden, status, code)
    assert invitation["email"] not in hidden.text
    expect(revoke(client, staffed, caller, invitation["id"]), status, code)
    db.wait_for_jobs()
    assert mailbox.to(address) == []
    assert invitation in listed(client, f"{path_of(staffed)}", staffed.owner, "limit=100")[0]


def test_the_list_is_newest_first_whichever_way_it_is_read(client, organization, organizations):
    path = path_of(organization)
    made = [organizations.invite(organization, new_address()) for _ in range(5)]
    for query, expected in (("", made[::-1]), ("sortBy=createdAt&sortOrder=asc", made)):
        invitations, meta = listed(client, path, organization.people["admin"], query)
        assert invitations == expected and meta["total"] == 5
        assert listed_by_cursor(client, path, organization.owner, query) == expected
        pages = [
            listed(client, path, organization.owner, f"{query}&limit=3&page={page}".strip("&"))[0]
            for page in (1, 2)
        ]
        assert pages == [expected[:3], expected[3:]]


@pytest.mark.parametrize(
    "query, expected",
    [
        ("sortBy=email", {("sortBy", "choice")}),
        ("page=2&cursor=", {("cursor", "contradiction")}),
        ("cursor=x", {("cursor", "cursor")}),
        ("email=a", {("email", "unknown")}),
    ],
)
def test_validates_what_part_of_the_list_is_wanted(client, staffed, query, expected):
    assert faults(client.get(f"{path_of(staffed)}?{query}", token=staffed.owner.access)) == expected


def test_a_cursor_is_good_for_its_own_list_only(client, staffed, organization, organizations):
    for _ in range(3):
        organizations.invite(staffed, new_address())
    _, meta = listed(client, path_of(staffed), staffed.owner, "limit=1&cursor=")
    query = f"limit=1&cursor={quote(meta['nextCursor'])}"
    expect(client.get(f"{path_of(staffed)}?{query}", token=staffed.owner.access), 200)
    response = client.get(f"{path_of(organization)}?{query}", token=organization.owner.access)
    assert faults(response) == {("cursor", "cursor")}


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("email", "required"), ("role", "required")}),
        ({"email": "nobody", "role": "owner"}, {("email", "format"), ("role", "choice")}),
        ({"email": 5, "role": None}, {("email", "type"), ("role", "type")}),
        ({"email": "a@example.com\r\nBcc: b@example.com", "role": "member"}, {("email", "format")}),
        ({"email": "a@example.com", "role": "member", "name": "Ada"}, {("name", "unknown")}),
    ],
    ids=ascii,
)
def test_validates_an_invitation(client, staffed, body, expected):
    assert faults(client.post(path_of(staffed), body, token=staffed.owner.access)) == expected


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


def test_what_is_no_id_is_a_fault(client, staffed):
    assert faults(revoke(client, staffed, staffed.owner, "5")) == {("invitationId", "format")}


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


def test_the_token_of_an_invitation_is_good_for_nothing_else(
    client, organization, organizations, person, token
):
    for path, body in (
        ("/api/v1/auth/verify-email", {"token": token}),
        ("/api/v1/auth/confirm-email", {"token": token}),
        ("/api/v1/auth/password-reset/confirm", {"token": token, "newPassword": registration()["password"]}),
    ):
        expect(client.post(path, body), 422, "UNPROCESSABLE")
    expect(client.get("/api/v1/users/me", token=token), 401, "UNAUTHORIZED")
    expect(organizations.accept(person, token), 200)


def test_the_same_request_again_sends_nothing_more(client, organization, mailbox, db):
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
    assert open_ones(client, organization)[0]["role"] == "member"


def test_the_audit_tells_who_invited_and_who_came_and_no_address(
    client, organization, organizations, person, token, db
):
    (invitation,) = open_ones(client, organization)
    revoked = organizations.invite(organization, new_address())
    expect(revoke(client, organization, organization.people["admin"], revoked["id"]), 204)
    expect(organizations.accept(person, token), 200)
    rows = db.rows(
        "SELECT action, actor_id, target_id, details FROM audit_events WHERE details LIKE %s ORDER BY id",
        f"%{organization.id}%",
    )
    owner, admin = organization.owner, organization.people["admin"]
    assert [row[:3] for row in rows] == [
        ["invitation.sent", owner.id, invitation["id"]],
        ["invitation.sent", owner.id, revoked["id"]],
        ["invitation.revoked", admin.id, revoked["id"]],
        ["invitation.accepted", person.id, invitation["id"]],
        ["member.added", person.id, person.id],
    ]
    assert not any("@" in row[3] for row in rows)


def test_an_address_is_invited_3_times_an_hour_whoever_asks(network, limited):
    first, second = network.organizations.new("admin"), limited.network().organizations.new()
    address = new_address()
    client = network.client()
    for left, (organization, by) in enumerate(
        [(first, first.owner), (first, first.people["admin"]), (second, second.owner)]
    ):
        response = invite(client, organization, by, address)
        expect(response, 201)
        assert (limit_of(response).policy, limit_of(response).remaining) == ("email", 2 - left)
    before = listed(client, path_of(first), first.owner)
    refusal(invite(client, first, first.owner, address, "admin"))
    refusal(invite(network.client(2), second, second.owner, address.upper()))
    assert listed(client, path_of(first), first.owner) == before, "what is refused changes nothing"
    assert limited.mailbox.link(address, PAGE, 3)
    expect(invite(client, first, first.owner, new_address()), 201)


def test_invitations_keep_nobody_from_mails_of_another_kind(network):
    """Otherwise whoever has an organization could keep people from resetting their passwords."""
    organization, person = network.organizations.new(), network.people.verified()
    client = network.client()
    for _ in range(3):
        expect(invite(client, organization, organization.owner, person.email), 201)
    refusal(invite(client, organization, organization.owner, person.email))
    expect(client.post("/api/v1/auth/password-reset/request", {"email": person.email}), 200)
