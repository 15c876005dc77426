"""The list of KPIs of a programme, by result area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from kpis.models import HandStatus, Kpi, LiveReading, Reading, SeriesStatus
from kpis.selectors import hand_statuses, kpis
from labs.models import Programme

DISPUTED = "disputed"


@dataclass(frozen=True)
class Row:
    """One KPI: the status of its total, and the reading it speaks of."""

    kpi: Kpi
    unit: str
    status: str
    row: SeriesStatus | None
    reading: Reading | None
    disputed: bool
    deviations: int
    hand: HandStatus | None = None

    @property
    def unverified(self) -> bool:
        """Whether the newest value stands unchecked."""
        return self.reading is not None and not hasattr(self.reading, "verification")

    @property
    def percent(self) -> Decimal | None:
        """Progress in per cent of the way from the baseline to the target."""
        progress = self.row.progress if self.row else None
        return None if progress is None else round(progress * 100, 1)


def listed(
    user: Any, on: date, *, programme: Programme, status: str = "", text: str = ""
) -> QuerySet[Kpi]:
    """The KPIs of the programme that the filters leave, by result area."""
    wanted = "" if status == DISPUTED else status
    found = kpis.listed(user, on, programme=programme, status=wanted, text=text)
    found = found.filter(retired_on=None)
    if status == DISPUTED:
        found = found.filter(Q(held=True))
    return found


def rows(page: Iterable[Any]) -> list[Row]:
    """The KPIs of one page with their newest values. Three queries."""
    shown = list(page)
    statuses = _statuses(shown)
    readings = _readings(statuses.values())
    hands = hand_statuses.standing_of(row.series_id for row in statuses.values())
    return [
        Row(
            kpi=kpi,
            unit=kpi.unit or "",
            status=kpi.status or "not_due",
            row=statuses.get(kpi.pk),
            reading=readings.get(statuses[kpi.pk].series_id) if kpi.pk in statuses else None,
            disputed=kpi.held,
            deviations=kpi.open_deviations,
            hand=hands.get(statuses[kpi.pk].series_id) if kpi.pk in statuses else None,
        )
        for kpi in shown
    ]


def _statuses(shown: list[Kpi]) -> dict[int, SeriesStatus]:
    """The status of the total of each KPI's newest definition."""
    found = SeriesStatus.objects.filter(
        series__cell__key=kpis.TOTAL,
        series__definition__in=kpis.newest_definitions().filter(kpi__in=[k.pk for k in shown]),
    ).select_related("series__definition")
    return {row.series.definition.kpi_id: row for row in found}


def _readings(statuses: Iterable[SeriesStatus]) -> dict[int, Reading]:
    """The current reading that each status speaks of, with its verification."""
    found = LiveReading.objects.filter(
        series__in=[row.series_id for row in statuses],
        is_current=True,
        period_start=F("series__status__period_start"),
        period_end=F("series__status__period_end"),
    ).select_related("reading__verification")
    return {row.series_id: row.reading for row in found}
