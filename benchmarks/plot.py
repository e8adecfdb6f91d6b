"""A plot as SVG: lines over sizes that grow tenfold, readable in light and in dark.

What grows tenfold itself is drawn by powers of ten, what hardly grows from 0 on.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.findings import Line

_WIDTH, _HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 40, 50
_TENFOLD = 10
_COLOURS = ("#1f6fb4", "#c2571a", "#2e8b57", "#8a4fb0", "#b8860b", "#c03a5b")
_STYLE = (
    "text{font:12px sans-serif;fill:#555}.title{font-size:14px;font-weight:600}"
    "@media(prefers-color-scheme:dark){text{fill:#bbb}}"
)


def draw(title: str, lines: Sequence[Line]) -> str:
    """The plot of these lines; their points must be above 0."""
    across = _Powers([x for line in lines for x, _ in line.points])
    up = _scale([y for line in lines for _, y in line.points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<text class="title" x="{_LEFT}" y="18">{escape(title)}</text>',
        *(_upright(across.place(tick, _LEFT, _WIDTH - _RIGHT), tick) for tick in across.ticks),
        *(_level(up.place(tick, _HEIGHT - _BOTTOM, _TOP), tick) for tick in up.ticks),
        f'<text x="{(_LEFT + _WIDTH) / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(lines[0].across)}</text>',
        f'<text x="{_LEFT}" y="34">{escape(lines[0].up)}</text>',
        *(_line(number, line, across, up) for number, line in enumerate(lines)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Powers:
    """From one power of ten to another."""

    def __init__(self, values: Sequence[float]) -> None:
        self._low = math.floor(math.log10(min(values)))
        self._high = max(math.ceil(math.log10(max(values))), self._low + 1)
        self.ticks = [10.0**power for power in range(self._low, self._high + 1)]

    def place(self, value: float, start: float, end: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return start + share * (end - start)


class _Even:
    """From 0 to a round number above all, in at most ten steps."""

    def __init__(self, values: Sequence[float]) -> None:
        rough = max(values) / 5
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
        self._most = math.ceil(max(values) / step) * step
        self.ticks = [step * number for number in range(round(self._most / step) + 1)]

    def place(self, value: float, start: float, end: float) -> float:
        return start + value / self._most * (end - start)


def _scale(values: Sequence[float]) -> _Powers | _Even:
    return _Powers(values) if max(values) >= min(values) * _TENFOLD else _Even(values)


def _upright(x: float, tick: float) -> str:
    bottom = _HEIGHT - _BOTTOM
    text = f'<text x="{x:.0f}" y="{bottom + 18}" text-anchor="middle">{tick:,g}</text>'
    return f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{_TOP}" y2="{bottom}" stroke="#8884"/>{text}'


def _level(y: float, tick: float) -> str:
    text = f'<text x="{_LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{tick:,g}</text>'
    return f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.0f}" y2="{y:.0f}" stroke="#8884"/>{text}'


def _line(number: int, line: Line, across: _Powers | _Even, up: _Powers | _Even) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    places = [
        (across.place(x, _LEFT, _WIDTH - _RIGHT), up.place(y, _HEIGHT - _BOTTOM, _TOP)) for x, y in sorted(line.points)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places)
    key = _TOP + 16 + 18 * number
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
        f'<rect x="{_LEFT + 12}" y="{key - 9}" width="14" height="4" fill="{colour}"/>'
        f'<text x="{_LEFT + 32}" y="{key - 3}">{escape(line.name)}</text>'
    )
