"""Puts the last figures into docs/performance.md: those of the program beside others, and those of building it."""

import re
import shutil

from settings import RESULTS, ROOT

PAGE = ROOT / "docs" / "performance.md"
CHART = PAGE.with_suffix(".svg")
SPEED, BUILD = RESULTS / "speed", RESULTS / "build"


def write() -> None:
    """Replaces the text between the marks of each table that has figures, and the chart."""
    there = [folder for folder in (SPEED, BUILD) if (folder / "report.md").exists()]
    if not there:
        raise SystemExit(f"error: there are no figures in {RESULTS}; make bench-speed and make bench-build find some")
    text = PAGE.read_text()
    if SPEED in there:
        shutil.copy(SPEED / "chart.svg", CHART)
        figures = (SPEED / "report.md").read_text()
        text = _with(text, "figures", f"{figures}\n![The same as a chart]({CHART.name})\n")
    if BUILD in there:
        text = _with(text, "build figures", (BUILD / "report.md").read_text())
    PAGE.write_text(text)


def _with(text: str, mark: str, figures: str) -> str:
    print(f"{PAGE}: new {mark}")
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->\n"
    if begin not in text or end not in text:
        raise SystemExit(f"error: {PAGE} has lost the marks around its {mark}")
    between = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    return between.sub(lambda _: f"{begin}\n{figures}\n{end}", text)
