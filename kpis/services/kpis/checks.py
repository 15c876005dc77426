"""What a KPI and its definition must be to be set up."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi
from kpis.models.kpis import (
    Aggregation,
    Composition,
    Direction,
    Frequency,
    Kind,
    Level,
    PartsCheck,
)
from kpis.rules import kinds
from labs.models import ResultArea
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Post

LONGEST_PROVISIONAL = 250
PROBLEMS = {
    "over_periods": _("Values of this kind cannot be put together like this over periods."),
    "over_parts": _("Values of this kind cannot be put together like this over parts."),
    "scale_of_ratio": _("Only a ratio is shown times a number. Write 1."),
    "milestone_range": _("A milestone is done or not done; it cannot stay within a range."),
    "composite_kind": _("A composite is a number, a percentage or a score."),
    "how_parts_make_the_total": _("Say how the parts are put together, or do not check them."),
    "shares_of_hundred": _("Shares are percentages, or ratios that are shown times 100."),
}


class KpiRefused(Refused):
    """A KPI that cannot be set up as asked."""

    code = "kpi"


def check_open(area: ResultArea) -> None:
    """Raises KpiRefused."""
    if area.programme.is_closed:
        raise KpiRefused(
            _("The programme is closed: it can be read and not changed."), code="programme_closed"
        )


def check_owners(owner: Post | None, verifier: Post | None) -> None:
    """Raises KpiRefused."""
    if owner is not None and owner == verifier:
        raise KpiRefused(
            _("Nobody verifies their own values. Choose another post as verifier."),
            fields={"verifier": str(_("Choose another post than the owner."))},
        )


def check_pair(kpi: Kpi | None, area: ResultArea, pair: Kpi | None) -> None:
    """Whether ``pair`` may stand beside a KPI as its quality. Raises KpiRefused."""
    if pair is None:
        return
    if kpi is not None and pair.pk == kpi.pk:
        message = _("A KPI is not its own quality. Choose another KPI of the programme.")
        raise KpiRefused(message, fields={"quality_pair": str(message)})
    if pair.area.programme_id != area.programme_id:
        message = _("The KPI beside it must belong to the same programme.")
        raise KpiRefused(message, fields={"quality_pair": str(message)})


def settled(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a definition with what follows from its kind filled in."""
    kind = fields["kind"]
    found = dict(fields)
    if found.get("over_periods") is None:
        found["over_periods"] = kinds.fitting_over_periods(kind)
    if kind == Kind.MILESTONE:
        found["unit"] = kinds.MILESTONE_UNIT
    return found


def check_fields(fields: dict[str, Any]) -> None:
    """Choices that the database does not check, and what does not fit the kind. Raises KpiRefused."""
    choices: dict[str, Any] = {
        "kind": Kind,
        "level": Level,
        "frequency": Frequency,
        "over_periods": Aggregation,
        "over_parts": Aggregation,
        "parts_check": PartsCheck,
        "composition": Composition,
    }
    wrong = [name for name, offered in choices.items() if fields[name] not in offered.values]
    if fields["direction"] and fields["direction"] not in Direction.values:
        wrong.append("direction")
    if fields["scale"] < 1:
        wrong.append("scale")
    days = fields["provisional_days"]
    if days is not None and not 0 <= days <= LONGEST_PROVISIONAL:
        wrong.append("provisional_days")
    if wrong:
        choose = str(_("Choose one of the values offered."))
        raise KpiRefused(
            _("Some of the definition does not hold."), fields=dict.fromkeys(wrong, choose)
        )
    facts = kinds.Facts(
        **{name: fields[name] for name in ("kind", "direction", "scale", "over_periods")},
        **{name: fields[name] for name in ("over_parts", "parts_check", "composition")},
    )
    if problems := kinds.definition_problems(facts):
        raise KpiRefused(
            _("Some of the definition does not fit its kind."),
            fields={name: str(PROBLEMS[code]) for name, code in problems.items()},
        )


def plain(fields: dict[str, Any]) -> dict[str, Any]:
    """What an event may hold: no free text, dates and numbers as text."""
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else str(value)
        if isinstance(value, Decimal)
        else value
        for name, value in fields.items()
        if name != "text"
    }


def record(
    kpi: Kpi,
    verb: str,
    by: Actor,
    at: datetime,
    data: dict[str, Any],
    texts: dict[str, str] | None = None,
) -> None:
    """One event about a KPI."""
    events.record(
        verb=verb,
        subject=kpi,
        by=by,
        at=at,
        data=data,
        texts=texts,
        programme_id=kpi.area.programme_id,
        restricted=kpi.restricted_to.exists(),
    )
