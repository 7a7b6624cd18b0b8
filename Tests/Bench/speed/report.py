"""The results, for the terminal, as Markdown and as CSV."""

import csv
import pathlib
import statistics
from collections.abc import Iterable

from rounds import Goal, Row

Table = list[list[str]]


def number(value: float) -> str:
    """A number with three significant digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values: list[float]) -> str:
    """The lowest and the highest value."""
    return "" if len(values) == 1 else f"{number(min(values))} – {number(max(values))}"


def goals_table(goals: Iterable[Goal]) -> Table:
    """The goals."""
    table = [["number to reach", "bound", "median", "lowest – highest", "", "remark"]]
    for goal in goals:
        bound = f"{'≥' if goal.is_least else '≤'} {goal.bound:g} {goal.unit}"
        value = f"{number(goal.value)} {goal.unit}"
        table.append([goal.title, bound, value, spread(goal.values), goal.verdict, goal.remark])
    return table


def rows_table(rows: Iterable[Row]) -> Table:
    """The measurements of each side. The last column divides the first side of a row by each of the others."""
    table = [["measured", "of", "median", "lowest – highest", "p50 / p99 ms", "the first ÷ this"]]
    for row in rows:
        program = next(iter(row.samples))  # or the program in peace
        for side in row.samples:
            failures = row.failures(side)
            is_compared = side != program and side not in row.not_compared and not failures
            share = f"{number(statistics.median(row.ratios(program, side)))} ×" if is_compared else ""
            median = f"{number(row.median(side))} {row.unit}" if not failures else f"{failures} failures"
            table.append([row.title, side, median, spread(row.values(side)), row.latency(side), share])
    return table


def as_text(table: Table) -> str:
    """A table in columns."""
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def as_markdown(table: Table) -> str:
    """A table in Markdown."""
    lines = [f"| {' | '.join(line)} |" for line in table]
    return "\n".join([lines[0], f"|{'---|' * len(table[0])}", *lines[1:]])


def write(folder: pathlib.Path, facts: dict[str, str], goals: list[Goal], rows: list[Row]) -> None:
    """Writes report.md, goals.csv, and results.csv with every single measurement; and prints the tables."""
    tables = [goals_table(goals)] + ([rows_table(rows)] if rows else [])
    for table in tables:
        print(f"\n{as_text(table)}")
    missed = [goal.title for goal in goals if not goal.is_reached]
    print(f"\n{len(goals) - len(missed)} of {len(goals)} numbers are reached.")
    for title in missed:
        print(f"  missed: {title}")
    parts = [as_markdown([["", ""], *([name, value] for name, value in facts.items())]), *map(as_markdown, tables)]
    (folder / "report.md").write_text("\n\n".join(parts) + "\n")
    _write_csv(folder / "goals.csv", goals_table(goals))
    samples = [["measured", "side", "round", "rate", "p50 ms", "p95 ms", "p99 ms", "failures"]]
    for row in rows:
        for side, found in row.samples.items():
            for count, s in enumerate(found, 1):
                samples.append([row.title, side, count, s.rate, s.p50, s.p95, s.p99, s.failures])
    _write_csv(folder / "results.csv", samples)


def _write_csv(file: pathlib.Path, table: list) -> None:
    with open(file, "w", newline="") as opened:
        csv.writer(opened).writerows(table)
