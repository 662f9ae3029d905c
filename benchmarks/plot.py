"""A line chart as SVG, on logarithmic scales."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Points: TypeAlias = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 50, 60
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
_MARKS = (1, 2, 5)


def chart(title: str, x_label: str, y_label: str, lines: Mapping[str, Points]) -> str:
    """The chart: for each line its name and points."""
    every = [point for points in lines.values() for point in points]
    across = _Scale([x for x, _ in every], _LEFT, _WIDTH - _RIGHT)
    up = _Scale([y for _, y in every], _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        _text(_WIDTH / 2, 20, title, anchor="middle", size=14),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, x_label, anchor="middle"),
        _text(_LEFT, _TOP - 12, y_label),
    ]
    for mark in across.marks():
        parts.append(_line(across(mark), _TOP, across(mark), _HEIGHT - _BOTTOM))
        parts.append(_text(across(mark), _HEIGHT - _BOTTOM + 18, f"{mark:,.10g}", anchor="middle"))
    for mark in up.marks():
        parts.append(_line(_LEFT, up(mark), _WIDTH - _RIGHT, up(mark)))
        parts.append(_text(_LEFT - 8, up(mark) + 4, f"{mark:g}", anchor="end"))
    for (name, points), colour in zip(lines.items(), _COLOURS, strict=False):
        places = [(across(x), up(y)) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        last_x, last_y = places[-1]
        parts.append(_text(last_x - 8, last_y - 8, name, anchor="end", colour=colour))
    return "\n".join([*parts, "</svg>", ""])


class _Scale:
    """From values to places between two ends."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low, self._high = min(values) / 1.3, max(values) * 1.3
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        part = math.log(value / self._low) / math.log(self._high / self._low)
        return self._start + part * (self._end - self._start)

    def marks(self) -> list[float]:
        """Round numbers in between."""
        powers = range(math.floor(math.log10(self._low)), math.ceil(math.log10(self._high)) + 1)
        every = [mark * 10.0**power for power in powers for mark in _MARKS]
        return [mark for mark in every if self._low <= mark <= self._high]


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, colour: str = "#333"
) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">'
        f"{escaped}</text>"
    )


def _line(x: float, y: float, x_end: float, y_end: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x_end:.1f}" y2="{y_end:.1f}" stroke="#ddd"/>'
