"""The mail server is down: no user's action fails, and the mails are sent later."""

import secrets as random
from contextlib import contextmanager

import pytest

from support.client import expect
from support.stack import wait_until

pytestmark = pytest.mark.alone


@contextmanager
def mail_sink_down(stack):
    """Stops the mail sink for the block."""
    stack.scripts("stop_piece mail TERM")
    try:
        yield
    finally:
        stack.scripts('read_effective_settings; start_mail')


def jobs_of(db, person, condition: str = "TRUE") -> int:
    """The number of jobs about someone's address."""
    return int(db.value(f"SELECT COUNT(*) FROM jobs WHERE LOCATE(%s, payload) AND {condition}", person.email))


def test_mails_are_sent_when_the_server_is_back(client, people, stack, mailbox, db):
    with mail_sink_down(stack):
        person = people.registered()
        expect(client.post("/api/v1/auth/verify-email/resend", {"email": person.email}), 200)
        wait_until(lambda: jobs_of(db, person, "last_error IS NOT NULL") == 2, "both mails were tried")
        assert jobs_of(db, person, "status = 'pending' AND run_at >= updated_at + INTERVAL 4 SECOND") == 2
    assert mailbox.to(person.email) == []
    db.rows("UPDATE jobs SET run_at = NOW(6) WHERE status = 'pending' AND lease_id IS NULL")
    mail = mailbox.wait_for(person.email, 2)
    expect(person.verify(mail.token), 200)
    wait_until(lambda: jobs_of(db, person) == 0, "finished jobs are gone")


def test_a_job_that_can_never_succeed_is_kept_for_the_operator(db):
    kind = f"test.{random.token_hex(8)}"
    db.rows("INSERT INTO jobs (public_id, kind, payload) VALUES (UUID(), %s, '{}')", kind)
    dead = "SELECT COUNT(*) FROM jobs WHERE kind = %s AND status = 'dead' AND last_error <> ''"
    wait_until(lambda: db.value(dead, kind) == "1", "the job is dead")


def test_the_lease_of_a_dead_runner_expires(db, mailbox, people, stack):
    with mail_sink_down(stack):
        person = people.registered()
        wait_until(lambda: jobs_of(db, person, "last_error IS NOT NULL") == 1, "the mail was tried")
    # The state of the job when its runner was killed, and two minutes later.
    db.run(
        "UPDATE jobs SET lease_id = UUID(), run_at = NOW(6) - INTERVAL 1 SECOND WHERE LOCATE(%s, payload)",
        person.email,
    )
    assert mailbox.wait_for(person.email).token
