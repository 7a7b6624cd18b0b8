"""`gatehouse keys`: rotation while the program serves."""

import pytest

from support.client import at_once
from support.commands import installation
from support.people import new_password
from support.sibling import call, post, sibling

MEMBERS = {"kid", "generation", "state", "signsFrom", "verifiesUntil", "withdrawnAt", "masterKeyId"}


@pytest.fixture
def own(stack):
    with installation(stack) as made:
        yield made


@pytest.fixture
def served(own, stack, tmp_path):
    with sibling(stack, tmp_path, **own.settings) as socket:
        # The socket is open before the first key exists.
        assert call(socket, "GET", "/.well-known/jwks.json").status == 200
        yield socket


@pytest.fixture
def sign_in(own, served, secrets):
    password = new_password()
    secrets.add("password", password)
    user = own.account(password=password)

    def tokens() -> dict:
        body = {"email": user["email"], "password": password}
        return post(served, "/api/v1/auth/login", body)["data"]["tokens"]

    return tokens


def me(socket, tokens: dict):
    field = f"Bearer {tokens['accessToken']}"
    answer = call(socket, "GET", "/api/v1/users/me", HTTP_AUTHORIZATION=field)
    return answer.status if answer.status == 200 else answer.body["error"]["code"]


def states(own) -> list[str]:
    return [key["state"] for key in own.json("keys", "list")["data"]]


def test_a_rotation_publishes_the_key_first_and_signs_nobody_out(own, served, sign_in):
    tokens = sign_in()
    (old,) = own.json("keys", "list")["data"]
    new = own.json("keys", "rotate")["data"]
    assert set(old) == set(new) == MEMBERS
    assert states(own) == ["published", "signing"]
    assert me(served, tokens) == 200 and me(served, sign_in()) == 200
    assert new["kid"] in own.refused("keys", "rotate")


def test_one_of_several_concurrent_rotations_makes_a_key(own, served):
    done = at_once(6, lambda _: own.run("keys", "rotate"))
    assert sorted(one.returncode for one in done) == [0] + [1] * 5
    assert states(own) == ["published", "signing"]


def test_a_compromised_key_is_refused_at_once_and_sign_ins_continue(own, served, sign_in):
    tokens = sign_in()
    assert me(served, tokens) == 200
    assert own.json("keys", "rotate", "--compromised")["data"]["state"] == "signing"
    assert me(served, tokens) == "TOKEN_REVOKED"
    assert me(served, sign_in()) == 200
    refreshed = post(served, "/api/v1/auth/refresh", {"refreshToken": tokens["refreshToken"]})
    assert me(served, refreshed["data"]["tokens"]) == 200
    assert states(own) == ["signing", "withdrawn"]
    withdrawn = own.json("keys", "list")["data"][1]
    assert withdrawn["signsFrom"] is None and withdrawn["verifiesUntil"] is None, "it neither signs nor verifies"
    keys = call(served, "GET", "/.well-known/jwks.json").body["keys"]
    assert [key["kid"] for key in keys] == [own.json("keys", "list")["data"][0]["kid"]]


def test_no_command_shows_a_private_key(own, served):
    own.json("keys", "rotate")
    sealed = [row[0] for row in own.db.rows("SELECT HEX(private_key_sealed) FROM signing_keys")]
    shown = own.run("keys", "list").stdout + own.run("keys", "list", "--json").stdout
    assert len(sealed) == 2 and not [key for key in sealed if key.lower() in shown.lower()]


def test_another_master_key_cannot_rotate(own, served):
    done = own.run("keys", "rotate", GATEHOUSE_MASTER_KEY="other:" + "A" * 43 + "=")
    assert done.returncode == 1 and "GATEHOUSE_MASTER_KEY lacks" in done.stderr
    assert states(own) == ["signing"]
