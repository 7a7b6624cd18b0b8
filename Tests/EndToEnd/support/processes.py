"""Kills processes of the program, and waits for new ones."""

import os
import signal

from support.client import Client
from support.stack import Stack, wait_until


def both_serve(client: Client, stack: Stack) -> None:
    """Waits until two processes serve and one answers."""
    stack.scripts("wait_until 30 all_serve")
    wait_until(lambda: client.get("/readyz").status_code == 200, "the stack is ready")


def kill_one(stack: Stack) -> None:
    """Kills one process, and waits until multiwatch has replaced it."""
    victim = stack.responders()[0]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: len(set(stack.responders()) - {victim}) == 2, "multiwatch replaced the process")
