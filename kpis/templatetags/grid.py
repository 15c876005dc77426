"""Cells of the entry grid in words: ``{% load grid %}{% for look in cell|marks %}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from people.templatetags.formats import day
from people.templatetags.statuses import Look, look_of

register = template.Library()

# States that only the grid knows. The first five are those of the page's script.
LOOKS = {
    "saving": Look(_("Saving"), "…", "info"),
    "saved": Look(_("Saved"), "✓", "good"),
    "waiting": Look(_("Not saved yet"), "↻", "warn"),
    "refused": Look(_("Not saved"), "✕", "bad"),
    "changed": Look(_("Changed by someone else"), "⇄", "warn"),
    "final": Look(_("Final"), "●", "neutral"),
    "locked": Look(_("Locked"), "■", "neutral"),
}


@register.filter
def look(state: str) -> Look:
    """How a state looks, the grid's own or one that every page knows."""
    return LOOKS.get(state) or look_of(state)


@register.filter
def marks(cell: Any) -> list[Look]:
    """What is to be said of a cell as it is stored."""
    found = []
    if cell.reading is not None:
        found.append(look(cell.reading.state))
        if cell.is_verified:
            found.append(look("verified"))
    elif cell.owed is not None:
        found.append(_due(cell.owed))
    if cell.disputed:
        found.append(look("disputed"))
    if cell.lock is not None:
        found.append(look("locked"))
    return found


@register.filter
def part(texts: Mapping[str, str], name: str) -> str:
    """One of the boxes of a cell: text, numerator or denominator."""
    return texts.get(name, "")


def _due(owed: Any) -> Look:
    words = {"day": day(owed.due)}
    if owed.status == "missing":
        return Look(_now("Was due on %(day)s") % words, "?", "missing")
    return Look(_now("Due on %(day)s") % words, "○", "info")
