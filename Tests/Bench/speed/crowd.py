"""Reads while far more sign-ins come than can be hashed: how long the reads take, and how fast a sign-in is turned
away."""

import statistics
import threading
import time
from dataclasses import dataclass, replace

from http_client import BUSY, call_status
from load import Flood, Hey, Sample
from program import CREDENTIALS, LOGIN, USERS_ME, Program
from rounds import Goal, Measure, Row, alternate, goal_of_ratio
from settings import SECONDS

READS_A_SECOND, READERS = 200, 10
# The first read of each reader waits for its TLS handshake; in a shorter measurement, these would be the slowest
# hundredth.
LEAST_SECONDS = 8
QUIET, TEN, TWENTY = "quiet", "sign-ins at 10 ×", "sign-ins at 20 ×"
# Seconds that the prober waits between two of its sign-ins.
PAUSE = 0.05
# The share of the intended sign-ins that must arrive for the flood to count.
NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Offered:
    """A flood: how many sign-ins a second arrived, and how many of them were turned away."""

    came: float
    turned_away: float


class Crowd:
    """All callers at the same time."""

    def __init__(self, measured: Program, hashes_a_second: float) -> None:
        self._program, self._hashes = measured, hashes_a_second
        self._offered: dict[float, list[Offered]] = {}
        self.refusals: list[list[float]] = []

    def measure(self, times: float) -> Measure:
        """Measures reads while this many times as many sign-ins arrive as can be hashed."""

        def reads(seconds: float) -> Sample:
            base, headers = self._program.front.url, self._program.headers()
            if times == 0:
                return Hey(base + USERS_ME, READS_A_SECOND, READERS, seconds, headers).finish(200)
            flood = Flood(base + LOGIN, times * self._hashes, seconds + 3, CREDENTIALS)
            time.sleep(2)  # until each of its clients has a connection and the queues are full
            readers = Hey(base + USERS_ME, READS_A_SECOND, READERS, seconds, headers)
            prober = _Prober(base + LOGIN, seconds)
            found = readers.finish(200)
            refusals = prober.finish()
            offered, answers = flood.finish(200, BUSY)
            if seconds >= LEAST_SECONDS:
                self._offered.setdefault(times, []).append(Offered(offered.rate, answers.get(BUSY, 0)))
                self.refusals.append(refusals)
            return replace(found, failures=found.failures + offered.failures)

        return reads

    def told(self, times: float) -> tuple[str, str]:
        """The result of the flood, and a fault if too few sign-ins arrived."""
        came = statistics.median(offered.came for offered in self._offered[times])
        turned_away = statistics.median(offered.turned_away for offered in self._offered[times])
        wanted = times * self._hashes
        remark = f"{came:.0f} sign-ins a second came, {turned_away:.0f} turned away, {self._hashes:.0f} can be hashed"
        fault = "" if came >= NEARLY_ALL * wanted else f"does not count: {wanted:.0f} should have come"
        return remark, fault


class _Prober(threading.Thread):
    """Signs in again and again, and records how long each refusal took, in ms."""

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__()
        self._url, self._end = url, time.monotonic() + seconds
        self._took: list[float] = []
        self.start()

    def run(self) -> None:
        while time.monotonic() < self._end:
            status, seconds = call_status("POST", self._url, CREDENTIALS)
            if status == BUSY:
                self._took.append(1000 * seconds)
            time.sleep(PAUSE)

    def finish(self) -> list[float]:
        """Waits for its end."""
        self.join()
        return self._took


def crowd(measured: Program, hashes_a_second: float) -> tuple[list[Row], list[Goal]]:
    """Quiet, and two floods."""
    everybody = Crowd(measured, hashes_a_second)
    title = f"GET /users/me at {READS_A_SECOND}/s"
    sides = {QUIET: everybody.measure(0), TEN: everybody.measure(10), TWENTY: everybody.measure(20)}
    samples = alternate(title, sides, max(SECONDS, LEAST_SECONDS))
    rows, goals = [], []
    for quantity, bound in (("p95", 1.5), ("p99", 2.0)):
        row = Row(f"{title}, {quantity}", samples, quantity, "ms", has_latency=False)
        rows.append(row)
        for side, times in ((TEN, 10), (TWENTY, 20)):
            remark, fault = everybody.told(times)
            name = f"{title}, {quantity}, {side}, against quiet"
            goal = goal_of_ratio(name, row, side, QUIET, bound, is_least=False, remark=remark)
            goals.append(replace(goal, fault=goal.fault or fault))
    return rows, [*goals, _refusal(everybody.refusals)]


def _refusal(rounds: list[list[float]]) -> Goal:
    """How fast a sign-in is turned away when the hash queue is full."""
    title = "A sign-in beyond the hash queue, p99"
    took = sorted(ms for found in rounds for ms in found)
    # The default method can give a percentile beyond all measurements.
    slowest = [statistics.quantiles(found, n=100, method="inclusive")[98] for found in rounds if len(found) > 1]
    if not slowest:
        return Goal(title, 20, [0], "ms", False, "does not count: none was turned away")
    remark = f"of {len(took)}: median {statistics.median(took):.1f} ms, slowest {took[-1]:.1f} ms"
    return Goal(title, 20, slowest, "ms", False, remark=remark)
