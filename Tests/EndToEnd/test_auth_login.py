"""POST /auth/login, with the refresh token in the body."""

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from support.client import REFRESH_COOKIE, at_once, cookies_of, expect, faults, shared_fields
from support.people import new_address, new_password
from support.sibling import post, sibling

PATH = "/api/v1/auth/login"


@pytest.fixture(scope="module")
def person(people):
    return people.verified()


def credentials(person, **changes) -> dict:
    return {"email": person.email, "password": person.password} | changes


def test_returns_the_user_and_tokens(client, person, db):
    response = client.post(PATH, credentials(person))
    data = expect(response, 200)
    assert set(data) == {"user", "tokens"} and data["user"]["id"] == person.id
    tokens = data["tokens"]
    assert set(tokens) == {"accessToken", "tokenType", "expiresIn", "refreshToken"}
    assert (tokens["tokenType"], tokens["expiresIn"]) == ("Bearer", 900)
    assert REFRESH_COOKIE not in cookies_of(response)
    assert db.actions(person.id)[-1] == "login.succeeded"


def test_the_database_holds_only_a_hash_of_the_refresh_token(client, person, db):
    token = expect(client.post(PATH, credentials(person)), 200)["tokens"]["refreshToken"]
    assert (
        db.value("SELECT COUNT(*) FROM refresh_tokens WHERE token_hash = UNHEX(SHA2(%s, 256))", token) == "1"
    )


def test_each_login_starts_a_new_session(client, person):
    first, second = (expect(client.post(PATH, credentials(person)), 200)["tokens"] for _ in range(2))
    assert first["refreshToken"] != second["refreshToken"]
    sessions = {
        session["id"]
        for tokens in (first, second)
        for session in expect(
            client.get("/api/v1/users/me/sessions?limit=100", token=tokens["accessToken"]), 200
        )
        if session["current"]
    }
    assert len(sessions) == 2


@pytest.mark.parametrize(
    "form", [str.upper, str.title, lambda address: address.replace("example.com", "EXAMPLE.COM")]
)
def test_the_address_is_case_insensitive(client, person, form):
    expect(client.post(PATH, credentials(person, email=form(person.email))), 200)


@pytest.mark.parametrize(
    "case", ["wrong password", "unknown address", "no password set", "suspended", "unverified", "deleted"]
)
def test_a_refusal_is_the_same_for_every_reason(client, people, db, person, case):
    reference = client.post(PATH, credentials(person, password=new_password()))
    expect(reference, 401, "INVALID_CREDENTIALS")
    other = people.verified()
    change = {
        "no password set": "password_hash = NULL",
        "suspended": "status = 'suspended'",
        "unverified": "email_verified_at = NULL",
        "deleted": "status = 'deleted', deleted_at = NOW(6)",
    }.get(case)
    if change:
        db.run(f"UPDATE users SET {change} WHERE public_id = %s", other.id)
    address = new_address() if case == "unknown address" else other.email
    response = client.post(PATH, {"email": address, "password": new_password()})
    expect(response, 401, "INVALID_CREDENTIALS")

    def without_id(answer):
        return {name: value for name, value in answer.json()["error"].items() if name != "requestId"}

    assert without_id(response) == without_id(reference)
    assert shared_fields(response) == shared_fields(reference)


def test_a_failed_login_is_audited(client, people, db):
    person = people.verified()
    client.post(PATH, credentials(person, password=new_password()))
    assert db.actions(person.id) == ["user.registered", "login.failed"]


def test_an_unverified_address_is_reported_after_the_right_password(client, people, db):
    person = people.registered()
    expect(client.post(PATH, credentials(person)), 403, "EMAIL_NOT_VERIFIED")
    assert db.actions(person.id)[-1] == "login.refused"


def test_an_unverified_address_can_sign_in_if_the_settings_allow_it(people, stack, secrets, tmp_path):
    person = people.registered()
    with sibling(stack, tmp_path, GATEHOUSE_REQUIRE_VERIFIED_EMAIL="false") as socket:
        answer = post(socket, PATH, credentials(person))
    secrets.add_from(answer)
    assert answer["data"]["user"]["emailVerified"] is False and answer["data"]["tokens"]["accessToken"]


def test_a_suspension_is_reported_after_the_right_password(client, people, db):
    person = people.verified()
    db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", person.id)
    response = client.post(PATH, credentials(person))
    expect(response, 403, "ACCOUNT_SUSPENDED")
    assert "Token" not in response.text and "Set-Cookie" not in response.headers
    assert db.actions(person.id)[-1] == "login.refused"


def test_a_deleted_account_looks_like_an_unknown_one(client, people, db):
    person = people.verified()
    db.run("UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = %s", person.id)
    expect(client.post(PATH, credentials(person)), 401, "INVALID_CREDENTIALS")


def test_the_development_accounts_work(client):
    for address, role in (("admin@example.com", "admin"), ("user@example.com", "user")):
        data = expect(client.post(PATH, {"email": address, "password": "correct horse battery staple"}), 200)
        assert data["user"]["role"] == role


def test_signing_in_renews_a_hash_made_with_other_settings(limited, network):
    """Runs on the second stack, whose hashes have the default cost."""
    person, db = network.people.verified(), limited.db
    weaker = Argon2id(salt=b"0123456789abcdef", length=32, iterations=1, lanes=1, memory_cost=8192)
    db.run(
        "UPDATE users SET password_hash = %s WHERE public_id = %s",
        weaker.derive_phc_encoded(person.password.encode()),
        person.id,
    )
    person.login()
    renewed = db.value("SELECT password_hash FROM users WHERE public_id = %s", person.id)
    assert renewed.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    person.login()
    assert db.value("SELECT password_hash FROM users WHERE public_id = %s", person.id) == renewed


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"email": None}, {("email", "type")}),
        ({"password": ""}, {("password", "too_short")}),
        ({"password": "x" * 129}, {("password", "too_long")}),
        ({"cookie": "yes"}, {("cookie", "type")}),
        ({"remember": True}, {("remember", "unknown")}),
        (
            {"email": "nobody", "password": 7, "cookie": 1, "x": 1},
            {("email", "format"), ("password", "type"), ("cookie", "type"), ("x", "unknown")},
        ),
    ],
    ids=["email", "empty", "long", "cookie", "unknown", "all"],
)
def test_validates(client, person, changes, expected):
    assert faults(client.post(PATH, credentials(person, **changes))) == expected


@pytest.mark.alone
def test_a_flood_of_logins_is_shed_without_hanging(client, person):
    responses = at_once(64, lambda number: client.post(PATH, credentials(person)))
    for response in responses:
        if response.status_code != 200:
            expect(response, 503, "OVERLOADED")
            assert int(response.headers["Retry-After"]) >= 1
    assert sum(response.status_code == 200 for response in responses) >= 2


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u202f", "\u3000"], ids=ascii)
def test_every_kind_of_space_in_a_password_counts_as_a_space(client, people, db, stack, blank):
    person = people.verified()
    memory = int(stack.settings.get("GATEHOUSE_ARGON2_MEMORY_KIB", "47104"))
    before = Argon2id(salt=b"0123456789abcdef", length=32, iterations=1, lanes=1, memory_cost=memory)
    stored = before.derive_phc_encoded(f"battery{blank}horse{blank}staple".encode())
    db.run("UPDATE users SET password_hash = %s WHERE public_id = %s", stored, person.id)
    expect(client.post(PATH, credentials(person, password="battery horse staple")), 401, "INVALID_CREDENTIALS")
    # The password is right as it was typed when it was set, and from then on with plain spaces.
    expect(client.post(PATH, credentials(person, password=f"battery{blank}horse{blank}staple")), 200)
    expect(client.post(PATH, credentials(person, password="battery horse staple")), 200)
    expect(client.post(PATH, credentials(person, password="battery\u2002horse staple")), 200)
    expect(client.post(PATH, credentials(person, password="batteryhorsestaple")), 401, "INVALID_CREDENTIALS")
