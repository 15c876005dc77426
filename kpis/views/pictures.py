"""From the history of a series to its chart, and to the sentence that stands for it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

from django.utils.translation import gettext as _

from kpis.charts.data import Event, Mark, PathLine, PathPoint, Point, SeriesChart
from kpis.models import Kpi, Reading, Series
from kpis.rules.paths import Path
from kpis.selectors.pages import courses
from kpis.selectors.pages.courses import Version
from kpis.selectors.pages.history import History, PeriodRow
from kpis.templatetags.readings import asked, observed
from people.templatetags.formats import day, period_label
from people.templatetags.statuses import look_of


def chart(series: Series, history: History, then: Version | None = None) -> SeriesChart:
    """What is drawn: complete periods with a value or a target, oldest first, and the path.

    ``then``: an earlier version of the path, drawn beside today's.
    """
    rows = [row for row in reversed(history.rows) if row.reading or row.target]
    return SeriesChart(
        unit=series.definition.unit,
        points=[_point(row) for row in rows],
        events=_events(history),
        has_limits=history.has_limits,
        paths=_paths(series, history, then),
    )


def _paths(series: Series, history: History, then: Version | None) -> list[PathLine]:
    """Today's path, where it runs between targets or stands beside another; and that other."""
    lines = []
    if (history.trajectory is not None and history.path.method != "points") or then is not None:
        lines.append(_path_line(series, history.path, "path", _("Today's path")))
    if then is not None:
        name = _("Promised %(year)s") % {"year": then.at.year}
        lines.append(_path_line(series, then.path, "promised", name))
    return [line for line in lines if line.points]


def _path_line(
    series: Series, path: Path, kind: Literal["path", "promised"], name: str
) -> PathLine:
    points = [
        PathPoint(
            step.period.start,
            float(step.low),
            float(step.high) if step.high != step.low else None,
        )
        for step in courses.along(series, path)
    ]
    return PathLine(kind, name, points, in_steps=path.method == "steps")


def is_worth_drawing(history: History) -> bool:
    """Whether there is more to see than one period."""
    return sum(bool(row.reading or row.target) for row in history.rows) > 1


def summary(kpi: Kpi, series: Series, history: History, status: str) -> str:
    """The chart in one sentence, for those who do not see it."""
    unit = series.definition.unit
    seen = [row for row in history.rows if row.reading is not None]
    words = {"kpi": kpi.name, "status": str(look_of(status).word).lower()}
    if not seen:
        return _("Chart of %(kpi)s: no values yet.") % words
    newest, oldest = seen[0], seen[-1]
    words |= {
        "count": str(len(seen)),
        "first": period_label(oldest.start, oldest.end),
        "last": period_label(newest.start, newest.end),
        "value": observed(newest.reading, unit),
        "target": asked(newest.target, unit),
    }
    if newest.target is None:
        return (
            _(
                "Chart of %(kpi)s: %(count)s values from %(first)s to %(last)s;"
                " the newest is %(value)s, without a target."
            )
            % words
        )
    return (
        _(
            "Chart of %(kpi)s: %(count)s values from %(first)s to %(last)s;"
            " the newest is %(value)s, the target %(target)s: %(status)s."
        )
        % words
    )


def promised_summary(kpi: Kpi, then: Version | None) -> str:
    """What the picture of the paths shows, for those who do not see it."""
    if then is None:
        return _("Chart of %(kpi)s with the path in force.") % {"kpi": kpi.name}
    said = _("Chart of %(kpi)s with the path in force and the one promised on %(day)s.")
    return said % {"kpi": kpi.name, "day": day(then.at)}


def _point(row: PeriodRow) -> Point:
    reading, target, limits = row.reading, row.target, row.limits
    return Point(
        start=row.start,
        end=row.end,
        label=period_label(row.start, row.end),
        value=_float(reading.value) if reading else None,
        high=_float(reading.high) if reading else None,
        mark=_mark(row, reading),
        target=_float(target.value) if target else None,
        target_high=_float(target.high) if target else None,
        mean=limits.mean,
        lower=limits.lower,
        upper=limits.upper,
        group=limits.group,
    )


def _mark(row: PeriodRow, reading: Reading | None) -> Mark:
    if row.signals:
        return "deviation"
    if reading is not None and reading.comparator not in {"=", "≈"}:
        return "bound"
    if reading is not None and reading.state == Reading.State.PROVISIONAL:
        return "provisional"
    return "value"


def _events(history: History) -> list[Event]:
    """Revisions that set a target, each once."""
    found: dict[int, Event] = {}
    for target in history.targets:
        revision = target.change.revision if target.change else None
        if revision is not None and revision.adopted_at is not None:
            name = _("Revision %(number)s") % {"number": revision.number}
            found[revision.pk] = Event(revision.adopted_at.date(), name)
    return list(found.values())


def _float(value: Decimal | Fraction | None) -> float | None:
    return None if value is None else float(value)
