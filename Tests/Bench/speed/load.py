"""Generates load and measures it: wrk sends as fast as it gets answers, hey at a fixed rate (open loop)."""

import json
import math
import os
import re
import subprocess
import time
from collections import Counter
from dataclasses import dataclass

from settings import BENCH, CONNECTIONS

LUA = BENCH / "load"


@dataclass(frozen=True)
class Sample:
    """The result of one measurement: requests a second, percentiles of the latency in ms, and the number of failed
    requests."""

    rate: float
    p50: float = math.nan
    p95: float = math.nan
    p99: float = math.nan
    failures: int = 0


def wrk(url: str, seconds: float, headers: dict[str, str], body: object = None) -> Sample:
    """As many requests as are answered, on all connections."""
    environment = {} if body is None else {"BENCH_BODY": json.dumps(body)}
    return _wrk(url, seconds, "report.lua", 2, headers, environment)


def wrk_refresh(url: str, seconds: float, tokens: list[str]) -> Sample:
    """The same for refreshes: each connection uses the token that it received last."""
    environment = {"BENCH_TOKENS": " ".join(tokens), "BENCH_LUA": str(LUA)}
    return _wrk(url, seconds, "refresh.lua", CONNECTIONS, {}, environment)


def _wrk(
    url: str, seconds: float, script: str, threads: int, headers: dict[str, str], environment: dict[str, str]
) -> Sample:
    command = ["wrk", "--threads", str(threads), "--connections", str(CONNECTIONS), "--timeout", "10s"]
    command += ["--duration", f"{max(1, round(seconds))}s", "--script", str(LUA / script)]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    done = subprocess.run([*command, url], env=os.environ | environment, capture_output=True, text=True)
    found = re.search(r"^result (.+)$", done.stdout, re.MULTILINE)
    if found is None:
        raise SystemExit(f"error: wrk did not finish: {done.stdout}{done.stderr}")
    rate, p50, p95, p99, failures = map(float, found[1].split())
    return Sample(rate, p50, p95, p99, int(failures))


class Hey:
    """Requests at a fixed rate by several workers. Each sends its share, and skips requests for which it is late."""

    def __init__(
        self, url: str, rate: float, workers: int, seconds: float, headers: dict[str, str], body: object = None
    ) -> None:
        command = ["hey", "-z", f"{seconds:.0f}s", "-c", str(workers), "-q", f"{rate / workers:.6f}"]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        if body is not None:
            command += ["-m", "POST", "-T", "application/json", "-d", json.dumps(body)]
        self._process = subprocess.Popen([*command, url], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # The number of answers by status, once it has ended.
        self.answers: Counter[int] = Counter()

    def finish(self, *fine: int) -> Sample:
        """Waits for its end. Answers with other statuses than the given ones are failures, and so are missing
        answers."""
        text, _ = self._process.communicate()
        rate = re.search(r"Requests/sec:\s*([\d.]+)", text)
        if self._process.returncode != 0 or rate is None:
            raise SystemExit(f"error: hey did not finish: {text}")
        at = {int(percent): 1000 * float(seconds) for percent, seconds in re.findall(r"(\d+)%+ in ([\d.]+) secs", text)}
        answers = re.findall(r"^\s*\[(\d+)\]\t(\d+) responses$", text, re.MULTILINE)
        self.answers.update({int(status): int(count) for status, count in answers})
        errors = re.findall(r"^\s*\[(\d+)\]\t(?!\d+ responses$)", text, re.MULTILINE)
        failures = sum(map(int, errors))
        failures += sum(count for status, count in self.answers.items() if status not in fine)
        return Sample(float(rate[1]), *(at.get(percent, math.nan) for percent in (50, 95, 99)), failures)


class Flood:
    """Requests at a fixed rate, with so many clients that it does not matter how many of them wait.

    The workers of one hey all send at the same moments. So many heys start one after another, which spreads the
    requests over time.
    """

    PROCESSES, WORKERS = 100, 5

    def __init__(self, url: str, rate: float, seconds: float, body: object) -> None:
        self._parts = []
        for _ in range(self.PROCESSES):
            self._parts.append(Hey(url, rate / self.PROCESSES, self.WORKERS, seconds, {}, body))
            # All of them send once in PROCESSES * WORKERS / rate.
            time.sleep(min(self.WORKERS / rate, 1 / self.PROCESSES))

    def finish(self, *fine: int) -> tuple[Sample, dict[int, float]]:
        """Waits for its end. Returns the requests a second, and how many of the answers had each status."""
        samples = [part.finish(*fine) for part in self._parts]
        rate, failures = sum(sample.rate for sample in samples), sum(sample.failures for sample in samples)
        answers = sum((part.answers for part in self._parts), Counter())
        total = answers.total() or 1
        return Sample(rate, failures=failures), {status: rate * count / total for status, count in answers.items()}


def printed_rate(*command: object) -> Sample:
    """The rate that a program of the bench prints."""
    return Sample(float(subprocess.check_output(list(map(str, command)), text=True)))
