"""What a rule looked at when it fired: ``{% load looked_at %}{% for name, value in signal|looked_at %}``.

Read from the evidence stored with the signal alone, so that it says years later what it
said then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.translation import gettext as _

from kpis.rules import recompute
from kpis.rules.rules_catalogue import typed
from kpis.templatetags.evidence_names import NAMES, WORDS
from kpis.templatetags.readings import percent, short
from ledger.rules.errors import Refused
from people.templatetags.formats import day, number, period_label, quantity
from people.templatetags.statuses import look_of

register = template.Library()

DAYS = {"due", "planned_finish", "entered", "since", "last_report"}
COUNTS = {
    *("numerator", "denominator", "points", "grace_working_days", "working_days", "moves"),
    *("running", "allowed_days", "days", "z", "limit", "ahead", "scale"),
}
PER_CENT = {"within", "tolerance", "change"}
STATUSES = {"status"}
MEASURED = {"=": "", "≈": "≈ ", "<": "< ", ">": "> "}


@dataclass(frozen=True)
class Value:
    """One of the values of a series that the rule looked at."""

    period: str
    value: str
    in_pattern: bool
    is_found: bool


@register.filter
def looked_at(signal: Any) -> list[tuple[str, str]]:
    """Name and value of each input of a kpis.models.Signal, in the order it was stored."""
    unit = signal.series.definition.unit if signal.series_id else ""
    found = []
    for name, value in signal.evidence.items():
        if value is None:
            continue
        if name in PLAIN_LISTS:
            found.append((str(NAMES[name]), PLAIN_LISTS[name](value)))
        elif name in NESTED:
            found += NESTED[name](value, unit)
        elif name in NAMES:
            said = _said(name, value, unit)
            if name == "value":
                said = MEASURED.get(str(signal.evidence.get("comparator", "=")), "") + said
            found.append((_name(name, signal.evidence), said))
    return found


@register.filter
def values_of(signal: Any) -> list[Value]:
    """The values that the rule looked at, with their periods; those of a pattern are marked."""
    told, unit = signal.evidence, signal.series.definition.unit if signal.series_id else ""
    values, periods = told.get("values") or [], told.get("periods") or []
    if not periods or len(values) != len(periods):
        return []
    pattern, at = set(told.get("pattern") or ()), told.get("at", len(values) - 1)
    return [
        Value(_period(when), quantity(short(value), unit), when in pattern, place == at)
        for place, (when, value) in enumerate(zip(periods, values, strict=True))
    ]


@register.filter
def recomputed(signal: Any) -> str:
    """ "holds", "differs", or "unknown" where the evidence does not say enough."""
    version = signal.version
    try:
        params = typed(version.rule.kind, version.parameters)
        return "holds" if recompute.holds(version.rule.kind, params, signal.evidence) else "differs"
    except Refused:
        return "unknown"


def _name(name: str, told: Mapping[str, Any]) -> str:
    if name == "high" and told.get("test") == "range":
        return _("Highest plausible value")
    return str(NAMES[name])


def _said(name: str, value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in DAYS:
        return _day(value)
    if name == "progress":
        return percent(Decimal(str(value)))
    if name in STATUSES:
        return str(look_of(str(value)).word).lower()
    if name in WORDS:
        return str(WORDS[name].get(str(value), value))
    if name == "target_period":
        return _period(value)
    if name in PER_CENT:
        return quantity(short(value), "%")
    try:
        return number(short(value)) if name in COUNTS else quantity(short(value), unit)
    except InvalidOperation:
        return str(value)  # what blocks a milestone, in its owner's words


def _day(text: Any) -> str:
    return day(date.fromisoformat(str(text))) if text else _("never")


def _period(text: Any) -> str:
    """A stored period ("2019-01-01/2019-12-31") by its name; anything else as it is."""
    start, _slash, end = str(text).partition("/")
    try:
        return period_label(date.fromisoformat(start), date.fromisoformat(end))
    except ValueError:
        return str(text)


def _pair(pair: Mapping[str, Any], unit: str) -> list[tuple[str, str]]:
    """The KPI that guards the quality of this one, as it stood."""
    value = quantity(short(pair.get("value")), str(pair.get("unit", "")))
    target = quantity(short(pair.get("target")), str(pair.get("unit", "")))
    words = {
        "value": value,
        "status": str(look_of(str(pair.get("status", ""))).word).lower(),
        "period": _period(pair.get("period", "")),
        "target": target,
    }
    said = _("%(value)s, %(status)s, for %(period)s; asked: %(target)s") % words
    return [(str(pair.get("name", "")), said)]


def _parts(parts: Any, unit: str) -> list[tuple[str, str]]:
    """Each part that was looked at; where only their number was stored, that."""
    if not isinstance(parts, list):
        return [(_("Parts"), number(parts))]
    return [
        (
            str(part.get("label", "")),
            _("from %(before)s to %(after)s")
            % {
                "before": number(short(part.get("from"))),
                "after": quantity(short(part.get("to")), unit),
            },
        )
        for part in parts
    ]


def _about(about: Mapping[str, Any], unit: str) -> list[tuple[str, str]]:
    """What it was called then."""
    said = ", ".join(str(about[name]) for name in ("kpi", "part") if about.get(name))
    return [(_("Called then"), said)] if said else []


PLAIN_LISTS: dict[str, Callable[[Any], str]] = {
    "row": lambda row: ", ".join(map(_period, row)),
    "pattern": lambda row: ", ".join(map(_period, row)),
    "missing": lambda labels: ", ".join(map(str, labels)) or "–",
    "finishes": lambda finishes: " → ".join(map(_day, finishes)),
}
NESTED: dict[str, Callable[[Any, str], list[tuple[str, str]]]] = {
    "about": _about,
    "pair": _pair,
    "parts": _parts,
}
