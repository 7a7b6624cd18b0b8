"""`gatehouse doctor`: webhooks whose secrets, URLs, receivers or deliveries need an operator."""

import uuid
from functools import partial

import pytest

from support import doctor
from support.commands import installation
from support.doctor import faults


@pytest.fixture(scope="module")
def own(stack):
    with installation(stack) as made:
        made.json("keys", "rotate", "--compromised")
        yield made


@pytest.fixture
def examine(own):
    return partial(doctor.examine, own)


@pytest.fixture
def webhook(own):
    """Makes a webhook with an unreadable secret in the installation's database, and returns its id."""
    ids = []

    def make(url: str = "https://hooks.example.com/", status: str = "enabled", reason: str | None = None) -> str:
        public_id = str(uuid.uuid4())
        own.db.run(
            "INSERT INTO webhooks (public_id, url, description, events, status, disabled_reason, secret) "
            "VALUES (%s, %s, '', '*', %s, %s, CONCAT(CHAR(4), 'gone', REPEAT('x', 60)))",
            *(public_id, url, status, reason),
        )
        own.db.run(
            "INSERT INTO webhook_health (webhook_id) SELECT id FROM webhooks WHERE public_id = %s", public_id
        )
        ids.append(public_id)
        return public_id

    yield make
    for public_id in ids:
        own.db.run("DELETE FROM webhooks WHERE public_id = %s", public_id)
    own.db.rows("DELETE FROM webhook_events")


def deliver(own, webhook_id: str, status: str) -> None:
    """A delivery that was due an hour ago."""
    own.db.rows("INSERT INTO webhook_events (public_id, type, data) VALUES (UUID(), 'user.created', '{}')")
    own.db.run(
        "INSERT INTO webhook_deliveries (public_id, webhook_id, event_id, status, run_at) "
        "SELECT UUID(), w.id, (SELECT MAX(id) FROM webhook_events), %s, NOW(6) - INTERVAL 1 HOUR "
        "FROM webhooks w WHERE w.public_id = %s",
        *(status, webhook_id),
    )


def test_a_webhook_whose_secret_cannot_be_opened_is_reported(examine, webhook):
    code, findings = examine()
    assert code == 0 and findings["webhook secrets"][0]["finding"] == "there are none"
    broken = webhook()
    code, findings = examine()
    (secrets,) = findings["webhook secrets"]
    assert code == 1 and faults(findings) == {"webhook secrets"}
    assert broken in secrets["finding"] and '"gone"' in secrets["finding"]


@pytest.mark.parametrize(
    "url, settings",
    [
        ("https://10.1.2.3/", {"GATEHOUSE_OUTBOUND_ALLOW": "10.1.2.3"}),
        ("https://[::1]/", {"GATEHOUSE_OUTBOUND_ALLOW": "::1"}),
        ("http://10.1.2.3/", {"GATEHOUSE_OUTBOUND_ALLOW": "10.1.2.0/24", "GATEHOUSE_ENVIRONMENT": "development"}),
        ("http://hooks.example.com/", {"GATEHOUSE_ENVIRONMENT": "development"}),
    ],
    ids=["private", "loopback", "without TLS", "name without TLS"],
)
def test_a_webhook_to_which_requests_may_not_go_is_reported(examine, webhook, url, settings):
    production = {"GATEHOUSE_ENVIRONMENT": "production", "GATEHOUSE_RATE_LIMITS": "on"}
    webhook(url, "disabled", "request")
    webhook("https://hooks.example.com/")
    assert examine(**production)[1]["webhook addresses"][0]["status"] == "ok"
    refused = webhook(url)
    (addresses,) = examine(**production)[1]["webhook addresses"]
    assert addresses["status"] == "warning" and addresses["finding"].endswith(f"webhook {refused}")
    assert examine(**production | settings)[1]["webhook addresses"][0]["status"] == "ok"


def test_receivers_that_fail_are_reported(examine, own, webhook):
    webhook(status="disabled", reason="request")
    assert examine()[1]["webhook receivers"][0]["status"] == "ok"
    webhook(status="disabled", reason="failing")
    webhook(status="disabled", reason="gone")
    failing = webhook()
    own.db.run(
        "UPDATE webhook_health SET failing_since = NOW(6) "
        "WHERE webhook_id = (SELECT id FROM webhooks WHERE public_id = %s)",
        failing,
    )
    (receivers,) = examine()[1]["webhook receivers"]
    assert receivers["status"] == "warning" and receivers["finding"].startswith("1 fail; 2 are disabled")


def test_dead_deliveries_and_deliveries_that_nobody_sends_are_reported(examine, own, webhook):
    receiver = webhook()
    deliver(own, receiver, "pending")
    assert examine()[1]["webhook deliveries"][0]["status"] == "ok"
    (deliveries,) = examine(GATEHOUSE_WEBHOOK_WORKERS="0")[1]["webhook deliveries"]
    assert deliveries["status"] == "warning" and deliveries["finding"].startswith("1 wait")
    deliver(own, receiver, "dead")
    (deliveries,) = examine()[1]["webhook deliveries"]
    assert deliveries["status"] == "warning" and deliveries["finding"].startswith("1 are dead")
