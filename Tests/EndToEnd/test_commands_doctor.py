"""`gatehouse doctor`: each check with a working and a broken installation, and the findings."""

import os
import re
from contextlib import contextmanager
from functools import partial

import pytest

from support import doctor
from support.commands import installation
from support.doctor import faults
from support.stack import without_settings

CHECKS = [
    "configuration",
    "settings file",
    "cryptography",
    "account",
    "migrations folder",
    "log file",
    "rate-limit file",
    "metrics file",
    "circuits file",
    "system clock",
    "database",
    "database version",
    "database rights",
    "database changes",
    "connections",
    "prepared statements",
    "migrations",
    "addresses",
    "signing keys",
    "access version",
    "audit",
    "binary log",
    "clock",
    "mail server",
    "provider mock",
    "webhook secrets",
    "webhook addresses",
    "webhook receivers",
    "webhook deliveries",
]


@pytest.fixture(scope="module")
def own(stack):
    with installation(stack) as made:
        made.json("keys", "rotate", "--compromised")
        yield made


@pytest.fixture
def examine(own):
    return partial(doctor.examine, own)


def test_a_working_installation_has_no_fault(examine, own):
    code, findings = examine()
    assert code == 0 and faults(findings) == set() and list(findings) == CHECKS
    people = own.run("doctor")
    assert people.returncode == 0
    secret = [value for name, value in own.stack.settings.items() if name.endswith(("_PASSWORD", "_KEY"))]
    assert not [value for value in secret if value in people.stdout]


def test_root_is_advised_to_run_the_doctor_as_the_program(examine, own):
    _, findings = examine()
    assert findings["account"][0]["status"] == "ok", "a developer may run the stack as root"
    production = {"GATEHOUSE_ENVIRONMENT": "production", "GATEHOUSE_RATE_LIMITS": "on"}
    _, findings = examine(**production)
    (account,) = findings["account"]
    assert account["status"] == ("warning" if os.geteuid() == 0 else "ok")
    assert "-- gatehouse doctor" not in (account["advice"] or "")


def test_every_faulty_setting_is_reported(examine):
    code, findings = examine(GATEHOUSE_WORKERS="many", GATEHOUSE_SMTP_PORT="0")
    told = " ".join(one["finding"] for one in findings["configuration"])
    assert code == 1 and "GATEHOUSE_WORKERS" in told and "GATEHOUSE_SMTP_PORT" in told


def test_a_mistyped_setting_is_reported_with_the_likely_name(examine):
    code, findings = examine(GATEHOUSE_WORKER="8", GATEHOUSE_QUITE_ANOTHER="1")
    assert code == 0
    mistyped, other = sorted(findings["configuration"], key=lambda one: one["finding"], reverse=True)
    assert mistyped["status"] == other["status"] == "warning"
    assert "GATEHOUSE_WORKER," in mistyped["finding"] and "GATEHOUSE_WORKERS?" in mistyped["advice"]
    assert "Did you mean" not in other["advice"]


def test_advice_names_the_program_that_runs(own, tmp_path):
    program = tmp_path / "shelf"
    program.symlink_to(own.stack.program)
    told = own.run("doctor", program=program, GATEHOUSE_WORKER="8").stdout
    assert "`shelf config`" in told and "`gatehouse" not in told


def test_config_reports_names_that_are_no_settings(own):
    done = own.run("config", GATEHOUSE_WORKRES="8", GATEHOUSE_QUITE_ANOTHER="1", GATEHOUSE_TEST_X="1")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "gatehouse: there is no setting GATEHOUSE_QUITE_ANOTHER, so it has no effect.",
        "gatehouse: there is no setting GATEHOUSE_WORKRES, so it has no effect. Did you mean GATEHOUSE_WORKERS?",
    ]


def test_a_missing_settings_file_is_reported_once_with_advice(own):
    nothing = {name: "" for name in without_settings() | own.stack.settings if name.startswith("GATEHOUSE_")}
    nothing["GATEHOUSE_CONFIG_FILE"] = ""
    sentence = "GATEHOUSE_CONFIG_FILE is not set, so no settings file was read."
    for command in ("config", "serve", "doctor"):
        done = own.run(command, **nothing)
        told = done.stdout + done.stderr
        assert done.returncode == 1 and told.count(sentence) == 1, told
        assert "GATEHOUSE_DATABASE_PASSWORD is required" not in told
    lines = own.run("doctor", **nothing).stdout.splitlines()
    advice = [line for line in lines if line.startswith(" ")]
    assert len(advice) == len(set(advice)) and any("Correct it in the environment" in line for line in advice)
    assert any("GATEHOUSE_CONFIG_FILE is not set" in line for line in lines if "settings file:" in line)


def test_config_shows_defaults(own):
    shown = dict(line.split("=", 1) for line in own.run("config").stdout.splitlines())
    assert shown["GATEHOUSE_TOKEN_AUDIENCE"] == shown["GATEHOUSE_PUBLIC_URL"]
    assert shown["GATEHOUSE_RATE_LIMIT_STORE"] == "local" and int(shown["GATEHOUSE_HASH_THREADS"]) > 0


def test_the_settings_file_is_checked(examine, own, tmp_path):
    file = tmp_path / "open.env"
    file.write_text((own.stack.run / "effective.env").read_text() + "\nGATEHOUSE_LOG_LEVLE=info\n")
    file.chmod(0o644)
    code, findings = examine(GATEHOUSE_CONFIG_FILE=str(file))
    assert code == 1 and faults(findings) == {"settings file", "configuration"}
    assert "GATEHOUSE_LOG_LEVEL?" in findings["configuration"][0]["finding"]
    code, findings = examine(GATEHOUSE_CONFIG_FILE=str(tmp_path / "missing"))
    assert code == 1 and faults(findings) == {"settings file", "configuration"}


@pytest.mark.parametrize(
    "check, settings",
    [
        ("database", {"GATEHOUSE_DATABASE_SOCKET": "/nowhere"}),
        ("database", {"GATEHOUSE_DATABASE_PASSWORD": "wrong"}),
        ("migrations folder", {"GATEHOUSE_MIGRATIONS": "/nowhere"}),
        ("log file", {"GATEHOUSE_LOG_FILE": "/nowhere/log"}),
        ("rate-limit file", {"GATEHOUSE_RATE_LIMITS": "on", "GATEHOUSE_RATE_LIMIT_FILE": "/nowhere/limits"}),
        ("metrics file", {"GATEHOUSE_METRICS_FILE": "/nowhere/metrics"}),
        ("circuits file", {"GATEHOUSE_CIRCUITS_FILE": "/nowhere/circuits"}),
        ("connections", {"GATEHOUSE_WORKERS": "512", "GATEHOUSE_JOB_WORKERS": "64"}),
        ("signing keys", {"GATEHOUSE_MASTER_KEY": "other:" + "A" * 43 + "="}),
        ("mail server", {"GATEHOUSE_SMTP_PORT": "1"}),
        ("mail server", {"GATEHOUSE_SMTP_SECURITY": "starttls"}),
        ("mail server", {"GATEHOUSE_SMTP_SECURITY": "tls"}),
    ],
)
def test_broken_parts_are_reported(examine, own, check, settings):
    if check == "connections" and int(own.db.value("SELECT @@max_connections")) > 576:
        own.db.rows("SET GLOBAL max_connections = 576")
    code, findings = examine(**settings)
    assert code == 1 and check in faults(findings)


@pytest.mark.alone
def test_a_read_only_server_is_reported(examine, own):
    own.db.rows("SET GLOBAL read_only = 1")
    try:
        code, findings = examine()
        assert code == 1 and faults(findings) == {"database changes"}
    finally:
        own.db.rows("SET GLOBAL read_only = 0")


@pytest.mark.alone
def test_a_low_limit_of_prepared_statements_is_reported(examine, own):
    """The processes need what their sessions can cache, counted for three processes, since one more runs during a
    replacement."""
    sessions = 3 * (20 + 2 + 4 + 4)
    settings = {"GATEHOUSE_WORKERS": "20", "GATEHOUSE_JOB_WORKERS": "4"}
    code, findings = examine(**settings)
    (enough,) = findings["prepared statements"]
    kept = int(enough["finding"].split(" keep up to ")[1].split(",")[0])
    assert code == 0 and enough["status"] == "ok" and enough["finding"].startswith(f"{sessions} sessions ")
    assert kept % sessions == 0
    limit = own.db.value("SELECT @@max_prepared_stmt_count")
    own.db.rows(f"SET GLOBAL max_prepared_stmt_count = {kept - 1}")
    try:
        code, findings = examine(**settings)
        (few,) = findings["prepared statements"]
        assert code == 0 and few["status"] == "warning" and f"at least {kept}," in few["advice"]
    finally:
        own.db.rows(f"SET GLOBAL max_prepared_stmt_count = {limit}")


def test_missing_migrations_are_reported(examine, own):
    name, checksum, started, finished = own.db.rows(
        "SELECT name, checksum, started_at, finished_at FROM schema_migrations ORDER BY name DESC LIMIT 1"
    )[0]
    own.db.run("DELETE FROM schema_migrations WHERE name = %s", name)
    try:
        code, findings = examine()
        assert code == 1 and faults(findings) == {"migrations"}
        assert name in findings["migrations"][0]["finding"]
    finally:
        own.db.run(
            "INSERT INTO schema_migrations (name, checksum, started_at, finished_at) VALUES (%s, %s, %s, %s)",
            name,
            checksum,
            started,
            finished,
        )


def test_an_account_with_too_many_or_too_few_rights_is_reported(examine, own):
    account = f"{own.stack.settings['GATEHOUSE_DATABASE_USER']}@localhost"
    place = own.settings["GATEHOUSE_DATABASE_NAME"]
    own.db.rows(f"GRANT DROP ON {place}.* TO {account}; REVOKE DELETE ON {place}.* FROM {account}")
    try:
        code, findings = examine()
        assert code == 1 and "lacks DELETE" in findings["database rights"][0]["finding"]
        own.db.rows(f"GRANT DELETE ON {place}.* TO {account}")
        code, findings = examine()
        assert code == 0 and findings["database rights"][0]["status"] == "warning"
        assert "DROP" in findings["database rights"][0]["finding"]
    finally:
        own.db.rows(f"REVOKE DROP ON {place}.* FROM {account}; GRANT DELETE ON {place}.* TO {account}")


def test_the_doctor_sends_no_mail(examine, mailbox):
    before = len(mailbox.to("no-reply@example.com"))
    assert examine()[0] == 0
    assert len(mailbox.to("no-reply@example.com")) == before


def test_accounts_with_outdated_address_keys_are_reported_and_updated(examine, own):
    """After an upgrade, for example: keys were made by another rule, and two addresses now have the same key."""
    insert = "INSERT INTO users (public_id, email, email_key, name) VALUES (UUID(), %s, %s, 'Νίκος')"
    for spelling, key in (("ΝΊΚΟΣ", "νίκοσ"), ("νίκος", "νίκος"), ("παππάς", "παππάς")):
        own.db.run(insert, f"{spelling}@example.com", f"{key}@example.com")
    code, findings = examine()
    assert code == 1 and faults(findings) == {"addresses"}
    beside = own.db.value("SELECT public_id FROM users WHERE email_key = 'νίκος@example.com'")
    for _ in range(2):
        done = own.run("migrate", "up")
        assert done.returncode == 0 and beside in done.stdout, done
        assert done.stdout.splitlines()[0] == "All migrations are applied already." and done.stdout.count("\n") == 2
    code, findings = examine()
    (addresses,) = findings["addresses"]
    assert code == 0 and addresses["status"] == "warning" and beside in addresses["finding"]
    own.db.rows("DELETE FROM users WHERE name = 'Νίκος'")
    assert examine()[1]["addresses"][0]["status"] == "ok"


COUNTING = [
    f"{table}_count_{change}" for table in ("roles", "signing_keys") for change in ("insert", "update", "delete")
]
REFUSING = ["audit_events_refuse_update", "audit_events_refuse_delete"]


@contextmanager
def without(own, trigger: str):
    """The installation's database without this trigger."""
    _, _, statement, *_ = own.db.rows(f"SHOW CREATE TRIGGER {trigger}")[0]
    own.db.rows(f"DROP TRIGGER {trigger}")
    try:
        yield statement
    finally:
        own.db.rows(f"DROP TRIGGER IF EXISTS {trigger}")
        own.db.rows(statement)


@pytest.mark.parametrize("trigger", COUNTING + REFUSING)
def test_a_missing_trigger_is_reported(examine, own, trigger):
    """Such as after an incomplete restore: without it, changes of roles would take effect a minute late, or the audit
    could be changed."""
    check = "access version" if trigger in COUNTING else "audit"
    told = {"insert": "new", "update": "changed", "delete": "deleted"}[trigger.rsplit("_", 1)[1]]
    with without(own, trigger):
        code, findings = examine()
        assert code == 1 and faults(findings) == {check}
        assert told in findings[check][0]["finding"] and "restore" in findings[check][0]["advice"]
    assert examine()[0] == 0


@pytest.mark.parametrize("trigger", [COUNTING[4], REFUSING[0]])
def test_a_trigger_whose_account_is_gone_is_reported_with_advice(examine, own, trigger):
    """Such as after a restore on another server: error 1449."""
    with without(own, trigger) as statement:
        own.db.rows(re.sub("DEFINER=`[^`]*`@`[^`]*`", "DEFINER=`gone`@`localhost`", statement))
        code, findings = examine()
        check = "access version" if trigger in COUNTING else "audit"
        assert code == 1 and faults(findings) == {check}
        assert "'gone'@'localhost'" in findings[check][0]["finding"]
        assert "Create the same account" in findings[check][0]["advice"]
    assert examine()[0] == 0


def test_the_doctor_changes_nothing(examine, own):
    def seen() -> list:
        return [
            own.db.rows(f"SELECT * FROM {table} ORDER BY id")
            for table in ("access_versions", "roles", "signing_keys", "audit_events")
        ]

    before = seen()
    assert examine()[0] == 0
    assert seen() == before
