"""The reader of a mailbox takes over the account that a stranger made with its address."""

import pytest

from support.account_states import API, World, processes, used, verified
from support.address_claims import OVER, resets, takes_over
from support.client import expect
from support.people import new_password


@pytest.fixture(scope="module")
def world(stack, tmp_path_factory, client, db, mailbox, people, links, secrets):
    admin = people.with_role("admin")
    with processes(stack, tmp_path_factory) as installations:
        yield World(client, db, mailbox, people, links, secrets, admin, installations)


def test_whoever_takes_over_an_account_keeps_its_contents(world):
    person = used(world)
    assert resets(world, person, "default") == OVER
    assert world.db.value(
        "SELECT COUNT(*) FROM projects p JOIN users u ON u.id = p.user_id WHERE u.public_id = %s", person.id
    ) == "1"


@pytest.mark.parametrize("link", ["verification", "reset"])
def test_a_stranger_cannot_keep_the_owner_out_by_changing_the_password(world, link):
    """Links that were mailed to the address stay valid until it is verified."""
    person = used(world)
    if link == "reset":
        expect(world.client.post(f"{API}/auth/password-reset/request", {"email": person.email}), 200)
    page = "reset-password" if link == "reset" else "verify-email"
    token = world.mailbox.link(person.email, page)
    change = {"currentPassword": person.password, "newPassword": new_password()}
    assert world.post("unverified", "/users/me/password", change, person.access).status == 204
    body = {"token": token, "newPassword": (own := new_password())}
    path = "/auth/password-reset/confirm" if link == "reset" else "/auth/verify-email"
    assert world.post("unverified", path, body).status == 200
    assert takes_over(world, person, "unverified", own) == OVER


def test_a_new_password_voids_the_links_to_a_verified_address(world):
    person = verified(world)
    person.login()
    expect(world.client.post(f"{API}/auth/password-reset/request", {"email": person.email}), 200)
    token = world.mailbox.link(person.email, "reset-password")
    change = {"currentPassword": person.password, "newPassword": new_password()}
    assert world.post("default", "/users/me/password", change, person.access).status == 204
    body = {"token": token, "newPassword": new_password()}
    assert world.post("default", "/auth/password-reset/confirm", body).status == 422
