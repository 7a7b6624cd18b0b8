"""A second stack beside the one under test: the same program, with its limits on."""

import itertools
import pathlib
import shutil
import subprocess
from contextlib import contextmanager

from support.client import Client
from support.contract import Contract
from support.database import Database
from support.mailbox import Mailbox
from support.organizations import Organizations
from support.people import People
from support.secrets import SecretRegistry
from support.stack import ROOT, Stack, without_settings


class Network:
    """Callers from one IPv4 /24, as nginx sees them. All of 127.0.0.0/8 reaches a server bound to 127.0.0.1."""

    def __init__(self, limited: "Limited", prefix: str) -> None:
        self._limited, self._prefix = limited, prefix
        self.people = People(self.client(250), limited.db)
        self.organizations = Organizations(self.client(250), limited.db, limited.mailbox, self.people)

    def address(self, host: int) -> str:
        return f"{self._prefix}.{host}"

    def client(self, host: int = 1) -> Client:
        """A client with one of these addresses."""
        return Client(self._limited.stack, self._limited.contract, self._limited.secrets, self.address(host))


class Limited:
    """The stack, and what the tests need to use it."""

    def __init__(self, stack: Stack, contract: Contract, secrets: SecretRegistry) -> None:
        self.stack, self.contract, self.secrets = stack, contract, secrets
        self.db, self.mailbox = Database(stack), Mailbox(stack, secrets)
        self._prefixes = (f"127.{high}.{low}" for high in itertools.count(1) for low in range(256))

    def network(self) -> Network:
        """An unused network."""
        return Network(self, next(self._prefixes))

    def restart_program(self) -> None:
        """Ends every process of the program and starts new ones."""
        self.stack.scripts("stop_piece multiwatch TERM; start_or_replace_program")

    def restart(self) -> None:
        """Stops everything and starts it again, as an operator does."""
        _run("stop", self.stack.run)
        self.bring_up()

    def bring_up(self, **settings: str) -> str:
        """Starts what is not running, with additional settings; returns the output."""
        program = str(self.stack.program)
        return _run("run", self.stack.run, **_ports(self.stack), GATEHOUSE_PROGRAM=program, **settings)


@contextmanager
def limited_stack(beside: Stack, goes_on: bool):
    """Starts the second stack in a folder beside the first, and stops it. Its logs stay, and so does its data, which
    the next run can continue to use."""
    run = beside.run.with_name(f"{beside.run.name}-limited")
    if run.exists() and not goes_on:
        _run("stop", run)
        shutil.rmtree(run)
    port, http_port = beside.scripts("free_port; free_port").split()
    stack = Stack(f"https://localhost:{port}", run, str(run / "tls" / "ca.crt"))
    try:
        ports = {"GATEHOUSE_HTTPS_PORT": port, "GATEHOUSE_HTTP_PORT": http_port}
        _run("run", run, **ports, GATEHOUSE_PROGRAM=str(beside.program))
        yield stack
    finally:
        _run("stop", run)
        stack.scripts('[[ $LINK == "$RUN" ]] || rm -f -- "$LINK"')


def _run(script: str, run: pathlib.Path, **settings: str) -> str:
    done = subprocess.run(
        [f"deploy/{script}"],
        cwd=ROOT,
        env=without_settings() | {"GATEHOUSE_RUN_DIR": str(run)} | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"deploy/{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _ports(stack: Stack) -> dict[str, str]:
    return {"GATEHOUSE_HTTPS_PORT": str(stack.port), "GATEHOUSE_HTTP_PORT": str(stack.http_port)}
