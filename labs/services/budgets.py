"""Money as it is recorded: allotted to and spent from budget lines, and ceilings of programmes."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import BudgetCeiling, BudgetFigure, BudgetLine, Plan, Programme
from labs.rules import parts
from labs.rules.parts import Problem, Unreadable
from labs.services import problems
from labs.services.programmes import ProgrammeClosed
from labs.services.recording import record, require_open, twice
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events

KINDS = [str(kind) for kind in BudgetFigure.Kind]


class FigureRefused(Refused):
    message = _("This cannot be recorded yet. Mend what is marked.")
    code = "figure"


class LineNotInForce(Refused):
    message = _("This budget line is not in the plan in force, so nothing is allotted to it.")
    code = "line_not_in_force"


class CeilingRefused(Refused):
    message = _("The ceiling cannot be set yet. Mend what is marked.")
    code = "ceiling"


@transaction.atomic
def record_figure(
    *,
    plan: Plan,
    line_key: uuid.UUID,
    kind: str,
    amount: str,
    on: date | None,
    source: str,
    by: Actor,
    at: datetime,
) -> BudgetFigure:
    """Record money allotted or spent, in the line's currency; a negative amount takes back.

    Rows are never changed. The same form sent twice is kept once. Raises FigureRefused,
    LineNotInForce, ProgrammeClosed.
    """
    require_open(plan)
    # Held until the end of the transaction, so that a form sent twice at once is kept once.
    rows = BudgetLine.objects.filter(plan=plan, key=line_key, until_revision=None)
    if rows.update(until_revision=None) != 1:
        raise LineNotInForce
    value, wrong = _amount(amount, may_be_negative=True)
    source = source.strip()
    if kind not in KINDS:
        wrong["kind"] = Problem("not_in_list")
    if not source or len(source) > 300:
        wrong["source"] = Problem("too_long", {"longest": "300"}) if source else Problem("required")
    if on is None:
        wrong["on"] = Problem("required")
    elif on > at.astimezone(ZoneInfo(plan.lab.area.programme.time_zone)).date():
        wrong["on"] = Problem("day_to_come")
    if wrong:
        raise FigureRefused(fields=problems.by_field(wrong))
    newest = BudgetFigure.objects.filter(line_key=line_key).order_by("-at", "-pk").first()
    said = {"kind": kind, "amount": value, "on": on, "source": source}
    if twice(newest=newest, by=by, at=at, **said) and newest is not None:
        return newest
    made = BudgetFigure.objects.create(
        plan=plan, line_key=line_key, **said, at=at, **BudgetFigure.fields_of(by)
    )
    record(
        "budget.recorded",
        made,
        plan,
        by=by,
        at=at,
        data={"line": line_key, "kind": kind, "amount": str(value), "on": on},
        texts={"source": source},
    )
    return made


@transaction.atomic
def set_ceiling(
    *,
    programme: Programme,
    year: str,
    currency: str,
    amount: str,
    source: str,
    by: Actor,
    at: datetime,
) -> BudgetCeiling:
    """Set the most that the plans of a programme may come to in a year and a currency.

    The newest counts; earlier ones stay. What is planned already over it stays too, and is
    shown as over. Raises CeilingRefused, ProgrammeClosed.
    """
    if programme.is_closed:
        raise ProgrammeClosed
    value, wrong = _amount(amount, may_be_negative=False)
    source = source.strip()
    try:
        year = parts.read_year(str(year).strip())
    except Unreadable as error:
        wrong["year"] = error.problem
    try:
        currency = parts.read_currency(currency.strip())
    except Unreadable as error:
        wrong["currency"] = error.problem
    if not source or len(source) > 300:
        wrong["source"] = Problem("too_long", {"longest": "300"}) if source else Problem("required")
    if wrong:
        raise CeilingRefused(fields=problems.by_field(wrong))
    newest = (
        BudgetCeiling.objects.filter(programme=programme, year=int(year), currency=currency)
        .order_by("-at", "-pk")
        .first()
    )
    if newest is not None and (newest.amount, newest.source) == (value, source):
        return newest
    made = BudgetCeiling.objects.create(
        programme=programme,
        year=int(year),
        currency=currency,
        amount=value,
        source=source,
        at=at,
        **BudgetCeiling.fields_of(by),
    )
    events.record(
        verb="ceiling.set",
        subject=made,
        by=by,
        at=at,
        data={"programme": programme.pk, "year": year, "currency": currency, "amount": str(value)},
        texts={"source": source},
        programme_id=programme.pk,
    )
    return made


def _amount(text: str, *, may_be_negative: bool) -> tuple[Decimal, dict[str, Problem]]:
    """The amount with at most two places, and what is wrong with it."""
    text = text.strip()
    if not text:
        return Decimal(0), {"amount": Problem("required")}
    try:
        value = parts.number(parts.read_decimal(text, places=2))
    except Unreadable as error:
        return Decimal(0), {"amount": error.problem}
    if value < 0 and not may_be_negative:
        return value, {"amount": Problem("negative")}
    if value == 0 and may_be_negative:
        return value, {"amount": Problem("not_nothing")}
    if abs(value) >= 10**13:
        return value, {"amount": Problem("too_many_digits", {"digits": "13"})}
    return value, {}
