"""Calls for known and unknown addresses, side by side.

A call is made in rounds, in random order: for an unknown address, for another one with added time, and for an account
in each state. Each address is used once, and so is each address that requests come from. So the limits, which are on,
count all of them alike, and other activity affects each of them by chance. Two answers of one round are compared.
"""

import os
import random
import statistics
import sys
import time
from dataclasses import dataclass, field

from calls import Call, make_accounts, new_address
from pairs import Shift, shift, sign_test
from probe import OVERLOADED, Answer, Stack, ask

# The smallest shift that matters: 50 µs, or this share of the call's time. If answers arrive 1 ms apart by chance, 50
# µs become visible after about 6000 tries at an address; the limits allow 5 sign-ins in 15 minutes and 3 mails an hour.
# While processors and queue are full, answers already leave the program at varying times.
LEAST_SHIFT, LEAST_SHARE, LEAST_SHARE_IN_FLOOD = 50e-6, 0.01, 0.1

# Rounds before measuring, and before the first check whether a shift that matters would be visible; half as many more
# before each further check; seconds after which the measurement ends in any case.
WARM_UP, FIRST_LOOK, LONGEST = 20, 60, float(os.environ["BENCH_LONGEST"])

UNKNOWN, DELAYED = "unknown", "unknown, later"

HEADING = f"""
{"":<46}  {"median in ms":^17}  {"shift in µs":^34}
{"call":<24} {"other address":<15} pairs     other  unknown  {"":>7} {"interval":>17}  matters        p"""


@dataclass
class Comparison:
    """A row of the table: answers for unknown addresses and for others."""

    call: str
    kind: str
    pairs: list[tuple[Answer, Answer]]
    least_shift: float
    alpha: float
    shift: Shift = field(init=False)

    def __post_init__(self) -> None:
        self.shift = shift([other.seconds - unknown.seconds for unknown, other in self.pairs], self.alpha)

    @property
    def is_control(self) -> bool:
        """Whether the client added the difference itself, to show that one would be found."""
        return self.kind == DELAYED

    @property
    def is_sharp(self) -> bool:
        """Whether a shift that matters would be visible."""
        return self.shift.high - self.shift.low <= 2 * self.least_shift

    @property
    def difference(self) -> str | None:
        """The difference between the two, in words."""
        if {unknown.told for unknown, _ in self.pairs} != {other.told for _, other in self.pairs}:
            return "answers differ"
        if self.shift.is_significant and abs(self.shift.estimate) > self.least_shift:
            return "times differ"
        return None

    def __str__(self) -> str:
        unknown, other = (1e3 * statistics.median(answer.seconds for answer in side) for side in zip(*self.pairs))
        verdict = self.difference or ("alike" if self.is_sharp else "too noisy to tell")
        interval = f"{1e6 * self.shift.low:+.0f} … {1e6 * self.shift.high:+.0f}"
        return (
            f"{self.call:<24} {self.kind:<15} {len(self.pairs):>5}  {other:>8.2f} {unknown:>8.2f}"
            f"  {1e6 * self.shift.estimate:>+7.0f} {interval:>17} {1e6 * self.least_shift:>8.0f} {self.shift.p:>8.1g}"
            f"  {verdict}{', as they must' if self.is_control and self.difference else ''}"
        )


@dataclass(frozen=True)
class TurnedAway:
    """How many calls for known and for unknown addresses met a full queue."""

    call: str
    known: int
    unknown: int
    rounds: int
    p: float
    alpha: float
    is_control = False

    @property
    def difference(self) -> str | None:
        """The difference between the two, in words."""
        return "shares differ" if self.p < self.alpha else None

    def __str__(self) -> str:
        known, unknown = (100 * count / self.rounds for count in (self.known, self.unknown))
        return (
            f"{self.call:<24} {'turned away':<15} {self.rounds:>5}  {known:>7.1f}% {unknown:>7.1f}%"
            f"  {'':>7} {'':>17} {'':>8} {self.p:>8.1g}  {self.difference or 'alike'}"
        )


class Measurement:
    """One call, repeated until a shift that matters would be visible, or until its time is over."""

    def __init__(self, stack: Stack, call: Call, alpha: float, in_flood: bool = False) -> None:
        self._stack, self._call, self._alpha = stack, call, alpha
        self._name = f"{call.name}, flood" if in_flood else call.name
        self._share = LEAST_SHARE_IN_FLOOD if in_flood else LEAST_SHARE
        self._least_shift, self._rounds = 0.0, []

    def run(self) -> list[Comparison | TurnedAway]:
        """Returns the rows of the table."""
        self._go_on(WARM_UP)
        usual = statistics.median(unknown.seconds for unknown, _ in self._pairs(DELAYED))
        self._least_shift, self._rounds = max(LEAST_SHIFT, self._share * usual), []
        end = time.monotonic() + LONGEST
        rows: list[Comparison] = []
        while not rows or (time.monotonic() < end and not all(row.is_sharp for row in rows)):
            self._go_on(max(FIRST_LOOK, len(self._rounds) // 2))
            rows = [
                Comparison(self._name, kind, self._pairs(kind), self._least_shift, self._alpha)
                for kind in [DELAYED, *self._call.states]
            ]
        return [*rows, *map(self._turned_away, self._call.states)] if self._call.is_shed else rows

    def _go_on(self, count: int) -> None:
        accounts = {state: make_accounts(state, count) for state in self._call.states}
        for number in range(count):
            answers = {}
            for kind in random.sample([UNKNOWN, DELAYED, *accounts], 2 + len(accounts)):
                address = accounts[kind][number] if kind in accounts else new_address()
                answers[kind] = self._ask(address, 2 * self._least_shift if kind == DELAYED else 0)
            self._rounds.append(answers)

    def _ask(self, address: str, delay: float) -> Answer:
        answer = ask(self._stack, self._call.path, self._call.body(address), address, self._call.token, delay)
        if answer.status != self._call.status and not (self._call.is_shed and answer.status == OVERLOADED):
            sys.exit(f"error: POST {self._call.path} was answered {answer.status}:\n{answer.text}")
        return answer

    def _pairs(self, kind: str) -> list[tuple[Answer, Answer]]:
        """The pairs to compare; while the queue is full, those whose calls were both turned away."""
        pairs = [(answers[UNKNOWN], answers[kind]) for answers in self._rounds]
        if not self._call.is_shed:
            return pairs
        shed = [pair for pair in pairs if all(answer.status == OVERLOADED for answer in pair)]
        return shed or sys.exit("error: the flood does not fill the queue")

    def _turned_away(self, state: str) -> TurnedAway:
        met = [(answers[state].status == OVERLOADED, answers[UNKNOWN].status == OVERLOADED) for answers in self._rounds]
        known, unknown = (sum(side) for side in zip(*met))
        p = sign_test(met.count((True, False)), met.count((False, True)))
        return TurnedAway(self._name, known, unknown, len(met), p, self._alpha)
