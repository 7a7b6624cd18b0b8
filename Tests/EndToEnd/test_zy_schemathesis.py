"""Schemathesis, which knows nothing of this program, checks it against the whole document: every check, with the tokens
of a user and of an administrator. What it needs beside the document is in fuzz/."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

from support.stack import ROOT, Stack

FUZZ = ROOT / "Tests" / "EndToEnd" / "fuzz"

pytestmark = pytest.mark.long

# The duration of each of the two runs in seconds, and the seed of the random choices; `make fuzz` sets others.
# Schemathesis uses all of its time, with a share for each phase, and takes less than the tests that run beside it.
SECONDS = int(os.environ.get("FUZZ_SECONDS", "360"))
SEED = os.environ.get("FUZZ_SEED", "1")
PHASES = ("Examples", "Coverage", "Fuzzing", "Stateful")
# The least number of calls in a run, and of links in the document that were followed. Without them, a run that ended
# early or had no data to continue with would pass unnoticed. A user may not follow the links about accounts and roles.
CALLS = 1500
LINKS = {"user": 12, "admin": 15}


class Run:
    """Schemathesis with accounts of one role."""

    def __init__(self, stack: Stack, role: str, folder: pathlib.Path) -> None:
        self._output = folder / f"{role}.txt"
        command = [
            sys.executable,
            "-B",
            "-m",
            "schemathesis.cli",
            "--config-file",
            FUZZ / "schemathesis.toml",
        ]
        command += ["run", f"{stack.url}/api/v1/openapi.json", "--tls-verify", stack.ca, "--no-color"]
        command += ["--max-time", str(SECONDS), "--seed", SEED]
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ
            | {
                "FUZZ_ROLE": role,
                "FUZZ_SEEN": str(stack.run / "seen"),
                "PYTHONPATH": f"{FUZZ}:{FUZZ.parent}",
                "PYTHONUTF8": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=self._output.open("w"),
            stderr=subprocess.STDOUT,
        )

    def result(self) -> tuple[int, str]:
        """The exit code and the output. Schemathesis finishes its last call after its time is over."""
        return self._process.wait(SECONDS + 120), self._output.read_text(encoding="utf-8")

    def stop(self) -> None:
        """Ends it if it is still running."""
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def runs(stack, tmp_path_factory):
    """One run for each role, side by side."""
    started = {role: Run(stack, role, tmp_path_factory.mktemp(role)) for role in LINKS}
    yield started
    for run in started.values():
        run.stop()


def number(pattern: str, output: str) -> int:
    """The number at a group of digits in the output."""
    found = re.search(pattern, output)
    assert found, f"there is no {pattern}\n{output}"
    return int(found[1])


@pytest.mark.parametrize("role", LINKS)
def test_every_answer_agrees_with_the_document(role, runs, contract):
    code, output = runs[role].result()
    assert code == 0, output
    # Only the summary is checked: above it, a phase has another mark if a link led nowhere, as from an empty list.
    summary = output.rpartition("Test Phases:")[2]
    unfinished = [phase for phase in PHASES if f"✅ {phase}" not in summary]
    assert unfinished == [], f"{SECONDS} seconds are too few\n{output}"
    for phase in ("Coverage", "Fuzzing"):
        tried = number(rf"{phase} \(in [^)]*\)\s+✅ +(\d+) passed", output)
        # All operations except the one that serves the document, which schemathesis leaves out.
        assert tried == len(contract.operations) - 1, f"{phase} tried {tried} operations\n{output}"
    tried = number(r"(\d+) generated, ", output)
    assert tried >= CALLS, f"{tried} calls were tried\n{output}"
    followed = number(r"API Links: +(\d+) covered", output)
    assert followed >= LINKS[role], f"{followed} links were followed\n{output}"
