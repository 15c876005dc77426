"""The page of one KPI: one of its series in full, and its parts by status.

Thirteen queries or so, whatever the length of the series and the number of parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.urls import reverse

from kpis.models import (
    Definition,
    Deviation,
    HandStatus,
    Hold,
    Kpi,
    Reading,
    Series,
    SeriesStatus,
    Target,
)
from kpis.models.kpis import Direction
from kpis.rules import by_hand
from kpis.rules.status import STATUSES
from kpis.selectors import deviations as deviation_selectors
from kpis.selectors import hand_statuses, kpis
from kpis.selectors.pages import facts, history
from kpis.selectors.pages.history import History
from labs.models import Milestone


@dataclass(frozen=True)
class Page:
    """All that the page of a KPI shows of one of its series."""

    kpi: Kpi
    definition: Definition
    definitions: list[Definition]
    series: Series
    today: date
    history: History
    holds: list[Hold]
    open_deviations: list[Deviation]
    past_deviations: list[Deviation]
    parts_open: int
    parts: int
    targets: list[TargetLine] = field(default_factory=list)
    hand: HandStatus | None = None

    @property
    def status(self) -> str:
        """The status word that is shown: the one by hand while it stands, else the one worked out."""
        return by_hand.shown(self.worked_out, self.hand.status if self.hand else None)

    @property
    def worked_out(self) -> str:
        """What the rules say; the newest series has one once detection has seen it."""
        row = self.status_row
        return row.status if row else "not_due"

    @property
    def status_row(self) -> SeriesStatus | None:
        return getattr(self.series, "status", None)

    @property
    def is_newest(self) -> bool:
        """Whether this is a series of the definition in use."""
        return self.definition.pk == self.definitions[0].pk


@dataclass(frozen=True)
class TargetLine:
    """The target in force of one period, if any, and what went before it, newest first."""

    start: date
    end: date
    now: Target | None
    before: list[Target]


def find(kpi: Kpi, *, cell: str, version: str) -> Series | None:
    """The series of a cell, of the newest definition or of version ``version``."""
    rows = kpis.with_series_context(Series.objects.filter(definition__kpi=kpi, cell__key=cell))
    if version:
        return rows.filter(definition__version=int(version)).first() if version.isdigit() else None
    return rows.select_related("status").order_by("-definition__version").first()


def page(kpi: Kpi, series: Series, at: datetime) -> Page:
    """Everything about one series of a KPI."""
    today = facts.today_of(kpi.area.programme, at)
    definitions = list(
        kpi.definitions.select_related("by_user", "by_post__organisation").order_by("-version")
    )
    found = history.of(series, today)
    open_ones, past = _deviations(series)
    others = kpis.newest_definitions().filter(kpi=kpi)
    counts = (
        Series.objects.filter(definition__in=others)
        .exclude(cell__key=kpis.TOTAL)
        .aggregate(
            parts=Count("pk", distinct=True),
            open=Count("deviations", filter=Q(deviations__closed_at=None), distinct=True),
        )
    )
    return Page(
        kpi=kpi,
        definition=series.definition,
        definitions=definitions,
        series=series,
        today=today,
        history=found,
        holds=list(kpi.holds.filter(lifted_at=None).select_related("by_user", "by_post")),
        open_deviations=open_ones,
        past_deviations=past,
        parts_open=counts["open"],
        parts=counts["parts"],
        targets=target_lines(found.targets),
        hand=hand_statuses.standing_of([series.pk]).get(series.pk),
    )


def _deviations(series: Series) -> tuple[list[Deviation], list[Deviation]]:
    """Open and closed episodes of the series, newest first, ready for a sentence."""
    rows = list(
        Deviation.objects.filter(series=series)
        .select_related(
            "rule",
            "series__cell",
            "first_signal",
            "last_signal__version__rule",
            "last_signal__series__cell",
            "last_signal__series__definition",
        )
        .order_by("-opened_at", "-pk")
    )
    return [d for d in rows if d.closed_at is None], [d for d in rows if d.closed_at is not None]


def target_lines(targets: Iterable[Target]) -> list[TargetLine]:
    """Targets by period, newest period first; each with what it replaced."""
    by_period: dict[tuple[date, date], list[Target]] = {}
    for each in targets:
        by_period.setdefault((each.period_start, each.period_end), []).append(each)
    lines = []
    for (start, end), rows in sorted(by_period.items(), key=lambda item: item[0], reverse=True):
        now = next((row for row in rows if row.until_change_id is None), None)
        lines.append(TargetLine(start, end, now, [row for row in rows if row is not now]))
    return lines


def parts(kpi: Kpi, text: str = "") -> QuerySet[Series]:
    """The parts of the newest definition with ``status`` and ``open_count``, worst first.

    ``standing_hands`` holds the status by hand, if one stands. The order is the rules'.
    """
    rank = Case(
        *(When(status__status=word, then=Value(i)) for i, word in enumerate(STATUSES)),
        default=Value(len(STATUSES)),
        output_field=IntegerField(),
    )
    beyond = F("status__value") - F("status__target")
    lead = Case(When(definition__direction=Direction.DECREASE, then=-beyond), default=beyond)
    found = (
        Series.objects.filter(definition__in=kpis.newest_definitions().filter(kpi=kpi))
        .exclude(cell__key=kpis.TOTAL)
        .select_related("cell", "definition", "status")
        .prefetch_related(
            Prefetch("hand_statuses", hand_statuses.standing(), to_attr="standing_hands")
        )
        .annotate(
            rank=rank,
            lead=lead,
            open_count=Count("deviations", filter=Q(deviations__closed_at=None)),
        )
    )
    if text:
        found = found.filter(Q(cell__label__icontains=text) | Q(cell__key__icontains=text))
    return found.order_by("rank", F("status__progress").asc(nulls_last=True), "cell__label", "pk")


def cells(kpi: Kpi) -> list[tuple[str, str]]:
    """Key and name of each cell of the newest definition, the total first."""
    rows = (
        Series.objects.filter(definition__in=kpis.newest_definitions().filter(kpi=kpi))
        .order_by(Case(When(cell__key=kpis.TOTAL, then=Value(0)), default=Value(1)), "cell__label")
        .values_list("cell__key", "cell__label")
    )
    return list(rows)


@dataclass(frozen=True)
class Subject:
    """What a deviation is on: a series of a KPI, or a milestone. ``code`` is empty for the latter."""

    title: str
    url: str
    code: str = ""


def subject_of(deviation: Deviation) -> Subject:
    """What a deviation is on, for a deviation loaded as in ``deviations.listed``."""
    series = deviation.series
    if series is None:
        row = Milestone.objects.filter(key__in=[deviation.milestone_key]).order_by("pk").last()
        url = reverse("labs:milestone", args=[deviation.milestone_key])
        return Subject(row.title if row else "", url)
    of_kpi, url = series.definition.kpi, reverse("kpis:kpi", args=[series.definition.kpi.code])
    if series.cell.is_total:
        return Subject(of_kpi.name, url, of_kpi.code)
    title = f"{of_kpi.name}: {series.cell.label}"
    return Subject(title, f"{url}?{urlencode({'cell': series.cell.key})}", of_kpi.code)


def signals_of(deviation: Deviation) -> QuerySet[Any]:
    """The signals of an episode, ready for a sentence."""
    return deviation_selectors.signals_of(deviation).select_related(
        "version__rule",
        "version__by_user",
        "version__by_post",
        "series__cell",
        "series__definition",
    )


def live_reading(kpi: Kpi, pk: int) -> Reading | None:
    """A reading of the KPI with all that acting on it asks for; None when it is another KPI's."""
    return (
        Reading.objects.filter(series__definition__kpi=kpi, pk=pk)
        .select_related(
            "source",
            "live",
            "verification",
            "by_user",
            "by_post",
            "series__cell",
            "series__definition__kpi__area__programme",
            "series__definition__kpi__verifier__organisation",
        )
        .first()
    )
