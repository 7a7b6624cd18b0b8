"""POST /auth/register."""

import unicodedata

import pytest

from support.client import REGISTRATION_COOKIE, cookies_of, expect, faults
from support.people import registration

PATH = "/api/v1/auth/register"


def test_returns_the_user_and_its_location(client, db):
    sent = registration()
    response = client.post(PATH, sent)
    data = expect(response, 201)
    assert response.headers["Location"] == "/api/v1/users/me"
    assert set(data) == {"user", "message"} and data["message"]
    user = data["user"]
    assert set(user) == {
        "id",
        "email",
        "emailVerified",
        "name",
        "avatarUrl",
        "locale",
        "role",
        "status",
        "createdAt",
        "updatedAt",
    }
    assert (user["email"], user["name"]) == (sent["email"], sent["name"])
    assert (user["emailVerified"], user["role"], user["status"], user["avatarUrl"]) == (
        False,
        "user",
        "active",
        None,
    )
    assert user["createdAt"] == user["updatedAt"]
    assert db.actions(user["id"]) == ["user.registered"]


def test_does_not_sign_in(client):
    response = client.post(PATH, registration())
    assert set(cookies_of(response)) == {REGISTRATION_COOKIE}
    assert "Token" not in response.text


def test_stores_the_password_only_as_argon2id_with_the_settings(limited, network):
    """Runs on the second stack, whose hashes have the default cost."""
    sent = registration()
    expect(network.client().post(PATH, sent), 201)
    stored = limited.db.value("SELECT password_hash FROM users WHERE email = %s", sent["email"])
    assert stored.startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_lists_every_fault_at_once(client):
    response = client.post(
        PATH, {"email": "nobody", "password": "short", "name": "", "role": "admin", "x": {"y": 1}}
    )
    assert faults(response) == {
        ("email", "format"),
        ("password", "too_short"),
        ("name", "too_short"),
        ("role", "unknown"),
        ("x", "unknown"),
    }


def test_names_every_missing_field(client):
    expected = {("email", "required"), ("password", "required"), ("name", "required")}
    assert faults(client.post(PATH, {})) == expected
    assert faults(client.post(PATH, data=b"")) == expected


@pytest.mark.parametrize("field", ["email", "password", "name"])
@pytest.mark.parametrize("value", [None, 7, 1.5, True, [], {}, ["a@example.com"]], ids=repr)
def test_refuses_fields_of_another_type(client, field, value):
    assert faults(client.post(PATH, registration(**{field: value}))) == {(field, "type")}


@pytest.mark.parametrize(
    "address",
    [
        "plain",
        "@example.com",
        "abc@",
        "a@b@example.com",
        "a b@example.com",
        "a@example",
        "a@exa mple.com",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example..com",
        "a@[127.0.0.1]",
        '"a b"@example.com',
        "a@127.0.0.1",
        "a\n@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a,b@example.com",
        "<a@example.com>",
        "a@exa\u202emple.com",
        "a\ufe0f@example.com",
        "a\u034f@example.com",
        "a\U000e0100@example.com",
        "a\u3164@example.com",
        "a\u115f@example.com",
        "a\uffa0@example.com",
        "a@exam\u00adple.com",
        "x" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
    ],
    ids=ascii,
)
def test_refuses_a_malformed_address(client, address):
    assert faults(client.post(PATH, registration(email=address))) == {("email", "format")}


def test_refuses_an_address_that_is_too_long(client):
    address = "a@" + ".".join(["b" * 60] * 5) + ".com"
    assert faults(client.post(PATH, registration(email=address))) == {("email", "too_long")}


@pytest.mark.parametrize(
    "password, code",
    [
        ("seven77", "too_short"),
        ("e\u0301" * 7, "too_short"),
        ("x" * 129, "too_long"),
        ("\U0001f600" * 129, "too_long"),
    ],
    ids=ascii,
)
def test_a_passwords_length_is_counted_in_code_points_after_nfc(client, password, code):
    assert faults(client.post(PATH, registration(password=password))) == {("password", code)}


@pytest.mark.parametrize(
    "password",
    [
        "Tr0ub4dor",
        "\U0001f600\U0001f40e\U0001f50b\U0001f4ce" * 32,
        "    \t  \n x y z ",
        "пароль длинный",
        "' OR 1=1 -- \"\\",
    ],
    ids=ascii,
)
def test_accepts_any_characters_in_a_password(client, db, password):
    sent = registration(password=password)
    user = expect(client.post(PATH, sent), 201)["user"]
    db.run("UPDATE users SET email_verified_at = NOW(6) WHERE public_id = %s", user["id"])
    expect(client.post("/api/v1/auth/login", {"email": sent["email"], "password": password}), 200)


def test_a_password_is_the_same_in_either_normal_form(client, db):
    sent = registration(password="Crème brûlée 49 é")
    user = expect(client.post(PATH, sent), 201)["user"]
    db.run("UPDATE users SET email_verified_at = NOW(6) WHERE public_id = %s", user["id"])
    decomposed = "Cre\u0300me bru\u0302le\u0301e 49 e\u0301"
    expect(client.post("/api/v1/auth/login", {"email": sent["email"], "password": decomposed}), 200)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "שלום עולם",
        "مرحبا بالعالم",
        "\U0001f469\U0001f3fd",
        "Zoë",
        "Zoe\u0308",
        "李小龙",
        "O'Brien; DROP TABLE users;--",
        "a" * 100,
        "\U0001f600" * 100,
        "%s%n{0}$HOME",
        "NULL",
        "-",
    ],
    ids=ascii,
)
def test_accepts_any_name_and_returns_it_in_nfc(client, name):
    assert expect(client.post(PATH, registration(name=name)), 201)["user"]["name"] == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name, code",
    [
        ("", "too_short"),
        ("a" * 101, "too_long"),
        ("   ", "format"),
        ("\u2003", "format"),
        ("a\nb", "format"),
        ("a\r\nBcc: x@example.com", "format"),
        ("a\tb", "format"),
        ("a\x7fb", "format"),
        ("a\u2028b", "format"),
        ("a\x85b", "format"),
        ("\u202eevil", "format"),
        ("\U0001f469\u200d\U0001f4bb", "format"),
        ("\u2764\ufe0f", "format"),
        ("\u3164", "format"),
        ("\u2800", "format"),
        ("\U000e0020", "format"),
        ("\u0301", "format"),
    ],
    ids=ascii,
)
def test_refuses_names_that_are_not_one_visible_line(client, name, code):
    assert faults(client.post(PATH, registration(name=name))) == {("name", code)}
