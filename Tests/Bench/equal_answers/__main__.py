"""Shows that answers do not reveal whether an address has an account: not by their content, not by their time, and not
by how often a full hash queue turns a caller away.

It fails if a difference is significant and large enough to matter. To show that it can find one, it makes some
differences itself: for some unknown addresses it adds twice the smallest shift that matters to the time.
"""

import multiprocessing
import sys
import time

from calls import LOGIN, PASSWORD, calls, calls_in_flood, credentials, new_address
from measurement import HEADING, Comparison, Measurement, TurnedAway
from probe import OVERLOADED, Stack, ask, flood, sign_in

# The maximum probability that any comparison finds a difference that does not exist, shared among them (Bonferroni).
ALPHA = 0.01
# More than two processes with 44 workers can take: 2 × 16.
CLIENTS = 56


def main() -> None:
    stack = Stack.under_test("127.1.0.0/16")
    plain, in_flood = calls(sign_in(stack)), calls_in_flood()
    comparisons = sum(len(call.states) * (1 + call.is_shed) + 1 for call in plain + in_flood)
    alpha = ALPHA / comparisons
    print(f"{comparisons} comparisons at {ALPHA:g} in all; intervals of {100 * (1 - alpha):.3f} %")
    print(HEADING, flush=True)

    check_that_answers_are_told_apart(stack)
    rows = [row for call in plain for row in show(Measurement(stack, call, alpha))]
    source = multiprocessing.Process(target=flood, args=[CLIENTS], daemon=True)
    source.start()
    try:
        wait_until_turned_away(stack)
        rows += [row for call in in_flood for row in show(Measurement(stack, call, alpha, in_flood=True))]
    finally:
        source.terminate()

    noisy = sum(isinstance(row, Comparison) and row.difference is None and not row.is_sharp for row in rows)
    if noisy:
        print(f"\nwarning: {noisy} rows are too noisy to tell. Try a quieter machine, or BENCH_LONGEST=60.")
    if any(row.difference for row in rows if not row.is_control):
        sys.exit("error: known addresses can be told from unknown ones")


def show(measurement: Measurement) -> list[Comparison | TurnedAway]:
    """Measures, prints the rows, and returns them."""
    rows = measurement.run()
    print(*rows, sep="\n", flush=True)
    return rows


def check_that_answers_are_told_apart(stack: Stack) -> None:
    """The right password of a suspended account gets another answer, which the comparison must find."""
    unknown, suspended = new_address(), "suspended@example.com"
    answers = [ask(stack, LOGIN, {"email": address, "password": PASSWORD}, address) for address in (suspended, unknown)]
    if answers[0].told == answers[1].told:
        sys.exit("error: two answers that differ were taken as alike")


def wait_until_turned_away(stack: Stack) -> None:
    """Waits until the flood has filled the queue, so that ten sign-ins in a row are turned away."""
    end, running = time.monotonic() + 30, 0
    while running < 10:
        if time.monotonic() > end:
            sys.exit("error: the flood does not fill the queue")
        address = new_address()
        running = running + 1 if ask(stack, LOGIN, credentials(address), address).status == OVERLOADED else 0


if __name__ == "__main__":
    main()
