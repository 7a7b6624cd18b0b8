"""What webhooks tell of sessions that end before their time."""

import pytest

from support.client import expect
from support.people import new_password
from support.stack import wait_until
from support.webhooks import PATH, receiver

ME = "/api/v1/users/me"
LOGOUT = "/api/v1/auth/logout"
REFRESH = "/api/v1/auth/refresh"


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture
def told(webhooks, people, person, client):
    """What a webhook of the installation got about a person, once it is so many events: their names and data."""
    admin = people.with_role("admin")
    with receiver() as taken:
        webhook = webhooks.at(PATH, admin, taken.url, "session.ended", "session.all_ended")

        def of_person() -> list[dict]:
            messages = {one.id: one.verify(webhook.secret) for one in list(taken.requests)}
            own = [message for message in messages.values() if message["data"]["userId"] == person.id]
            return sorted(own, key=lambda message: message["sequence"])

        def wait(count: int) -> list[tuple[str, dict]]:
            wait_until(lambda: len(of_person()) >= count, f"{count} events")
            return [
                (message["type"], {name: value for name, value in message["data"].items() if name != "userId"})
                for message in of_person()
            ]

        yield wait
        expect(client.delete(webhook.path, token=admin.access), 204)


def test_each_session_that_ends_is_an_event_with_its_reason(told, client, person, db):
    first = person.session_id()
    person.login()
    second = person.session_id()
    expect(client.delete(f"{ME}/sessions/{first}", token=person.access), 204)
    expect(client.delete(f"{ME}/sessions/{first}", token=person.access), 404, "NOT_FOUND")
    expect(client.post(LOGOUT, token=person.access), 204)
    expect(client.post(LOGOUT, token=person.access), 401, "TOKEN_REVOKED")
    person.login()
    third, used = person.session_id(), {"refreshToken": person.refresh}
    expect(client.post(REFRESH, used), 200)
    db.run(
        "UPDATE refresh_tokens SET used_at = used_at - INTERVAL 31 SECOND WHERE token_hash = UNHEX(SHA2(%s, 256))",
        used["refreshToken"],
    )
    expect(client.post(REFRESH, used), 401, "TOKEN_REUSED")
    assert told(3) == [
        ("session.ended", {"sessionId": first, "reason": "revoked"}),
        ("session.ended", {"sessionId": second, "reason": "logout"}),
        ("session.ended", {"sessionId": third, "reason": "reuse"}),
    ]


def test_sessions_that_end_together_are_one_event(told, client, people, person):
    person.login()
    kept = person.session_id()
    change = {"currentPassword": person.password, "newPassword": new_password()}
    expect(client.post(f"{ME}/password", change, token=person.access), 204)
    person.password = change["newPassword"]
    person.login()
    expect(client.post(f"{LOGOUT}?everywhere=true", token=person.access), 204)
    person.login()
    admin = people.with_role("admin").access
    for _ in range(2):
        expect(client.post(f"/api/v1/users/{person.id}/sessions/revoke", token=admin), 204)
    person.login()
    expect(client.patch(f"/api/v1/users/{person.id}", {"status": "suspended"}, token=admin), 200)
    assert told(4) == [
        ("session.all_ended", {"exceptSessionId": kept, "reason": "password"}),
        ("session.all_ended", {"exceptSessionId": None, "reason": "everywhere"}),
        ("session.all_ended", {"exceptSessionId": None, "reason": "revoked"}),
        ("session.all_ended", {"exceptSessionId": None, "reason": "suspended"}),
    ]
