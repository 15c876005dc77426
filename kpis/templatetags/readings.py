"""Values, targets and verdicts in words: ``{% load readings %}{{ reading|observed:unit }}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kpis.rules.kinds import MILESTONE_UNIT
from kpis.rules.values import to_text
from kpis.templatetags import signals
from people.templatetags.formats import NOTHING, number, quantity, span

register = template.Library()

WEB = re.compile(r"https?://[^\s<>\"']+")


@register.filter
def observed(reading: Any, unit: str = "") -> str:
    """What was observed: 72.5%, "< 5 cases", "10 to 20 cases"."""
    if not reading:
        return NOTHING
    if reading.comparator == "range":
        return _span(reading.value, reading.high, unit)
    mark = "" if reading.comparator == "=" else f"{reading.comparator}\N{NO-BREAK SPACE}"
    return f"{mark}{measured(reading.value, unit)}"


@register.filter
def measured(value: Any, unit: str = "") -> str:
    """A value with its unit, in no more digits than a person reads; a milestone in words."""
    if unit == MILESTONE_UNIT and value is not None and value != "":
        return _("done") if Decimal(str(value)) == 1 else _("not done")
    return quantity(short(value), unit)


@register.filter
def ratio_parts(reading: Any) -> str:
    """The two parts of a ratio, "29 of 40"; empty for a number."""
    if not reading or reading.numerator is None:
        return ""
    return _("%(part)s of %(whole)s") % {
        "part": number(reading.numerator),
        "whole": number(reading.denominator),
    }


@register.filter
def asked(target: Any, unit: str = "") -> str:
    """What a target asks for: 80%, "70 to 80%"."""
    if not target:
        return NOTHING
    if target.high is not None:
        return _span(target.value, target.high, unit)
    if unit == MILESTONE_UNIT:
        return measured(target.value, unit)
    return quantity(target.value, unit)


@register.filter
def wanted(numbers: Mapping[str, Any] | None, unit: str = "") -> str:
    """A target as a change writes it: its numbers as text, with the baseline it starts from."""
    if not numbers:
        return NOTHING
    low, high, start = numbers.get("value"), numbers.get("high"), numbers.get("baseline")
    if unit == MILESTONE_UNIT:
        return measured(low, unit)
    said = _span(low, high, unit) if high else quantity(low, unit)
    if not start:
        return said
    return _("%(target)s, from %(baseline)s") % {"target": said, "baseline": number(start)}


@register.simple_tag
def between(low: Any, high: Any, unit: str = "") -> str:
    """``{% between lower upper unit %}``: two ends with their unit said once, "70 to 80%"."""
    return _span(low, high, unit)


@register.filter
def short(value: Any) -> Any:
    """No more digits than a person reads: two places from 10 on, four below."""
    if value is None or value == "":
        return None
    amount = Decimal(to_text(value)) if isinstance(value, Fraction) else Decimal(str(value))
    return round(amount, 2 if abs(amount) >= 10 else 4)


@register.filter
def rounded(value: Any) -> Any:
    """A line that was worked out, such as a control limit: whole from a thousand on."""
    shown = short(value)
    return shown if shown is None or abs(shown) < 1000 else round(shown)


@register.filter
def source_link(name: str) -> str | SafeString:
    """A source as it was named; an address on the web as a link that shows its host."""
    host = urlsplit(name).hostname if WEB.fullmatch(name or "") else None
    if not host:
        return name
    return format_html(
        '<a class="govuk-link" href="{}" rel="noopener noreferrer">{}</a>',
        name,
        host.removeprefix("www."),
    )


@register.filter
def percent(share: Any) -> str:
    """A share of the way in per cent: 0.625 is 62.5%."""
    if share is None or share == "":  # a template passes "" for what a row lacks
        return NOTHING
    exact = Fraction(share) * 100
    return quantity(round(Decimal(to_text(exact)), 1), "%")


@register.filter
def verdict(row: Any, unit: str = "") -> str:
    """One sentence on a period that was judged: value, target, how much of the way."""
    if row.judgement is None or row.judgement.status in {"context", "no_target"}:
        return ""
    return signals.tell("progress", row.judgement.evidence, row.start, row.end, unit)


@register.filter
def arithmetic(judgement: Any, unit: str = "") -> list[str]:
    """How the verdict was worked out, line by line; empty where nothing was judged."""
    evidence = judgement.evidence if judgement else {}
    if "mode" not in evidence:
        return []
    lines = [_ratio(evidence, unit), way_formula(evidence), *_bands(evidence, unit)]
    return [line for line in lines if line]


def _span(low: Any, high: Any, unit: str) -> str:
    return span(short(low), short(high), unit)


def _ratio(evidence: Mapping[str, Any], unit: str) -> str:
    if "numerator" not in evidence:
        return ""
    return _("%(part)s of %(whole)s is %(value)s.") % {
        "part": number(evidence["numerator"]),
        "whole": number(evidence["denominator"]),
        "value": quantity(short(evidence.get("value")), unit),
    }


def way_formula(evidence: Mapping[str, Any]) -> str:
    """The formula of progress with its numbers: (75 − 100) ÷ (50 − 100) = 50%."""
    share = evidence.get("progress")
    if evidence["mode"] != "baseline" or share is None or "target" not in evidence:
        return _("There is no way from a baseline to cover: nearness to the target decides.")
    return _(
        "Progress is the way covered as a share of the way to cover:"
        " (%(value)s − %(baseline)s) ÷ (%(target)s − %(baseline)s) = %(share)s."
    ) % {
        "value": number(short(evidence.get("value"))),
        "baseline": number(short(evidence.get("baseline"))),
        "target": number(short(evidence["target"])),
        "share": percent(Decimal(share)),
    }


def _bands(evidence: Mapping[str, Any], unit: str) -> list[str]:
    """Which values count as on track, and which as at risk."""
    said = {
        "on_track": _("On track: %(values)s."),
        "at_risk": _("At risk: outside that, and %(values)s. Anything else is off track."),
    }
    return [
        text % {"values": values}
        for band, text in said.items()
        if (values := _edges(evidence, band, unit))
    ]


def _edges(evidence: Mapping[str, Any], band: str, unit: str) -> str:
    low, high = evidence.get(f"{band}_min"), evidence.get(f"{band}_max")
    if low is not None and high is not None:
        return _span(low, high, unit)
    if low is not None:
        return _("%(low)s or more") % {"low": quantity(short(low), unit)}
    if high is not None:
        return _("%(high)s or less") % {"high": quantity(short(high), unit)}
    return ""
