"""Money: planned in a plan, allotted and spent as recorded, and the ceilings of programmes.

Never added up across currencies.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, QuerySet, Sum

from labs.models import BudgetCeiling, BudgetFigure, BudgetLine, Plan, Programme
from labs.rules.money import ZERO, Sums, totals
from labs.rules.plans import BudgetLineContent, InitiativeContent, PlanContent

WHO = ("by_user", "by_post__organisation", "principal", "principal_post__organisation", "evidence")


def ceilings(programme: Programme) -> dict[tuple[int, str], BudgetCeiling]:
    """The ceiling that counts for each year and currency: the newest row of each."""
    found: dict[tuple[int, str], BudgetCeiling] = {}
    for row in programme.ceilings.select_related(*WHO):  # newest of a year first
        found.setdefault((row.year, row.currency), row)
    return found


def planned_by_others(plan: Plan) -> dict[tuple[int, str], Decimal]:
    """What the other plans in force of the programme come to, by year and currency."""
    return _planned(plan.lab.area.programme, but=plan)


def _planned(programme: Programme, but: Plan | None = None) -> dict[tuple[int, str], Decimal]:
    rows = BudgetLine.objects.filter(plan__lab__area__programme=programme, until_revision=None)
    if but is not None:
        rows = rows.exclude(plan=but)
    sums = rows.order_by().values("year", "currency").annotate(planned=Sum("planned"))
    return {(row["year"], row["currency"]): row["planned"] for row in sums}


@dataclass(frozen=True)
class CeilingLine:
    """One year in one currency: the ceiling, what plans in force come to, what is left of it."""

    year: int
    currency: str
    ceiling: BudgetCeiling | None
    planned: Decimal

    @property
    def left(self) -> Decimal | None:
        return self.ceiling.amount - self.planned if self.ceiling else None

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0


def ceiling_lines(programme: Programme) -> list[CeilingLine]:
    """Every year and currency with a ceiling or a budget line in force. Two queries."""
    known, planned = ceilings(programme), _planned(programme)
    return [
        CeilingLine(*place, known.get(place), planned.get(place, ZERO))
        for place in sorted({*known, *planned})
    ]


def ceiling_history(programme: Programme) -> QuerySet[BudgetCeiling]:
    """Every ceiling that was ever set, newest first."""
    return programme.ceilings.select_related(*WHO).order_by("-at", "-pk")


def sums_of(lines: Iterable[BudgetLineContent]) -> dict[uuid.UUID, Sums]:
    """Planned, allotted and spent of each line, by its key. One query."""
    planned = {line.key: line.planned for line in lines}
    recorded = _recorded(BudgetFigure.objects.filter(line_key__in=planned)) if planned else {}
    return {key: Sums(amount, *recorded.get(key, (ZERO, ZERO))) for key, amount in planned.items()}


def _recorded(figures: QuerySet[BudgetFigure]) -> dict[uuid.UUID, tuple[Decimal, Decimal]]:
    rows = figures.order_by().values("line_key", "kind").annotate(amount=Sum("amount"))
    found: dict[uuid.UUID, dict[str, Decimal]] = {}
    for row in rows:
        found.setdefault(row["line_key"], {})[row["kind"]] = row["amount"]
    return {
        key: (
            kinds.get(BudgetFigure.Kind.ALLOTTED, ZERO),
            kinds.get(BudgetFigure.Kind.SPENT, ZERO),
        )
        for key, kinds in found.items()
    }


@dataclass(frozen=True)
class MoneyLine:
    """A budget line with its sums. ``is_gone``: it is no longer in the plan, its figures are."""

    key: uuid.UUID
    title: str
    year: int
    currency: str
    price_base: int | None
    sums: Sums
    is_gone: bool = False


@dataclass(frozen=True)
class InitiativeMoney:
    initiative: InitiativeContent | None
    lines: list[MoneyLine]
    totals: dict[str, Sums]


@dataclass(frozen=True)
class Money:
    """The money of a plan by initiative and by year, each per currency."""

    initiatives: list[InitiativeMoney]
    years: list[tuple[int, str, Sums]]
    totals: dict[str, Sums]


def money(plan: Plan, content: PlanContent) -> Money:
    """The money of a plan. Lines that left it are kept in sight while figures hang on them.

    Three queries.
    """
    lines = _lines(content)
    gone = _gone(plan, content)
    if gone:
        lines[None] = gone
    groups = [
        InitiativeMoney(content.initiatives.get(key) if key else None, rows, _totals(rows))
        for key, rows in sorted(lines.items(), key=lambda pair: _place(content, pair[0]))
    ]
    every = [line for group in groups for line in group.lines]
    return Money(groups, _years(every), _totals(every))


def money_of(content: PlanContent, initiative: uuid.UUID) -> InitiativeMoney:
    """The money of one initiative. One query."""
    rows = _lines(content.within(initiative)).get(initiative, [])
    return InitiativeMoney(content.initiatives.get(initiative), rows, _totals(rows))


def _lines(content: PlanContent) -> dict[uuid.UUID | None, list[MoneyLine]]:
    """The lines of each initiative with their sums."""
    sums = sums_of(content.budget_lines.values())
    found: dict[uuid.UUID | None, list[MoneyLine]] = {}
    for line in content.budget_lines.values():
        found.setdefault(line.initiative_key, []).append(
            MoneyLine(
                line.key, line.title, line.year, line.currency, line.price_base, sums[line.key]
            )
        )
    return found


def _place(content: PlanContent, key: uuid.UUID | None) -> int:
    """Where an initiative stands in the plan; what is of none comes last."""
    order = list(content.initiatives)
    return order.index(key) if key and key in content.initiatives else len(order)


def _gone(plan: Plan, content: PlanContent) -> list[MoneyLine]:
    """Lines with figures that are not in the content shown, as they last were."""
    recorded = _recorded(
        BudgetFigure.objects.filter(plan=plan).exclude(line_key__in=content.budget_lines)
    )
    if not recorded:
        return []
    newest = (
        BudgetLine.objects.filter(key__in=recorded)
        .values("key")
        .annotate(last=Max("pk"))
        .values("last")
    )
    return [
        MoneyLine(
            row.key,
            row.title,
            row.year,
            row.currency,
            row.price_base,
            Sums(ZERO, *recorded[row.key]),
            is_gone=True,
        )
        for row in BudgetLine.objects.filter(pk__in=newest)
    ]


def _totals(lines: Iterable[MoneyLine]) -> dict[str, Sums]:
    return totals((line.currency, line.sums) for line in lines)


def _years(lines: Iterable[MoneyLine]) -> list[tuple[int, str, Sums]]:
    found: dict[tuple[int, str], Sums] = {}
    for line in lines:
        place = line.year, line.currency
        found[place] = found.get(place, Sums()) + line.sums
    return [(year, currency, sums) for (year, currency), sums in sorted(found.items())]


def line_in_force(key: uuid.UUID) -> BudgetLine | None:
    """The budget line as it is in force, None if it is not (any more)."""
    return (
        BudgetLine.objects.filter(key=key, until_revision=None)
        .select_related("plan__lab__area__programme", "plan__lab__area__lead", "plan__in_force")
        .first()
    )


def figures(key: uuid.UUID) -> QuerySet[BudgetFigure]:
    """Everything recorded of a budget line, newest first."""
    return BudgetFigure.objects.filter(line_key=key).select_related(*WHO).order_by("-on", "-pk")
