"""Failed sign-ins, on the second stack: an attacker is stopped before any hash, and the owner never is."""

import pytest

from support.client import DEVICE_COOKIE, at_once, cookies_of, expect, faults
from support.limits import refusal
from support.people import new_address, new_password

LOGIN = "/api/v1/auth/login"
ME = "/api/v1/users/me"
LOCKED = "ACCOUNT_LOCKED"


@pytest.fixture
def person(network):
    return network.people.verified()


@pytest.fixture
def elsewhere(limited):
    """A caller from another network."""
    return limited.network().client()


def login(client, person, **options):
    body = {"email": person.email, "password": person.password}
    return client.post(LOGIN, body, **options)


def guess(client, address: str, **options):
    return client.post(LOGIN, {"email": address, "password": new_password()}, **options)


def lock(network, address: str) -> None:
    """Uses up the guesses of one network, from several of its addresses."""
    for host in range(1, 6):
        expect(guess(network.client(host), address), 401, "INVALID_CREDENTIALS")


def device_of(client, person) -> str:
    """The cookie of a device that signs in."""
    response = login(client, person)
    expect(response, 200)
    return cookies_of(response)[DEVICE_COOKIE].value


def failures(db, person) -> int:
    return db.actions(person.id).count("login.failed")


def test_after_5_failures_even_the_right_password_is_refused_from_that_network(network, person, limited):
    lock(network, person.email)
    response = login(network.client(1), person)
    refusal(response, LOCKED)
    assert 1 <= int(response.headers["Retry-After"]) <= 180, "one of five is available again every three minutes"
    assert cookies_of(response) == {}
    refusal(guess(network.client(77), person.email), LOCKED)
    assert failures(limited.db, person) == 5, "a refused guess is not hashed"


def test_from_another_network_the_owner_signs_in(network, person, elsewhere):
    lock(network, person.email)
    expect(login(elsewhere, person), 200)
    refusal(login(network.client(1), person), LOCKED)


def test_other_accounts_are_not_locked(network, person):
    other = network.people.verified()
    lock(network, person.email)
    expect(login(network.client(1), other), 200)


def test_a_known_device_signs_in_from_the_attackers_network(network, person):
    client = network.client(1)
    device = device_of(client, person)
    lock(network, person.email)
    refusal(login(client, person), LOCKED)
    expect(login(client, person, device=device), 200)


def test_a_known_device_has_10_failures_of_its_own(network, person, elsewhere):
    client = network.client(1)
    device = device_of(client, person)
    for _ in range(10):
        expect(guess(client, person.email, device=device), 401, "INVALID_CREDENTIALS")
    refusal(login(client, person, device=device), LOCKED)
    refusal(login(elsewhere, person, device=device), LOCKED)
    expect(login(elsewhere, person), 200)


def test_somebody_elses_device_is_not_a_known_device(network, person):
    other, client = network.people.verified(), network.client(1)
    device = device_of(client, other)
    lock(network, person.email)
    for forged in (device, device[:-1] + ("A" if device[-1] != "A" else "E"), "x", ""):
        refusal(login(client, person, device=forged), LOCKED)


def test_another_sign_in_does_not_use_up_guesses(network, person):
    """A success returns its reservation and clears no failure."""
    client = network.client()
    for _ in range(4):
        expect(guess(client, person.email), 401, "INVALID_CREDENTIALS")
        expect(login(client, person), 200)
    expect(guess(client, person.email), 401, "INVALID_CREDENTIALS")
    refusal(guess(client, person.email), LOCKED)


def test_5_of_64_parallel_guesses_are_hashed(network, person, limited):
    clients = [network.client(host) for host in range(1, 65)]
    responses = at_once(64, lambda number: guess(clients[number], person.email))
    codes = [response.json()["error"]["code"] for response in responses]
    assert codes.count("INVALID_CREDENTIALS") == 5 == failures(limited.db, person)
    assert set(codes) <= {"INVALID_CREDENTIALS", LOCKED, "OVERLOADED"}


def test_64_parallel_right_logins_leave_no_failures(network, person, limited):
    clients = [network.client(host) for host in range(1, 65)]
    responses = at_once(64, lambda number: login(clients[number], person))
    waiting = [response for response in responses if response.status_code != 200]
    assert len(waiting) < 64
    for number, response in enumerate(waiting):
        expect(response, 503, "OVERLOADED")
        assert response.headers["Retry-After"] == "1"
        expect(login(network.client(100 + number), person), 200)
    lock(network, person.email)
    refusal(login(network.client(1), person), LOCKED)


def test_an_unknown_address_locks_in_the_same_way(network, person):
    unknown = new_address()

    def told(response) -> tuple:
        error = response.json()["error"]
        return response.status_code, error["code"], error["message"], error["details"], set(response.headers)

    for _ in range(7):
        known, other = (told(guess(network.client(1), address)) for address in (person.email, unknown))
        assert known == other
    assert known[:2] == (429, LOCKED)


@pytest.mark.parametrize("form", [str.upper, str.title])
def test_another_spelling_of_the_address_is_the_same_account(network, person, form):
    client = network.client()
    for number in range(5):
        expect(guess(client, form(person.email) if number % 2 else person.email), 401, "INVALID_CREDENTIALS")
    refusal(guess(client, form(person.email)), LOCKED)


def test_a_password_reset_clears_the_lock_everywhere(network, person, limited):
    other = limited.network()
    lock(network, person.email)
    lock(other, person.email)
    expect(network.client(9).post("/api/v1/auth/password-reset/request", {"email": person.email}), 200)
    token, person.password = limited.mailbox.link(person.email, "reset-password"), new_password()
    body = {"token": token, "newPassword": person.password}
    expect(network.client(9).post("/api/v1/auth/password-reset/confirm", body), 200)
    expect(login(network.client(1), person), 200)
    expect(login(other.client(1), person), 200)
    expect(guess(network.client(2), person.email), 401, "INVALID_CREDENTIALS")


def test_the_owner_gets_one_mail_however_many_networks_guess(network, person, limited):
    lock(network, person.email)
    for host in range(1, 5):
        refusal(guess(network.client(host), person.email), LOCKED)
    notice = limited.mailbox.wait_for(person.email, about="(?i)sign in")
    assert "#token" not in notice.text
    assert limited.db.actions(person.id).count("login.locked") == 1
    other = limited.network()
    lock(other, person.email)
    refusal(guess(other.client(1), person.email), LOCKED)
    limited.db.wait_for_jobs()
    assert len(limited.mailbox.to(person.email, "(?i)sign in")) == 1


def test_the_mail_to_an_unverified_address_suggests_no_sign_in_elsewhere(network, limited):
    person = network.people.registered()
    lock(network, person.email)
    notice = limited.mailbox.wait_for(person.email, about="Failed attempts to sign in")
    assert notice.is_about("nobody has confirmed") and not notice.is_about("elsewhere")


def test_an_account_without_a_password_gets_no_mail(network, limited):
    person = network.people.verified()
    limited.db.run("UPDATE users SET password_hash = NULL WHERE public_id = %s", person.id)
    lock(network, person.email)
    limited.db.wait_for_jobs()
    assert limited.mailbox.to(person.email, "Failed attempts") == []


def test_an_unknown_address_gets_no_mail(network, limited):
    unknown = new_address()
    lock(network, unknown)
    refusal(guess(network.client(1), unknown), LOCKED)
    limited.db.wait_for_jobs()
    assert limited.mailbox.to(unknown) == []


def test_the_database_stores_locked_addresses_only_hashed(network, limited):
    unknown = new_address()
    lock(network, unknown)
    limited.db.wait_for_jobs()
    assert [table for table, text in limited.db.texts().items() if unknown in text] == []


def test_the_lock_takes_precedence_over_other_refusals(network, person, limited):
    """A suspension is reported only after the right password, and while the lock holds no password is checked."""
    lock(network, person.email)
    limited.db.run("UPDATE users SET status = 'suspended' WHERE public_id = %s", person.id)
    refusal(login(network.client(1), person), LOCKED)
    assert faults(network.client(1).post(LOGIN, {"email": person.email})) == {("password", "required")}


# --- The password as a proof for changes -------------------------------------------------------------------


@pytest.mark.parametrize(
    "attempt",
    [
        lambda client, password, token: client.post(
            f"{ME}/password", {"currentPassword": password, "newPassword": new_password()}, token=token
        ),
        lambda client, password, token: client.post(
            f"{ME}/email", {"newEmail": new_address(), "currentPassword": password}, token=token
        ),
        lambda client, password, token: client.delete(ME, json={"currentPassword": password}, token=token),
        lambda client, password, token: client.post(
            "/api/v1/auth/reauthenticate", {"password": password}, token=token
        ),
    ],
    ids=["password", "address", "deletion", "proof"],
)
def test_a_stolen_session_cannot_continue_guessing(network, elsewhere, attempt):
    client, person = network.client(), network.people.signed_in()
    for tries in range(1, 12):
        response = attempt(client, new_password(), person.access)
        if response.status_code == 429:
            break
        expect(response, 401, "INVALID_CREDENTIALS")
    refusal(response, LOCKED)
    assert tries in (6, 11)
    refusal(attempt(client, person.password, person.access), LOCKED)
    expect(login(elsewhere, person), 200)
