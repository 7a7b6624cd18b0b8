"""What `make run` tells last: how to end this stack, and no other, and how to bring it back."""

import re
import subprocess

import pytest

from support.client import expect
from support.stack import ROOT, is_running, without_settings

PIECES = ("nginx", "multiwatch", "mail", "mariadb")


def type_in(command: str, folder) -> None:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=without_settings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_the_closing_words_end_this_stack_and_bring_it_back(limited, network, client, stack):
    said = limited.bring_up()
    words = re.search(r"To end it:\n  (.+)\nTo bring it back with its data:\n  (.+)\n", said)
    ends, brings_back = words.groups()
    mine, theirs = ([one.pid(piece) for piece in PIECES] for one in (limited.stack, stack))
    type_in(ends, ROOT)
    assert not [pid for pid in mine if is_running(pid)]
    assert all(map(is_running, theirs))
    expect(client.get("/healthz"), 200)
    type_in(brings_back, ROOT)
    expect(network.client().get("/readyz"), 200)


@pytest.mark.parametrize(
    "folder, run, words",
    [
        (".", None, "make stop"),
        (".", ".run", "make stop"),
        (".", ".run-two", "GATEHOUSE_RUN_DIR={root}/.run-two deploy/stop"),
        (".", "a b$c", r"GATEHOUSE_RUN_DIR={root}/a\ b\$c deploy/stop"),
        ("/", None, "GATEHOUSE_RUN_DIR={root}/.run {root}/deploy/stop"),
        ("/", "/tmp/two", "GATEHOUSE_RUN_DIR=/tmp/two {root}/deploy/stop"),
    ],
)
def test_the_command_names_the_folder_where_there_is_another(folder, run, words):
    done = subprocess.run(
        ["bash", "-c", f". {ROOT}/deploy/common.sh; command_for stop"],
        cwd=ROOT / folder,
        env=without_settings() | ({"GATEHOUSE_RUN_DIR": run} if run else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == words.format(root=ROOT)
