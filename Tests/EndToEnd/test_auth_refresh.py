"""POST /auth/refresh with the token in the body: rotation, grace, reuse, expiry."""

import pytest

from support.client import at_once, expect, faults

PATH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"


@pytest.fixture
def person(people):
    return people.signed_in()


def refresh(client, token: str):
    return client.post(PATH, {"refreshToken": token})


def age_use(db, token: str, seconds: int = 31) -> None:
    """Moves the use of a token into the past, beyond the 30 seconds in which it may be repeated."""
    db.run(
        f"UPDATE refresh_tokens SET used_at = used_at - INTERVAL {seconds} SECOND "
        "WHERE token_hash = UNHEX(SHA2(%s, 256))",
        token,
    )


def expire(db, token: str, table: str) -> None:
    """Lets a token or its session expire."""
    column = "id" if table == "refresh_tokens" else "session_id"
    db.run(
        f"UPDATE {table} SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE id = "
        f"(SELECT {column} FROM (SELECT id, session_id, token_hash FROM refresh_tokens) AS t "
        "WHERE token_hash = UNHEX(SHA2(%s, 256)))",
        token,
    )


def test_returns_the_next_tokens(client, person, db):
    response = refresh(client, person.refresh)
    data = expect(response, 200)
    assert set(data) == {"tokens"}
    assert set(data["tokens"]) == {"accessToken", "tokenType", "expiresIn", "refreshToken"}
    assert data["tokens"]["refreshToken"] != person.refresh
    assert "Set-Cookie" not in response.headers
    expect(client.get(ME, token=data["tokens"]["accessToken"]), 200)
    assert db.actions(person.id)[-1] == "token.refreshed"


def test_the_session_stays_the_same(client, person):
    before = person.session_id()
    person.tokens = expect(refresh(client, person.refresh), 200)["tokens"]
    assert person.session_id() == before


def test_a_long_chain_of_refreshes_works(client, person):
    for _ in range(20):
        person.tokens = expect(refresh(client, person.refresh), 200)["tokens"]
    expect(client.get(ME, token=person.access), 200)


def test_64_concurrent_uses_have_one_successor(client, person, db):
    responses = at_once(64, lambda number: refresh(client, person.refresh))
    successors = {expect(response, 200)["tokens"]["refreshToken"] for response in responses}
    assert len(successors) == 1
    chain = db.value(
        "SELECT COUNT(*) FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id "
        "JOIN users u ON u.id = s.user_id "
        "WHERE u.public_id = %s",
        person.id,
    )
    assert chain == "2"
    expect(refresh(client, successors.pop()), 200)


def test_repeated_within_the_grace_period_it_gives_the_same_successor(client, person):
    first, second, third = (expect(refresh(client, person.refresh), 200)["tokens"] for _ in range(3))
    assert first["refreshToken"] == second["refreshToken"] == third["refreshToken"]


def test_a_late_duplicate_is_refused_without_ending_the_session(client, person, db):
    successor = expect(refresh(client, person.refresh), 200)["tokens"]
    head = expect(refresh(client, successor["refreshToken"]), 200)["tokens"]
    expect(refresh(client, person.refresh), 401, "TOKEN_REUSED")
    expect(client.get(ME, token=head["accessToken"]), 200)
    expect(refresh(client, head["refreshToken"]), 200)
    assert "token.reused" not in db.actions(person.id)


def test_reuse_after_the_grace_period_ends_the_session(client, person, db, mailbox):
    successor = expect(refresh(client, person.refresh), 200)["tokens"]
    age_use(db, person.refresh)
    mails = len(mailbox.to(person.email))
    expect(refresh(client, person.refresh), 401, "TOKEN_REUSED")
    for access in (person.access, successor["accessToken"]):
        expect(client.get(ME, token=access), 401, "TOKEN_REVOKED")
    expect(refresh(client, successor["refreshToken"]), 401, "TOKEN_REVOKED")
    assert db.actions(person.id).count("token.reused") == 1
    notice = mailbox.wait_for(person.email, mails + 1)
    assert "signed out" in notice.message["Subject"]
    assert "#token" not in notice.text


def test_the_mail_about_reuse_describes_the_owners_device_and_not_the_thiefs(client, people, mailbox, db):
    person = people.verified()
    body = {"email": person.email, "password": person.password}
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 evil"}
    tokens = expect(client.post("/api/v1/auth/login", body, headers=agent), 200)["tokens"]
    expect(refresh(client, tokens["refreshToken"]), 200)
    age_use(db, tokens["refreshToken"])
    thief = {"User-Agent": "CALL +1-800-EVIL (Windows) Chrome/1 http://evil.example"}
    body = {"refreshToken": tokens["refreshToken"]}
    expect(client.post("/api/v1/auth/refresh", body, headers=thief), 401, "TOKEN_REUSED")
    notice = mailbox.wait_for(person.email, about="signed out")
    for part in (notice.text, notice.html):
        assert "Device: Firefox on Linux" in part
        assert not any(word in part.lower() for word in ("evil", "chrome", "windows", "800"))


def test_reuse_ends_only_its_own_session(client, person, db):
    stolen = person.tokens
    person.login()
    expect(refresh(client, stolen["refreshToken"]), 200)
    age_use(db, stolen["refreshToken"])
    expect(refresh(client, stolen["refreshToken"]), 401, "TOKEN_REUSED")
    expect(client.get(ME, token=person.access), 200)


def test_concurrent_reuse_is_reported_once(client, person, db):
    expect(refresh(client, person.refresh), 200)
    age_use(db, person.refresh)
    responses = at_once(16, lambda number: refresh(client, person.refresh))
    codes = sorted(response.json()["error"]["code"] for response in responses)
    assert codes == ["TOKEN_REUSED"] + ["TOKEN_REVOKED"] * 15
    assert db.actions(person.id).count("token.reused") == 1


def test_repetition_just_within_the_grace_period_is_no_reuse(client, person, db):
    first = expect(refresh(client, person.refresh), 200)["tokens"]["refreshToken"]
    age_use(db, person.refresh, seconds=25)
    assert expect(refresh(client, person.refresh), 200)["tokens"]["refreshToken"] == first


@pytest.mark.parametrize("table", ["refresh_tokens", "sessions"])
def test_an_expired_token_or_session_is_refused(client, person, db, table):
    expire(db, person.refresh, table)
    expect(refresh(client, person.refresh), 401, "TOKEN_EXPIRED")


def test_the_access_token_expires_with_its_session(client, person, db):
    expire(db, person.refresh, "sessions")
    expect(client.get(ME, token=person.access), 401, "TOKEN_REVOKED")


def test_a_session_lasts_7_days_idle_and_30_days_in_all(client, person, db):
    def hours(column: str) -> str:
        return db.value(
            f"SELECT ROUND(TIMESTAMPDIFF(MINUTE, NOW(6), {column}) / 60) FROM refresh_tokens t "
            "JOIN sessions s ON s.id = t.session_id "
            "WHERE t.token_hash = UNHEX(SHA2(%s, 256))",
            person.refresh,
        )

    assert hours("t.expires_at") == str(7 * 24) and hours("s.expires_at") == str(30 * 24)
    db.run(
        "UPDATE sessions SET expires_at = NOW(6) + INTERVAL 3 HOUR WHERE public_id = %s", person.session_id()
    )
    person.tokens = expect(refresh(client, person.refresh), 200)["tokens"]
    assert hours("t.expires_at") == "3", "the idle limit never exceeds the session's end"


@pytest.mark.parametrize(
    "alter",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "E"),
        lambda token: token + "x",
        lambda token: token[4:],
        lambda token: "ghv_" + token[4:],
        lambda token: token.swapcase(),
        lambda token: "x",
        lambda token: "é" * 47,
    ],
    ids=["last", "longer", "bare", "kind", "case", "x", "unicode"],
)
def test_an_altered_token_is_refused_without_harm(client, person, alter):
    expect(refresh(client, alter(person.refresh)), 401, "UNAUTHORIZED")
    expect(refresh(client, person.refresh), 200)


def test_an_access_token_is_no_refresh_token(client, person):
    response = refresh(client, person.access)
    if len(person.access) > 512:
        assert faults(response) == {("refreshToken", "too_long")}
    else:
        expect(response, 401, "UNAUTHORIZED")
    expect(refresh(client, person.refresh), 200)


def test_the_stored_successor_cannot_be_read_from_the_database(client, person, db):
    successor = expect(refresh(client, person.refresh), 200)["tokens"]["refreshToken"]
    sealed = (
        "SELECT IFNULL(HEX(successor_sealed), '') FROM refresh_tokens WHERE token_hash = UNHEX(SHA2(%s, 256))"
    )
    assert (
        db.value(sealed, person.refresh)
        and successor.encode().hex() not in db.value(sealed, person.refresh).lower()
    )
    expect(refresh(client, successor), 200)
    assert db.value(sealed, person.refresh) == "", "the sealed successor is erased once it was used"


@pytest.mark.parametrize(
    "body, expected",
    [
        ({"refreshToken": 1}, {("refreshToken", "type")}),
        ({"refreshToken": ""}, {("refreshToken", "too_short")}),
        ({"refreshToken": "x" * 513}, {("refreshToken", "too_long")}),
        ({"token": "x"}, {("token", "unknown")}),
    ],
    ids=["number", "empty", "long", "unknown"],
)
def test_validates(client, body, expected):
    assert faults(client.post(PATH, body)) == expected


def test_without_any_token_is_unauthorized(client):
    expect(client.post(PATH), 401, "UNAUTHORIZED")
    expect(client.post(PATH, {}), 401, "UNAUTHORIZED")
    expect(client.post(PATH, {"refreshToken": None}), 401, "UNAUTHORIZED")
