"""`gatehouse user`: accounts as an operator makes and changes them."""

import subprocess
from unicodedata import east_asian_width

import pytest

from support.client import at_once
from support.commands import installation
from support.people import new_address, new_password
from support.sibling import call, post, sibling

MEMBERS = {
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
    "hasPassword",
    "deletedAt",
}


@pytest.fixture(scope="module")
def own(stack):
    with installation(stack) as made:
        yield made


@pytest.fixture(scope="module")
def served(own, stack, tmp_path_factory):
    """The socket of a process that serves this installation."""
    with sibling(stack, tmp_path_factory.mktemp("served"), **own.settings) as socket:
        yield socket


@pytest.fixture
def password(secrets):
    made = new_password()
    secrets.add("password", made)
    return made


def sign_in(socket, user: dict, password: str) -> str:
    body = {"email": user["email"], "password": password}
    return post(socket, "/api/v1/auth/login", body)["data"]["tokens"]["accessToken"]


def me(socket, token: str):
    answer = call(socket, "GET", "/api/v1/users/me", HTTP_AUTHORIZATION=f"Bearer {token}")
    return answer.status if answer.status == 200 else answer.body["error"]["code"]


def test_create_makes_an_account_that_can_sign_in(own, served, password):
    user = own.account("--role", "support", password=password)
    assert set(user) == MEMBERS
    assert (user["role"], user["emailVerified"], user["hasPassword"]) == ("support", True, True)
    assert me(served, sign_in(served, user, password)) == 200
    assert own.db.actions(user["id"])[0] == "user.created"


def test_create_mails_a_link_to_an_unverified_address(own, served, mailbox):
    address = new_address()
    own.json("user", "create", address, "--name", "Ada", "--no-password")
    mailbox.wait_for(address)


def test_create_reports_what_is_wrong(own):
    taken = own.account()["email"]
    assert "exists already" in own.refused(
        "user", "create", taken.upper(), "--name", "Ada", "--no-password"
    )
    assert "not an e-mail address" in own.refused("user", "create", "ada", "--name", "Ada", "--no-password")
    assert "visible characters" in own.refused("user", "create", new_address(), "--name", " ", "--no-password")
    assert "no password on standard input" in own.refused("user", "create", new_address(), "--name", "Ada")
    assert "cannot be used" in own.refused(
        "user", "create", new_address(), "--name", "Ada", stdin="password1\n"
    )
    assert "no role" in own.refused(
        "user", "create", new_address(), "--name", "Ada", "--no-password", "--role", "king"
    )


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\nmore\n"], ids=ascii)
def test_a_password_is_one_line_with_any_line_ending(own, served, password, end):
    address = new_address()
    own.json("user", "create", address, "--name", "Ada", "--verified", stdin=password + end)
    assert me(served, sign_in(served, {"email": address}, password)) == 200
    own.json("user", "set-password", address, stdin=password + "2" + end)
    assert me(served, sign_in(served, {"email": address}, password + "2")) == 200


@pytest.mark.parametrize(
    "before, after",
    [
        ("\ufeff", ""),
        ("", "\0"),
        ("", "\r\r"),
        ("", "\r\0"),
        ("a\tb", ""),
        ("\x1b", ""),
        ("", "\x7f"),
        ("", "\x85"),
        ("\u2028", ""),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=ascii)
def test_a_password_that_cannot_be_typed_is_refused(own, before, after, end):
    user, address, text = own.account()["email"], new_address(), before + new_password() + after + end
    assert "control character" in own.refused("user", "create", address, "--name", "Ada", stdin=text)
    assert "control character" in own.refused("user", "set-password", user, stdin=text)
    assert "there is no account" in own.refused("user", "show", address)


def test_a_terminal_asks_for_the_password_twice_without_showing_it(own, served, password):
    address = new_address()
    arguments = ("user", "create", address, "--name", "Ada", "--verified")
    code, shown = own.at_terminal(*arguments, typed=[password, password + "x"])
    assert code == 1 and "differ" in shown and password not in shown
    code, shown = own.at_terminal(*arguments, typed=["\x03"])
    assert code == 1 and "cancelled" in shown
    code, shown = own.at_terminal(*arguments, typed=[password, password])
    assert code == 0 and password not in shown
    assert me(served, sign_in(served, {"email": address}, password)) == 200


def test_no_command_accepts_a_password_as_an_argument(own):
    assert "standard input" in own.run("user", "--help").stdout
    for command in ("create", "set-password"):
        shown = own.run("user", command, "--help").stdout
        assert "USAGE" in shown and "--password" not in shown


def test_list_pages_and_filters(own):
    users = [own.account("--role", "support") for _ in range(3)]
    seen, after = [], []
    while True:
        page = own.json("user", "list", "--role", "support", "--limit", "1", *after)
        seen += [user["id"] for user in page["data"]]
        if page["meta"]["next"] is None:
            break
        after = ["--after", page["meta"]["next"]]
    assert [user["id"] for user in users] == seen[-3:] and len(seen) == len(set(seen))
    found = own.json("user", "list", "--email", users[0]["email"].upper()[:-4])["data"]
    assert found == [users[0]]
    assert own.json("user", "list", "--status", "suspended", "--email", users[0]["email"])["data"] == []


def test_the_password_is_asked_for_after_everything_else_is_checked(own):
    new = ("--name", "Ada")
    assert "not an e-mail address" in own.refused("user", "create", "ada", *new)
    assert 'no role "nope"' in own.refused("user", "create", new_address(), *new, "--role", "nope")
    assert "there is no account" in own.refused("user", "set-password", new_address())
    code, shown = own.at_terminal("user", "create", "ada", *new, typed=[])
    assert code == 1 and "Password" not in shown


def columns_of(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def test_the_columns_of_a_table_are_aligned_however_wide_a_name_is(own):
    people = [own.account()["id"] for _ in range(3)]
    own.db.rows("UPDATE users SET name = %s WHERE public_id = %s", "\u674e\u5c0f\u9f99\u5c71", people[0])
    own.db.rows("UPDATE users SET name = %s WHERE public_id = %s", "Zoe\u0308", people[1])
    title, *rows = own.run("user", "list", "--limit", "10000").stdout.splitlines()
    place = title.index("ROLE")
    mine = [row for row in rows if row.split()[0] in people]
    widths = {columns_of(row[: row.rindex("  user  ") + 2].replace("\u0308", "")) for row in mine}
    assert len(mine) == 3 and widths == {place}


def test_every_list_says_whether_it_is_complete(own):
    own.account()
    for command in ("user", "jobs", "keys"):
        assert own.json(command, "list")["meta"]["more"] is False
    own.account()
    meta = own.json("user", "list", "--limit", "1")["meta"]
    assert meta["more"] is True and meta["next"]


def test_a_table_with_more_rows_says_how_to_continue(own):
    first = own.account("--role", "support")
    own.account("--role", "support")
    role = ("user", "list", "--role", "support")
    before = own.json(*role, "--limit", "1")["meta"]["next"]
    done = own.run(*role, "--limit", "1")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 2
    assert done.stderr == f"There are more; continue with --after {before}.\n"
    done = own.run(*role, "--after", first["id"], "--limit", "10000")
    assert done.returncode == 0 and done.stderr == ""
    assert 'there is no role "nope"' in own.refused("user", "list", "--role", "nope")
    done = own.run("user", "list", "--limit", "-1")
    assert done.returncode == 64 and "--limit must be from 1 to 10000" in done.stderr


def test_a_table_is_aligned_and_contains_no_control_characters(own):
    user = own.account()
    own.db.run("UPDATE users SET name = %s WHERE public_id = %s", "Eve \x1b[2J \u202e", user["id"])
    done = own.run("user", "list")
    assert done.returncode == 0
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["ID", "EMAIL", "NAME", "ROLE", "STATUS", "VERIFIED", "CREATED"]
    assert len({line.index("@") > head.index("EMAIL") for line in lines}) == 1
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout


def test_show_includes_sessions_and_the_last_sign_in(own, served, password):
    user = own.account(password=password)
    assert own.json("user", "show", user["id"])["data"]["lastSignInAt"] is None
    sign_in(served, user, password)
    shown = own.json("user", "show", user["email"])["data"]
    assert set(shown) == MEMBERS | {"liveSessions", "lastSignInAt", "rejectedAt"}
    assert shown["liveSessions"] == 1 and shown["lastSignInAt"].endswith("Z")
    labels = [line.split(":")[0] for line in own.run("user", "show", user["id"]).stdout.splitlines()]
    assert {"ID", "Avatar URL", "Email verified", "Last sign-in at", "Rejected at"} <= set(labels)
    assert "there is no account" in own.refused("user", "show", new_address())
    assert "neither" in own.refused("user", "show", "ada")


def test_suspend_and_activate_take_effect_at_once(own, served, password):
    user = own.account(password=password)
    token = sign_in(served, user, password)
    assert own.json("user", "suspend", user["email"])["data"]["status"] == "suspended"
    assert me(served, token) == "TOKEN_REVOKED"
    refused = call(served, "POST", "/api/v1/auth/login", {"email": user["email"], "password": password})
    assert refused.body["error"]["code"] == "ACCOUNT_SUSPENDED"
    assert own.json("user", "activate", user["email"])["data"]["status"] == "active"
    assert me(served, token) == "TOKEN_REVOKED"
    assert me(served, sign_in(served, user, password)) == 200


def test_set_role_takes_effect_at_once(own, served, password):
    user = own.account(password=password)
    token = sign_in(served, user, password)
    assert own.json("user", "set-role", user["id"], "support")["data"]["role"] == "support"
    assert me(served, token) == "TOKEN_REVOKED"
    assert "user.role_changed" in own.db.actions(user["id"])


def test_set_password_ends_sessions_and_notifies_the_owner(own, served, mailbox, password, secrets):
    user = own.account(password=password)
    token, other = sign_in(served, user, password), new_password()
    secrets.add("newPassword", other)
    own.json("user", "set-password", user["email"], stdin=f"{other}\n")
    assert me(served, token) == "TOKEN_REVOKED"
    assert me(served, sign_in(served, user, other)) == 200
    mailbox.wait_for(user["email"])
    assert "cannot be used" in own.refused("user", "set-password", user["email"], stdin="12345678\n")


@pytest.mark.parametrize("command", ["set-password", "revoke-sessions"])
@pytest.mark.parametrize("revokes", [False, True])
def test_sessions_end_and_so_do_keys_if_asked(own, served, password, secrets, command, revokes):
    user = own.account(password=password)
    token, other = sign_in(served, user, password), new_password()
    secrets.add("newPassword", other)
    body = {"name": "e2e", "scopes": ["account:read"]}
    made = call(served, "POST", "/api/v1/api-keys", body, HTTP_AUTHORIZATION=f"Bearer {token}")
    key = made.body["data"]["secret"]
    secrets.add("secret", key)
    own.json(
        "user", command, user["email"], *(["--revoke-api-keys"] if revokes else []), stdin=f"{other}\n"
    )
    if command == "revoke-sessions":
        lines = own.run("user", command, user["email"]).stdout.splitlines()
        assert "Ended sessions:    0" in lines and "Revoked API keys:  0" in lines, lines
    assert me(served, token) == "TOKEN_REVOKED"
    assert me(served, key) == ("TOKEN_REVOKED" if revokes else 200)
    assert ("api_key.all_revoked" in own.db.actions(user["id"])) == revokes


def test_delete_asks_at_a_terminal_and_activate_restores(own, served, password):
    user = own.account(password=password)
    code, shown = own.at_terminal("user", "delete", user["email"], typed=["n"])
    assert code == 1 and "nothing was changed" in shown
    code, _ = own.at_terminal("user", "delete", user["email"], typed=["y"])
    assert code == 0
    assert own.json("user", "show", user["id"])["data"]["status"] == "deleted"
    assert "is deleted" in own.refused("user", "suspend", user["email"])
    assert own.json("user", "activate", user["email"])["data"]["deletedAt"] is None
    assert me(served, sign_in(served, user, password)) == 200
    assert own.json("user", "delete", user["email"])["data"]["status"] == "deleted"
    own.db.run("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = %s", user["id"])
    assert "about to be erased" in own.refused("user", "activate", user["email"])


def test_force_lists_everything_that_it_overrides(own):
    shown = " ".join(own.run("user", "delete", "--help").stdout.split())
    assert "administer the installation" in shown and "last owner of an organization" in shown


def test_one_of_several_administrators_suspended_at_once_stays(own):
    users = [own.account("--role", "admin") for _ in range(4)]
    done = at_once(len(users), lambda number: own.run("user", "suspend", users[number]["id"]))
    assert sorted(one.returncode for one in done) == [0, 0, 0, 1]
    (last,) = own.json("user", "list", "--role", "admin", "--status", "active")["data"]
    assert "last active administrator" in own.refused("user", "set-role", last["id"], "user")
    assert own.json("user", "delete", last["id"], "--force")["data"]["status"] == "deleted"


def test_the_process_list_shows_no_password_while_a_command_reads_it(own, password):
    """While the command waits for input, everybody can read its arguments but not its environment."""
    process = subprocess.Popen(
        [own.stack.program, "user", "set-password", own.account()["email"]],
        env=own.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(password.encode())
    process.stdin.flush()
    with open(f"/proc/{process.pid}/cmdline", "rb") as file:
        assert password.encode() not in file.read()
    shown, errors = process.communicate(b"\n")
    assert process.returncode == 0 and password.encode() not in shown + errors


def test_an_unreachable_database_is_reported_on_standard_error(own):
    done = own.run("user", "list", "--json", GATEHOUSE_DATABASE_SOCKET="/nowhere")
    assert done.returncode == 1 and done.stdout == "" and "database is unavailable" in done.stderr
