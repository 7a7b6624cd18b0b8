"""What `make run` prints last: how to stop this stack, and only this one, and how to start it again."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from support.client import expect
from support.stack import ROOT, is_running, without_settings

PIECES = ("nginx", "multiwatch", "mail", "mariadb")


def type_in(command: str, folder) -> None:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=without_settings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_the_closing_words_stop_this_stack_and_start_it_again(limited, network, client, stack):
    given = {"GATEHOUSE_MAIL_FROM_NAME": "The $Gate's", "GATEHOUSE_LOG_LEVEL": "debug"}
    said = limited.bring_up(**given)
    assert given.items() <= limited.stack.settings.items()
    words = re.search(r"To stop it:\n  (.+)\nTo start it again with its data:\n  (.+)\n", said)
    ends, brings_back = words.groups()
    mine, theirs = ([one.pid(piece) for piece in PIECES] for one in (limited.stack, stack))
    type_in(ends, ROOT)
    assert not [pid for pid in mine if is_running(pid)]
    assert all(map(is_running, theirs))
    expect(client.get("/healthz"), 200)
    type_in(brings_back, ROOT)
    expect(network.client().get("/readyz"), 200)
    assert given.items() <= limited.stack.settings.items()
    limited.bring_up()


def shell(commands: str, run: Path, stack, **settings: str) -> subprocess.CompletedProcess:
    """Runs commands as deploy/run does, with their own run folder."""
    return subprocess.run(
        ["bash", "-c", commands],
        cwd=ROOT,
        env=without_settings()
        | {"GATEHOUSE_RUN_DIR": str(run), "GATEHOUSE_PROGRAM": str(stack.program)}
        | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_every_variable_is_repeated_except_secrets(stack, tmp_path):
    secret = {"GATEHOUSE_SMTP_PASSWORD": "never shown", "GATEHOUSE_RATE_LIMIT_STORE": "redis://a:never@h"}
    own = {"GATEHOUSE_HTTPS_PORT": "9443", "GATEHOUSE_LIMIT_EMAIL": "9/1h", "GATEHOUSE_SMTP_USERNAME": "a b"}
    other = {"GATEHOUSE_NO_SUCH": "1", "GATEHOUSE_CONFIG_FILE": "/none", "GATEHOUSE_TEST_X": "1"}
    sources = "".join(f". deploy/{name}.sh; " for name in ("common", "settings", "program", "toolchain"))
    tell = """printf '%s\\n' "${given[@]}" -- "${withheld[@]}" """
    done = shell(f"{sources} link_run_folder; read_settings; {tell}", tmp_path, stack, **secret, **own, **other)
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line == "--" or line.startswith("GATEHOUSE_")]
    given, withheld = told[: told.index("--")], told[told.index("--") + 1 :]
    own["GATEHOUSE_PROGRAM"] = str(stack.program)
    assert sorted(given) == sorted(f"{name}={value}" for name, value in own.items())
    assert sorted(withheld) == sorted(secret) and "never" not in done.stdout


def test_a_dollar_sign_survives_make(stack, tmp_path):
    words = shell(". deploy/common.sh; RUN=$ROOT/.run; command_for run 'GATEHOUSE_X=$Y z'", tmp_path, stack)
    assert shlex.split(words.stdout) == ["make", "run", "GATEHOUSE_X=$$Y z"]


@pytest.mark.parametrize("program", ["/nonexistent", "README.md", "deploy"])
def test_a_missing_or_unsuitable_program_is_reported(stack, tmp_path, program):
    done = shell("deploy/run", tmp_path / "run", stack, GATEHOUSE_PROGRAM=program)
    assert done.returncode == 1 and f"GATEHOUSE_PROGRAM names no program: {program}" in done.stderr
    assert not (tmp_path / "run").exists()


def test_an_invalid_port_is_reported_with_its_name(stack, tmp_path):
    done = shell("deploy/run", tmp_path, stack, GATEHOUSE_HTTPS_PORT="99999")
    assert done.returncode == 1 and "GATEHOUSE_HTTPS_PORT is not a port: 99999" in done.stderr


def test_if_a_port_is_taken_another_is_proposed_with_all_settings(stack, tmp_path):
    given = {"GATEHOUSE_HTTPS_PORT": str(stack.port), "GATEHOUSE_RATE_LIMITS": "off"}
    given["GATEHOUSE_HTTP_PORT"] = stack.scripts("free_port").strip()
    done = shell("deploy/run", tmp_path, stack, **given)
    assert done.returncode == 1 and f"port {stack.port} on 127.0.0.1 is taken" in done.stderr
    words = shlex.split(done.stderr.split("choose another: ")[1])
    assert words[:3] == ["make", "run", f"GATEHOUSE_RUN_DIR={tmp_path}"]
    names = [word.split("=")[0] for word in words[3:]]
    assert sorted(names) == sorted([*given, "GATEHOUSE_PROGRAM"])
    assert f"GATEHOUSE_HTTP_PORT={given['GATEHOUSE_HTTP_PORT']}" in words, "the free port stays"
    assert f"GATEHOUSE_HTTPS_PORT={stack.port}" not in words


def test_if_both_ports_are_taken_two_others_are_proposed(stack, tmp_path):
    names = ("GATEHOUSE_HTTPS_PORT", "GATEHOUSE_HTTP_PORT")
    taken = dict(zip(names, (stack.run / "nginx" / "ports").read_text().split()))
    done = shell("deploy/run", tmp_path, stack, **taken)
    assert done.returncode == 1
    assert all(f"port {port} on 127.0.0.1 is taken" in done.stderr for port in taken.values())
    words = dict(word.split("=") for word in shlex.split(done.stderr.split("choose others: ")[1])[3:])
    assert all(words[name] != port for name, port in taken.items())


def test_a_mistyped_setting_is_reported_first_and_last_with_the_likely_name(limited):
    said = limited.bring_up(GATEHOUSE_WORKRES="3", GATEHOUSE_RUNDIR="x")
    sentences = [
        "warning: there is no setting GATEHOUSE_RUNDIR, so it has no effect. Did you mean GATEHOUSE_RUN_DIR?",
        "warning: there is no setting GATEHOUSE_WORKRES, so it has no effect. Did you mean GATEHOUSE_WORKERS?",
    ]
    lines = said.splitlines()
    assert lines[-2:] == sentences and all(lines.count(sentence) == 2 for sentence in sentences)
    limited.bring_up()


def test_the_addresses_are_aligned(limited):
    said = limited.bring_up()
    meanings = ("Swagger UI, to try", "the OpenAPI 3.1 document", "readiness", "redirects browsers to")
    (column,) = {line.index(words) for words in meanings for line in said.splitlines() if words in line}
    assert column > 0


def test_faulty_settings_are_reported_before_anything_starts(stack, tmp_path):
    names = ("GATEHOUSE_HTTPS_PORT", "GATEHOUSE_HTTP_PORT")
    ports = dict(zip(names, stack.scripts("free_port; free_port").split()))
    done = shell("deploy/run", tmp_path, stack, **ports, GATEHOUSE_LIMIT_EMAIL="5")
    assert done.returncode == 1 and "GATEHOUSE_LIMIT_EMAIL must be" in done.stderr
    assert "MariaDB" not in done.stdout and not (tmp_path / "mysql").exists()


@pytest.mark.parametrize(
    "folder, run, words",
    [
        (".", None, "make stop"),
        (".", ".run", "make stop"),
        (".", ".run-two", "make stop GATEHOUSE_RUN_DIR=.run-two"),
        (".", "a b$c", r"make stop GATEHOUSE_RUN_DIR=a\ b\$\$c"),
        ("/", None, "make -C {root} stop"),
        ("/", "/tmp/two", "make -C {root} stop GATEHOUSE_RUN_DIR=/tmp/two"),
    ],
)
def test_the_command_names_the_folder_if_it_is_another(folder, run, words):
    done = subprocess.run(
        ["bash", "-c", f". {ROOT}/deploy/common.sh; command_for stop"],
        cwd=ROOT / folder,
        env=without_settings() | ({"GATEHOUSE_RUN_DIR": run} if run else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == words.format(root=ROOT)


def test_the_packages_that_the_build_needs_are_installed_and_documented():
    build = (ROOT / "deploy" / "build").read_text()
    assert build.index("deploy/packages build") < build.index("BUILD_PROGRAM[@]")
    (libraries,) = re.findall(r"^libraries=\((.*?)\)", (ROOT / "deploy" / "packages").read_text(), re.M | re.S)
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert not [package for package in libraries.split() if package not in operations]


@pytest.mark.parametrize("folder", ["nginx", "./a/nginx", "{here}/nginx"])
def test_a_relative_folder_is_relative_to_the_callers(tmp_path, folder):
    before = sorted((ROOT / "nginx").rglob("*"))
    settings = ["SERVER_NAME=id.example.com", "CERTIFICATE=tls/c.pem", "CERTIFICATE_KEY=/etc/k.pem", "SITE=../site"]
    subprocess.run(
        [ROOT / "deploy" / "nginx-config", folder.format(here=tmp_path), *settings], cwd=tmp_path, check=True
    )
    text = (tmp_path / folder.format(here=tmp_path) / "gatehouse.conf").read_text()
    assert f'"{tmp_path}/tls/c.pem"' in text and '"/etc/k.pem"' in text and f'"{tmp_path.parent}/site"' in text
    assert f"{tmp_path}" in "".join(re.findall(r"include .*", text)), "it finds its snippets there"
    assert sorted((ROOT / "nginx").rglob("*")) == before
