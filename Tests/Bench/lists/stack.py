"""A stack started by deploy/run: its HTTP interface and its database."""

import http.client
import json
import os
import pathlib
import secrets
import ssl
import subprocess
import time
import urllib.parse
from dataclasses import dataclass, field

from database import Database

ROOT = pathlib.Path(__file__).resolve().parents[3]
BASE = "/api/v1"


@dataclass(frozen=True)
class Account:
    """A signed-in user."""

    id: str
    email: str
    password: str
    token: str
    refresh: str


@dataclass
class Stack:
    """Calls the program through nginx, on one connection that is kept open."""

    run: pathlib.Path
    port: int
    db: Database = field(init=False)
    _connection: http.client.HTTPSConnection = field(init=False)

    def __post_init__(self) -> None:
        self.db = Database(self.run / "mariadb.sock")
        tls = ssl.create_default_context(cafile=self.run / "tls" / "ca.crt")
        self._connection = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=tls)

    @classmethod
    def named(cls, name: str) -> "Stack":
        """The stack that the environment describes by `BENCH_<name>_RUN` and `BENCH_<name>_PORT`."""
        return cls(pathlib.Path(os.environ[f"BENCH_{name}_RUN"]), int(os.environ[f"BENCH_{name}_PORT"]))

    def stop_program(self) -> None:
        """Ends the program; the database and nginx keep running."""
        self._scripts("stop_piece multiwatch TERM")

    def start_program(self) -> None:
        """Starts the program."""
        self._scripts("start_program")

    def restart_program(self) -> None:
        """Restarts the program, so that its connections are new."""
        self.stop_program()
        self.start_program()

    def _scripts(self, command: str) -> None:
        """Runs one of the functions of deploy/ on this stack."""
        sources = "; ".join(f". deploy/{name}.sh" for name in ("common", "settings", "program"))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
        subprocess.run(
            ["bash", "-c", f"{sources}; link_run_folder; {command}"],
            cwd=ROOT,
            env=environment | {"GATEHOUSE_RUN_DIR": str(self.run)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def account(self, role: str) -> Account:
        """Makes an account with a role and signs it in."""
        email, password = f"bench-{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(18)
        command = [
            self.run / "bin" / "gatehouse",
            "user",
            "create",
            email,
            "--name",
            "Bench",
            "--verified",
            "--json",
        ]
        done = subprocess.run(
            [*command, "--role", role],
            env={"GATEHOUSE_CONFIG_FILE": str(self.run / "effective.env")},
            input=f"{password}\n",
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise SystemExit(f"error: {done.stderr}")
        answer, _ = self.call("POST", "/auth/login", body={"email": email, "password": password})
        tokens = answer["data"]["tokens"]
        return Account(
            json.loads(done.stdout)["data"]["id"],
            email,
            password,
            tokens["accessToken"],
            tokens["refreshToken"],
        )

    def call(
        self,
        method: str,
        path: str,
        query: dict | None = None,
        body: dict | None = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        expect: tuple[int, ...] = (200,),
    ) -> tuple[dict, float]:
        """Makes one call, whose answer must be as expected; returns the body and the seconds it took."""
        target = BASE + path + (f"?{urllib.parse.urlencode(query)}" if query else "")
        fields = dict(headers or {})
        if body is not None:
            fields["Content-Type"] = "application/json"
        if token is not None:
            fields["Authorization"] = f"Bearer {token}"
        start = time.perf_counter()
        self._connection.request(
            method, target, json.dumps(body).encode() if body is not None else None, fields
        )
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - start
        if response.status not in expect:
            raise SystemExit(
                f"error: {method} {target} was answered {response.status}:\n{content.decode()[:1000]}"
            )
        return json.loads(content or "{}") | {"status": response.status}, seconds
