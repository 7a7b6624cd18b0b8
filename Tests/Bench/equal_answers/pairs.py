"""Statistics of pairs of measurements: by how much the second exceeds the first, and how certain that is.

If both are alike, it is chance which of a pair is larger. Nothing else is assumed about the measurements, and a few
outliers change nothing.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

NORMAL = NormalDist()


@dataclass(frozen=True)
class Shift:
    """A difference: the Hodges-Lehmann estimate, its confidence interval, and the p of Wilcoxon's signed-rank test."""

    estimate: float
    low: float
    high: float
    p: float

    @property
    def is_significant(self) -> bool:
        return not self.low <= 0 <= self.high


def shift(differences: list[float], alpha: float) -> Shift:
    """Estimates the centre of the differences. The test counts how many means of two differences (Walsh averages) are
    above zero; the interval contains the shifts that the test would not reject. Uses the normal approximation, so it
    needs 30 or more."""
    count = len(differences)
    means = sorted((a + b) / 2 for i, a in enumerate(differences) for b in differences[: i + 1])
    expected = len(means) / 2
    deviation = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
    above = sum(1 for mean in means if mean > 0) + sum(1 for mean in means if mean == 0) / 2
    p = 2 * NORMAL.cdf(-abs(above - expected) / deviation)
    rank = max(0, math.floor(expected + NORMAL.inv_cdf(alpha / 2) * deviation))
    return Shift((means[len(means) // 2] + means[(len(means) - 1) // 2]) / 2, means[rank], means[-1 - rank], p)


def sign_test(more: int, less: int) -> float:
    """The p of this many pairs that differ one way and this many that differ the other way (McNemar's exact test)."""
    both = more + less
    tail = sum(math.comb(both, count) for count in range(min(more, less) + 1))
    return min(1.0, 2 * tail / 2**both)
