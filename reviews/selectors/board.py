"""The board of a programme: what is off course, why, and what awaits whom.

Read from maintained rows only (SeriesStatus, Deviation, Dispute, Motion): a fixed
number of queries however many KPIs, parts and cases there are.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from forums.models import Action, Motion
from kpis.models import Definition, HandStatus, Hold, Kpi, SeriesStatus
from kpis.models.targets import Status
from kpis.rules import by_hand
from kpis.selectors import hand_statuses
from kpis.selectors import kpis as kpi_selectors
from labs.models import Programme, ResultArea
from labs.selectors import labs as lab_selectors
from reviews.models import Dispute, Review
from reviews.selectors import deviations, disputes, milestones, motions, reviews

SHOWN = 30
# Worst first: what is off course, what nobody can tell, what is well.
ORDER = [
    Status.OFF_TRACK,
    Status.MISSING,
    Status.AT_RISK,
    Status.INDETERMINATE,
    Status.ON_TRACK,
    Status.NOT_DUE,
    Status.CONTEXT,
    Status.NO_TARGET,
]


@dataclass(frozen=True)
class KpiRow:
    """One KPI on the board: the status row of its total, and what hangs on it."""

    kpi: Kpi
    unit: str
    status: str
    row: SeriesStatus | None
    parts_off: int = 0
    parts: int = 0
    review_id: int | None = None
    disputed: bool = False
    hand: HandStatus | None = None

    @property
    def is_quiet(self) -> bool:
        """Without a target, and nothing is the matter: the board folds it away."""
        busy = self.disputed or self.parts_off or self.review_id
        return self.status == Status.NO_TARGET and not busy

    @property
    def rank(self) -> tuple[int, bool, str]:
        """Where it stands in its area: the smaller, the worse."""
        return ORDER.index(Status(self.status)), not self.disputed, self.kpi.name


@dataclass(frozen=True)
class AreaRow:
    area: ResultArea
    kpis: list[KpiRow]
    hidden: int = 0

    @property
    def shown(self) -> list[KpiRow]:
        """What the board shows at once, worst first."""
        return [row for row in self.kpis if not row.is_quiet]

    @property
    def without_target(self) -> list[KpiRow]:
        """What is folded away, with its number."""
        return [row for row in self.kpis if row.is_quiet]

    @property
    def rank(self) -> tuple[int, bool]:
        """Where the area stands on the board: by the worst of its KPIs, the empty ones last."""
        worst = min((row.rank[0] for row in self.shown), default=len(ORDER))
        return worst, not any(row.disputed for row in self.shown)

    @property
    def off(self) -> int:
        """KPIs of the area that ask for attention."""
        return sum(row.status in {Status.OFF_TRACK, Status.MISSING} for row in self.kpis)


@dataclass(frozen=True)
class Board:
    """All that the board shows of one programme."""

    programme: Programme
    on: datetime.date
    areas: list[AreaRow]
    deviations: list[deviations.Open]
    deviation_count: int
    overdue_at_top: list[Dispute]
    disputes: list[Dispute]
    hidden_disputes: int
    motions: list[Motion]
    hidden_motions: int
    milestones: list[milestones.LateMilestone]
    actions: list[Action]
    look_again: list[Review]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def hidden_kpis(self) -> int:
        return sum(row.hidden for row in self.areas)

    @property
    def figures(self) -> list[dict[str, object]]:
        """The few numbers at the top, each with the part of the page it sums up."""
        disputed = len(self.overdue_at_top) + len(self.disputes) + self.hidden_disputes
        found = [
            (_("Decisions awaited"), len(self.motions) + self.hidden_motions, "#decisions"),
            (_("Disputes"), disputed, "#disputes"),
            (_("Open deviations"), self.deviation_count, "#deviations"),
            (_("Milestones late or blocked"), len(self.milestones), "#milestones"),
            (_("KPIs off track or missing"), sum(area.off for area in self.areas), "#kpis"),
        ]
        return [
            {"label": label, "value": value, "url": url if value else ""}
            for label, value, url in found
        ]


def board(user: Any, programme: Programme, on: datetime.date) -> Board:
    """The board of ``programme`` as ``user`` may see it on the day."""
    visible = kpi_selectors.readable(user, on).filter(area__programme=programme, retired_on=None)
    plans = lab_selectors.readable_plans(user, on).filter(lab__area__programme=programme)
    areas = _areas(programme, visible)
    open_now = deviations.open_episodes(visible, plans, on)
    cases = list(
        disputes.listed(
            disputes.readable(user, on).filter(area__programme=programme, state=Dispute.State.OPEN)
        )
    )
    awaited = motions.open_in(programme)
    seen = motions.visible(awaited, user, on)
    return Board(
        programme=programme,
        on=on,
        areas=areas,
        deviations=open_now,
        deviation_count=sum(row.count for row in open_now),
        overdue_at_top=[case for case in cases if case.overdue_at_top_since],
        disputes=[case for case in cases if not case.overdue_at_top_since],
        hidden_disputes=_hidden_disputes(programme, cases),
        motions=seen,
        hidden_motions=len(awaited) - len(seen),
        milestones=milestones.late(plans, on),
        actions=list(_actions(programme, on)[:SHOWN]),
        look_again=list(
            reviews.to_look_again(on).filter(
                Q(kpi__in=visible.values("pk")) | Q(plan__in=plans.values("pk"))
            )[:SHOWN]
        ),
        counts=_counts(areas),
    )


def _areas(programme: Programme, visible: QuerySet[Kpi]) -> list[AreaRow]:
    """Result areas with the KPIs the user may see; the others only as a number."""
    rows = list(
        visible.select_related("owner__organisation")
        .prefetch_related(
            Prefetch("holds", Hold.objects.filter(lifted_at=None), to_attr="open_holds")
        )
        .order_by("area_id", "name")
    )
    statuses, parts = _statuses(programme), _parts(programme)
    hands = hand_statuses.standing_in(programme)
    units = _units(rows)
    open_reviews = dict(
        Review.objects.filter(state=Review.State.OPEN, kpi__area__programme=programme).values_list(
            "kpi_id", "pk"
        )
    )
    by_area: dict[int, list[KpiRow]] = {}
    for kpi in rows:
        status = statuses.get(kpi.pk)
        hand = hands.get(status.series_id) if status else None
        off, total = parts.get(kpi.pk, (0, 0))
        by_area.setdefault(kpi.area_id, []).append(
            KpiRow(
                kpi=kpi,
                unit=units.get(kpi.pk, ""),
                status=by_hand.shown(
                    status.status if status else Status.NOT_DUE, hand.status if hand else None
                ),
                hand=hand,
                row=status,
                parts_off=off,
                parts=total,
                review_id=open_reviews.get(kpi.pk),
                disputed=bool(getattr(kpi, "open_holds", [])),
            )
        )
    totals = dict(
        Kpi.objects.filter(area__programme=programme, retired_on=None)
        .order_by()
        .values_list("area_id")
        .annotate(count=Count("pk"))
    )
    found = [
        AreaRow(
            area=area,
            kpis=sorted(by_area.get(area.pk, []), key=lambda row: row.rank),
            hidden=totals.get(area.pk, 0) - len(by_area.get(area.pk, [])),
        )
        for area in programme.areas.select_related("lead", "home_forum")
    ]
    return sorted(found, key=lambda row: row.rank)


def _newest(reference: str) -> Subquery:
    """The newest definition version of the KPI that ``reference`` names."""
    newest = Definition.objects.filter(kpi=OuterRef(reference)).order_by("-version")
    return Subquery(newest.values("pk")[:1])


def _statuses(programme: Programme) -> dict[int, SeriesStatus]:
    """The status of the total of each KPI's newest definition."""
    rows = SeriesStatus.objects.filter(
        series__cell__key="total",
        series__definition__kpi__area__programme=programme,
        series__definition=_newest("series__definition__kpi"),
    ).select_related("series__definition")
    return {row.series.definition.kpi_id: row for row in rows}


def _parts(programme: Programme) -> dict[int, tuple[int, int]]:
    """How many parts of each KPI are off track, and how many it has with a status."""
    rows = (
        SeriesStatus.objects.filter(
            series__definition__kpi__area__programme=programme,
            series__definition=_newest("series__definition__kpi"),
        )
        .exclude(series__cell__key="total")
        .values_list("series__definition__kpi")
        .annotate(off=Count("pk", filter=Q(status=Status.OFF_TRACK)), total=Count("pk"))
    )
    return {kpi: (off, total) for kpi, off, total in rows}


def _units(kpis: Iterable[Kpi]) -> dict[int, str]:
    newest = (
        Definition.objects.filter(kpi__in=[kpi.pk for kpi in kpis])
        .order_by("kpi_id", "version")
        .values_list("kpi_id", "unit")
    )
    return dict(newest)


def _hidden_disputes(programme: Programme, seen: list[Dispute]) -> int:
    every = Dispute.objects.filter(area__programme=programme, state=Dispute.State.OPEN).count()
    return every - len(seen)


def _actions(programme: Programme, on: datetime.date) -> QuerySet[Action]:
    """Actions past their day that reviews and disputes of this programme decided."""
    decided = motions.of_programme(programme)
    return (
        Action.objects.filter(state=Action.State.OPEN, due_on__lt=on, decision__motion__in=decided)
        .filter(decision__motion__restricted=False)
        .select_related("owner__organisation", "decision")
        .order_by("due_on", "pk")
    )


def _counts(areas: list[AreaRow]) -> dict[str, int]:
    """How many KPIs show each status, worst first."""
    found: dict[str, int] = dict.fromkeys(map(str, ORDER), 0)
    for area in areas:
        for row in area.kpis:
            found[row.status] += 1
    return {status: count for status, count in found.items() if count}


def newest_change(programme: Programme) -> datetime.datetime | None:
    """When a status of the programme was last computed: the age of what the board shows."""
    rows = SeriesStatus.objects.filter(series__definition__kpi__area__programme=programme)
    found: datetime.datetime | None = rows.aggregate(newest=Max("computed_at"))["newest"]
    return found
