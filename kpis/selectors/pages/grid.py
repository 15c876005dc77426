"""The entry grid: series by periods.

A constant number of queries however many rows, columns and values there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When

from kpis.models import Kpi, LiveReading, Series
from kpis.rules.periods import FREQUENCIES, Period, containing, previous_period
from kpis.rules.schedule import Owed
from kpis.selectors import kpis
from kpis.selectors.owing import owed_by_series
from kpis.selectors.pages.cells import Cell, load
from kpis.selectors.pages.facts import today_of
from labs.models import Programme
from people.models import Organisation

PER_PAGE = 20
SHOWN = (6, 12, 24)  # periods to choose from
MOST = 24  # columns, with those that are due


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

    @property
    def versions(self) -> str:
        """What a plain form says it was typed over, as forms.grid.shown_in reads it."""
        return " ".join(
            f"{cell.period.start}_{cell.period.end}:{cell.version}"
            for cell in self.cells
            if cell.lock is None
        )


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


def series_of(reportable: QuerySet[Kpi]) -> QuerySet[Series]:
    """The series that take values by hand: of the newest definitions, composites left out."""
    return kpis.with_series_context(
        Series.objects.filter(
            definition__in=kpis.newest_definitions(),
            definition__kpi__in=reportable.values("pk"),
            definition__composition="",
        )
    ).select_related("definition__kpi__owner__organisation")


def programmes(series: QuerySet[Series]) -> list[Programme]:
    """The programmes of these series, by name."""
    ids = series.order_by().values("definition__kpi__area__programme")
    return list(Programme.objects.filter(pk__in=ids).order_by("name"))


def ministries(series: QuerySet[Series]) -> list[Organisation]:
    """The organisations whose posts own the KPIs of these series, by name."""
    ids = series.order_by().values("definition__kpi__owner__organisation")
    return list(Organisation.objects.filter(pk__in=ids).order_by("name"))


def frequencies(series: QuerySet[Series]) -> list[str]:
    """The frequencies of these series, the most frequent first."""
    found = set(series.order_by().values_list("definition__frequency", flat=True))
    return [str(each) for each in FREQUENCIES if each in found]


def last_sources(series: Iterable[Series]) -> dict[int, str]:
    """The source of each series' newest value, "" where there is none."""
    found = Series.objects.filter(pk__in={one.pk for one in series}).annotate(
        last_source=_last_source()
    )
    return {pk: name or "" for pk, name in found.values_list("pk", "last_source")}


def _last_source() -> Subquery:
    newest = LiveReading.objects.filter(series=OuterRef("pk"), is_current=True).order_by(
        "-period_end", "-pk"
    )
    return Subquery(newest.values("source__name")[:1])


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
    wanted = series.filter(
        definition__kpi__area__programme=programme, definition__frequency=frequency
    ).annotate(last_source=_last_source())
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
