"""The running stack under test: its location, its settings, and the scripts that start its parts."""

import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]


class MissingVariable(Exception):
    """The tests were started without a stack."""


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise MissingVariable(f"{name} is not set. `make test` starts a stack and sets it.")
    return value


class Stack:
    """A stack started by `deploy/run`."""

    @classmethod
    def under_test(cls) -> "Stack":
        """The stack that the environment names."""
        url, run, ca = map(_variable, ("GATEHOUSE_URL", "GATEHOUSE_RUN_DIR", "GATEHOUSE_CA"))
        return cls(url, pathlib.Path(run), ca)

    def __init__(self, url: str, run: pathlib.Path, ca: str) -> None:
        self.url, self.run, self.ca = url.rstrip("/"), run.resolve(), ca
        self.host, port = self.url.removeprefix("https://").split(":")
        self.port = int(port)
        self.log = self.run / "log"
        self.mail = self.run / "mail"
        self.program = self.run / "bin" / "gatehouse"

    @property
    def settings(self) -> dict[str, str]:
        """The settings that the program was started with."""
        lines = (self.run / "effective.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    @property
    def http_port(self) -> int:
        """The port that redirects to HTTPS."""
        return int((self.run / "nginx" / "ports").read_text().split()[1])

    def pid(self, piece: str) -> int:
        """The process id of nginx, multiwatch, mail or mariadb."""
        return int((self.run / "pid" / piece).read_text().split()[0])

    def responders(self) -> list[int]:
        """The process ids of the program."""
        parent = self.pid("multiwatch")
        children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return [int(child) for child in children.split()]

    def scripts(self, commands: str, *arguments: str) -> str:
        """Runs shell commands that use the functions of deploy/, on this stack."""
        sources = "".join(f". deploy/{name}.sh; " for name in ("common", "settings", "mariadb", "mail", "program"))
        done = subprocess.run(
            ["bash", "-c", f"{sources} link_run_folder; {commands}", "bash", *arguments],
            cwd=ROOT,
            env=without_settings() | {"GATEHOUSE_RUN_DIR": str(self.run)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def without_settings() -> dict[str, str]:
    """The environment without the settings that the tests were started with."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}


def is_running(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, what: str, seconds: float = 20):
    """Asks again and again until the condition holds, and returns its value."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds} s without success: {what}"
        time.sleep(0.05)
