"""POST /users/me/email and /auth/confirm-email: the address changes only after its owner has confirmed it."""

import pytest

from support.client import cookies_of, expect, faults, shared_fields
from support.links import CHANGE_PAGE, Links
from support.people import new_address, new_password, registration

REQUEST = "/api/v1/users/me/email"
CONFIRM = "/api/v1/auth/confirm-email"
LOGIN = "/api/v1/auth/login"
ME = "/api/v1/users/me"


@pytest.fixture
def person(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def someone(people):
    return people.signed_in()


@pytest.fixture(scope="module")
def unused_token(someone, links):
    return links.change(someone, new_address())


def confirm(client, token: str, **options):
    """Follows a link in a browser that the account does not know."""
    return client.post(CONFIRM, {"token": token}, **options)


def login(client, address: str, password: str):
    return client.post(LOGIN, {"email": address, "password": password})


def test_following_the_link_changes_the_address(client, person, db, links):
    old, new = person.email, new_address()
    token = links.change(person, new)
    before = expect(client.get(ME, token=person.access), 200)
    assert before["email"] == old, "the request alone changes nothing"
    data = expect(person.confirm_email(token), 200)
    assert set(data) == {"user"} and data["user"]["id"] == person.id
    assert (data["user"]["email"], data["user"]["emailVerified"]) == (new, True)
    assert expect(client.get(ME, token=person.access), 200) == data["user"]
    expect(login(client, new, person.password), 200)
    expect(login(client, old, person.password), 401, "INVALID_CREDENTIALS")
    actions = db.actions(person.id)
    assert [action for action in actions if action.startswith("email.")] == [
        "email.change_requested",
        "email.changed",
    ]


def test_confirming_does_not_sign_in(client, person, links):
    response = person.confirm_email(links.change(person, new_address()))
    expect(response, 200)
    assert cookies_of(response) == {} and "eyJ" not in response.text


def test_a_click_by_the_owner_of_an_address_does_not_give_it_to_a_stranger(client, person, people, db, links):
    """The stranger waits for the click, so the link works alone only in a browser that has signed in to the account."""
    address = new_address()
    token = links.change(person, address)
    error = expect(confirm(client, token), 403, "PASSWORD_REQUIRED")
    assert token not in str(error)
    assert "newPassword" not in error["message"], "only links that verify an address accept it"
    for device in (people.signed_in().device, person.browser, "", "a.b.c"):
        expect(confirm(client, token, device=device), 403, "PASSWORD_REQUIRED")
    assert expect(client.get(ME, token=person.access), 200)["email"] == person.email
    assert "email.changed" not in db.actions(person.id)
    owner = people.verified(address=address)
    expect(person.confirm_email(token), 409, "EMAIL_TAKEN")
    owner.login()


def test_a_click_gives_no_address_to_a_stranger_without_a_password(client, person, db, links):
    """Such an account signs in with a provider. It has no password that the reader of the mail could lack."""
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    token = links.change(person, address := new_address())
    expect(confirm(client, token), 403, "PASSWORD_REQUIRED")
    expect(client.post(CONFIRM, {"token": token, "password": person.password}), 401, "INVALID_CREDENTIALS")
    assert db.value("SELECT COUNT(*) FROM users WHERE email = %s", address) == "0"
    own = new_password()
    expect(client.post("/api/v1/users/me/password", {"newPassword": own}, token=person.access), 204)
    expect(confirm(client, token), 422, "UNPROCESSABLE")


def test_in_another_browser_the_password_proves_whose_account_it_is(client, person, db, links):
    token = links.change(person, address := new_address())
    wrong = client.post(CONFIRM, {"token": token, "password": new_password()})
    expect(wrong, 401, "INVALID_CREDENTIALS")
    assert db.actions(person.id)[-1] == "password.refused"
    data = expect(client.post(CONFIRM, {"token": token, "password": person.password}), 200)
    assert data["user"]["email"] == address


def test_wrong_passwords_count_as_failed_sign_ins(network, limited):
    client, person = network.client(), network.people.signed_in()
    token = Links(client, limited.mailbox).change(person, new_address())
    for _ in range(5):
        body = {"token": token, "password": new_password()}
        expect(client.post(CONFIRM, body), 401, "INVALID_CREDENTIALS")
    right = {"token": token, "password": person.password}
    expect(client.post(CONFIRM, right), 429, "ACCOUNT_LOCKED")
    expect(person.confirm_email(token), 200)


def test_the_old_address_is_notified_before_and_after_without_a_link(client, person, mailbox, links):
    new = new_address()
    token = links.change(person, new)
    assert "#token" not in mailbox.wait_for(person.email, about=new).text
    expect(person.confirm_email(token), 200)
    assert "#token" not in mailbox.wait_for(person.email, 2, about=new).text


def test_the_old_address_is_free_afterwards(client, person, links):
    expect(person.confirm_email(links.change(person, new_address())), 200)
    expect(client.post("/api/v1/auth/register", registration(email=person.email)), 201)


def test_the_same_address_in_another_case_is_accepted(client, person, links):
    other_case = person.email.replace("e2e-", "E2E-")
    data = expect(person.confirm_email(links.change(person, other_case)), 200)
    assert data["user"]["email"] == other_case


@pytest.mark.parametrize("form", [str, str.upper])
def test_a_taken_address_gets_the_same_answer_and_only_its_owner_is_told(client, people, mailbox, form, links):
    person, other, free = people.signed_in(), people.verified(), new_address()
    taken, unknown = links.ask_for_change(person, form(other.email)), links.ask_for_change(person, free)
    assert taken.text.replace(form(other.email), free) == unknown.text

    def kept(response):
        return {name: value for name, value in shared_fields(response).items() if name != "Content-Length"}

    assert kept(taken) == kept(unknown)
    assert "#token" not in mailbox.wait_for(other.email, about="(?i)already").text
    assert mailbox.to(other.email, f"/{CHANGE_PAGE}#") == []


def test_an_address_taken_meanwhile_is_a_conflict(client, person, people, db, links):
    address = new_address()
    token = links.change(person, address)
    owner = people.verified(address=address)
    expect(person.confirm_email(token), 409, "EMAIL_TAKEN")
    assert expect(client.get(ME, token=person.access), 200)["email"] == person.email
    assert db.value("SELECT public_id FROM users WHERE email = %s", address) == owner.id
    assert "email.changed" not in db.actions(person.id)


@pytest.mark.parametrize("order", ["before", "after"])
def test_an_unverified_registration_gives_up_the_address(client, person, people, links, db, order):
    """Its age does not matter, since the link proves whose the address is."""
    address = new_address()
    squatter = people.registered(address=address) if order == "before" else None
    token = links.change(person, address)
    squatter = squatter or people.registered(address=address)
    expect(person.confirm_email(token), 200)
    assert db.rows("SELECT public_id FROM users WHERE email = %s", squatter.email) == [[person.id]]
    assert db.actions(squatter.id)[-1] == "user.replaced"


def test_one_of_several_links_works(client, person, links):
    first, second = (links.change(person, new_address()) for _ in range(2))
    expect(person.confirm_email(first), 200)
    expect(confirm(client, second), 422, "UNPROCESSABLE")


def test_the_change_voids_a_reset_link_sent_to_the_old_address(client, person, links):
    reset = links.reset(person)
    expect(person.confirm_email(links.change(person, new_address())), 200)
    body = {"token": reset, "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 422, "UNPROCESSABLE")


def test_a_password_change_voids_a_link(client, person, links):
    token = links.change(person, new_address())
    body = {"currentPassword": person.password, "newPassword": new_password()}
    expect(client.post("/api/v1/users/me/password", body, token=person.access), 204)
    expect(confirm(client, token), 422, "UNPROCESSABLE")


def test_a_link_works_once(client, person, links):
    token = links.change(person, new_address())
    expect(person.confirm_email(token), 200)
    error = expect(confirm(client, token), 422, "UNPROCESSABLE")
    assert [(fault["field"], fault["code"]) for fault in error["details"]] == [("token", "unusable")]
    assert token not in str(error)


def test_expires_after_24_hours(client, person, db, links):
    token = links.change(person, new_address())
    owned = "user_id = (SELECT id FROM users WHERE public_id = %s) AND purpose = 'change_email'"
    minutes = f"SELECT TIMESTAMPDIFF(MINUTE, NOW(6), expires_at) FROM one_time_tokens WHERE {owned}"
    assert 24 * 60 - 2 <= int(db.value(minutes, person.id)) <= 24 * 60
    db.run(
        f"UPDATE one_time_tokens SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE {owned}",
        person.id,
    )
    expect(confirm(client, token), 422, "UNPROCESSABLE")


@pytest.mark.parametrize(
    "change",
    ["status = 'suspended'", "status = 'deleted', deleted_at = NOW(6)"],
    ids=["suspended", "deleted"],
)
def test_a_link_of_an_account_that_is_not_in_use_is_refused(client, person, db, change, links):
    token = links.change(person, new_address())
    db.run(f"UPDATE users SET {change} WHERE public_id = %s", person.id)
    expect(confirm(client, token), 422, "UNPROCESSABLE")


@pytest.mark.parametrize(
    "alter",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "E"),
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.upper(),
        lambda token: "ghv_" + token[4:],
        lambda token: "ghp_" + token[4:],
        lambda token: token[4:],
        lambda token: "x",
    ],
    ids=["last", "short", "long", "upper", "verification", "reset", "bare", "x"],
)
def test_an_altered_token_is_refused(client, unused_token, alter):
    expect(confirm(client, alter(unused_token)), 422, "UNPROCESSABLE")


def test_a_link_works_for_nothing_else(client, someone, unused_token):
    expect(client.post("/api/v1/auth/verify-email", {"token": unused_token}), 422, "UNPROCESSABLE")
    body = {"token": unused_token, "newPassword": new_password()}
    expect(client.post("/api/v1/auth/password-reset/confirm", body), 422, "UNPROCESSABLE")
    expect(someone.confirm_email(unused_token), 200)


def test_tokens_of_another_kind_do_not_change_the_address(client, people, mailbox):
    expect(confirm(client, mailbox.wait_for(people.registered().email).token), 422, "UNPROCESSABLE")
    expect(confirm(client, people.signed_in().refresh), 422, "UNPROCESSABLE")


def test_the_database_contains_only_a_hash_of_the_token(client, person, db, links):
    token = links.change(person, new_address())
    held = "SELECT COUNT(*) FROM one_time_tokens WHERE token_hash = UNHEX(SHA2(%s, 256))"
    assert db.value(held, token) == "1"


def test_a_wrong_password_sends_nothing(client, person, mailbox, db):
    address = new_address()
    body = {"newEmail": address, "currentPassword": new_password()}
    expect(client.post(REQUEST, body, token=person.access), 401, "INVALID_CREDENTIALS")
    db.wait_for_jobs()
    assert mailbox.to(address) == [] and mailbox.to(person.email, address) == []
    assert db.actions(person.id)[-1] == "password.refused"


def test_an_account_with_a_password_requires_it(client, someone):
    response = client.post(REQUEST, {"newEmail": new_address()}, token=someone.access)
    assert faults(response) == {("currentPassword", "required")}


def test_an_account_without_a_password_needs_a_proof_of_the_last_10_minutes(client, person, db):
    db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    expect(client.post(REQUEST, {"newEmail": new_address()}, token=person.access), 200)
    session = person.session_id()
    db.run("UPDATE sessions SET authenticated_at = NOW(6) - INTERVAL 601 SECOND WHERE public_id = %s", session)
    answer = client.post(REQUEST, {"newEmail": new_address()}, token=person.access)
    expect(answer, 403, "REAUTHENTICATION_REQUIRED")


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("newEmail", "required")}),
        ({"newEmail": 5, "currentPassword": None}, {("newEmail", "type"), ("currentPassword", "type")}),
        ({"newEmail": "nobody", "currentPassword": ""}, {("newEmail", "format"), ("currentPassword", "too_short")}),
        (
            {"newEmail": "a@example.com\r\nBcc: b@example.com", "currentPassword": "x" * 129},
            {("newEmail", "format"), ("currentPassword", "too_long")},
        ),
        ({"newEmail": "a@example.com", "email": "b@example.com"}, {("email", "unknown")}),
    ],
    ids=["missing", "type", "format", "injection", "unknown"],
)
def test_validates(client, someone, body, expected):
    assert faults(client.post(REQUEST, body, token=someone.access)) == expected


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("token", "required")}),
        ({"token": 5, "password": 5}, {("token", "type"), ("password", "type")}),
        ({"token": ""}, {("token", "too_short")}),
        ({"token": "x" * 513}, {("token", "too_long")}),
        ({"token": "x", "newEmail": "a@example.com"}, {("newEmail", "unknown")}),
    ],
    ids=["missing", "type", "empty", "long", "unknown"],
)
def test_validates_a_confirmation(client, body, expected):
    assert faults(client.post(CONFIRM, body)) == expected
