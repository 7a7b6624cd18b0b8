"""What holds for an organization under concurrent changes: an owner remains, and an invitation counts once."""

import random

import pytest

from support.client import at_once, expect
from support.organizations import ACCEPT, PATH, ROLES, new_slug
from support.people import new_address

ME = "/api/v1/users/me"


def owned_by(organizations, count: int):
    """An organization with this many owners and one more member, and the owners."""
    organization = organizations.new("member")
    return organization, [organization.owner] + [
        organizations.join(organization, "owner") for _ in range(count - 1)
    ]


def owners(organizations, organization) -> list[str]:
    return [user for user, role in organizations.roles(organization).items() if role == "owner"]


def statuses(responses) -> list[int]:
    return sorted(response.status_code for response in responses)


@pytest.mark.parametrize("way", ["leave", "demotion", "removal"])
@pytest.mark.parametrize("attempt", range(3))
def test_one_of_8_owners_who_leave_at_once_stays(organizations, way, attempt):
    organization, racers = owned_by(organizations, 8)

    def go(number: int):
        person = racers[number]
        if way == "leave":
            return organizations.leave(organization, person)
        if way == "demotion":
            return organizations.give(organization, person, person, "viewer")
        return organizations.remove(organization, person, person)

    responses = at_once(8, go)
    (refused,) = [response for response in responses if response.status_code >= 400]
    expect(refused, 409, "LAST_OWNER")
    (left,) = owners(organizations, organization)
    assert racers[responses.index(refused)].id == left


@pytest.mark.parametrize("attempt", range(3))
def test_one_of_two_owners_who_remove_each_other_stays(organizations, attempt):
    organization, racers = owned_by(organizations, 2)
    responses = at_once(
        2, lambda number: organizations.remove(organization, racers[number], racers[1 - number])
    )
    done, refused = sorted(responses, key=lambda response: response.status_code)
    expect(done, 204)
    # A removed member is not found, even if the request was admitted before.
    expect(refused, 404, "NOT_FOUND")
    assert owners(organizations, organization) == [racers[responses.index(done)].id]


@pytest.mark.parametrize("attempt", range(3))
def test_one_of_two_owners_who_demote_each_other_stays(organizations, attempt):
    organization, racers = owned_by(organizations, 2)
    responses = at_once(
        2, lambda number: organizations.give(organization, racers[number], racers[1 - number], "admin")
    )
    done, refused = sorted(responses, key=lambda response: response.status_code)
    expect(done, 200)
    expect(refused, 403, "FORBIDDEN")
    assert owners(organizations, organization) == [racers[responses.index(done)].id]


@pytest.mark.parametrize("seed", range(6))
def test_an_owner_remains_whatever_6_owners_do_at_once(organizations, seed):
    """Each owner leaves, demotes, removes or transfers at random, in two rounds; the second starts with fewer
    owners."""
    chance = random.Random(seed)
    organization, racers = owned_by(organizations, 6)
    for _ in range(2):
        plans = [
            (chance.choice([*ROLES[:-1], "leave", "remove", "transfer"]), by, chance.choice(racers))
            for by in racers * 2
        ]

        def act(number: int):
            way, by, target = plans[number]
            if way == "leave":
                return organizations.leave(organization, by)
            if way == "remove":
                return organizations.remove(organization, by, target)
            if way == "transfer":
                return organizations.transfer(organization, by, target)
            return organizations.give(organization, by, target, way)

        responses = at_once(len(plans), act)
        assert set(statuses(responses)) <= {200, 204, 403, 404, 409}, plans
        assert owners(organizations, organization), plans


@pytest.mark.parametrize("attempt", range(3))
def test_one_of_several_concurrent_transfers_counts(organizations, attempt):
    organization = organizations.new()
    heirs = [organizations.join(organization, "admin") for _ in range(8)]
    responses = at_once(
        8, lambda number: organizations.transfer(organization, organization.owner, heirs[number])
    )
    assert statuses(responses) == [200] + [403] * 7
    (winner,) = [response for response in responses if response.status_code == 200]
    assert owners(organizations, organization) == [heirs[responses.index(winner)].id]
    assert organizations.role(organization, organization.owner) == "admin"


@pytest.mark.parametrize("attempt", range(3))
def test_an_owner_remains_when_the_heir_of_a_transfer_leaves(organizations, attempt):
    organization = organizations.new("admin")
    heir = organization.people["admin"]

    def act(number: int):
        if number:
            return organizations.leave(organization, heir)
        return organizations.transfer(organization, organization.owner, heir)

    transferred, left = (response.status_code for response in at_once(2, act))
    assert (transferred, left) in ((200, 409), (404, 204))
    assert len(owners(organizations, organization)) == 1


@pytest.mark.parametrize("attempt", range(4))
def test_one_of_two_owners_cannot_leave_while_the_other_deletes_their_account(client, organizations, attempt, db):
    organization, (first, second) = owned_by(organizations, 2)

    def act(number: int):
        if number:
            return organizations.leave(organization, first)
        return client.delete(ME, json={"currentPassword": second.password}, token=second.access)

    responses = at_once(2, act)
    assert statuses(responses) == [204, 409]
    expect(max(responses, key=lambda response: response.status_code), 409, "LAST_OWNER")
    in_use = (
        "SELECT COUNT(*) FROM organization_members m JOIN users u ON u.id = m.user_id "
        "JOIN organizations o ON o.id = m.organization_id "
        "WHERE o.public_id = %s AND m.role = 'owner' AND u.status = 'active'"
    )
    assert db.value(in_use, organization.id) == "1"


@pytest.mark.parametrize("attempt", range(4))
def test_one_of_4_owners_who_delete_their_accounts_at_once_cannot(client, organizations, attempt):
    organization, racers = owned_by(organizations, 4)
    responses = at_once(
        4,
        lambda number: client.delete(
            ME, json={"currentPassword": racers[number].password}, token=racers[number].access
        ),
    )
    assert statuses(responses) == [204] * 3 + [409]
    stayed = next(racer for racer, response in zip(racers, responses) if response.status_code == 409)
    assert expect(client.get(organization.path, token=stayed.access), 200)["role"] == "owner"


@pytest.mark.parametrize("attempt", range(4))
def test_nobody_joins_an_organization_whose_only_owner_leaves_at_that_moment(
    client, organizations, people, attempt
):
    organization, person = organizations.new(), people.signed_in()
    owner, token = organization.owner, organizations.invitation(organization, person.email, "viewer")

    def act(number: int):
        if number:
            return organizations.accept(person, token)
        return client.delete(ME, json={"currentPassword": owner.password}, token=owner.access)

    deleted, accepted = (response.status_code for response in at_once(2, act))
    assert (deleted, accepted) in ((204, 422), (409, 200))
    assert organizations.role(organization, person) == ("viewer" if accepted == 200 else None)


def test_one_of_16_concurrent_uses_of_an_invitation_succeeds(organizations, people, db):
    organization, person = organizations.new(), people.signed_in()
    token = organizations.invitation(organization, person.email)
    responses = at_once(16, lambda number: organizations.accept(person, token))
    assert statuses(responses) == [200] + [422] * 15
    assert organizations.role(organization, person) == "member"
    assert db.actions(person.id).count("member.added") == 1


def test_a_concurrent_attempt_by_another_does_not_use_up_an_invitation(organizations, people):
    organization, person = organizations.new(), people.signed_in()
    others = [people.signed_in() for _ in range(3)]
    token = organizations.invitation(organization, person.email)

    def use(number: int):
        return organizations.accept((others + [person])[number % 4], token)

    responses = at_once(16, use)
    assert sorted(response.status_code for response in responses[3::4]) == [200] + [422] * 3
    assert {response.status_code for response in responses} <= {200, 403, 422}
    assert set(organizations.roles(organization)) == {organization.owner.id, person.id}


@pytest.mark.parametrize("attempt", range(3))
def test_an_invitation_is_accepted_or_revoked_but_not_both(client, organizations, people, attempt):
    organization, person = organizations.new(), people.signed_in()
    invitation = organizations.invite(organization, person.email)
    path = f"{organization.path}/invitations/{invitation['id']}"
    token = organizations.mailed(person.email)

    def act(number: int):
        if number % 2:
            return client.delete(path, token=organization.owner.access)
        return organizations.accept(person, token)

    responses = at_once(8, act)
    accepted, revoked = statuses(responses[0::2]), statuses(responses[1::2])
    assert (accepted, revoked) in (
        ([200] + [422] * 3, [404] * 4),
        ([422] * 4, [204] + [404] * 3),
    )
    assert organizations.role(organization, person) == ("member" if 200 in accepted else None)


def test_16_concurrent_invitations_of_an_address_are_one(client, organizations, db):
    organization, address = organizations.new("admin"), new_address()
    racers = [organization.owner, organization.people["admin"]]

    def invite(number: int):
        body = {"email": address, "role": "viewer"}
        return client.post(f"{organization.path}/invitations", body, token=racers[number % 2].access)

    responses = at_once(16, invite)
    assert statuses(responses) == [201] * 16
    assert len({response.json()["data"]["id"] for response in responses}) == 1
    assert db.value("SELECT COUNT(*) FROM invitations WHERE email = %s", address) == "1"


def test_one_of_16_who_want_a_slug_gets_it(client, people, db):
    racers, slug = [people.signed_in() for _ in range(4)], new_slug()

    def create(number: int):
        return client.post(PATH, {"name": f"Racer {number}", "slug": slug}, token=racers[number % 4].access)

    responses = at_once(16, create)
    assert statuses(responses) == [201] + [409] * 15
    assert db.value("SELECT COUNT(*) FROM organizations WHERE slug = %s", slug) == "1"


def test_with_99_organizations_one_of_8_more_is_made(client, organizations, people):
    person = people.signed_in()
    for _ in range(99):
        organizations.new(owner=person)

    def create(number: int):
        return client.post(PATH, {"name": "The Last", "slug": new_slug()}, token=person.access)

    assert statuses(at_once(8, create)) == [201] + [409] * 7


@pytest.mark.parametrize("attempt", range(3))
def test_accepting_while_the_organization_is_deleted_gives_no_membership(
    client, organizations, people, attempt
):
    organization, person = organizations.new(), people.signed_in()
    token = organizations.invitation(organization, person.email)

    def act(number: int):
        if number:
            return client.post(ACCEPT, {"token": token}, token=person.access)
        return client.delete(organization.path, token=organization.owner.access)

    deleted, accepted = at_once(2, act)
    expect(deleted, 204)
    assert accepted.status_code in (200, 422)
    expect(client.get(organization.path, token=person.access), 404, "NOT_FOUND")
    assert organizations.roles(organization) == {}
