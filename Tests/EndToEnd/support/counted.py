"""Counts the work of a process of the program.

Valgrind runs a program block by block (a few instructions without a branch into them) and counts the blocks that it
starts. The same work gives the same count, however busy the machine is.
"""

import pathlib
import re
import subprocess
from contextlib import contextmanager

from support.sibling import sibling
from support.stack import Stack

BEGUN = re.compile(r"scheduler: ([\d,]+) event checks")


@contextmanager
def counted(stack: Stack, folder: pathlib.Path):
    """Runs a process of the program, with one worker for requests and one for jobs. It delivers no webhooks, since
    looking for them would be counted, too."""
    pipes = f"--vgdb-prefix={folder / 'vgdb'}"
    under = ("valgrind", "--quiet", "--tool=none", "--vgdb=yes", pipes)
    settings = {
        "GATEHOUSE_WORKERS": "1",
        "GATEHOUSE_JOB_WORKERS": "1",
        "GATEHOUSE_WEBHOOK_WORKERS": "0",
        "GATEHOUSE_RATE_LIMITS": "off",
    }
    with sibling(stack, folder, under=under, **settings) as socket:
        yield Counted(socket, pipes)


class Counted:
    """The process, and the work that it has done."""

    def __init__(self, socket: pathlib.Path, pipes: str) -> None:
        self.socket, self._pipes = socket, pipes
        self._known = 0

    def work(self) -> int:
        """The number of blocks that it has run since the last call."""
        # Vgdb interrupts a waiting process at once; by default it waits a tenth of a second.
        command = ["vgdb", self._pipes, "--max-invoke-ms=2", "v.info", "stats"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        before, self._known = self._known, int(BEGUN.search(done.stdout + done.stderr)[1].replace(",", ""))
        return self._known - before
