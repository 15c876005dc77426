"""Between KPIs and their parts: quality behind a headline, worsening parts, wrong totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.templatetags.sentences.words import Told, caution, joined, short
from people.templatetags.formats import number, quantity

SHOWN = 3


def pair_conflict(told: Told) -> str:
    """A headline on track while its quality is off track."""
    pair: Mapping[str, Any] = told.get("pair") or {}
    words = {
        "name": told.name,
        "value": told.amount("value"),
        "when": told.when,
        "pair": pair.get("name", ""),
        "other": quantity(short(pair.get("value")), pair.get("unit", "")),
    }
    said = _(
        "%(name)s is on track with %(value)s for %(when)s, but %(pair)s, which guards its"
        " quality, is off track with %(other)s."
    )
    return joined(said % words, caution(told))


def part_worsens(told: Told) -> str:
    """A part gets worse behind a total that gets better."""
    parts = told.get("parts") or []
    words = {
        "name": told.name,
        "from": told.amount("total_from"),
        "to": told.amount("total_to"),
        "when": told.when,
        "parts": _listed([f"{p['label']} ({_change(p)})" for p in parts]),
        "count": len(parts),
    }
    said = ngettext(
        "%(name)s got better, from %(from)s to %(to)s in %(when)s, while %(count)d part of it"
        " got worse: %(parts)s.",
        "%(name)s got better, from %(from)s to %(to)s in %(when)s, while %(count)d parts of it"
        " got worse: %(parts)s.",
        len(parts),
    )
    return joined(said % words, caution(told))


def _change(part: Mapping[str, Any]) -> str:
    return f"{number(short(part.get('from')))} → {number(short(part.get('to')))}"


def parts_disagree(told: Told) -> str:
    """Parts that do not make the total they should make."""
    words = {
        "name": told.name,
        "when": told.when,
        "made": told.amount("parts_total"),
        "total": told.amount("total"),
        "difference": told.amount("difference"),
    }
    if told.get("how") == "hundred":
        said = _("The shares of %(name)s for %(when)s sum to %(made)s, not to 100.")
    else:
        said = _(
            "The parts of %(name)s make %(made)s for %(when)s, but the total says %(total)s:"
            " a difference of %(difference)s."
        )
    return joined(said % words, _without(told), caution(told))


def _without(told: Told) -> str:
    labels = told.get("missing") or []
    if not labels:
        return ""
    return _("Without a value: %(parts)s.") % {"parts": _listed(labels)}


def _listed(labels: list[str]) -> str:
    """The first few names, and how many more there are."""
    if len(labels) <= SHOWN:
        return ", ".join(labels)
    more = len(labels) - SHOWN
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
        "names": ", ".join(labels[:SHOWN]),
        "count": more,
    }
