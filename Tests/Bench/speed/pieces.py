"""Starts and finds processes of the bench by the functions of deploy/. The next run takes down what a killed run
left."""

import os
import subprocess
import time
from collections.abc import Callable

from settings import BENCH, ROOT, RUN


def start(name: str, *command: object, **environment: object) -> None:
    """Starts a process, whose output goes to log/bench-<name>.log."""
    _scripts({key: str(value) for key, value in environment.items()}, "start_piece", f"bench-{name}", *command)


def stop(name: str) -> None:
    """Ends it."""
    _scripts({}, "stop_piece", f"bench-{name}", "TERM")


def free_port() -> int:
    """A port on which nothing listens."""
    return int(_scripts({}, "free_port"))


def _scripts(environment: dict[str, str], *command: object) -> str:
    """Runs one of the functions of deploy/common.sh on the run folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
    done = subprocess.run(
        ["bash", "-c", '. deploy/common.sh; link_run_folder; "$@"', "bash", *map(str, command)],
        cwd=ROOT,
        env=own | {"GATEHOUSE_RUN_DIR": str(RUN)} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def wait_until(what: str, holds: Callable[[], bool], seconds: float = 60) -> None:
    """Waits for a condition; its function may fail meanwhile."""
    end = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        if time.monotonic() > end:
            raise SystemExit(f"error: {what} has not come about within {seconds:.0f} s; see {RUN}/log")
        time.sleep(0.05)


def build(name: str, *libraries: str) -> str:
    """Builds rivals/<name>/<name>.c, and returns the path of the program."""
    program = RUN / "bin" / f"bench-{name}"
    flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", *libraries], text=True).split()
    source = BENCH / "rivals" / name / f"{name}.c"
    options = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"]
    subprocess.run(["gcc", *options, "-o", program, source, *flags], check=True)
    return str(program)
