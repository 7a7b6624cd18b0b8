"""Draws the measurements: a bar for the median of each side, and a line from the lowest to the highest value."""

import html

from report import number
from rounds import Row

WIDTH, LEFT, RIGHT, LINE, GAP, TOP = 860, 210, 120, 26, 44, 56
PROGRAM, OTHERS, INK, FAINT, PAPER = "#1f6feb", "#9aa4b2", "#1f2328", "#59636e", "#ffffff"


def chart(title: str, rows: list[Row]) -> str:
    """An SVG image with a panel for each row; each panel has its own scale."""
    parts, y = [_text(20, 30, title, size=16, weight="bold")], TOP
    parts.append(_text(WIDTH - 20, 30, "bar: median; line: lowest to highest", anchor="end", fill=FAINT))
    for row in rows:
        parts += _panel(row, y)
        y += GAP + LINE * len(row.samples)
    background = f'<rect width="{WIDTH}" height="{y}" fill="{PAPER}"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}">'
    return "\n".join([head, background, *parts, "</svg>", ""])


def _panel(row: Row, y: float) -> list[str]:
    what = "requests a second, more is better" if row.unit == "1/s" else "ms, less is better"
    parts = [_text(20, y + 14, row.title, weight="bold"), _text(WIDTH - 20, y + 14, what, anchor="end", fill=FAINT)]
    scale = (WIDTH - LEFT - RIGHT) / max(max(row.values(side)) for side in row.samples)
    for count, side in enumerate(row.samples):
        top = y + 24 + LINE * count
        middle = top + LINE / 2 - 2
        low, high, median = min(row.values(side)), max(row.values(side)), row.median(side)
        parts.append(_text(LEFT - 10, middle + 4, side, anchor="end"))
        if row.failures(side):
            parts.append(_text(LEFT, middle + 4, f"{row.failures(side)} failures: does not count", fill=FAINT))
            continue
        colour = PROGRAM if side == "program" or "program" not in row.samples else OTHERS
        parts.append(
            f'<rect x="{LEFT}" y="{top}" width="{median * scale:.1f}" height="{LINE - 6}" rx="2" fill="{colour}"/>'
        )
        ends = f"M{LEFT + low * scale:.1f} {middle}H{LEFT + high * scale:.1f}"
        parts.append(f'<path d="{ends}" stroke="{INK}" stroke-width="1.5"/>')
        parts.append(_text(LEFT + max(median, high) * scale + 8, middle + 4, number(median)))
    return parts


def _text(
    x: float, y: float, text: str, size: int = 13, weight: str = "normal", anchor: str = "start", fill: str = INK
) -> str:
    style = f'font-family="sans-serif" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{html.escape(text)}</text>'
