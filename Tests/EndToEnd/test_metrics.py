"""The contents of `/metrics`, who may read it, and how Prometheus uses it."""

import json
import math
import re
from functools import partial

import pytest

from support.client import expect
from support.load import load
from support.metrics import Metrics, prometheus, promtool, read
from support.people import new_address, new_password
from support.raw import connect, exchange, head
from support.raw import read as receive
from support.sibling import call, sibling
from support.stack import ROOT, wait_until

# Requests of other tests would be counted too.
pytestmark = pytest.mark.alone

MONITORING = ROOT / "deploy" / "monitoring"
ME = "/api/v1/users/me"
METRIC = re.compile(r"\bgatehouse_[a-z_]+")
LABELS = {"kind", "le", "method", "outcome", "policy", "process", "purpose", "route", "status", "version"}


@pytest.fixture(scope="module")
def scraper(stack, tmp_path_factory):
    with prometheus(stack, tmp_path_factory.mktemp("prometheus"), MONITORING / "alerts.yml") as running:
        yield running


@pytest.fixture(scope="module")
def dashboard() -> dict:
    return json.loads((MONITORING / "grafana-dashboard.json").read_text())


def requests_of(metrics: Metrics, route: str, method: str = "GET", **labels: str) -> float:
    return metrics.sum("gatehouse_http_requests_total", route=route, method=method, **labels)


def test_promtool_reports_no_problem(stack):
    assert promtool("check", "metrics", text=read(stack).text) == ""


def test_every_metric_has_a_help_text_a_type_and_the_prefix(stack):
    metrics = read(stack)
    for name, kind in metrics.types.items():
        assert name.startswith("gatehouse_")
        assert f"# HELP {name} " in metrics.text
        assert (kind == "counter") == name.endswith("_total")
        if kind == "histogram":
            assert name.endswith("_seconds")
    told = {re.sub("_(bucket|sum|count)$", "", name) for name, _ in metrics.samples}
    assert told == set(metrics.types)


def test_only_listed_addresses_may_read_it(stack):
    """All of 127.0.0.0/8 reaches nginx, but only the address of a scraper on this machine is allowed."""
    with connect(stack, source="127.0.0.2") as connection:
        connection.sendall(head("GET", "/metrics"))
        answer = receive(connection)
    assert answer.status == 403 and json.loads(answer.body)["error"]["code"] == "FORBIDDEN"
    assert b"gatehouse_" not in answer.body
    for path in ("/metrics/", "/api/v1/metrics", "/api/metrics", "/.well-known/metrics", "//metrics"):
        assert exchange(stack, head("GET", path)).status == 404


def test_it_is_read_only(client, stack):
    assert exchange(stack, head("HEAD", "/metrics"), "HEAD").status == 200
    answer = exchange(stack, head("POST", "/metrics", "Content-Length: 0"), "POST")
    assert answer.status == 405 and answer.values("Allow") == ["GET, HEAD"]
    answer = exchange(stack, head("GET", "/metrics?surprise=1"))
    assert answer.status == 400


def test_it_is_not_in_the_document(contract):
    assert "/metrics" not in {operation.path for operation in contract.operations}


def test_every_route_has_its_series(stack, declared_routes):
    metrics = read(stack)
    counted = {
        (labels["method"], labels["route"])
        for labels, _ in metrics.find("gatehouse_http_request_duration_seconds_count")
    }
    declared = {(route.method, route.path) for route in declared_routes} | {("GET", "/metrics")}
    assert declared <= counted
    others = counted - declared
    assert all(method == "HEAD" or route == "unmatched" for method, route in others), others
    for method, route in declared:
        for status in ("500", "503"):
            assert metrics.find("gatehouse_http_requests_total", method=method, route=route, status=status)


def test_the_sum_includes_the_requests_of_all_processes(client, stack, people):
    """It does not matter which process answered the requests and which one reports them."""
    person = people.signed_in()
    expect(client.get(ME), 401, "UNAUTHORIZED")
    before = read(stack)
    for _ in range(20):
        expect(client.get(ME, token=person.access), 200)
        expect(client.get(ME), 401, "UNAUTHORIZED")
    with load(*[lambda thread, count: client.get("/healthz").status_code] * 4) as running:
        running.wait_for_more(200)
    assert running.failures == [] and set(running.results) == {200}
    after = read(stack)
    assert requests_of(after, ME, status="200") - requests_of(before, ME, status="200") == 20
    assert requests_of(after, ME, status="401") - requests_of(before, ME, status="401") == 20
    # Other clients may read it meanwhile, which is counted too.
    assert requests_of(after, "/healthz") - requests_of(before, "/healthz") >= len(running.results)


def test_a_sibling_counts_into_the_same_file(stack, tmp_path):
    before = read(stack)
    with sibling(stack, tmp_path) as socket:
        for _ in range(30):
            assert call(socket, "GET", "/.well-known/jwks.json", HTTP_ACCEPT="*/*").status == 200
        during = read(stack)
        assert during.sum("gatehouse_processes") == before.sum("gatehouse_processes") + 1
        assert during.sum("gatehouse_workers") > before.sum("gatehouse_workers")
    after = read(stack)
    route = "/.well-known/jwks.json"
    assert requests_of(after, route, status="200") - requests_of(before, route, status="200") == 30
    assert after.sum("gatehouse_processes") == before.sum("gatehouse_processes")
    assert after.sum("gatehouse_workers") == before.sum("gatehouse_workers")


def test_a_request_is_in_one_range_of_durations_and_in_the_sum(client, stack):
    before = read(stack)
    expect(client.get(ME), 401, "UNAUTHORIZED")
    after = read(stack)
    name, labels = "gatehouse_http_request_duration_seconds", {"route": ME, "method": "GET"}
    assert after.sum(f"{name}_count", **labels) - before.sum(f"{name}_count", **labels) == 1
    assert after.sum(f"{name}_sum", **labels) > before.sum(f"{name}_sum", **labels)
    rising = [
        value
        for _, value in sorted(
            ((float(found["le"]), value) for found, value in after.find(f"{name}_bucket", **labels))
        )
    ]
    assert rising == sorted(rising) and rising[-1] == after.sum(f"{name}_count", **labels)


def test_all_unknown_paths_share_one_label_value(client, stack):
    before = read(stack)
    client.get("/api/v1/nothing-here")
    client.get("/api/v1/nothing-there")
    client.request("PROPFIND", ME)
    after = read(stack)

    def more(method: str, status: str) -> float:
        labels = {"route": "unmatched", "method": method, "status": status}
        name = "gatehouse_http_requests_total"
        return after.sum(name, **labels) - before.sum(name, **labels)

    assert (more("GET", "404"), more("other", "405")) == (2, 1)
    assert "nothing" not in after.text and "PROPFIND" not in after.text


def test_labels_are_bounded_and_contain_no_user_data(client, stack, people):
    person = people.signed_in()
    client.get(f"/api/v1/users/{person.id}", token=person.access)
    metrics = read(stack)
    assert {name for _, labels in metrics.samples for name, _ in labels} <= LABELS
    for told in (person.email, person.email.split("@")[0], person.id, person.access, person.password):
        assert told not in metrics.text
    assert "@" not in metrics.text


def test_a_registration_counts_in_passwords_statements_jobs_and_mails(stack, people):
    names = (
        "gatehouse_password_hash_duration_seconds_count",
        "gatehouse_database_statement_duration_seconds_count",
        "gatehouse_jobs_total",
        "gatehouse_mails_total",
    )
    before = read(stack)
    people.registered()

    def all_more() -> bool:
        after = read(stack)
        return all(after.sum(name) > before.sum(name) for name in names)

    wait_until(all_more, "all four have been counted")
    after = read(stack)
    assert after.sum("gatehouse_mails_total", outcome="sent") > before.sum("gatehouse_mails_total", outcome="sent")
    assert after.sum("gatehouse_database_up") == 1


def test_waiting_and_dead_jobs_are_reported_by_kind(stack, db):
    db.rows(
        "INSERT INTO jobs (public_id, kind, payload, status, run_at) VALUES "
        "(UUID(), 'operations.purge', '{}', 'dead', NOW(6)), (UUID(), 'somebody@example.com', '{}', 'dead', NOW(6))"
    )
    try:

        def told() -> bool:
            metrics = read(stack)
            assert "somebody" not in metrics.text
            return all(
                metrics.sum("gatehouse_jobs_dead", kind=kind) >= 1 for kind in ("operations.purge", "other")
            )

        wait_until(told, "the dead jobs are reported")
    finally:
        db.rows("DELETE FROM jobs WHERE status = 'dead' AND kind IN ('operations.purge', 'somebody@example.com')")


def test_a_refusal_is_counted_by_its_limit(network, limited):
    caller, name = network.client(), "gatehouse_rate_limit_refusals_total"
    attempt = {"email": new_address(), "password": new_password()}
    before = read(limited.stack)
    for _ in range(5):
        expect(caller.post("/api/v1/auth/login", attempt), 401, "INVALID_CREDENTIALS")
    expect(caller.post("/api/v1/auth/login", attempt), 429, "ACCOUNT_LOCKED")
    while (answer := caller.get("/api/v1/nothing")).status_code == 404:
        pass
    expect(answer, 429, "RATE_LIMITED")
    after = read(limited.stack)
    for policy, count in (("failures", 1), ("anonymous", 1), ("other", 0), ("standard", 0)):
        assert after.sum(name, policy=policy) - before.sum(name, policy=policy) == count
    assert after.sum(name) - before.sum(name) == 2


def test_workers_and_processes_are_reported(stack):
    metrics = read(stack)
    assert metrics.sum("gatehouse_processes") == 2
    assert metrics.sum("gatehouse_workers") == 2 * int(stack.settings["GATEHOUSE_WORKERS"])
    assert metrics.sum("gatehouse_job_workers") == 2 * int(stack.settings["GATEHOUSE_JOB_WORKERS"])
    assert metrics.sum("gatehouse_workers_busy") >= 1, "one worker answers this request"
    assert metrics.sum("gatehouse_workers_connected") >= 1
    memory = metrics.find("gatehouse_process_resident_memory_bytes")
    assert len(memory) == 2 and all(value > 1 << 20 for _, value in memory)


def test_hashes_and_kept_connections_leave_a_quarter_of_the_workers(stack):
    """Otherwise a flood of sign-ins could take all workers: it would wait for a worker before everybody else instead of
    being turned away."""
    kept = [
        int(re.search(rf"^ *{name} (\d+);", (stack.run / "nginx" / file).read_text(), re.MULTILINE)[1])
        for name, file in (("worker_processes", "nginx.conf"), ("keepalive", "gatehouse.conf"))
    ]
    workers = int(stack.settings["GATEHOUSE_WORKERS"])
    hashes = read(stack).sum("gatehouse_password_hash_slots") / 2
    assert math.prod(kept) >= 1 and hashes >= 2
    assert math.prod(kept) + hashes <= workers * 3 / 4


def test_prometheus_scrapes_it_and_can_query_the_requests(client, stack, scraper):
    total = f'sum(gatehouse_http_requests_total{{route="{ME}", status="401"}})'
    before = wait_until(partial(scraper.value, total), "Prometheus has scraped")
    assert scraper.value('up{job="gatehouse"}') == 1
    for _ in range(25):
        expect(client.get(ME), 401, "UNAUTHORIZED")
    wait_until(lambda: scraper.value(total) == before + 25, "Prometheus knows of the requests")


def test_every_query_of_the_dashboard_is_valid_and_uses_existing_metrics(stack, scraper, dashboard):
    wait_until(lambda: scraper.value('up{job="gatehouse"}') == 1, "Prometheus has scraped")
    known = wait_until(scraper.names, "Prometheus knows metrics")
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    assert len(expressions) > 20
    named = set()
    for expression in expressions:
        named |= set(METRIC.findall(expression))
        scraper.query(expression.replace("$__rate_interval", "1m").replace("$instance", ".*"))
    assert named <= known, named - known
    # Every metric is on the dashboard; of a histogram, one of its three parts is enough.
    told = set(read(stack).types)
    assert told <= {re.sub("_(bucket|sum|count)$", "", name) for name in named}
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_alerts_are_valid_and_use_existing_metrics(scraper):
    promtool("check", "rules", MONITORING / "alerts.yml")
    promtool("test", "rules", MONITORING / "alerts.test.yml")
    text = (MONITORING / "alerts.yml").read_text()
    named = {name for line in text.splitlines() if "#" not in line for name in METRIC.findall(line)}
    wait_until(lambda: named <= scraper.names(), "each metric of the alerts has been scraped")
    # Every alert has its test cases.
    alerts = set(re.findall(r"alert: (\w+)", text))
    cases = (MONITORING / "alerts.test.yml").read_text()
    assert all(cases.count(f"alertname: {alert}") == 2 for alert in alerts)


def test_the_documentation_lists_every_metric(stack):
    text = (ROOT / "docs" / "operations.md").read_text()
    documented = set(re.findall(r"^\| `(gatehouse_[a-z_]+)` \|", text, re.MULTILINE))
    assert set(read(stack).types) == documented
