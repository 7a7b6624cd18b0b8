"""The settings file, as `config`, `doctor` and `deploy/run` read it: all follow the same rules, and every line
counts."""

import os
import socket
import socketserver
import subprocess
import threading
from contextlib import contextmanager

import pytest

from support.stack import ROOT, without_settings

MARK = b"\xef\xbb\xbf"
KEPT = b"# Kept: secrets, made once. Write settings of your own below."
# Valid lines, each with the value that it sets.
MEANT = [
    (b"GATEHOUSE_MAIL_FROM_NAME=The Gate", "The Gate"),
    (b" export\tGATEHOUSE_MAIL_FROM_NAME = The Gate ", "The Gate"),
    (b'GATEHOUSE_MAIL_FROM_NAME=" The Gate "', " The Gate "),
    (b"GATEHOUSE_MAIL_FROM_NAME='#1 \" \\'", '#1 " \\'),
    (b"GATEHOUSE_MAIL_FROM_NAME=\"it's # \"", "it's # "),
    (b"GATEHOUSE_MAIL_FROM_NAME=a\"b'c=$HOME `x` \\y", "a\"b'c=$HOME `x` \\y"),
    ("GATEHOUSE_MAIL_FROM_NAME=\u00e9\u2014\U0001f600".encode(), "\u00e9\u2014\U0001f600"),
    ("GATEHOUSE_MAIL_FROM_NAME='\u201cGate\u201d'".encode(), "\u201cGate\u201d"),
    (b"GATEHOUSE_MAIL_FROM_NAME=a\nGATEHOUSE_MAIL_FROM_NAME=b", "b"),
    (b"GATEHOUSE_MAIL_FROM_NAME=", ""),
]
# Invalid or ambiguous lines.
FAULTY = [
    b"GATEHOUSE_MAIL_FROM_NAME",
    b"gatehouse_mail_from_name=x",
    b"MAIL_FROM_NAME=x",
    b"GATEHOUSE_MAIL_FORM_NAME=x",
    b"set GATEHOUSE_MAIL_FROM_NAME=x",
    b"GATEHOUSE_MAIL_FROM_NAME=x # the name",
    b"GATEHOUSE_MAIL_FROM_NAME='x",
    b"GATEHOUSE_MAIL_FROM_NAME=\"x\" y",
    b"GATEHOUSE_MAIL_FROM_NAME=x\\",
    b"GATEHOUSE_MAIL_FROM_NAME=x\0y",
    b"GATEHOUSE_MAIL_FROM_NAME=x\rGATEHOUSE_WORKERS=8",
    b"# old Mac\rGATEHOUSE_MAIL_FROM_NAME=x",
    b"GATEHOUSE_MAIL_FROM_NAME=\xe9",
    MARK + b"GATEHOUSE_MAIL_FROM_NAME=x",
]


def run(program, *arguments: str, stdin: bytes = b"", **settings: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [program, *arguments], env=without_settings() | settings, input=stdin, capture_output=True, timeout=60
    )


def lines_of(program, content: bytes) -> dict[str, str]:
    """The settings in a file, as the program reads them."""
    done = run(program, "config", "--lines", stdin=content)
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in done.stdout.decode().splitlines())


@pytest.fixture
def whole(stack) -> bytes:
    """A file with every setting of the stack."""
    return (stack.run / "effective.env").read_bytes()


@pytest.fixture
def folder(tmp_path, stack):
    """A run folder with a settings file and no running program, and a function that reads it as `deploy/run` does."""

    generated = b"# Settings of this stack.\r\nGATEHOUSE_LOG_LEVEL=info\r\n"

    def read(kept: bytes, mark: bytes = KEPT + b"\n", before: bytes = generated, **settings: str):
        file = tmp_path / "gatehouse.env"
        file.write_bytes(before + mark + kept)
        sources = "".join(f". deploy/{name}.sh; " for name in ("common", "settings", "program", "toolchain"))
        done = subprocess.run(
            ["bash", "-c", f"{sources} link_run_folder; read_settings"],
            cwd=ROOT,
            env=without_settings()
            | {"GATEHOUSE_RUN_DIR": str(tmp_path), "GATEHOUSE_PROGRAM": str(stack.program)}
            | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        return done, file

    return read


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", [b"", MARK], ids=["plain", "marked"])
def test_config_reads_every_line_with_any_line_ending(stack, whole, tmp_path, end, mark):
    file = tmp_path / "settings"
    file.touch(0o600)
    file.write_bytes(mark + whole.replace(b"\n", end))
    done = run(stack.program, "config", GATEHOUSE_CONFIG_FILE=str(file))
    assert done.returncode == 0 and done.stderr == b""
    plain = run(stack.program, "config", GATEHOUSE_CONFIG_FILE=str(stack.run / "effective.env"))
    assert done.stdout == plain.stdout
    assert run(stack.program, "doctor", GATEHOUSE_CONFIG_FILE=str(file)).returncode == 0


@pytest.mark.parametrize("command", ["config", "doctor", "serve"])
def test_every_faulty_line_is_reported_with_its_number(stack, whole, tmp_path, command):
    file = tmp_path / "settings"
    count = whole.count(b"\n")
    file.write_bytes(whole + b"\n".join(FAULTY))
    done = run(stack.program, command, GATEHOUSE_CONFIG_FILE=str(file))
    told = (done.stdout + done.stderr).decode()
    assert done.returncode == 1
    for number in range(count + 1, count + 1 + len(FAULTY)):
        assert f"line {number} of the settings file" in told, f"{number}: {told}"
    assert told.count("of the settings file") == len(FAULTY)
    assert "Did you mean GATEHOUSE_MAIL_FROM_NAME?" in told


@pytest.mark.parametrize("line, value", MEANT, ids=[repr(line) for line, _ in MEANT])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""], ids=["LF", "CRLF", "none"])
def test_deploy_run_reads_what_the_program_reads(stack, folder, line, value, end):
    done, file = folder(line.replace(b"\n", end or b"\n") + end)
    assert done.returncode == 0, done.stderr
    assert lines_of(stack.program, line)["GATEHOUSE_MAIL_FROM_NAME"] == value
    effective = (file.parent / "effective.env").read_bytes()
    assert lines_of(stack.program, effective)["GATEHOUSE_MAIL_FROM_NAME"] == value
    assert line.split(b"\n")[0] in file.read_bytes(), "the owner's line stays as it is"
    assert lines_of(stack.program, file.read_bytes())["GATEHOUSE_MAIL_FROM_NAME"] == value


@pytest.mark.parametrize("line", FAULTY, ids=repr)
def test_deploy_run_refuses_what_the_program_refuses(folder, line):
    done, file = folder(b"GATEHOUSE_WORKERS=8\n" + line + b"\nGATEHOUSE_SMTP_PORT=25\n")
    before = file.read_bytes()
    assert done.returncode == 1
    assert b"line 5 of the settings file" in done.stderr, done.stderr
    assert file.read_bytes() == before and not (file.parent / "effective.env").exists()


def test_a_secret_is_kept_in_every_notation(stack, folder):
    for line in (
        b"export GATEHOUSE_MASTER_KEY=a:%s",
        b" GATEHOUSE_MASTER_KEY = 'a:%s' \r",
        b'GATEHOUSE_MASTER_KEY="a:%s"',
    ):
        done, file = folder(line % b"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
        assert done.returncode == 0, done.stderr
        assert file.read_bytes().count(b"GATEHOUSE_MASTER_KEY") == 1
        effective = lines_of(stack.program, (file.parent / "effective.env").read_bytes())
        assert effective["GATEHOUSE_MASTER_KEY"].startswith("a:QUFB")


def test_a_file_that_begins_with_its_marker_keeps_its_secrets(folder):
    key = b"GATEHOUSE_MASTER_KEY=a:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
    done, file = folder(key + b"\n", before=b"")
    assert done.returncode == 0, done.stderr
    assert key in file.read_bytes() and file.read_bytes().count(b"GATEHOUSE_MASTER_KEY") == 1


@pytest.mark.parametrize("mark", [b"", b"# Kept: secrets\n", KEPT + b"\r\r"])
def test_a_file_without_its_marker_loses_no_secret(folder, mark):
    done, file = folder(b"GATEHOUSE_DATABASE_PASSWORD=old\n", mark=mark)
    assert b"has lost the line" in done.stderr
    assert done.returncode == 1 and b"GATEHOUSE_DATABASE_PASSWORD=old" in file.read_bytes()


def test_variables_that_are_no_settings_are_not_written_to_the_file(stack, folder):
    name = ' "Gate" '
    done, file = folder(
        b"", GATEHOUSE_QUITE_ANOTHER="1", GATEHOUSE_MAIL_FROM_NAME=name, GATEHOUSE_CONFIG_FILE="/no"
    )
    assert done.returncode == 0 and b"no setting GATEHOUSE_QUITE_ANOTHER" in done.stdout
    effective = lines_of(stack.program, (file.parent / "effective.env").read_bytes())
    assert effective["GATEHOUSE_MAIL_FROM_NAME"] == name and "GATEHOUSE_QUITE_ANOTHER" not in effective


class _Relay(socketserver.BaseRequestHandler):
    """Copies data between a client and the socket of MariaDB."""

    def handle(self) -> None:
        with socket.socket(socket.AF_UNIX) as far:
            far.connect(self.server.target)
            back = threading.Thread(target=self._copy, args=(far, self.request))
            back.start()
            self._copy(self.request, far)
            back.join()

    @staticmethod
    def _copy(source, target) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # The other side has closed first.


@contextmanager
def listening(address: str, target: str):
    """Forwards a port of an IPv6 address to a Unix socket; yields the port."""

    class Server(socketserver.ThreadingTCPServer):
        address_family = socket.AF_INET6
        daemon_threads = True

    with Server((address, 0), _Relay) as server:
        server.target = target
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_the_database_can_be_reached_at_an_ipv6_address(stack):
    with listening("::1", stack.settings["GATEHOUSE_DATABASE_SOCKET"]) as port:
        settings = {
            "GATEHOUSE_CONFIG_FILE": str(stack.run / "effective.env"),
            "GATEHOUSE_DATABASE_SOCKET": "",
            "GATEHOUSE_DATABASE_HOSTS": f"[::1]:{port}",
        }
        done = run(stack.program, "doctor", **settings)
        assert done.returncode == 0, done.stdout
        assert f"at [::1]:{port}".encode() in done.stdout
    done = run(stack.program, "user", "list", **settings)
    assert done.returncode == 1 and f"[::1]:{port}".encode() in done.stderr
