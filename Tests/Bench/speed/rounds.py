"""Measurements side by side: each round measures all sides one after another, so that other activity on the machine
affects all of them. The result for a side is its median; for two sides, the median of the ratios of the rounds."""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from load import Sample
from settings import ROUNDS, SECONDS

# A function that measures a side for this many seconds.
Measure = Callable[[float], Sample]

WARM_UP_SECONDS = min(2.0, SECONDS / 2)


@dataclass
class Row:
    """The measurements of some sides, the first of which is compared with the others."""

    title: str
    samples: dict[str, list[Sample]]
    quantity: str = "rate"
    unit: str = "1/s"
    has_latency: bool = True
    # Sides that are shown but not compared, since they do something else.
    not_compared: tuple[str, ...] = ()

    def values(self, side: str) -> list[float]:
        """The compared quantity in each round."""
        return [getattr(sample, self.quantity) for sample in self.samples[side]]

    def median(self, side: str) -> float:
        """The median of a side."""
        return statistics.median(self.values(side))

    def failures(self, side: str) -> int:
        """How many requests failed or got a wrong answer."""
        return sum(sample.failures for sample in self.samples[side])

    def ratios(self, side: str, other: str) -> list[float]:
        """The first side divided by the second, in each round."""
        pairs = zip(self.values(side), self.values(other), strict=True)
        return [mine / theirs if theirs else math.inf for mine, theirs in pairs]

    def latency(self, side: str) -> str:
        """The 50th and 99th percentile in ms."""
        if not self.has_latency or math.isnan(self.samples[side][0].p50):
            return ""
        p50, p99 = (statistics.median(getattr(s, name) for s in self.samples[side]) for name in ("p50", "p99"))
        return f"{p50:.2f} / {p99:.2f}"


def alternate(title: str, sides: dict[str, Measure], seconds: float = SECONDS) -> dict[str, list[Sample]]:
    """Measures the sides in turns, after a warm-up of each."""
    print(f"Measuring {title}: {ROUNDS} × {seconds:.0f} s of each of {', '.join(sides)}", flush=True)
    for measure in sides.values():
        measure(WARM_UP_SECONDS)
    samples: dict[str, list[Sample]] = {side: [] for side in sides}
    for _ in range(ROUNDS):
        for side, measure in sides.items():
            samples[side].append(measure(seconds))
    return samples


@dataclass
class Goal:
    """A number to reach."""

    title: str
    bound: float
    values: list[float]
    unit: str = "×"
    is_least: bool = True
    # The reason why the values do not count, if there is one.
    fault: str = ""
    remark: str = ""
    # Another reason why the goal is reached, if it is not by the bound.
    is_met_otherwise: bool = False
    value: float = field(init=False)

    def __post_init__(self) -> None:
        self.value = statistics.median(self.values)

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        if self.fault:
            return False
        holds = self.value >= self.bound if self.is_least else self.value <= self.bound
        return holds or self.is_met_otherwise

    @property
    def verdict(self) -> str:
        """The verdict in a word."""
        return self.fault or ("reached" if self.is_reached else "missed")


def goal_of_ratio(title: str, row: Row, side: str, other: str, bound: float, **options) -> Goal:
    """A goal for the ratio of two sides. A side with failed requests does not count."""
    failed = [f"{row.failures(name)} failures of {name}" for name in (side, other) if row.failures(name)]
    fault = f"does not count: {', '.join(failed)}" if failed else ""
    return Goal(title, bound, row.ratios(side, other), fault=fault, **options)
