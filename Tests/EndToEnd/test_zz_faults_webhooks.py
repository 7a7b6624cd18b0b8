"""Deliveries while receivers hang, and while processes are killed."""

import statistics
import time

import pytest

from support.client import expect
from support.load import load
from support.processes import both_serve, kill_one
from support.stack import wait_until
from support.webhooks import receiver

pytestmark = pytest.mark.alone

CHANGES = 1000
KILLS = 6


def test_a_receiver_that_hangs_and_one_that_fails_do_not_delay_a_third(webhooks, organizations):
    organization = organizations.new()
    with receiver() as hanging, receiver() as failing, receiver() as well:
        hanging.hang()
        failing.status = 500
        for taken in (hanging, failing, well):
            webhooks.new(taken.url, "project.created", organization=organization)
        made = {}
        for number in range(60):
            project = webhooks.project(organization, f"Engine {number}")
            made[project["id"]] = time.time()
        received = {one.message["data"]["projectId"]: one.at for one in well.wait_for(60)}
        latencies = [received[project] - at for project, at in made.items()]
        assert statistics.median(latencies) < 2, sorted(latencies)
        assert len(hanging.requests) <= 4


def test_kill_9_during_changes_loses_no_event_and_makes_none_up(client, stack, db, webhooks, organizations):
    organization = organizations.new()
    with receiver() as taken:
        webhook = webhooks.new(taken.url, "project.created", organization=organization)
        body = {"name": "Under load", "organizationId": organization.id}

        def create(thread: int, count: int) -> str | None:
            response = client.post("/api/v1/projects", body, token=organization.owner.access)
            if response.status_code == 201:
                return response.json()["data"]["id"]
            expect(response, 503, "OVERLOADED")
            return None

        with load(*[create] * 6) as running:
            for _ in range(KILLS):
                running.wait_for_more(CHANGES // (KILLS + 1))
                kill_one(stack)
            while sum(1 for project in list(running.results) if project) < CHANGES:
                running.wait_for_more(10)
        assert running.failures == []
        both_serve(client, stack)
        kept = {
            row[0]
            for row in db.rows(
                "SELECT p.public_id FROM projects p JOIN organizations o ON o.id = p.organization_id "
                "WHERE o.public_id = %s",
                organization.id,
            )
        }
        assert {project for project in running.results if project} <= kept
        wait_until(
            lambda: {one.message["data"]["projectId"] for one in list(taken.requests)} >= kept,
            f"{len(kept)} events",
            120,
        )
        events = {}
        for one in taken.requests:
            message = one.verify(webhook.secret)
            assert events.setdefault(message["data"]["projectId"], one.id) == one.id, "an event has one id"
        assert set(events) == kept
        assert len(set(events.values())) == len(kept) >= CHANGES
