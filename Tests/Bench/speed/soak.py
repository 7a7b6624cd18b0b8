"""Half of the program's maximum load for a long time: nothing may grow.

Reads come at half of the measured rate, and a sign-in every second. The state of the processes is recorded every few
seconds. The first tenth, in which caches fill, is left out; the last third of the rest is compared with its first
third.
"""

import csv
import statistics
import time

import process
import program
from load import Hey
from program import CREDENTIALS, LOGIN, USERS_ME, Program
from rounds import Goal
from settings import CONNECTIONS, RESULTS, SOAK_SECONDS

# The number of records, and the share left out at the beginning.
LOOKS, WARM_UP = 120, 0.1
# The maximum growth of each quantity. Kept connections come and go, so it is not 1 for all.
MOST = {"memory": 1.02, "descriptors": 1.02, "threads": 1.0, "statements": 1.02}
STATEMENTS = "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'PREPARED_STMT_COUNT'"


def soak(measured: Program, top_rate: float) -> list[Goal]:
    """Returns a goal for each quantity that must not grow."""
    print(f"Soaking for {SOAK_SECONDS:.0f} s at {top_rate / 2:.0f} reads a second", flush=True)
    base = measured.front.url
    reads = Hey(base + USERS_ME, top_rate / 2, CONNECTIONS, SOAK_SECONDS, measured.headers())
    sign_ins = Hey(base + LOGIN, 1, 1, SOAK_SECONDS, {}, CREDENTIALS)
    pids, looks = program.processes(), []
    begin = time.monotonic()
    for number in range(LOOKS):
        time.sleep(max(0, begin + SOAK_SECONDS * number / LOOKS - time.monotonic()))
        looks.append(_look(pids))
    found = [reads.finish(200), sign_ins.finish(200)]
    with open(RESULTS / "soak.csv", "w", newline="") as file:
        table = csv.DictWriter(file, ["seconds", *MOST])
        table.writeheader()
        table.writerows({"seconds": round(SOAK_SECONDS * n / LOOKS, 1)} | look for n, look in enumerate(looks))
    failures = sum(sample.failures for sample in found)
    fault = f"does not count: {failures} failures" if failures else ""
    if program.processes() != pids:
        fault = "does not count: a process has ended"
    return [_flat(name, looks, found[0].rate, fault) for name in MOST]


def _look(pids: list[int]) -> dict[str, float]:
    """The sums over the processes."""
    states = [process.state(pid) for pid in pids]
    sums = {name: sum(state[name] for state in states) for name in states[0]}
    return sums | {"statements": float(program.query(STATEMENTS))}


def _flat(name: str, looks: list[dict[str, float]], rate: float, fault: str) -> Goal:
    values = [look[name] for look in looks[int(WARM_UP * len(looks)) :]]
    third = len(values) // 3
    first, last = (statistics.median(part) for part in (values[:third], values[-third:]))
    remark = f"{first:,.0f} before, {last:,.0f} after{' MB' if name == 'memory' else ''}; {rate:,.0f} reads a second"
    title = f"Soak of {SOAK_SECONDS:.0f} s: {name} at its end against its beginning"
    return Goal(title, MOST[name], [last / first], is_least=False, fault=fault, remark=remark)
