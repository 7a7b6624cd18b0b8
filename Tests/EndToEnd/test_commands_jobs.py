"""`gatehouse jobs`: pending jobs, and those that have failed for good."""

import pytest

from support.commands import installation
from support.people import new_address

MEMBERS = {"id", "kind", "status", "attempts", "runAt", "lastError", "createdAt"}
NOWHERE = "01935c1e-8a00-7c3d-9e4f-2b6a71d0c518"


@pytest.fixture
def own(stack):
    with installation(stack) as made:
        yield made


@pytest.fixture
def dead(own) -> list[str]:
    """The ids of three dead jobs. No process serves, so they stay as they are."""
    for _ in range(3):
        own.json("user", "create", new_address(), "--name", "Ada", "--no-password")
    own.db.rows("UPDATE jobs SET status = 'dead', attempts = 20, last_error = 'refused:\n\x1b[2J 550'")
    return [job["id"] for job in own.json("jobs", "list", "--dead")["data"]]


def test_list_shows_jobs_without_their_contents(own, dead):
    jobs = own.json("jobs", "list")["data"]
    assert [job["id"] for job in jobs] == dead and all(set(job) == MEMBERS for job in jobs)
    done = own.run("jobs", "list", "--kind", "account.send_invitation", "--limit", "2")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 3
    assert "\x1b" not in done.stdout and "@example.com" not in done.stdout
    assert "There are more" in done.stderr
    assert own.run("jobs", "list", "--limit", "3").stderr == ""
    assert own.json("jobs", "list", "--kind", "auth.send_password_reset_mail")["data"] == []
    assert "account.send_invitation" in own.refused("jobs", "list", "--kind", "other")


def test_retry_makes_one_or_all_due_with_all_attempts_left(own, dead):
    assert own.json("jobs", "retry", dead[0])["data"] == {"retried": 1}
    first = own.json("jobs", "list")["data"][0]
    assert (first["status"], first["attempts"]) == ("pending", 0)
    assert "no dead job" in own.refused("jobs", "retry", dead[0])
    assert own.json("jobs", "retry", "--all-dead")["data"] == {"retried": 2}
    assert own.json("jobs", "list", "--dead")["data"] == []


def test_purge_deletes_only_dead_jobs_and_asks_at_a_terminal(own, dead):
    own.json("jobs", "retry", dead[0])
    assert "no dead job" in own.refused("jobs", "purge", dead[0])
    assert "no dead job" in own.refused("jobs", "purge", NOWHERE)
    assert own.json("jobs", "purge", dead[1])["data"] == {"purged": 1}
    code, _ = own.at_terminal("jobs", "purge", "--all-dead", typed=["no"])
    assert code == 1 and len(own.json("jobs", "list")["data"]) == 2
    code, _ = own.at_terminal("jobs", "purge", "--all-dead", "--yes", typed=[])
    assert code == 0
    assert [job["id"] for job in own.json("jobs", "list")["data"]] == [dead[0]]


def test_requires_a_job_or_all(own):
    for command in ("retry", "purge"):
        assert own.run("jobs", command).returncode == 64
        assert own.run("jobs", command, NOWHERE, "--all-dead").returncode == 64
        assert own.run("jobs", command, "1").returncode == 64
