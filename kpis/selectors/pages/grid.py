"""The entry grid: series by periods, each cell with the value that counts.

A constant number of queries however many rows, columns and values there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When

from kpis.models import Hold, Kpi, LiveReading, Reading, Series
from kpis.models.kpis import Kind
from kpis.rules import typed
from kpis.rules.periods import (
    FREQUENCIES,
    Period,
    PeriodRefused,
    containing,
    is_complete,
    previous_period,
)
from kpis.rules.schedule import Owed
from kpis.rules.values import to_text
from kpis.selectors import kpis, locks
from kpis.selectors.owing import owed_by_series, programme_of
from kpis.selectors.pages.facts import today_of
from labs.models import Programme

PER_PAGE = 20
SHOWN = (6, 12, 24)  # periods to choose from
MOST = 36  # columns, with those that are due


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
            empty = reading is None
            return {
                "text": ""
                if empty or reading is None
                else typed.written(reading.comparator, reading.value, reading.high)
            }
        if reading is None or reading.numerator is None or reading.denominator is None:
            return {"numerator": "", "denominator": ""}
        return {
            "numerator": typed.written(reading.comparator, reading.numerator),
            "denominator": to_text(reading.denominator),
        }


@dataclass(frozen=True)
class Row:
    """One series with its cells, and the source of its newest value."""

    series: Series
    cells: list[Cell]
    source: str
    own: bool

    @property
    def kpi(self) -> Kpi:
        kpi: Kpi = self.series.definition.kpi
        return kpi


@dataclass(frozen=True)
class Grid:
    """One page of the grid. ``older_due`` periods are due and older than any column."""

    periods: list[Period]
    rows: list[Row]
    page: Page
    older_due: int = 0

    @property
    def for_owners(self) -> bool:
        """Whether some row is entered for somebody else, with the document that shows it."""
        return any(not row.own and row.kpi.owner_id for row in self.rows)


@dataclass
class Facts:
    """What is known of some series in some span of days."""

    readings: Mapping[tuple[int, Period], Reading]
    owed: Mapping[tuple[int, Period], Owed]
    locks: list[locks.Lock]
    held: set[int]
    series: dict[int, Series] = field(default_factory=dict)

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


def series_of(reportable: QuerySet[Kpi]) -> QuerySet[Series]:
    """The series that take values by hand: of the newest definitions, composites left out."""
    return kpis.with_series_context(
        Series.objects.filter(
            definition__in=kpis.newest_definitions(),
            definition__kpi__in=reportable.values("pk"),
            definition__composition="",
        )
    ).select_related("definition__kpi__owner__organisation")


def programmes(reportable: QuerySet[Kpi]) -> list[Programme]:
    """The programmes with something to report, by name."""
    ids = series_of(reportable).order_by().values("definition__kpi__area__programme")
    return list(Programme.objects.filter(pk__in=ids).order_by("name"))


def frequencies(series: QuerySet[Series]) -> list[str]:
    """The frequencies of these series, the most frequent first."""
    found = set(series.order_by().values_list("definition__frequency", flat=True))
    return [str(each) for each in FREQUENCIES if each in found]


def grid(
    series: QuerySet[Series],
    *,
    programme: Programme,
    frequency: str,
    shown: int,
    page: str | int | None,
    posts: frozenset[int],
    at: datetime,
) -> Grid:
    """The page of the grid for a programme and a frequency; ``posts`` are held by the reader."""
    newest = LiveReading.objects.filter(series=OuterRef("pk"), is_current=True).order_by(
        "-period_end", "-pk"
    )
    wanted = series.filter(
        definition__kpi__area__programme=programme, definition__frequency=frequency
    ).annotate(last_source=Subquery(newest.values("source__name")[:1]))
    ordered = wanted.order_by(
        "definition__kpi__area__position",
        "definition__kpi__name",
        "definition__kpi_id",
        Case(When(cell__key=kpis.TOTAL, then=Value(0)), default=Value(1)),
        "cell__key",
    )
    found = Paginator(ordered, PER_PAGE).get_page(page)
    listed = list(found)
    owed = owed_by_series(listed, at)
    columns, older = _columns(programme, frequency, shown, owed, at)
    facts = load(listed, columns, at, owed=owed)
    rows = [
        Row(
            series=one,
            cells=[facts.cell(one, period) for period in columns],
            source=getattr(one, "last_source", None) or "",
            own=one.definition.kpi.owner_id in posts,
        )
        for one in listed
    ]
    return Grid(columns, rows, found, older)


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
        series={one.pk: one for one in series},
    )


def named(series: QuerySet[Series], keys: Iterable[str], at: datetime) -> dict[str, Cell]:
    """The cells that a page names; what is not among ``series`` is left out."""
    places = {key: place_of(key) for key in keys}
    ids = {place[0] for place in places.values() if place}
    found = {one.pk: one for one in series.filter(pk__in=ids)}
    facts = load(list(found.values()), [place[1] for place in places.values() if place], at)
    cells = {}
    for key, place in places.items():
        series = found.get(place[0]) if place else None
        if series is not None and place is not None and _is_own(series, place[1]):
            cells[key] = facts.cell(series, place[1])
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


def _columns(
    programme: Programme,
    frequency: str,
    shown: int,
    owed: Mapping[int, list[Owed]],
    at: datetime,
) -> tuple[list[Period], int]:
    """The newest periods that have ended and all that are due, oldest first, and how many more are due."""
    fiscal = programme.fiscal_year_start
    period = containing(today_of(programme, at), frequency, fiscal)  # type: ignore[arg-type]
    ended = []
    for _each in range(shown):
        period = previous_period(period, frequency, fiscal)  # type: ignore[arg-type]
        ended.append(period)
    due = {each.period for many in owed.values() for each in many}
    every = sorted({*ended, *due})
    columns = every[-MOST:]
    return columns, len(every) - len(columns)
