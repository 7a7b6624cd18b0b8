"""Limits, on the second stack: what each tier counts and by which key, and what answers say about it."""

import pytest

from support.client import at_once, expect
from support.limits import has_limit, limit_of, refusal
from support.people import new_address, new_password

CHECK = "/api/v1/auth/password-check"
CONFIRM = "/api/v1/auth/password-reset/confirm"
EXPORT = "/api/v1/users/me/export"
LOGIN = "/api/v1/auth/login"
LOGOUT = "/api/v1/auth/logout"
ME = "/api/v1/users/me"
REFRESH = "/api/v1/auth/refresh"
REQUEST = "/api/v1/auth/password-reset/request"
RESEND = "/api/v1/auth/verify-email/resend"
VERIFY = "/api/v1/auth/verify-email"


def spend(count: int, call) -> None:
    """Makes this many calls, which the limit must allow."""
    for _ in range(count):
        assert call().status_code != 429


@pytest.mark.parametrize(
    "call, policy, quota, window",
    [
        (lambda client, person: client.post(CHECK, {}), "anonymous", 100, 3600),
        (lambda client, person: client.get("/api/v1/nothing"), "anonymous", 100, 3600),
        (lambda client, person: client.request("PUT", ME), "anonymous", 100, 3600),
        (lambda client, person: client.post(VERIFY, {}), "authentication", 50, 900),
        (lambda client, person: client.post(RESEND, {"email": person.email}), "email", 3, 3600),
        (lambda client, person: client.get(ME, token=person.access), "standard", 1000, 3600),
        (lambda client, person: client.get(f"{ME}?x=1", token=person.access), "standard", 1000, 3600),
        (lambda client, person: client.get(EXPORT, token=person.access), "expensive", 10, 3600),
        (
            lambda client, person: client.post(f"{LOGOUT}?x=1", token=person.access),
            "session",
            60,
            3600,
        ),
        (lambda client, person: client.post(REFRESH, {"refreshToken": "x"}), "session", 50, 900),
        (lambda client, person: client.post(REFRESH, {}), "session-address", 300, 60),
    ],
    ids=[
        "anonymous",
        "unknown path",
        "other method",
        "authentication",
        "email",
        "standard",
        "fault",
        "expensive",
        "session",
        "unknown session",
        "no session",
    ],
)
def test_answers_and_errors_state_the_remaining_quota_which_decreases(network, call, policy, quota, window):
    client, person = network.client(), network.people.signed_in()
    first, second = (limit_of(call(client, person)) for _ in range(2))
    assert (first.policy, first.quota, first.window) == (policy, quota, window)
    assert (first.remaining, second.remaining) == (quota - 1, quota - 2)
    assert first.full <= second.full


def test_unlimited_routes_state_no_limit(network, contract, tiers):
    client = network.client()
    unlimited = [operation for operation in contract.operations if tiers[str(operation)] == "unlimited"]
    assert unlimited
    for operation in unlimited:
        for _ in range(3):
            response = client.request(operation.method, operation.path)
            assert response.status_code == 200 and not has_limit(response), str(operation)


def test_after_the_last_call_granted_the_next_is_refused(network):
    client = network.client()
    for left in range(49, -1, -1):
        assert limit_of(client.post(VERIFY, {})).remaining == left
    response = client.post(VERIFY, {})
    refusal(response)
    limit = limit_of(response)
    assert limit.remaining == 0
    # One of fifty is available again every 18 seconds.
    assert 1 <= int(response.headers["Retry-After"]) <= 18 and 1 <= limit.more <= 18
    assert 880 <= limit.full <= 900


def test_a_refused_request_has_no_effect(network, limited):
    client, person = network.client(), network.people.registered()
    token = limited.mailbox.link(person.email, "verify-email")
    spend(50, lambda: client.post(VERIFY, {}))
    refusal(client.post(VERIFY, {"token": token}))
    expect(network.client(2).post(VERIFY, {"token": token}, browser=person.browser), 200)


def test_authentication_is_limited_by_address_and_route(network):
    client, neighbour = network.client(1), network.client(2)
    spend(50, lambda: client.post(VERIFY, {}))
    refusal(client.post(VERIFY, {}))
    assert limit_of(client.post(CONFIRM, {})).remaining == 49
    assert limit_of(neighbour.post(VERIFY, {})).remaining == 49


def test_anonymous_use_is_limited_by_address_over_all_routes(network):
    client, neighbour = network.client(1), network.client(2)
    spend(60, lambda: client.post(CHECK, {}))
    spend(20, lambda: client.get("/api/v1/nothing"))
    spend(20, lambda: client.request("DELETE", CHECK))
    refusal(client.post(CHECK, {}))
    refusal(client.get("/api/v1/nothing"))
    refusal(client.request("DELETE", CHECK))
    assert limit_of(neighbour.post(CHECK, {})).remaining == 99


def test_bad_tokens_count_against_the_address_and_valid_ones_do_not(network, secrets):
    client, person = network.client(), network.people.signed_in()
    header, claims, _ = person.access.split(".")
    for forged in ("x", f"{header}.{claims}.{'A' * 86}", person.refresh):
        expect(client.get(ME, token=forged), 401, "UNAUTHORIZED")
    spend(97, lambda: client.get(ME, token="x"))
    refusal(client.get(ME, token="x"))
    refusal(client.post(CHECK, {}))
    expect(client.get(ME, token=person.access), 200)


def test_expired_and_revoked_tokens_do_not_count_against_the_address(network):
    client, person = network.client(), network.people.signed_in()
    expect(client.post(LOGOUT, token=person.access), 204)
    for _ in range(101):
        expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")
    assert limit_of(client.post(CHECK, {})).remaining == 99


def test_mails_are_limited_by_recipient_whoever_asks(network, limited):
    person = network.people.verified()
    for host in range(1, 4):
        expect(network.client(host).post(REQUEST, {"email": person.email}), 200)
    refusal(network.client(4).post(REQUEST, {"email": person.email}))
    refusal(limited.network().client().post(REQUEST, {"email": person.email.upper()}))
    assert limited.mailbox.link(person.email, "reset-password", 3)


def test_an_unknown_address_has_the_same_limit(network):
    known, unknown = network.people.verified().email, new_address()
    for _ in range(3):
        answers = [network.client(1).post(REQUEST, {"email": address}) for address in (known, unknown)]
        assert answers[0].content == answers[1].content
        assert limit_of(answers[0]).remaining == limit_of(answers[1]).remaining
    refusals = [refusal(network.client(1).post(REQUEST, {"email": address})) for address in (known, unknown)]
    assert refusals[0]["message"] == refusals[1]["message"]


def test_3_of_16_concurrent_requests_for_mail_are_granted(network, limited):
    person = network.people.verified()
    responses = at_once(16, lambda number: network.client(number + 1).post(REQUEST, {"email": person.email}))
    assert sorted(response.status_code for response in responses) == [200] * 3 + [429] * 13
    assert limited.mailbox.link(person.email, "reset-password", 3)


def test_the_limit_of_a_session_does_not_affect_the_users_other_sessions(network):
    client, person = network.client(), network.people.signed_in()
    first = person.tokens
    second = person.login()
    spend(59, lambda: client.post(f"{LOGOUT}?x=1", token=first["accessToken"]))
    last = expect(client.post(REFRESH, {"refreshToken": first["refreshToken"]}), 200)["tokens"]
    refusal(client.post(REFRESH, {"refreshToken": last["refreshToken"]}))
    refusal(network.client(2).post(LOGOUT, token=last["accessToken"]))
    expect(client.get(ME, token=last["accessToken"]), 200)
    expect(client.post(REFRESH, {"refreshToken": second["refreshToken"]}), 200)


def test_a_chain_of_refreshes_counts_as_one_session(network):
    client, person = network.client(), network.people.signed_in()
    for left in range(59, 49, -1):
        response = client.post(REFRESH, {"refreshToken": person.refresh})
        person.tokens = expect(response, 200)["tokens"]
        assert limit_of(response).remaining == left


def test_unknown_refresh_tokens_count_against_the_address(network):
    client, person = network.client(1), network.people.signed_in()
    spend(50, lambda: client.post(REFRESH, {"refreshToken": f"ghr_{'A' * 43}"}))
    refusal(client.post(REFRESH, {"refreshToken": f"ghr_{'B' * 43}"}))
    expect(network.client(2).post(REFRESH, {"refreshToken": "x"}), 401, "UNAUTHORIZED")
    expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)


def test_at_most_10_of_32_concurrent_exports_are_granted(network):
    """The program makes one export at a time for each person, since each takes much memory; requests meanwhile count
    too. They come from as many addresses, because nginx allows only two exports to each address, and 16 in all."""
    client, person = network.client(), network.people.signed_in()
    responses = at_once(32, lambda number: network.client(number + 1).get(EXPORT, token=person.access))
    statuses = [response.status_code for response in responses]
    meanwhile = [response for response in responses if response.headers.get("Retry-After") == "5"]
    assert 1 <= statuses.count(200) <= 10 and statuses.count(200) + statuses.count(429) == 32
    # Requests within the limit got the export, or an answer that another is running; the limit refused the rest.
    assert statuses.count(200) + len(meanwhile) >= 10
    refusal(client.get(EXPORT, token=person.access))
    other = network.people.signed_in()
    expect(client.get(EXPORT, token=other.access), 200)


def test_100_of_120_concurrent_anonymous_requests_are_granted(network):
    client = network.client()

    def call(number: int) -> list[int]:
        return [client.post(CHECK, {}).status_code for _ in range(2)]

    statuses = sorted(status for pair in at_once(60, call) for status in pair)
    # One of a hundred is available again every 36 seconds.
    assert statuses in ([400] * 100 + [429] * 20, [400] * 101 + [429] * 19)


def test_50_of_64_concurrent_attempts_are_granted(network):
    client = network.client()
    responses = at_once(64, lambda number: client.post(CONFIRM, {}))
    # One of fifty is available again every 18 seconds.
    statuses = sorted(response.status_code for response in responses)
    assert statuses in ([400] * 50 + [429] * 14, [400] * 51 + [429] * 13)


def test_a_made_up_header_does_not_change_the_address(network):
    client = network.client()
    for number in range(50):
        forged = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}
        assert client.post(VERIFY, {}, headers=forged).status_code == 400
    refusal(
        client.post(VERIFY, {}, headers={"X-Forwarded-For": "203.0.113.1", "Forwarded": "for=203.0.113.1"})
    )


def test_registration_is_limited_by_address(network):
    client = network.client()
    spend(50, lambda: client.post("/api/v1/auth/register", {}))
    body = {"email": new_address(), "password": new_password(), "name": "Ada Lovelace"}
    refusal(client.post("/api/v1/auth/register", body))
