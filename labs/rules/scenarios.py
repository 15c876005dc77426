"""Two scenarios computed from a plan: a fifth less money, and half a year late."""

from __future__ import annotations

import calendar
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from labs.rules import stress
from labs.rules.critical_path import Schedule, schedule
from labs.rules.plans import BudgetLineContent, PlanContent
from labs.rules.surroundings import MOST, Around, Figures, YearOf, day, text

LESS = Decimal("0.20")
MONTHS = 6
CENT = Decimal("0.01")


def scenarios(plan: PlanContent, around: Around) -> Figures:
    """Both scenarios as plain values."""
    now = schedule(stress.tasks(plan, around.done))
    return {"less_money": less_money(plan, now), "late": late(plan, around, now)}


def less_money(plan: PlanContent, timed: Schedule) -> Figures:
    """Each year a fifth short: which lines go without, and what could be dropped for it.

    What the critical path needs is paid first, then what other initiatives wait for, then
    the rest in the order of the plan. What can be dropped is what neither needs.
    """
    needed = _critical(plan, timed)
    awaited = _awaited(plan)
    pool = {place: _kept(amount) for place, amount in stress.planned(plan).items()}
    short: list[Figures] = []
    for line in sorted(plan.budget_lines.values(), key=lambda each: _rank(each, needed, awaited)):
        place = (line.currency, line.year)
        covered = min(line.planned, pool[place])
        pool[place] -= covered
        if covered < line.planned:
            short.append(
                {
                    "title": line.title,
                    "initiative": _title(plan, line.initiative_key),
                    "currency": line.currency,
                    "year": line.year,
                    "planned": text(line.planned),
                    "short": text(line.planned - covered),
                    "critical": line.initiative_key in needed,
                }
            )
    droppable = [key for key in plan.initiatives if key not in needed and key not in awaited]
    freed = _money_of(plan, droppable)
    years = [
        {
            "currency": currency,
            "year": year,
            "short": text(amount - _kept(amount)),
            "freed": text(freed.get((currency, year), Decimal(0))),
            "enough": freed.get((currency, year), Decimal(0)) >= amount - _kept(amount),
        }
        for (currency, year), amount in sorted(stress.planned(plan).items())
    ]
    lined = {line.initiative_key for line in plan.budget_lines.values()}
    costing = [key for key in droppable if key in lined]
    return {
        "years": years,
        "short": short[:MOST],
        "short_count": len(short),
        "droppable": [_title(plan, key) for key in costing[:MOST]],
        "droppable_count": len(costing),
    }


def late(plan: PlanContent, around: Around, now: Schedule) -> Figures:
    """Everything undone half a year later: what then ends after an expiry, window or programme."""
    moved = [
        task
        if task.done
        else replace(
            task,
            starts_on=months_later(task.starts_on),
            finishes_on=months_later(task.finishes_on),
        )
        for task in stress.tasks(plan, around.done)
    ]
    then = schedule(moved)
    before = stress.too_late(plan, around, now)
    found = stress.too_late(plan, around, then)
    new = {key: limit for key, limit in found.items() if key not in before}
    awaited = _awaited(plan)
    hit = {plan.milestones[key].initiative_key for key in found}
    droppable = [key for key in plan.initiatives if key in hit and key not in awaited]
    return {
        "end": day(then.ends),
        "late": stress.late_rows(plan, then, new),
        "late_count": len(new),
        "before_count": len(before),
        "droppable": [_title(plan, key) for key in droppable[:MOST]],
        "droppable_count": len(droppable),
    }


def months_later(on: date | None, months: int = MONTHS) -> date | None:
    """The same day some months on; the month's last day where it has no such day."""
    if on is None:
        return None
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last))


def _kept(amount: Decimal) -> Decimal:
    return (amount * (1 - LESS)).quantize(CENT)


def _rank(
    line: BudgetLineContent, needed: set[uuid.UUID], awaited: set[uuid.UUID]
) -> tuple[bool, bool]:
    return line.initiative_key not in needed, line.initiative_key not in awaited


def _critical(plan: PlanContent, timed: Schedule) -> set[uuid.UUID]:
    """The initiatives that have a step on the critical path."""
    return {plan.milestones[key].initiative_key for key in timed.path}


def _awaited(plan: PlanContent) -> set[uuid.UUID]:
    """The initiatives whose steps another initiative's steps wait for."""
    found = set()
    for step in plan.milestones.values():
        for first in step.depends_on:
            other = plan.milestones.get(first)
            if other is not None and other.initiative_key != step.initiative_key:
                found.add(other.initiative_key)
    return found


def _money_of(plan: PlanContent, initiatives: Iterable[uuid.UUID]) -> dict[YearOf, Decimal]:
    """What these initiatives' lines ask for."""
    wanted = set(initiatives)
    found: dict[YearOf, Decimal] = {}
    for line in plan.budget_lines.values():
        if line.initiative_key in wanted:
            place = (line.currency, line.year)
            found[place] = found.get(place, Decimal(0)) + line.planned
    return found


def _title(plan: PlanContent, key: uuid.UUID) -> str:
    initiative = plan.initiatives.get(key)
    return initiative.title if initiative is not None else ""
