"""Measures the program beside others, and prints which goals are reached.

With `build`, it measures how long building and starting takes instead. With `page`, it puts the last figures into
docs/performance.md.
"""

import sys

import build
import chart
import machine
import page
import process
import report
import rivals
from crowd import crowd
from program import Program
from settings import RESULTS, RUN, SOAK_SECONDS
from soak import soak
from throughput import HASHES, health, logins, reads, refreshes


def main() -> None:
    match sys.argv[1:]:
        case []:
            measure()
        case ["build"]:
            report.write(RESULTS, machine.facts(), build.times(), [])
        case ["page"]:
            page.write()
        case words:
            sys.exit(f"error: {' '.join(words)}: there is only build, or page")


def measure() -> None:
    facts = machine.facts_of_comparison()
    (RUN / "sockets").mkdir()
    goals = [process.at_rest(), process.on_disk(), process.start()]
    measured = Program()
    print("Starting what it is measured beside", flush=True)
    bare = rivals.start_bare(measured)
    others = [rivals.start_php(measured), rivals.start_allauth(), rivals.start_pocketbase()]

    healths = health(measured, bare)
    read, read_goals = reads(measured, bare, others)
    sign_ins, sign_in_goals = logins(measured, others)
    refreshed, refresh_goal = refreshes(measured, sign_ins)
    crowded, crowd_goals = crowd(measured, sign_ins.median(HASHES))
    rows = [*(row for row, _ in healths), read, refreshed, sign_ins, *crowded]
    found = [*(goal for _, goal in healths), *read_goals, refresh_goal, *sign_in_goals, *crowd_goals]
    goals = found + goals
    if SOAK_SECONDS > 0:
        goals += soak(measured, read.median("program"))

    report.write(RESULTS, facts, goals, rows)
    (RESULTS / "chart.svg").write_text(chart.chart(f"Gatehouse at {facts['Commit']}", rows))


if __name__ == "__main__":
    main()
