"""Last of all: no secret of a test, and none of the stack's own, stands in a log or in the database."""

import pathlib

import pytest

from support.database import Database
from support.secrets import OF_PACKAGE
from support.stack import Stack

pytestmark = pytest.mark.alone

# What the tests have sent or received at least once, or the search would search for nothing.
KINDS = {
    "accessToken",
    "code",
    "codeVerifier",
    "currentPassword",
    "deviceCookie",
    "mailToken",
    "newPassword",
    "oauthCookie",
    "password",
    "refreshCookie",
    "refreshToken",
    "registrationCookie",
    "secret",
    "token",
}
TOKENS = {"ghr_", "ghv_", "ghp_", "ghe_", "ghi_", "ghk_", "ghb_", "ghx_"}


@pytest.fixture(scope="module", params=["stack", "limited"])
def searched(request, stack) -> Stack:
    """Each of the stacks that the run has used."""
    return stack if request.param == "stack" else request.getfixturevalue("limited").stack


def log_files(stack) -> list[pathlib.Path]:
    return sorted(file for file in stack.log.rglob("*") if file.is_file())


def own_secrets(stack) -> dict[str, str]:
    """The secrets among the stack's settings. A master key is `id:base64`; only the latter is secret."""
    return {
        name: value.split(":", 1)[-1]
        for name, value in stack.settings.items()
        if name.endswith(("_PASSWORD", "_KEY", "_SECRET")) and value
    }


def test_the_search_has_something_to_search(searched, secrets):
    assert KINDS <= secrets.kinds() and TOKENS <= secrets.prefixes()
    files = {file.name: file.stat().st_size for file in log_files(searched)}
    assert files["gatehouse.log"] > 0 and files["access.log"] > 0
    assert {"GATEHOUSE_MASTER_KEY", "GATEHOUSE_DATABASE_PASSWORD", "GATEHOUSE_MIGRATE_PASSWORD"} <= set(
        own_secrets(searched)
    )


@pytest.mark.every_program
def test_there_are_secrets_to_search_for(secrets):
    assert {"accessToken", "password", "secret"} | OF_PACKAGE <= secrets.kinds()


@pytest.mark.every_program
def test_the_search_would_find_a_secret(secrets):
    secrets.add("probe", "this secret was planted")
    assert secrets.found_in(b'{"x": "this secret was planted"}') == {"probe"}
    assert secrets.found_in(b"GET /?x=this%20secret%20was%20planted") == {"probe"}


@pytest.mark.every_program
def test_no_log_holds_a_secret(searched, secrets):
    for file in log_files(searched):
        text = file.read_bytes()
        assert secrets.found_in(text) == set(), file.name
        assert [name for name, secret in own_secrets(searched).items() if secret.encode() in text] == [], (
            file.name
        )


@pytest.mark.every_program
def test_no_table_holds_a_secret(searched, secrets):
    for table, text in Database(searched).texts().items():
        assert secrets.found_in(text.encode("utf-8", "surrogateescape")) == set(), table
