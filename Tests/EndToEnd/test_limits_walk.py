"""Every operation with a limit refuses when the limit is used up. The routes say which operations have one."""

import re
from functools import cached_property

import pytest

from support.api_keys import APIKeys
from support.client import at_once, expect
from support.limits import has_limit, limit_of, refusal
from support.people import new_address

CHECK = "/api/v1/auth/password-check"
EXPORT = "/api/v1/users/me/export"
LOGOUT = "/api/v1/auth/logout"
ME = "/api/v1/users/me"
UNKNOWN_ID = "019b8d2e-0000-7000-8000-00000000ffff"


class Spent:
    """Callers who have used up the limit of a tier."""

    def __init__(self, limited) -> None:
        self._limited = limited

    @cached_property
    def anonymous(self):
        client = self._limited.network().client()
        for _ in range(100):
            expect(client.get("/api/v1/nothing"), 404, "NOT_FOUND")
        return client, None

    @cached_property
    def session(self):
        client, person = self._someone()
        for _ in range(60):
            expect(client.post(f"{LOGOUT}?surprise=1", token=person.access), 400, "VALIDATION_ERROR")
        return client, person

    @cached_property
    def expensive(self):
        client, person = self._someone()
        for _ in range(10):
            expect(client.get(EXPORT, token=person.access), 200)
        return client, person

    @cached_property
    def standard(self):
        """Calls from ten addresses, since nginx limits each address by itself."""
        network = self._limited.network()
        person = network.people.signed_in()

        def call(number: int) -> set[int]:
            client = network.client(number + 1)
            return {client.head(ME, token=person.access).status_code for _ in range(100)}

        assert set.union(*at_once(10, call)) == {200}
        return network.client(11), person

    def _someone(self):
        network = self._limited.network()
        return network.client(), network.people.signed_in()


@pytest.fixture(scope="module")
def spent(limited):
    return Spent(limited)


def refused(call):
    """Calls until the limit refuses, since a little of it may have become available again."""
    responses = (call() for _ in range(50))
    response = next(response for response in responses if response.status_code == 429)
    refusal(response)
    assert limit_of(response).remaining == 0
    return response


def test_every_operation_has_a_tier_and_documents_it(contract, tiers):
    assert set(tiers) == set(map(str, contract.operations))
    for operation in contract.operations:
        is_limited = tiers[str(operation)] != "unlimited"
        assert ((429, "RATE_LIMITED") in operation.error_codes(contract.document)) == is_limited


def test_refuses_when_the_limit_of_its_tier_is_used_up(limited, spent, tiers, operation):
    tier, path = tiers[str(operation)], re.sub(r"\{\w+\}", UNKNOWN_ID, operation.path)
    network = limited.network()
    if tier == "unlimited":
        assert not has_limit(network.client().request(operation.method, path))
    elif tier == "authentication":
        refused_after(50, lambda: network.client().request(operation.method, path, json={}))
    elif tier == "email-sending":
        path, body, token = mailing(operation, network)
        refused_after(3, lambda: network.client().request(operation.method, path, json=body, token=token))
    else:
        client, person = getattr(spent, tier)
        if operation.needs_token:
            refused(lambda: client.request(operation.method, f"{path}?surprise=1", token=person.access))
        else:
            body = {"refreshToken": person.refresh} if person else {}
            refused(lambda: client.request(operation.method, path, json=body))


def mailing(operation, network) -> tuple[str, dict, str | None]:
    """A request that sends mail to a new address: its path, its body and its token."""
    address = new_address()
    if not operation.needs_token:
        return operation.path, {"email": address}, None
    person = network.people.signed_in()
    if operation.path.endswith("/invitations"):
        organization = network.organizations.new(owner=person)
        return f"{organization.path}/invitations", {"email": address, "role": "member"}, person.access
    return operation.path, {"newEmail": address, "currentPassword": person.password}, person.access


def refused_after(count: int, call) -> None:
    for _ in range(count):
        assert call().status_code != 429
    refused(call)


def test_the_standard_limit_belongs_to_the_user_and_not_to_address_or_session(spent, network):
    client, person = spent.standard
    refused(lambda: client.get(ME, token=person.access))
    refused(lambda: network.client().get(ME, token=person.access))
    expect(client.get(ME, token=network.people.signed_in().access), 200)
    person.login()
    refused(lambda: network.client().get(ME, token=person.access))


def test_an_api_key_has_its_own_standard_limit(spent):
    client, person = spent.standard
    secret = APIKeys(client).secret(person.access, "account:read")
    expect(client.get(ME, token=secret), 200)
    refused(lambda: client.get(ME, token=person.access))
