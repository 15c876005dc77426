"""Why a rule fired, in a plain sentence: ``{% load signals %}{{ signal|sentence }}``.

The words come from the evidence stored with the signal (kpis.rules.detection), so
an old signal says what it said when it was found, whatever the readings are today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.templatetags.formats import day, days, number, period_label, quantity

register = template.Library()

Evidence = Mapping[str, Any]


@register.filter
def sentence(signal: Any) -> str:
    """One sentence for a kpis.models.Signal loaded with version.rule (and series.definition)."""
    unit = signal.series.definition.unit if signal.series_id else ""
    kind = signal.version.rule.kind
    return tell(kind, signal.evidence, signal.period_start, signal.period_end, unit)


def tell(kind: str, evidence: Evidence, start: date, end: date, unit: str = "") -> str:
    """The sentence of a firing of a kind of rule for a period, from its evidence alone."""
    when = period_label(start, end)
    build = SENTENCES.get(kind)
    return when if build is None else build(evidence, when, unit)


@register.filter
def part(signal: Any) -> str:
    """Which part of a breakdown fired; empty for the total and for milestones."""
    if not signal.series_id or signal.series.cell.is_total:
        return ""
    return str(signal.series.cell.label)


def _progress(evidence: Evidence, when: str, unit: str) -> str:
    words = {
        "when": when,
        "value": _observed(evidence, unit),
        "target": _wanted(evidence, unit),
    }
    said = _("%(when)s: %(value)s, where %(target)s was asked.") % words
    return " ".join(text for text in (said, _way(evidence), _row(evidence)) if text)


def _observed(evidence: Evidence, unit: str) -> str:
    shown = _short(evidence.get("value"))
    comparator = evidence.get("comparator", "=")
    if comparator == "range" or evidence.get("high"):
        return _("%(low)s to %(high)s") % {
            "low": number(shown),
            "high": quantity(_short(evidence.get("high")), unit),
        }
    mark = "" if comparator == "=" else f"{comparator} "
    return f"{mark}{quantity(shown, unit)}"


def _wanted(evidence: Evidence, unit: str) -> str:
    asked = "expected" if {"expected", "expected_high"} & set(evidence) else "target"
    low, high = evidence.get(f"{asked}_low", evidence.get(asked)), evidence.get(f"{asked}_high")
    if high:
        return _("%(low)s to %(high)s") % {
            "low": number(_short(low)),
            "high": quantity(_short(high), unit),
        }
    return quantity(_short(low), unit)


def _way(evidence: Evidence) -> str:
    """How much of the way from the baseline was covered."""
    baseline, share = evidence.get("baseline"), _decimal(evidence.get("progress"))
    if baseline is None or share is None:
        return ""
    if share < 0:
        return _("That is worse than the baseline of %(baseline)s.") % {
            "baseline": number(_short(baseline))
        }
    return _("That is %(share)s%% of the way from the baseline of %(baseline)s.") % {
        "share": number(round(share * 100, 1)),
        "baseline": number(_short(baseline)),
    }


def _row(evidence: Evidence) -> str:
    count = len(evidence.get("row") or [])
    if count < 2:
        return ""
    return ngettext(
        "It is the %(count)d period in a row.", "It is %(count)d periods in a row.", count
    ) % {"count": count}


def _missing(evidence: Evidence, when: str, unit: str) -> str:
    return _("The value for %(when)s was due on %(due)s and has not come.") % {
        "when": when,
        "due": _day(evidence.get("due")),
    }


def _control_limits(evidence: Evidence, when: str, unit: str) -> str:
    value = _decimal(evidence.get("value"))
    upper, lower = _decimal(evidence.get("upper")), _decimal(evidence.get("lower"))
    above = upper is not None and value is not None and value > upper
    text = (
        _("%(when)s: %(value)s, above the upper limit of %(limit)s that chance alone would allow.")
        if above
        else _(
            "%(when)s: %(value)s, below the lower limit of %(limit)s that chance alone would allow."
        )
    )
    return text % {
        "when": when,
        "value": quantity(_short(evidence.get("value")), unit),
        "limit": quantity(_short(upper if above else lower), unit),
    }


def _milestone_late(evidence: Evidence, when: str, unit: str) -> str:
    return _("It was to be finished on %(finish)s and was not done %(count)s of work later.") % {
        "finish": _day(evidence.get("planned_finish")),
        "count": days(int(evidence.get("working_days", 0))),
    }


def _milestone_moved(evidence: Evidence, when: str, unit: str) -> str:
    finishes = [_day(text) for text in evidence.get("finishes") or []]
    moves = int(evidence.get("moves", 0))
    text = ngettext(
        "Its finish has moved %(count)d time: %(finishes)s.",
        "Its finish has moved %(count)d times: %(finishes)s.",
        moves,
    )
    return text % {"count": moves, "finishes": " → ".join(finishes)}


SENTENCES: dict[str, Callable[[Evidence, str, str], str]] = {
    "progress": _progress,
    "missing": _missing,
    "control_limits": _control_limits,
    "milestone_late": _milestone_late,
    "milestone_moved": _milestone_moved,
}


def _day(text: str | None) -> str:
    return day(date.fromisoformat(text) if text else None)


def _decimal(text: Any) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None


def _short(value: Any) -> Any:
    """No more digits than a person reads: two places from 10 on, four below."""
    amount = _decimal(value)
    if amount is None or not amount.is_finite():
        return value
    return round(amount, 2 if abs(amount) >= 10 else 4)
