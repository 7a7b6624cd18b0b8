"""The program's own commands, and the seeds, as an operator uses them."""

import json
import os
import re
import subprocess

import pytest

from support.commands import installation
from support.database import DatabaseRefusal
from support.stack import ROOT

# A line of `migrate status`, whose time has the form of those in JSON.
APPLIED = r"\d{14}_\w+  applied \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
SEED = ROOT / "sql" / "seeds" / "development.sql"


@pytest.fixture
def gatehouse(stack):
    """Runs the program with the stack's settings file and additional settings."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
        environment |= {"GATEHOUSE_CONFIG_FILE": str(stack.run / "effective.env")} | settings
        return subprocess.run(
            [stack.program, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
        )

    return run


def test_config_shows_every_setting_but_no_secret(gatehouse, stack):
    done = gatehouse("config")
    assert done.returncode == 0
    shown = dict(line.split("=", 1) for line in done.stdout.splitlines())
    secret = {name for name in stack.settings if name.endswith(("_PASSWORD", "_KEY", "_SECRET"))}
    assert secret and set(stack.settings) <= set(shown)
    assert {name: shown[name] for name in stack.settings} == {
        name: "(hidden)" if name in secret else value for name, value in stack.settings.items()
    }


def test_config_prints_every_setting_for_the_manual(gatehouse):
    # Those of a provider contain its name.
    shown = [line for line in gatehouse("config").stdout.splitlines() if "_PROVIDER_" not in line.split("=")[0]]
    done = gatehouse("config", "--manual", GATEHOUSE_WORKERS="many")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.removesuffix(" |").removesuffix(" Secret.") for line in done.stdout.splitlines()]
    assert [row.split("`")[1] for row in rows] == [line.split("=")[0] for line in shown]
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert all(row in manual for row in rows)
    assert gatehouse("config", "--manual", "--migrate").returncode != 0


def test_serve_reports_all_faulty_settings_at_once_without_secret_values(gatehouse):
    faulty = {
        "GATEHOUSE_PUBLIC_URL": "ftp://x",
        "GATEHOUSE_WORKERS": "many",
        "GATEHOUSE_SMTP_PORT": "99999999",
        "GATEHOUSE_MASTER_KEY": "1:dG9vIHNob3J0",
    }
    done = gatehouse("serve", **faulty)
    assert done.returncode != 0
    assert all(name in done.stderr for name in faulty)
    assert "dG9vIHNob3J0" not in done.stderr


def test_limits_cannot_be_switched_off_in_production(gatehouse):
    done = gatehouse("serve", GATEHOUSE_ENVIRONMENT="production", GATEHOUSE_RATE_LIMITS="off")
    assert done.returncode != 0 and "GATEHOUSE_RATE_LIMITS" in done.stderr


def test_no_secret_has_a_default(gatehouse):
    done = gatehouse("serve", GATEHOUSE_CONFIG_FILE="", GATEHOUSE_DATABASE_HOSTS="127.0.0.1")
    assert done.returncode != 0
    for name in ("GATEHOUSE_MASTER_KEY", "GATEHOUSE_DATABASE_PASSWORD"):
        assert name in done.stderr


def test_serve_says_what_is_wrong_with_its_standard_input(gatehouse):
    done = gatehouse("serve")
    assert done.returncode != 0 and "standard input is not a FastCGI listening socket" in done.stderr


def test_openapi_writes_the_served_document(gatehouse, contract, tmp_path):
    assert json.loads(gatehouse("openapi").stdout) == contract.document
    assert gatehouse("openapi", str(tmp_path / "openapi.json")).returncode == 0
    assert json.loads((tmp_path / "openapi.json").read_text()) == contract.document


def test_routes_lists_every_operation(gatehouse, contract):
    done = gatehouse("routes")
    assert done.stdout.splitlines()[0].split() == ["METHOD", "PATH", "GUARD", "TIER", "SCOPE"]
    for operation in contract.operations:
        lines = [
            line
            for line in done.stdout.splitlines()
            if line.split()[:2] == [operation.method, operation.path]
        ]
        assert len(lines) == 1, str(operation)


def test_migrating_again_changes_nothing(gatehouse):
    before = gatehouse("migrate", "status")
    assert before.returncode == 0 and len(before.stdout.splitlines()) == len(
        list((ROOT / "sql" / "migrations").glob("*.up.sql"))
    )
    assert all(re.fullmatch(APPLIED, line) for line in before.stdout.splitlines()), before.stdout
    again = gatehouse("migrate", "up")
    assert again.returncode == 0 and again.stdout == "All migrations are applied already.\n"
    assert gatehouse("migrate", "status").stdout == before.stdout


def test_migrations_are_reverted_only_after_confirmation_at_a_terminal(stack):
    with installation(stack) as own:
        newest = own.run("migrate", "status").stdout.splitlines()[-1].split()[0]
        for arguments in (("down",), ("redo",)):
            code, shown = own.at_terminal("migrate", *arguments, typed=["n"])
            assert code == 1 and newest in shown and "lose the data" in shown and "nothing was changed" in shown
        assert "pending" not in own.run("migrate", "status").stdout
        code, shown = own.at_terminal("migrate", "down", typed=["y"])
        assert code == 0 and f"down {newest} done" in shown
        code, shown = own.at_terminal("migrate", "redo", "--yes", typed=[])
        assert code == 0 and "[y/N]" not in shown
        done = own.run("migrate", "down")
        assert done.returncode == 0 and done.stderr == "", "it asks only at a terminal"
        assert own.run("migrate", "down", "--yes").returncode == 0
        assert own.run("migrate", "status").stdout.count("pending") == 3


@pytest.mark.parametrize("steps", ["0", "-1"])
def test_a_number_of_steps_below_one_is_reported_as_such(gatehouse, steps):
    done = gatehouse("migrate", "down", "--steps", steps)
    assert done.returncode == 64 and "--steps must be at least 1" in done.stderr


def test_the_settings_for_migrations_can_be_checked_alone(gatehouse, stack, tmp_path):
    file = tmp_path / "migrate.env"
    names = ("GATEHOUSE_DATABASE_SOCKET", "GATEHOUSE_MIGRATE_PASSWORD")
    file.write_text("".join(f"{name}={stack.settings[name]}\n" for name in names))
    done = gatehouse("config", "--migrate", GATEHOUSE_CONFIG_FILE=str(file))
    assert done.returncode == 0 and "GATEHOUSE_MIGRATE_PASSWORD=(hidden)" in done.stdout
    assert "GATEHOUSE_MASTER_KEY" not in done.stdout
    assert gatehouse("migrate", "status", GATEHOUSE_CONFIG_FILE=str(file)).returncode == 0
    file.write_text(f"{names[0]}={stack.settings[names[0]]}\n")
    done = gatehouse("config", "--migrate", GATEHOUSE_CONFIG_FILE=str(file))
    assert done.returncode == 1 and "GATEHOUSE_MIGRATE_PASSWORD is required" in done.stderr


@pytest.mark.alone
def test_the_seed_can_be_loaded_again(db):
    tables = "SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM sessions)"
    before = db.rows(tables)
    db.load(SEED)
    assert db.rows(tables) == before


@pytest.mark.alone
def test_the_seed_refuses_a_database_that_is_not_for_development(db):
    db.run("UPDATE deployment SET environment = 'production'")
    try:
        with pytest.raises(DatabaseRefusal, match="not marked as development"):
            db.load(SEED)
    finally:
        db.run("UPDATE deployment SET environment = 'development'")


def test_no_command_line_contains_a_secret(stack):
    secrets = [value for name, value in stack.settings.items() if name.endswith(("_PASSWORD", "_KEY", "_SECRET"))]
    for pid in [*stack.responders(), *map(stack.pid, ("multiwatch", "mail", "mariadb", "nginx"))]:
        with open(f"/proc/{pid}/cmdline") as file:
            command = file.read()
        assert not [secret for secret in secrets if secret in command], command
