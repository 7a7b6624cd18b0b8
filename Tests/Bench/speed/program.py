"""The program, started by deploy/run, behind an nginx of the bench."""

import os
import pathlib
import subprocess
from functools import cache, cached_property

import front
import http_client
import pieces
from settings import EMAIL, PASSWORD, RUN

CREDENTIALS = {"email": EMAIL, "password": PASSWORD}
USERS_ME, LOGIN, REFRESH = "/api/v1/users/me", "/api/v1/auth/login", "/api/v1/auth/refresh"
FILE = RUN / "bin" / "gatehouse"


class Program:
    """The program under measurement."""

    def __init__(self) -> None:
        self.front = front.start("program", RUN / "gatehouse.sock")
        pieces.wait_until("nginx before the program", lambda: front.is_up(f"{self.front.url}/healthz"))

    def sign_in(self) -> dict:
        """Signs in the user of the seed, and returns the tokens."""
        return http_client.call_json("POST", self.front.url + LOGIN, CREDENTIALS)["data"]["tokens"]

    def headers(self) -> dict[str, str]:
        """The header fields of a caller who has just signed in."""
        return {"Authorization": f"Bearer {self.sign_in()['accessToken']}"}

    @cached_property
    def settings(self) -> dict[str, str]:
        """The settings that it was started with."""
        with open(RUN / "effective.env") as file:
            lines = subprocess.check_output([FILE, "config", "--lines"], stdin=file, text=True)
        return dict(line.split("=", 1) for line in lines.splitlines() if line)

    @cached_property
    def database(self) -> dict[str, str]:
        """The address of its database, in the variables of the rivals."""
        names = ("SOCKET", "NAME", "USER", "PASSWORD")
        return {f"DATABASE_{name}": self.settings[f"GATEHOUSE_DATABASE_{name}"] for name in names}


def processes() -> list[int]:
    """The ids of its processes."""
    parent = (RUN / "pid" / "multiwatch").read_text().split()[0]
    return [int(pid) for pid in pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def memory(pid: int) -> int:
    """The resident bytes of a process without the arenas for password hashes, the only memory marked for huge pages
    (proc(5), smaps, "hg")."""
    total = resident = 0
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name == "Rss":
            resident = 1024 * int(rest.split()[0])
        elif name == "VmFlags" and "hg" not in rest.split():
            total += resident
    return total


@cache
def _root() -> list[str]:
    return ["mariadb", "--no-defaults", f"--socket={RUN}/mariadb.sock", "--user=root", "--batch", "--skip-column-names"]


def query(statement: str) -> str:
    """Runs a statement as root, and returns its output."""
    return subprocess.check_output([*_root(), "--execute", statement], text=True).strip()


def environment() -> dict[str, str]:
    """The environment of a process of the program."""
    return {"GATEHOUSE_CONFIG_FILE": str(RUN / "effective.env"), "PATH": os.environ["PATH"]}
