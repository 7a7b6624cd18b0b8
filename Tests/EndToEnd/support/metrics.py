"""Reads `/metrics`, and runs a Prometheus that scrapes it."""

import re
import subprocess
from contextlib import contextmanager
from pathlib import Path

import requests

from support.stack import Stack, wait_until

SAMPLE = re.compile(r'^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')

Series = tuple[str, frozenset[tuple[str, str]]]


class Metrics:
    """One reading."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples: dict[Series, float] = {}
        self.types: dict[str, str] = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.types[name] = kind
            elif not line.startswith("#"):
                name, labels, value = SAMPLE.match(line).groups()
                series = name, frozenset(LABEL.findall(labels or ""))
                assert series not in self.samples, line
                self.samples[series] = float(value)

    def sum(self, name: str, **labels: str) -> float:
        """The sum of all samples of a metric with these labels."""
        return sum(value for _, value in self.find(name, **labels))

    def find(self, name: str, **labels: str) -> list[tuple[dict[str, str], float]]:
        return [
            (dict(found), value)
            for (metric, found), value in self.samples.items()
            if metric == name and labels.items() <= dict(found).items()
        ]

    def counters(self) -> dict[Series, float]:
        """The samples that must never decrease."""
        growing = {name for name, kind in self.types.items() if kind in ("counter", "histogram")}
        return {
            series: value
            for series, value in self.samples.items()
            if series[0] in growing or re.sub("_(bucket|sum|count)$", "", series[0]) in growing
        }


def read(stack: Stack) -> Metrics:
    """Reads the metrics as a scraper on this machine does."""
    answer = requests.get(f"{stack.url}/metrics", verify=stack.ca, timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return Metrics(answer.text)


def promtool(*arguments: str | Path, text: str | None = None) -> str:
    """Runs promtool, which must report no problem."""
    done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


class Prometheus:
    """A Prometheus that scrapes the stack."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query(self, expression: str) -> list[dict]:
        """The present result of an expression; an invalid expression fails."""
        answer = requests.get(f"{self.url}/api/v1/query", params={"query": expression}, timeout=30).json()
        assert answer["status"] == "success", (expression, answer)
        return answer["data"]["result"]

    def value(self, expression: str) -> float | None:
        """The value of an expression with one sample, or `None` if it has none."""
        result = self.query(expression)
        assert len(result) <= 1, (expression, result)
        return float(result[0]["value"][1]) if result else None

    def names(self) -> set[str]:
        """The name of every scraped metric."""
        return set(requests.get(f"{self.url}/api/v1/label/__name__/values", timeout=30).json()["data"])


@contextmanager
def prometheus(stack: Stack, folder: Path, rules: Path):
    """Runs Debian's Prometheus against the stack, with its rules, until the block ends."""
    port = stack.scripts("free_port").strip()
    (folder / "prometheus.yml").write_text(
        f"""
global:
  scrape_interval: 250ms
  scrape_timeout: 250ms
  evaluation_interval: 250ms
rule_files: ["{rules}"]
scrape_configs:
  - job_name: gatehouse
    scheme: https
    tls_config: {{ca_file: "{stack.ca}"}}
    static_configs: [{{targets: ["localhost:{stack.port}"]}}]
"""
    )
    promtool("check", "config", folder / "prometheus.yml")
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        running = Prometheus(f"http://127.0.0.1:{port}")
        wait_until(lambda: _is_ready(running, process), "Prometheus is ready", 60)
        yield running
    finally:
        process.terminate()
        process.wait(30)


def _is_ready(running: Prometheus, process: subprocess.Popen) -> bool:
    assert process.poll() is None, "Prometheus did not start"
    try:
        return requests.get(f"{running.url}/-/ready", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
