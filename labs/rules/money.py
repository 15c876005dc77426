"""Money of a plan: planned, allotted and spent, by line and by year. Never across currencies."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from labs.rules.plans import PlanContent

YearMoney = Mapping[tuple[int, str], Decimal]  # year, currency
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts in one currency. ``left``: what is allotted and not spent."""

    planned: Decimal = ZERO
    allotted: Decimal = ZERO
    spent: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return self.allotted - self.spent

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.planned + other.planned,
            self.allotted + other.allotted,
            self.spent + other.spent,
        )


@dataclass(frozen=True, slots=True)
class Over:
    """By how much something is over a limit: amounts in ``currency``.

    ``year`` None: over the budget of an initiative.
    """

    currency: str
    limit: Decimal
    planned: Decimal
    year: int | None = None

    @property
    def by(self) -> Decimal:
        return self.planned - self.limit


def planned_by_year(content: PlanContent) -> dict[tuple[int, str], Decimal]:
    """What the lines of a plan come to, by year and currency."""
    found: dict[tuple[int, str], Decimal] = {}
    for line in content.budget_lines.values():
        place = line.year, line.currency
        found[place] = found.get(place, ZERO) + line.planned
    return found


def planned_of(content: PlanContent, initiative: uuid.UUID, currency: str) -> Decimal:
    """What the lines of one initiative come to in one currency."""
    return sum(
        (
            line.planned
            for line in content.budget_lines.values()
            if line.initiative_key == initiative and line.currency == currency
        ),
        ZERO,
    )


def over_ceiling(
    before: YearMoney, after: YearMoney, others: YearMoney, ceilings: YearMoney
) -> list[Over]:
    """Where a plan that grows takes its programme over a ceiling, oldest year first.

    ``others``: what the programme's other plans have in force. A plan that shrinks is
    never refused, however far over the ceiling it still is.
    """
    found = []
    for (year, currency), planned in sorted(after.items()):
        limit = ceilings.get((year, currency))
        total = planned + others.get((year, currency), ZERO)
        grows = planned > before.get((year, currency), ZERO)
        if limit is not None and grows and total > limit:
            found.append(Over(currency, limit, total, year))
    return found


def over_budget(content: PlanContent, initiative: uuid.UUID, currency: str) -> Over | None:
    """The lines of an initiative against its own budget, which is in ``currency``."""
    part = content.initiatives.get(initiative)
    if part is None or part.budget is None:
        return None
    planned = planned_of(content, initiative, currency)
    return Over(currency, part.budget, planned) if planned > part.budget else None


def totals(rows: Iterable[tuple[str, Sums]]) -> dict[str, Sums]:
    """Sums per currency, in the order of the currencies' letters."""
    found: dict[str, Sums] = {}
    for currency, sums in rows:
        found[currency] = found.get(currency, Sums()) + sums
    return dict(sorted(found.items()))
