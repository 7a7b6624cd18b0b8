"""Puts the last figures into docs/performance.md."""

import re
import shutil

from settings import RESULTS, ROOT

PAGE = ROOT / "docs" / "performance.md"
CHART = PAGE.with_suffix(".svg")
BUILD = ROOT / ".build" / "bench-build"


def write() -> None:
    """Replaces what stands between the marks of each table for which there are figures, and the chart."""
    text = PAGE.read_text()
    if (RESULTS / "chart.svg").exists():
        shutil.copy(RESULTS / "chart.svg", CHART)
        figures = (RESULTS / "report.md").read_text()
        text = _with(text, "figures", f"{figures}\n![The same as a chart]({CHART.name})\n")
    if (BUILD / "report.md").exists():
        text = _with(text, "build figures", (BUILD / "report.md").read_text())
    PAGE.write_text(text)


def _with(text: str, mark: str, figures: str) -> str:
    print(f"{PAGE}: new {mark}")
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->\n"
    if begin not in text or end not in text:
        raise SystemExit(f"error: {PAGE} has lost the marks around its {mark}")
    between = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    return between.sub(lambda _: f"{begin}\n{figures}\n{end}", text)
