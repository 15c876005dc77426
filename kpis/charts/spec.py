"""The Vega-Lite specification of a chart, built with altair. Pure: the same data, the same text.

Marks differ in shape and dash as well as in colour, and a key above names them.
Only attributes style the picture, so that it keeps its colours under a strict policy.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from kpis.charts import promised
from kpis.charts.data import Point, SeriesChart
from kpis.charts.marks import GRID, INK, LINES, MARKS, MUTED, VALUES, Rows
from kpis.charts.marks import data as _data
from kpis.charts.marks import ms as _ms

MANY = 24


def build(
    chart: SeriesChart, *, width: int = 840, height: int = 300, checked: bool = False
) -> dict[str, Any]:
    """The specification; ``width`` in pixels decides how many periods are named below."""
    x = _axis(chart, width)
    layers = [
        *_events(chart, x),
        *_lines(chart, x),
        *promised.layers(chart.paths, x, _y(chart)),
        *_asked(chart, x),
        *_values(chart, x),
    ]
    picture = (
        alt.vconcat(
            _key(_present(chart), width),
            alt.layer(*(layers or [_blank()])).properties(width=width, height=height),
            spacing=18,
        )
        .properties(background="#ffffff", padding=6)
        .configure(font="Arial, Helvetica, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, gridColor=GRID, labelFontSize=13, titleFontSize=13
        )
    )
    # Checking against the schema takes most of a second; the tests check.
    spec: dict[str, Any] = picture.to_dict(validate=checked)
    return spec


def names() -> dict[str, str]:
    """The words of the key, in the reader's language."""
    return {
        "value": _("Value"),
        "provisional": _("Provisional value"),
        "bound": _("Bound or range"),
        "deviation": _("Value that broke a rule"),
        "target": _("Target"),
        "path": _("Path"),
        "promised": _("Path promised then"),
        "mean": _("Average"),
        "limit": _("Control limits"),
        "decided": _("Decision"),
    }


def _present(chart: SeriesChart) -> list[str]:
    """What the chart shows, in the order of the key."""
    points = chart.points
    marks = [kind for kind in MARKS if any(p.mark == kind and p.value is not None for p in points)]
    shown = {
        "target": any(p.target is not None for p in points),
        "path": any(line.kind == "path" for line in chart.paths),
        "promised": any(line.kind == "promised" for line in chart.paths),
        "mean": chart.has_limits and any(p.mean is not None for p in points),
        "limit": chart.has_limits and any(p.lower is not None for p in points),
        "decided": bool(_within(chart)),
    }
    return marks + [kind for kind, there in shown.items() if there]


def _key(kinds: Sequence[str], width: int) -> Any:
    """A sample and a name for each kind, in as many rows as the width asks for."""
    said, x, y, layers = names(), 0, 8, []
    for kind in kinds:
        room = 34 + round(len(said[kind]) * 6.8) + 16
        if x and x + room > width:
            x, y = 0, y + 22
        place = {"x": x, "y": y, "end": x + 24, "text": x + 32, "name": said[kind]}
        layers += _sample(kind, place)
        x += room
    return alt.layer(*(layers or [_blank()])).properties(width=width, height=y + 8)


def _blank() -> alt.Chart:
    """Nothing to see, where there is nothing to draw."""
    return alt.Chart(_data([{}])).mark_point(opacity=0)


def _sample(kind: str, place: dict[str, Any]) -> list[alt.Chart]:
    base = alt.Chart(_data([place]))
    y = alt.Y("y:Q", scale=None, axis=None)
    name = base.mark_text(align="left", baseline="middle", fontSize=13, color=INK).encode(
        x=alt.X("text:Q", scale=None, axis=None), y=y, text="name:N"
    )
    x = alt.X("x:Q", scale=None, axis=None)
    if kind in LINES:
        colour, dash = LINES[kind]
        line = base.mark_rule(color=colour, strokeDash=dash, strokeWidth=2.5)
        return [line.encode(x=x, x2="end:Q", y=y), name]
    dot = base.mark_point(**_dot(kind), xOffset=14)
    return [dot.encode(x=x, y=y), name]


def _dot(kind: str) -> dict[str, Any]:
    stroke, fill, shape = MARKS[kind]
    return {
        "stroke": stroke,
        "fill": fill,
        "shape": shape,
        "size": 70,
        "strokeWidth": 2,
        "opacity": 1,
    }


def _axis(chart: SeriesChart, width: int) -> alt.X:
    """Periods at their first day, as many named as fit, in the words of the table; longer
    where something was decided after the last of them began.
    """
    points = chart.points
    longest = max((len(p.label) for p in points), default=1)
    fitting = max(2, width // (longest * 8 + 24))
    step = -(-len(points) // fitting) if points else 1
    shown = list(points[::-1][::step])[::-1]
    labels = json.dumps({str(_ms(p.start)): p.label for p in shown}, ensure_ascii=False)
    days = [_ms(p.start) for p in points] + [row["x"] for row in _within(chart)]
    days += promised.days(chart.paths) or ([] if days else [0])
    domain = [min(days), max(days)] if len(set(days)) > 1 else [min(days) - 1, max(days) + 1]
    return alt.X(
        "x:T",
        scale=alt.Scale(type="utc", domain=domain, nice=False, padding=10),
        axis=alt.Axis(
            title=None,
            values=[_ms(p.start) for p in shown],
            labelExpr=f"({labels})[time(datum.value)]",
            labelAngle=0,
            labelOverlap=False,
            labelFlush=20,
            grid=False,
            tickColor=MUTED,
            domainColor=MUTED,
        ),
    )


def _y(chart: SeriesChart) -> alt.Y:
    return alt.Y(
        "y:Q",
        scale=alt.Scale(zero=False, nice=True, padding=10),
        axis=alt.Axis(title=chart.unit or None, tickCount=6, domain=False, ticks=False),
    )


def _lines(chart: SeriesChart, x: alt.X) -> list[alt.Chart]:
    """Targets, average and control limits; a new baseline group starts new lines."""
    with_path = any(line.kind == "path" for line in chart.paths)
    kinds = {} if with_path else {"target": "target", "target_high": "target"}
    if chart.has_limits:
        kinds |= {"mean": "mean", "lower": "limit", "upper": "limit"}
    layers = []
    for attribute, kind in kinds.items():
        rows = _runs(chart.points, attribute, broken=kind == "target")
        if rows:
            colour, dash = LINES[kind]
            line = alt.Chart(_data(rows)).mark_line(color=colour, strokeDash=dash, strokeWidth=2)
            layers.append(line.encode(x=x, y=_y(chart), detail="run:N"))
    return layers


def _runs(points: Sequence[Point], attribute: str, *, broken: bool) -> Rows:
    """The numbers of a line. ``broken``: only neighbouring periods are joined, for between
    targets of years that lie apart nothing was asked; other lines follow their baseline group.
    """
    rows: Rows = []
    last, run = None, 0
    for p in points:
        y = getattr(p, attribute)
        if y is None:
            last = None if broken else last
            continue
        run += not p.follows(last)
        rows.append({"x": _ms(p.start), "y": y, "run": run if broken else p.group})
        last = p
    return rows


def _asked(chart: SeriesChart, x: alt.X) -> list[alt.Chart]:
    """A tick at each target, and an upright band where a range is asked for."""
    colour = LINES["target"][0]
    asked = [p for p in chart.points if p.target is not None]
    band: Rows = [
        {"x": _ms(p.start), "y": p.target, "y2": p.target_high}
        for p in asked
        if p.target_high is not None
    ]
    edges: Rows = [
        {"x": _ms(p.start), "y": y}
        for p in asked
        for y in (p.target, p.target_high)
        if y is not None
    ]
    layers = []
    if band:
        bar = alt.Chart(_data(band)).mark_rule(color=colour, opacity=0.25, strokeWidth=8)
        layers.append(bar.encode(x=x, y=_y(chart), y2="y2:Q"))
    if edges and len(asked) <= MANY:
        tick = alt.Chart(_data(edges)).mark_tick(
            orient="horizontal", size=20, thickness=3, color=colour
        )
        layers.append(tick.encode(x=x, y=_y(chart)))
    return layers


def _values(chart: SeriesChart, x: alt.X) -> list[alt.Chart]:
    """The values, joined by a line that a period without one breaks."""
    if not any(p.value is not None for p in chart.points):
        return []
    way = _runs(chart.points, "value", broken=True)
    layers = [
        alt.Chart(_data(way))
        .mark_line(strokeWidth=2.5, color=VALUES)
        .encode(x=x, y=_y(chart), detail="run:N"),
        *_spans(chart, x),
    ]
    for kind in MARKS:
        rows = [
            {"x": _ms(p.start), "y": p.value}
            for p in chart.points
            if p.mark == kind and p.value is not None
        ]
        if rows:
            layers.append(alt.Chart(_data(rows)).mark_point(**_dot(kind)).encode(x=x, y=_y(chart)))
    return layers


def _spans(chart: SeriesChart, x: alt.X) -> list[alt.Chart]:
    """Ranges as upright bars from their lower to their upper end."""
    rows: Rows = [
        {"x": _ms(p.start), "y": p.value, "y2": p.high}
        for p in chart.points
        if p.value is not None and p.high is not None
    ]
    if not rows:
        return []
    bar = alt.Chart(_data(rows)).mark_rule(strokeWidth=4, color=VALUES, opacity=0.6)
    return [bar.encode(x=x, y=_y(chart), y2="y2:Q")]


def _within(chart: SeriesChart) -> Rows:
    """What was decided since the first period began."""
    if not chart.points:
        return []
    first = chart.points[0].start
    return [{"x": _ms(e.on), "name": e.name} for e in chart.events if first <= e.on]


def _events(chart: SeriesChart, x: alt.X) -> list[alt.Chart]:
    """Decisions that changed a target: an upright line with its name above."""
    rows = _within(chart)
    if not rows:
        return []
    colour, dash = LINES["decided"]
    base = alt.Chart(_data(rows)).encode(x=x)
    line = base.mark_rule(color=colour, strokeDash=dash, strokeWidth=2)
    name = base.mark_text(
        align="center", baseline="bottom", dy=-3, color=colour, fontSize=12, fontWeight="bold"
    ).encode(y=alt.value(0), text="name:N")
    return [line, name]
