"""Budget lines against the ceilings of their programme and the budgets of their initiatives."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labs.models import BudgetCeiling, Plan
from labs.rules import money
from labs.rules import revisions as rules
from labs.rules.money import Over
from labs.rules.plans import plan_of
from labs.selectors import budgets
from ledger.rules.errors import Refused
from people import amounts

# What moves money, by kind of part.
COUNTS = {
    rules.BUDGET_LINE: {"planned", "year", "currency", "initiative_key"},
    rules.INITIATIVE: {"budget"},
}


class OverCeiling(Refused):
    message = _("There is not that much money. Plan less here or elsewhere, or have more granted.")
    code = "over_ceiling"


def hold(
    plan: Plan,
    part: str,
    key: uuid.UUID,
    *,
    old: Mapping[str, Any],
    draft: rules.Content,
) -> None:
    """Raise OverCeiling where writing this part plans more money than there is.

    ``old`` are the part's fields before, ``draft`` the plan with the part as it would be.
    Whoever plans less is never refused, however far over it still is.
    """
    new = draft[part, key]
    moved = {name for name in COUNTS.get(part, ()) if new.get(name) != old.get(name)}
    if not moved:
        return
    content = plan_of(draft)
    if part == rules.INITIATIVE:
        raised = old.get("budget") and new.get("budget")
        if raised and Decimal(new["budget"]) >= Decimal(old["budget"]):
            return
        _hold_budget(plan, key, field="budget", content=content)
        return
    before = {place: fields for place, fields in draft.items() if place != (part, key)}
    if old:
        before[part, key] = old
    earlier = plan_of(before)
    line = content.budget_lines[key]
    if money.planned_of(content, line.initiative_key, line.currency) > money.planned_of(
        earlier, line.initiative_key, line.currency
    ):
        _hold_budget(plan, line.initiative_key, field="planned", content=content)
    _hold_ceiling(plan, money.planned_by_year(earlier), money.planned_by_year(content))


def hold_budgets(plan: Plan, changes: Iterable[rules.Change], draft: rules.Content) -> None:
    """Raise OverCeiling where lines that go together come to more than their initiative has.

    Each edit was held to that already; two revisions that were written side by side were
    not held to it together. ``draft``: the plan after ``changes``.
    """
    moved = {
        change.part_id
        for change in changes
        if change.field in COUNTS.get(change.part, ()) and change.part_id in draft
    }
    if not moved:
        return
    content = plan_of(draft)
    lines = {key for part, key in moved if part == rules.BUDGET_LINE}
    initiatives = {content.budget_lines[key].initiative_key for key in lines}
    for key in initiatives:
        try:
            _hold_budget(plan, key, field="planned", content=content)
        except OverCeiling as over:
            raise OverCeiling(" ".join((over.fields or {}).values())) from None


def _hold_budget(plan: Plan, key: uuid.UUID, *, field: str, content: Any) -> None:
    over = money.over_budget(content, key, plan.lab.area.programme.currency)
    if over is not None:
        said = gettext(
            "The lines of “%(initiative)s” would come to %(planned)s, %(by)s more than its"
            " budget of %(limit)s. Plan less, or raise the budget of the initiative."
        )
        title = content.initiatives[key].title
        raise OverCeiling(fields={field: said % {"initiative": title, **_amounts(over)}})


def _hold_ceiling(plan: Plan, before: money.YearMoney, after: money.YearMoney) -> None:
    set_rows = budgets.ceilings(plan.lab.area.programme)
    limits = {place: row.amount for place, row in set_rows.items()}
    if not limits:
        return
    for over in money.over_ceiling(before, after, budgets.planned_by_others(plan), limits):
        row: BudgetCeiling = set_rows[over.year or 0, over.currency]
        said = gettext(
            "The programme's plans would come to %(planned)s in %(year)s, %(by)s more than the"
            " ceiling of %(limit)s (%(source)s). Plan less, or ask the delivery unit to raise"
            " it under “Budget ceilings” of the programme."
        )
        given = {"year": over.year, "source": row.source, **_amounts(over)}
        raise OverCeiling(fields={"planned": said % given})


def _amounts(over: Over) -> dict[str, str]:
    return {
        "planned": amounts.in_words(over.planned, over.currency),
        "limit": amounts.in_words(over.limit, over.currency),
        "by": amounts.in_words(over.by, over.currency),
    }
