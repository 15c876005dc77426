"""What is due, one line per series and period, with what helps to fill it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from kpis.models import LiveReading, Reading, Series, Target
from kpis.rules.periods import Period
from kpis.rules.schedule import Owed
from kpis.selectors.owing import owed_by_series

MOST = 5000  # lines in one sheet


@dataclass(frozen=True, slots=True)
class DueLine:
    """One value that is due."""

    series: Series
    owed: Owed
    last: Reading | None
    target: Target | None

    @property
    def period(self) -> Period:
        return self.owed.period


def due_lines(series: QuerySet[Series], at: datetime) -> list[DueLine]:
    """What these series owe, by KPI and period. A constant number of queries."""
    asked = Q(definition__effective_from__isnull=False)
    asked |= Q(definition__reporting_from__isnull=False)
    newest = LiveReading.objects.filter(series=OuterRef("pk"), is_current=True).order_by(
        "-period_end", "-pk"
    )
    rows = list(
        series.filter(asked)
        .annotate(last_reading=Subquery(newest.values("reading")[:1]))
        .order_by("definition__kpi__area__programme__name", "definition__kpi__name", "cell__key")
    )
    owed = owed_by_series(rows, at)
    owing = [row for row in rows if owed[row.pk]]
    last = (
        Reading.objects.select_related("source")
        .filter(pk__in=[pk for row in owing if (pk := getattr(row, "last_reading", None))])
        .in_bulk()
    )
    targets = _targets(owing)
    lines = [
        DueLine(
            row,
            each,
            last.get(getattr(row, "last_reading", None) or 0),
            targets.get((row.pk, each.period)),
        )
        for row in owing
        for each in owed[row.pk]
    ]
    return lines[:MOST]


def _targets(series: Sequence[Series]) -> Mapping[tuple[int, Period], Target]:
    rows = Target.objects.filter(series__in=[row.pk for row in series], until_change=None)
    return {(row.series_id, Period(row.period_start, row.period_end)): row for row in rows}
