"""Paths on a chart: what is asked from period to period, today and in an earlier version."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from kpis.charts.data import PathLine, PathPoint
from kpis.charts.marks import LINES, Rows, data, ms


def layers(lines: Sequence[PathLine], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A line along each path, with its name at its end; a range has two edges and a band."""
    found = []
    for line in lines:
        colour, dash = LINES[line.kind]
        for edge in ("low", "high"):
            rows = _rows(line, edge)
            if len(rows) < 2:
                continue
            drawn = alt.Chart(data(rows)).mark_line(
                color=colour,
                strokeDash=dash,
                strokeWidth=2.5,
                interpolate="step-after" if line.in_steps else "linear",
            )
            found.append(drawn.encode(x=x, y=y, order=alt.Order("x:Q")))
        found += _ends(line, x, y)
    return found


def days(lines: Sequence[PathLine]) -> list[int]:
    """Where the paths reach on the axis."""
    return [ms(point.start) for line in lines for point in line.points]


def _rows(line: PathLine, edge: str) -> Rows:
    rows: Rows = []
    for point in line.points:
        value = point.high if edge == "high" else point.low
        if value is not None:
            rows.append({"x": ms(point.start), "y": value})
    return rows


def _ends(line: PathLine, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The name at the last point, so that lines are told apart without colour; beside the line,
    above where it rises and below where it falls.
    """
    if not line.points:
        return []
    last: PathPoint = line.points[-1]
    falls = len(line.points) > 1 and line.points[-2].low > last.low
    row = {"x": ms(last.start), "y": last.low, "name": line.name}
    colour = LINES[line.kind][0]
    text = alt.Chart(data([row])).mark_text(
        align="right",
        baseline="top" if falls else "bottom",
        dx=-10,
        dy=6 if falls else -6,
        fontSize=12,
        fontWeight="bold",
        color=colour,
    )
    return [text.encode(x=x, y=y, text="name:N")]
