"""What stands beside a value, in words: ``{% load beside %}{{ reading|bound_words:unit }}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.models.kpis import Frequency
from kpis.templatetags.readings import short
from people.templatetags.formats import from_end, number, quantity

register = template.Library()


@register.filter
def of_reading(beside: Any, reading: Any) -> Any:
    """What stands beside this reading; nothing for one that is not there."""
    return beside.readings.get(reading.pk) if beside and reading else None


@register.filter
def why(beside: Any, row: Any) -> Any:
    """Why the value that counts for this period does."""
    return beside.why.get(row.period) if beside else None


@register.filter
def waits(waiting: Any) -> str:
    """How long a value has been provisional, and how long it may: "for 3 working days, of 10 allowed"."""
    if not waiting:
        return ""
    days = waiting.days
    said = ngettext(
        "provisional for %(days)d working day", "provisional for %(days)d working days", days
    ) % {"days": days}
    if waiting.allowed is None:
        return said
    allowed = ngettext("%(days)d allowed", "%(days)d allowed", waiting.allowed) % {
        "days": waiting.allowed
    }
    return f"{said}, {allowed}"


@register.filter
def bound_words(reading: Any, unit: str = "") -> str:
    """What a value that is no exact number says, in words; empty for an exact one."""
    if not reading or reading.comparator == "=":
        return ""
    value = quantity(short(reading.value), unit)
    if reading.comparator == "range":
        return _("somewhere from %(low)s to %(high)s") % {
            "low": from_end(short(reading.value), unit),
            "high": quantity(short(reading.high), unit),
        }
    said = {
        "<": _("less than %(value)s; how much less is not known"),
        ">": _("more than %(value)s; how much more is not known"),
        "≈": _("about %(value)s; judged as if it were exact"),
    }
    return said[reading.comparator] % {"value": value}


@register.filter
def frequency_word(frequency: str) -> str:
    """monthly, quarterly …, in the reader's language."""
    return str(Frequency(frequency).label)


@register.filter
def file_size(size: int) -> str:
    """Bytes as people read them: 812 kB, 3.4 MB."""
    if size < 1_000_000:
        return _("%(size)s kB") % {"size": number(max(round(size / 1000), 1))}
    return _("%(size)s MB") % {"size": number(round(size / 1_000_000, 1))}
