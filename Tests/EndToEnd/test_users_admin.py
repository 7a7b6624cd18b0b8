"""/users/{id}: accounts, as their administrators see and change them."""

import pytest

from support.access import new_key
from support.client import at_once, expect, faults
from support.people import new_address, new_password, registration
from support.stack import wait_until

PATH = "/api/v1/users"
ME = f"{PATH}/me"
LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
UNKNOWN = f"{PATH}/019b8d2e-0000-7000-8000-00000000ffff"
ERASURE = "account.erase_deleted"
SUSPENDED, ACTIVE = {"status": "suspended"}, {"status": "active"}


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture
def person(people):
    return people.signed_in()


def path(person) -> str:
    return f"{PATH}/{person.id}"


def patch(client, admin, person, change: dict, **options):
    return client.patch(path(person), change, token=admin.access, **options)


def login(client, person):
    return client.post(LOGIN, {"email": person.email, "password": person.password})


def ended(client, *sessions: dict) -> None:
    """Requires that neither the access token nor the refresh token of these is valid any more."""
    for tokens in sessions:
        expect(client.get(ME, token=tokens["accessToken"]), 401, "TOKEN_REVOKED")
        expect(client.post(REFRESH, {"refreshToken": tokens["refreshToken"]}), 401, "TOKEN_REVOKED")


# Reading


@pytest.mark.parametrize(
    "method, suffix", [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/sessions/revoke")]
)
def test_an_unknown_account_is_not_found(client, admin, method, suffix):
    sent = ACTIVE if method == "PATCH" else None
    response = client.request(method, UNKNOWN + suffix, json=sent, token=admin.access)
    expect(response, 404, "NOT_FOUND")
    response = client.request(method, f"{PATH}/x{suffix}", json=sent, token=admin.access)
    assert faults(response) == {("id", "format")}


def test_shows_the_same_as_the_account_sees(client, admin, person):
    own = client.get(ME, token=person.access)
    others = client.get(path(person), token=admin.access)
    assert expect(others, 200) == expect(own, 200) and others.headers["ETag"] == own.headers["ETag"]


# Suspending


def test_suspending_ends_sessions_at_once(client, admin, person, db):
    key = new_key(client, person, "account:read")["secret"]
    sessions = [person.tokens, person.login()]
    expect(client.get(ME, token=key), 200)
    changed = expect(patch(client, admin, person, SUSPENDED), 200)
    assert changed["status"] == "suspended"
    ended(client, *sessions)
    expect(client.get(ME, token=key), 401, "TOKEN_REVOKED")
    expect(login(client, person), 403, "ACCOUNT_SUSPENDED")
    assert db.actions(person.id).count("user.suspended") == 1


def test_an_activated_account_can_sign_in_again(client, admin, person, db):
    key = new_key(client, person, "account:read")["secret"]
    expect(patch(client, admin, person, SUSPENDED), 200)
    assert expect(patch(client, admin, person, ACTIVE), 200)["status"] == "active"
    ended(client, person.tokens)
    expect(login(client, person), 200)
    expect(client.get(ME, token=key), 200)
    assert [action for action in db.actions(person.id) if action.startswith("user.")][-2:] == [
        "user.suspended",
        "user.activated",
    ]


def test_an_unchanged_status_changes_nothing(client, admin, person, db):
    before = client.get(path(person), token=admin.access)
    for change in (ACTIVE, {"role": "user"}, {}):
        response = patch(client, admin, person, change)
        assert expect(response, 200) == expect(before, 200)
        assert response.headers["ETag"] == before.headers["ETag"]
    expect(client.get(ME, token=person.access), 200)
    assert not {"user.activated", "user.role_changed", "user.updated"} & set(db.actions(person.id))


def test_no_session_survives_a_concurrent_suspension(client, admin, person):
    def act(number: int):
        if number == 8:
            return patch(client, admin, person, SUSPENDED)
        if number % 4 == 0:
            return login(client, person)
        return client.post(REFRESH, {"refreshToken": person.refresh})

    for answer in at_once(24, act):
        assert answer.status_code in (200, 401, 403)
        if answer.status_code == 200 and "tokens" in answer.json()["data"]:
            ended(client, answer.json()["data"]["tokens"])


def test_ends_the_sessions_of_an_account(client, admin, person, people, db):
    other, sessions = people.signed_in(), [person.tokens, person.login()]
    expect(client.post(f"{path(person)}/sessions/revoke", token=admin.access), 204)
    ended(client, *sessions)
    expect(client.get(ME, token=other.access), 200)
    expect(login(client, person), 200)
    assert "session.ended_everywhere" in db.actions(person.id)


# Deleting


def test_a_deleted_account_can_be_restored_within_its_grace_period(client, admin, person, db):
    expect(client.delete(path(person), token=admin.access), 204)
    ended(client, person.tokens)
    expect(login(client, person), 401, "INVALID_CREDENTIALS")
    assert expect(client.get(path(person), token=admin.access), 200)["status"] == "deleted"
    db.run("UPDATE users SET deleted_at = NOW(6) - INTERVAL 29 DAY WHERE public_id = %s", person.id)
    assert expect(patch(client, admin, person, ACTIVE), 200)["status"] == "active"
    expect(login(client, person), 200)
    assert {"user.deleted", "user.activated"} <= set(db.actions(person.id))


def test_a_deleted_account_is_erased_after_its_grace_period(client, admin, person, people, db):
    back = people.signed_in()
    for each in (person, back):
        expect(client.delete(path(each), token=admin.access), 204)
    expect(patch(client, admin, back, ACTIVE), 200)
    db.run("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = %s", person.id)
    expect(patch(client, admin, person, ACTIVE), 409, "CONFLICT")
    db.run_periodic(ERASURE)
    wait_until(
        lambda: client.get(path(person), token=admin.access).status_code == 404, "the account is erased"
    )
    expect(client.post("/api/v1/auth/register", registration(email=person.email)), 201)
    assert expect(client.get(path(back), token=admin.access), 200)["status"] == "active"


def test_a_deleted_account_can_be_neither_suspended_nor_deleted_again(client, admin, person):
    expect(client.delete(path(person), token=admin.access), 204)
    expect(patch(client, admin, person, SUSPENDED), 409, "CONFLICT")
    expect(client.delete(path(person), token=admin.access), 404, "NOT_FOUND")


def test_the_owner_is_notified_of_the_deletion(client, admin, person, mailbox):
    expect(client.delete(path(person), token=admin.access), 204)
    assert "#token" not in mailbox.wait_for(person.email, about="(?i)deleted").text


# Changing


def test_a_new_role_takes_effect_at_once(client, admin, person, db):
    """Tokens issued under the former role are void; a refresh gives one for the new role."""
    expect(client.get(PATH, token=person.access), 403, "FORBIDDEN")
    assert expect(patch(client, admin, person, {"role": "support"}), 200)["role"] == "support"
    expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")
    tokens = expect(client.post(REFRESH, {"refreshToken": person.refresh}), 200)["tokens"]
    expect(client.get(PATH, token=tokens["accessToken"]), 200)
    assert expect(patch(client, admin, person, {"role": "user"}), 200)["role"] == "user"
    person.login()
    expect(client.get(PATH, token=person.access), 403, "FORBIDDEN")
    assert db.actions(person.id).count("user.role_changed") == 2


def test_role_and_status_change_together_or_not_at_all(client, admin, person):
    both = {"role": "support", "status": "suspended"}
    changed = expect(patch(client, admin, person, both), 200)
    assert {name: changed[name] for name in both} == both
    assert faults(patch(client, admin, person, {"status": "active", "role": "nobody-made-it"})) == {
        ("role", "unknown")
    }
    expect(patch(client, admin, admin, {"role": "support", "status": "suspended"}), 403, "FORBIDDEN")
    assert expect(client.get(path(person), token=admin.access), 200) == changed
    assert expect(client.get(ME, token=admin.access), 200)["role"] == "admin"


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"status": "deleted"}, {("status", "choice")}),
        ({"status": None}, {("status", "type")}),
        ({"role": 5}, {("role", "type")}),
        ({"role": "nobody-made-it"}, {("role", "unknown")}),
        ({"email": new_address(), "name": "x"}, {("email", "unknown"), ("name", "unknown")}),
        ({"password": new_password()}, {("password", "unknown")}),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_validates_a_change(client, admin, person, change, expected):
    assert faults(patch(client, admin, person, change)) == expected


def test_an_outdated_version_changes_nothing(client, admin, person):
    stale = {"If-Match": client.get(path(person), token=admin.access).headers["ETag"]}
    present = patch(client, admin, person, {"role": "support"}, headers=stale)
    expect(present, 200)
    expect(patch(client, admin, person, SUSPENDED, headers=stale), 412, "PRECONDITION_FAILED")
    expect(client.delete(path(person), token=admin.access, headers=stale), 412, "PRECONDITION_FAILED")
    assert expect(client.get(path(person), token=admin.access), 200) == present.json()["data"]
    match = {"If-Match": present.headers["ETag"]}
    expect(client.delete(path(person), token=admin.access, headers=match), 204)


def test_one_of_several_concurrent_changes_of_a_version_counts(client, admin, person, db):
    version = {"If-Match": client.get(path(person), token=admin.access).headers["ETag"]}
    roles = ["support", "admin"]
    responses = at_once(
        16, lambda number: patch(client, admin, person, {"role": roles[number % 2]}, headers=version)
    )
    assert sorted(response.status_code for response in responses) == [200] + [412] * 15
    assert db.actions(person.id).count("user.role_changed") == 1


def test_the_audit_names_actor_action_and_account(client, admin, person, db):
    request = patch(client, admin, person, {"role": "support"}).headers["X-Request-Id"]
    ((action, actor, target, details),) = db.rows(
        "SELECT action, actor_id, target_id, details FROM audit_events WHERE request_id = %s", request
    )
    assert (action, actor, target) == ("user.role_changed", admin.id, person.id)
    assert "support" in details and "user" in details
