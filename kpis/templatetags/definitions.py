"""What a definition says, and what a version of it changed, in words: ``{% load definitions %}``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template.defaultfilters import truncatechars
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kpis.models import Definition
from kpis.rules.versions import COMPONENTS, Changed, Parts
from people.templatetags.formats import day, number

register = template.Library()

LONGEST = 300
FIELDS: dict[str, str | Promise] = {
    "text": gettext_lazy("What is counted"),
    "kind": gettext_lazy("Kind of value"),
    "unit": gettext_lazy("Unit"),
    "scale": gettext_lazy("Shown times"),
    "direction": gettext_lazy("Direction"),
    "level": gettext_lazy("Level"),
    "frequency": gettext_lazy("Reported"),
    "reporting_days": gettext_lazy("Due after the period"),
    "effective_from": gettext_lazy("Effect date"),
    "reporting_from": gettext_lazy("Values expected from"),
    "provisional_days": gettext_lazy("May stay provisional"),
    "over_periods": gettext_lazy("Over the year"),
    "over_parts": gettext_lazy("Over the parts"),
    "parts_check": gettext_lazy("Check of the parts"),
    "composition": gettext_lazy("Worked out"),
    COMPONENTS: gettext_lazy("Components"),
}


@register.filter
def in_words(changed: Changed) -> str:
    """One change of a definition: "Unit: cases → arrests"."""
    return _("%(field)s: %(before)s → %(after)s") % {
        "field": FIELDS[changed.field],
        "before": value(changed.field, changed.before),
        "after": value(changed.field, changed.after),
    }


@register.filter
def defined(definition: Definition, name: str) -> str:
    """``{{ definition|defined:"over_parts" }}``: a field of a definition in words."""
    return value(name, getattr(definition, name))


@register.filter
def weighted(parts: Parts) -> str:
    """The components with their weights: "Roads × 3, Rails × 0.5, 1 restricted KPI"."""
    said = [
        _("%(kpi)s × %(weight)s") % {"kpi": row.name, "weight": number(row.weight)}
        for row in parts.named
    ]
    if parts.hidden:
        said.append(
            ngettext("%(n)d restricted KPI", "%(n)d restricted KPIs", parts.hidden)
            % {"n": parts.hidden}
        )
    return ", ".join(said) or _("none")


def value(name: str, given: Any) -> str:
    """A value of a definition as people read it."""
    if name == COMPONENTS:
        return weighted(given)
    if name in {"reporting_days", "provisional_days"}:
        if given is None:
            return _("as long as it takes")
        return ngettext("%(n)d working day", "%(n)d working days", given) % {"n": given}
    if given is None or (given == "" and name in {"text", "unit", "direction"}):
        return _("not set")
    if isinstance(given, date):
        return day(given)
    choices = dict(getattr(Definition._meta.get_field(name), "flatchoices", ()))
    if choices:
        return str(choices[given])
    if name == "text":
        return "“" + truncatechars(given, LONGEST) + "”"
    return number(given) if isinstance(given, int) else str(given)
