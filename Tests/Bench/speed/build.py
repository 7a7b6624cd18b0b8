"""Measures how long `make run` takes: from a fresh clone, with nothing changed, and with a setting changed; and reports
how long `make test` took."""

import os
import shutil
import subprocess
import time

import pieces
from rounds import Goal
from settings import ROOT, RUN

# Without symbolic links, as a developer would name it.
CLONE = RUN.resolve() / "clone"
LOG = RUN / "make-run.log"
# The figures that deploy/test leaves after a run from scratch: seconds, commit and time; then its parts, one on each
# line.
TESTED = ROOT / ".build" / "test-duration"
AGAIN = 3


def times() -> list[Goal]:
    """Clones the last commit and runs it. Debian's packages are installed, and Swift's are there if they were fetched
    before; nothing is built."""
    shutil.rmtree(CLONE, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", ROOT, CLONE], check=True)
    ports = [f"GATEHOUSE_HTTPS_PORT={pieces.free_port()}", f"GATEHOUSE_HTTP_PORT={pieces.free_port()}"]
    try:
        first = _run(*ports)
        unchanged = [_run(*ports) for _ in range(AGAIN)]
        levels = ["notice", "info", "notice"]
        changed = [_run(*ports, f"GATEHOUSE_LOG_LEVEL={level}") for level in levels]
    finally:
        subprocess.run(["make", "--silent", "stop"], cwd=CLONE, env=_environment(), check=True)
    return [
        Goal("First make run, from a fresh clone", 210, [first], "s", False),
        Goal("make run with nothing changed", 5, unchanged, "s", False),
        Goal("make run with a setting changed", 10, changed, "s", False),
        *_tests(),
    ]


def _tests() -> list[Goal]:
    """The duration of the last `make test` that started from scratch and passed, with its parts, which overlap."""
    try:
        run, *parts = TESTED.read_text().splitlines()
    except FileNotFoundError:
        return []
    seconds, commit, when = run.split()
    took = ", ".join(f"{name} {number} s" for number, name in (part.split(" ", 1) for part in parts))
    remark = f"of {commit[:7]} at {when}, not in this run; in two halves: {took}"
    return [Goal("make test, from a fresh clone", 720, [float(seconds)], "s", False, remark=remark)]


def _environment() -> dict[str, str]:
    """The environment without the variables for another stack or for the make that called this."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GATEHOUSE_", "MAKE"))}


def _run(*words: str) -> float:
    print(f"make run {' '.join(words)}", flush=True)
    begin = time.monotonic()
    with open(LOG, "a") as log:
        subprocess.run(["make", "run", *words], cwd=CLONE, env=_environment(), stdout=log, stderr=log, check=True)
    seconds = time.monotonic() - begin
    print(f"  {seconds:.1f} s", flush=True)
    return seconds
