"""Cells of the entry grid: one series in one period, with the value that counts.

A constant number of queries however many cells are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from kpis.models import Hold, LiveReading, Reading, Series
from kpis.models.kpis import Kind
from kpis.rules import typed
from kpis.rules.periods import Period, PeriodRefused, is_complete
from kpis.rules.schedule import Owed
from kpis.rules.values import to_text
from kpis.selectors import locks
from kpis.selectors.owing import owed_by_series, programme_of


def key_of(series_id: int, period: Period) -> str:
    """How pages name a cell."""
    return f"{series_id}_{period.start}_{period.end}"


def place_of(key: str) -> tuple[int, Period] | None:
    """Series and period that a page means; None for anything else."""
    match = re.fullmatch(r"([0-9]{1,15})_([0-9-]{10})_([0-9-]{10})", key)
    if match is None:
        return None
    try:
        return int(match[1]), Period(date.fromisoformat(match[2]), date.fromisoformat(match[3]))
    except (ValueError, PeriodRefused):
        return None


@dataclass(frozen=True)
class Cell:
    """One series in one period: the value that counts, and what may be done about it."""

    series: Series
    period: Period
    reading: Reading | None = None
    owed: Owed | None = None
    lock: locks.Lock | None = None
    disputed: bool = False

    @property
    def key(self) -> str:
        return key_of(self.series.pk, self.period)

    @property
    def version(self) -> int:
        """What a save must name: the reading it was typed over, 0 for none."""
        return self.reading.pk if self.reading else 0

    @property
    def is_verified(self) -> bool:
        return self.reading is not None and hasattr(self.reading, "verification")

    @property
    def is_ratio(self) -> bool:
        kind: str = self.series.definition.kind
        return kind == Kind.RATIO

    @property
    def is_choice(self) -> bool:
        kind: str = self.series.definition.kind
        return kind == Kind.MILESTONE

    @property
    def texts(self) -> dict[str, str]:
        """The value as it is typed: ``text``, or ``numerator`` and ``denominator``."""
        reading = self.reading
        if not self.is_ratio:
            if reading is None:
                return {"text": ""}
            return {"text": typed.written(reading.comparator, reading.value, reading.high)}
        if reading is None or reading.numerator is None or reading.denominator is None:
            return {"numerator": "", "denominator": ""}
        return {
            "numerator": typed.written(reading.comparator, reading.numerator),
            "denominator": to_text(reading.denominator),
        }


@dataclass
class Facts:
    """What is known of some series in some span of days."""

    readings: Mapping[tuple[int, Period], Reading]
    owed: Mapping[tuple[int, Period], Owed]
    locks: list[locks.Lock]
    held: set[int]

    def cell(self, series: Series, period: Period) -> Cell:
        kpi_id = series.definition.kpi_id
        programme_id = programme_of(series).pk
        mine = [lock for lock in self.locks if lock.programme_id == programme_id]
        return Cell(
            series=series,
            period=period,
            reading=self.readings.get((series.pk, period)),
            owed=self.owed.get((series.pk, period)),
            lock=locks.lock_on(mine, kpi_id, period.end),
            disputed=kpi_id in self.held,
        )


def load(
    series: Sequence[Series],
    periods: Iterable[Period],
    at: datetime,
    *,
    owed: Mapping[int, list[Owed]] | None = None,
) -> Facts:
    """Values, holds, locks and what is owed of these series. Six queries at most."""
    spans = list(periods)
    owing = owed_by_series(series, at) if owed is None else owed
    return Facts(
        readings=_readings(series, spans),
        owed={(pk, each.period): each for pk, many in owing.items() for each in many},
        locks=locks.locks_of({programme_of(one).pk for one in series}),
        held=set(
            Hold.objects.filter(
                kpi__in={one.definition.kpi_id for one in series}, lifted_at=None
            ).values_list("kpi", flat=True)
        ),
    )


def named(series: QuerySet[Series], keys: Iterable[str], at: datetime) -> dict[str, Cell]:
    """The cells that a page names; what is not among ``series`` is left out."""
    places = {key: place_of(key) for key in keys}
    ids = {place[0] for place in places.values() if place}
    found = {one.pk: one for one in series.filter(pk__in=ids)}
    facts = load(list(found.values()), [place[1] for place in places.values() if place], at)
    cells = {}
    for key, place in places.items():
        one = found.get(place[0]) if place else None
        if one is not None and place is not None and _is_own(one, place[1]):
            cells[key] = facts.cell(one, place[1])
    return cells


def _is_own(series: Series, period: Period) -> bool:
    """Whether the series has such a period: the grid takes whole weeks, months, years."""
    fiscal = programme_of(series).fiscal_year_start
    return is_complete(period, series.definition.frequency, fiscal)  # type: ignore[arg-type]


def _readings(series: Sequence[Series], spans: list[Period]) -> dict[tuple[int, Period], Reading]:
    if not series or not spans:
        return {}
    rows = LiveReading.objects.filter(
        series__in=[one.pk for one in series],
        is_current=True,
        period_start__gte=min(span.start for span in spans),
        period_end__lte=max(span.end for span in spans),
    ).select_related("reading__verification", "reading__by_user", "reading__source")
    return {(row.series_id, Period(row.period_start, row.period_end)): row.reading for row in rows}
