"""What the sentences are made of: numbers, days, periods and names out of the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.rules.kinds import MILESTONE_UNIT
from people.templatetags.formats import day, number, period_label, quantity, span


@dataclass(frozen=True)
class Told:
    """One firing: what was stored, for which period, in which unit."""

    evidence: Mapping[str, Any]
    start: date
    end: date
    unit: str = ""

    @property
    def when(self) -> str:
        """The period in words."""
        return period_label(self.start, self.end)

    @property
    def about(self) -> Mapping[str, Any]:
        """Names as they were when the rule fired."""
        about: Mapping[str, Any] = self.evidence.get("about") or {}
        return about

    @property
    def name(self) -> str:
        """The KPI, and the part of it that fired; "The value" where no name was stored."""
        name, part = self.about.get("kpi"), self.about.get("part")
        if not name:
            return _("The value")
        return f"{name} ({part})" if part else str(name)

    def get(self, key: str) -> Any:
        """A number or text of the evidence; None when it is not there."""
        return self.evidence.get(key)

    def plain(self, key: str) -> str:
        """A number without its unit."""
        return number(short(self.get(key)))

    def amount(self, key: str) -> str:
        """A number with the unit that was stored, else the KPI's; a milestone in words."""
        unit, found = self.about.get("unit", self.unit), decimal(self.get(key))
        if unit == MILESTONE_UNIT and found in (0, 1):
            return _("done") if found else _("not done")
        return quantity(short(self.get(key)), unit)

    def _span(self, low: str, high: str) -> str:
        """Two numbers of the evidence, with the unit of ``amount`` said once."""
        unit = self.about.get("unit", self.unit)
        return span(short(self.get(low)), short(self.get(high)), unit)

    def day(self, key: str) -> str:
        """A day of the evidence."""
        return day_of(self.get(key))

    def observed(self) -> str:
        """The value as it was observed: "77%", "< 5%", "4 to 7%"."""
        if self.get("comparator") == "range" or self.get("high"):
            return self._span("value", "high")
        mark = self.get("comparator") or "="
        return self.amount("value") if mark == "=" else f"{mark} {self.amount('value')}"

    def asked(self, key: str) -> str:
        """A target, or a range of them under ``key``_low and ``key``_high."""
        if self.get(f"{key}_high") is not None:
            return self._span(f"{key}_low", f"{key}_high")
        return self.amount(key)


def joined(*sentences: str) -> str:
    """Sentences one after another; empty ones are left out."""
    return " ".join(sentence for sentence in sentences if sentence)


def decimal(text: Any) -> Decimal | None:
    """A stored number; None where there is none."""
    try:
        return None if text in (None, "") else Decimal(str(text))
    except InvalidOperation:
        return None


def short(value: Any) -> Any:
    """No more digits than a person reads: two places from 10 on, four below."""
    found = decimal(value)
    if found is None or not found.is_finite():
        return value
    return round(found, 2 if abs(found) >= 10 else 4)


def day_of(text: str | None) -> str:
    """A stored day in words."""
    return day(date.fromisoformat(text) if text else None)


def running(count: int, frequency: str) -> str:
    """ "for 2 years running"; "" for one period, which is no row."""
    if count < 2:
        return ""
    if frequency == "weekly":
        text = ngettext("for %(count)d week running", "for %(count)d weeks running", count)
    elif frequency == "monthly":
        text = ngettext("for %(count)d month running", "for %(count)d months running", count)
    elif frequency == "quarterly":
        text = ngettext("for %(count)d quarter running", "for %(count)d quarters running", count)
    elif frequency == "half_yearly":
        text = ngettext(
            "for %(count)d half-year running", "for %(count)d half-years running", count
        )
    elif frequency == "yearly":
        text = ngettext("for %(count)d year running", "for %(count)d years running", count)
    else:
        text = ngettext("for %(count)d period running", "for %(count)d periods running", count)
    return text % {"count": count}


def each_period(frequency: str) -> str:
    """ "a year": how often a pace is counted."""
    return {
        "weekly": _("a week"),
        "monthly": _("a month"),
        "quarterly": _("a quarter"),
        "half_yearly": _("a half-year"),
        "yearly": _("a year"),
    }.get(frequency, _("a period"))


def caution(told: Told) -> str:
    """What must be said of a value that is not final."""
    return _("The value is provisional.") if told.get("provisional") is True else ""
