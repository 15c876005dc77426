"""All initiatives of a programme side by side by pathway: money, state, and what their goals reach."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from kpis.models import Kpi
from kpis.models.targets import Status
from kpis.selectors import kpis as kpi_selectors
from labs.models import BudgetFigure, BudgetLine, Goal, Initiative, Programme, Transfer
from labs.models.content import Pathway
from labs.rules import endings
from labs.selectors import endings as ends
from labs.selectors import labs
from labs.selectors.waits import RUNNING

SHOWN = 200  # initiatives of a pathway; the rest is counted


@dataclass
class Money:
    """Of one currency. Nothing is added up across currencies."""

    currency: str
    planned: Decimal = Decimal(0)
    allotted: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)

    def add(self, other: Money) -> None:
        self.planned += other.planned
        self.allotted += other.allotted
        self.spent += other.spent


@dataclass(frozen=True)
class KpiState:
    kpi: Kpi
    status: str


@dataclass(frozen=True)
class Line:
    """One initiative. ``state``: as it stands with its end; ``hidden_kpis`` are only counted."""

    initiative: Any
    goal: str
    money: list[Money]
    state: str
    kpis: list[KpiState]
    hidden_kpis: int = 0


@dataclass(frozen=True)
class Pathways:
    """The initiatives of one pathway ("" not placed), the money of all of them by currency."""

    pathway: str
    lines: list[Line]
    count: int
    money: list[Money]
    off: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Moved:
    """What was transferred from engines to bottom-up in one currency, and how often."""

    currency: str
    amount: Decimal
    count: int


@dataclass(frozen=True)
class Portfolio:
    """Both pathways judged side by side.

    ``no_transfer``: there are engines and bottom-up initiatives, and no money went from
    the one to the other.
    """

    pathways: list[Pathways]
    moved: list[Moved] = field(default_factory=list)
    no_transfer: bool = False


def of(programme: Programme, user: Any, on: datetime.date) -> Portfolio:
    """The portfolio as far as the user may read it. A fixed number of queries."""
    plans = labs.readable_plans(user, on).filter(lab__area__programme=programme)
    ids = list(plans.values_list("pk", flat=True))
    initiatives = list(
        Initiative.objects.filter(**RUNNING, plan__in=ids)
        .select_related("lead__organisation", "plan__lab")
        .order_by("plan__lab__title", "position", "pk")
    )
    goals = dict(Goal.objects.filter(plan__in=ids, until_revision=None).values_list("key", "title"))
    reads = _Reads(
        goals=goals,
        money=_money(ids),
        states={str(end.key): end.state for end in ends.initiatives(ids, on)},
        kpis=_kpis(programme, goals, user, on),
        hidden=_hidden(goals, user, on),
    )
    moved = _moved(programme)
    pathways = [
        _pathway(name, [row for row in initiatives if row.pathway == name], reads)
        for name in (Pathway.TOP_DOWN, Pathway.BOTTOM_UP, "")
    ]
    both = bool(pathways[0].count and pathways[1].count)
    return Portfolio(pathways, moved, both and not any(each.amount > 0 for each in moved))


@dataclass(frozen=True)
class _Reads:
    goals: dict[uuid.UUID, str]
    money: dict[uuid.UUID, dict[str, Money]]
    states: dict[str, str]
    kpis: dict[uuid.UUID, list[KpiState]]
    hidden: dict[uuid.UUID, int]


def _pathway(name: str, rows: list[Any], reads: _Reads) -> Pathways:
    total: dict[str, Money] = {}
    for row in rows:
        for currency, money in reads.money.get(row.key, {}).items():
            total.setdefault(currency, Money(currency)).add(money)
    goals = {row.goal_key for row in rows}
    off = sum(
        state.status in (Status.OFF_TRACK, Status.MISSING)
        for goal in goals
        for state in reads.kpis.get(goal, [])
    )
    return Pathways(
        pathway=str(name),
        lines=[_line(row, reads) for row in rows[:SHOWN]],
        count=len(rows),
        money=sorted(total.values(), key=lambda money: money.currency),
        off=off,
    )


def _line(row: Any, reads: _Reads) -> Line:
    money = reads.money.get(row.key, {})
    return Line(
        initiative=row,
        goal=reads.goals.get(row.goal_key, ""),
        money=sorted(money.values(), key=lambda each: each.currency),
        state=reads.states.get(str(row.key), endings.OPEN_ENDED),
        kpis=reads.kpis.get(row.goal_key, []),
        hidden_kpis=reads.hidden.get(row.goal_key, 0),
    )


def _money(plans: list[int]) -> dict[uuid.UUID, dict[str, Money]]:
    """Planned, allotted and spent of each initiative by currency. Two queries."""
    lines: Any = BudgetLine.objects.filter(plan__in=plans, until_revision=None).order_by()
    found: dict[uuid.UUID, dict[str, Money]] = {}
    of_line: dict[uuid.UUID, Money] = {}
    for key, initiative, currency, planned in lines.values_list(
        "key", "initiative_key", "currency", "planned"
    ):
        money = found.setdefault(initiative, {}).setdefault(currency, Money(currency))
        money.planned += planned
        of_line[key] = money
    figures: Any = (
        BudgetFigure.objects.filter(plan__in=plans)
        .order_by()
        .values_list("line_key", "kind")
        .annotate(total=Sum("amount"))
    )
    for line, kind, total in figures:
        if line in of_line:
            name = "allotted" if kind == BudgetFigure.Kind.ALLOTTED else "spent"
            setattr(of_line[line], name, getattr(of_line[line], name) + total)
    return found


def _kpis(
    programme: Programme, goals: Iterable[uuid.UUID], user: Any, on: datetime.date
) -> dict[uuid.UUID, list[KpiState]]:
    """The KPIs of each goal with the status of their totals, as far as the user may read them."""
    readable = kpi_selectors.listed(user, on, programme=programme)
    found: dict[uuid.UUID, list[KpiState]] = {}
    for kpi in readable.filter(goal_key__in=list(goals), retired_on=None):
        if kpi.goal_key is not None:
            status = str(getattr(kpi, "status", "") or Status.NOT_DUE)
            found.setdefault(kpi.goal_key, []).append(KpiState(kpi, status))
    return found


def _hidden(goals: Iterable[uuid.UUID], user: Any, on: datetime.date) -> dict[uuid.UUID, int]:
    """How many KPIs of each goal are kept from the user."""
    kept = Kpi.objects.filter(goal_key__in=list(goals), retired_on=None).exclude(
        pk__in=kpi_selectors.readable(user, on).values("pk")
    )
    rows: Any = kept.order_by().values_list("goal_key").annotate(count=Count("pk", distinct=True))
    return dict(rows)


def _moved(programme: Programme) -> list[Moved]:
    """Transfers from engines to bottom-up by currency."""
    rows: Any = (
        Transfer.objects.filter(
            from_pathway=Pathway.TOP_DOWN,
            to_pathway=Pathway.BOTTOM_UP,
            allocation__source__programme=programme,
        )
        .order_by()
        .values_list("allocation__source__currency")
        .annotate(total=Sum("amount"), count=Count("pk"))
    )
    return [Moved(*row) for row in sorted(rows)]
