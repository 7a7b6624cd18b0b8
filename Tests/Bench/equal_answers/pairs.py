"""What pairs of measurements say: by how much the second is more than the first, and how sure that is.

Where both are alike, it is chance which of a pair is the larger. Nothing else is assumed of the measurements, and a few
that went astray move nothing.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

NORMAL = NormalDist()


@dataclass(frozen=True)
class Shift:
    """A difference: the estimate of Hodges and Lehmann, its confidence interval, and the p of Wilcoxon's signed-rank
    test."""

    estimate: float
    low: float
    high: float
    p: float

    @property
    def is_significant(self) -> bool:
        return not self.low <= 0 <= self.high


def shift(differences: list[float], alpha: float) -> Shift:
    """Estimates what the differences are spread around. The test counts how many means of two of them (Walsh averages)
    are above zero; the interval has the shifts that the test would not refuse. Normal approximation, so for 30 and
    more."""
    count = len(differences)
    means = sorted((a + b) / 2 for i, a in enumerate(differences) for b in differences[: i + 1])
    expected = len(means) / 2
    deviation = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
    above = sum(1 for mean in means if mean > 0) + sum(1 for mean in means if mean == 0) / 2
    p = 2 * NORMAL.cdf(-abs(above - expected) / deviation)
    rank = max(0, math.floor(expected + NORMAL.inv_cdf(alpha / 2) * deviation))
    return Shift((means[len(means) // 2] + means[(len(means) - 1) // 2]) / 2, means[rank], means[-1 - rank], p)


def sign_test(more: int, less: int) -> float:
    """The p of so many pairs that differ one way and so many that differ the other (McNemar's test, exact)."""
    both = more + less
    tail = sum(math.comb(both, count) for count in range(min(more, less) + 1))
    return min(1.0, 2 * tail / 2**both)
