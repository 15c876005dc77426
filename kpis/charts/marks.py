"""Colours, dashes and shapes of what a chart shows; each kind differs in more than colour."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import altair as alt

INK, MUTED, GRID, VALUES, DECIDED = "#16292f", "#4d5f64", "#e3e9ea", "#0b5563", "#43266f"
# Colour and dash of each line; stroke, fill and shape of each mark.
LINES = {
    "target": ("#8a4b00", [7, 3]),
    "path": ("#1e6b3a", [14, 3]),
    "promised": ("#7b2d6b", [10, 3, 2, 3]),
    "mean": (MUTED, [1, 0]),
    "limit": (MUTED, [2, 3]),
    "decided": (DECIDED, [1, 2]),
}
MARKS = {
    "value": (VALUES, VALUES, "circle"),
    "provisional": (VALUES, "#ffffff", "circle"),
    "bound": (VALUES, "#ffffff", "triangle-up"),
    "deviation": ("#a32020", "#a32020", "triangle-down"),
}
Rows = list[dict[str, Any]]


def ms(day: date) -> int:
    """A day as the axis counts: milliseconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def data(rows: Rows) -> alt.Data:
    """Rows as a layer takes them."""
    return alt.Data(values=rows)
