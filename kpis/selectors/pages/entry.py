"""What the pages that take values show: periods owed, sources used before."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from kpis.models import Kpi, LiveReading, Reading, Series, Source
from kpis.rules.periods import Period
from kpis.rules.schedule import Owed, owed
from kpis.selectors.pages import facts

SOURCES = 20
RANKED = 100


def owed_periods(series: Series, at: datetime) -> list[Owed]:
    """Periods that have ended and have no value, newest first."""
    today = facts.today_of(series.definition.kpi.area.programme, at)
    reported = {
        Period(start, end)
        for start, end in LiveReading.objects.filter(series=series).values_list(
            "period_start", "period_end"
        )
    }
    schedule = facts.series_facts(series, today).schedule
    return owed(schedule, reported, today)[::-1]


def sources(series: Series) -> list[str]:
    """Sources that this KPI's values came from, the newest used first."""
    rows = (
        Source.objects.filter(
            pk__in=LiveReading.objects.filter(
                series__definition__kpi=series.definition.kpi_id
            ).values("source")
        )
        .order_by("-pk")
        .values_list("name", flat=True)
    )
    newest = (
        LiveReading.objects.filter(series=series, is_current=True)
        .order_by("-period_end", "-pk")
        .values_list("source__name", flat=True)
        .first()
    )
    names = list(rows[:SOURCES])
    return [newest, *(name for name in names if name != newest)] if newest else names


def sources_of(kpi: Kpi) -> list[Source]:
    """Sources that can be put in order: those in the KPI's list, then those its values name."""
    used = LiveReading.objects.filter(series__definition__kpi=kpi).values("source")
    ranks = dict(kpi.source_ranks.values_list("source", "rank"))
    found = Source.objects.filter(Q(pk__in=used) | Q(pk__in=ranks)).order_by("name")[:RANKED]
    return sorted(found, key=lambda source: (ranks.get(source.pk, RANKED), source.name))


def live_from(series: Series, period: Period, source: str) -> Reading | None:
    """The live value of a period from a source."""
    pointer = (
        LiveReading.objects.filter(
            series=series,
            period_start=period.start,
            period_end=period.end,
            source__name=source.strip(),
        )
        .select_related("reading")
        .first()
    )
    return pointer.reading if pointer else None
