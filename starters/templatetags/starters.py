"""Texts and days of a template as people read them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language, gettext, ngettext

from starters.rules.values import Text, When

register = template.Library()


@register.filter
def said(text: Text | None, name: str = "") -> str:
    """A text in the reader's language, with the programme's name where it stands for it."""
    return "" if text is None else text.said(get_language() or "en").replace("{programme}", name)


@register.filter
def after_start(when: When) -> str:
    """When it is, counted from the start: "week 6"."""
    if when.number == 0:
        return gettext("the start")
    if when.number < 0:
        return gettext("before the start")
    return {
        "day": gettext("day %(number)s"),
        "week": gettext("week %(number)s"),
        "month": gettext("month %(number)s"),
        "year": gettext("year %(number)s"),
    }[when.unit] % {"number": when.number}


@register.filter
def rhythm(days: int) -> str:
    """How often a forum meets."""
    return ngettext("every day", "every %(count)s days", days) % {"count": days}


@register.filter
def lookup(names: dict[str, Any], key: str) -> Any:
    """What stands under a key of the template."""
    return names.get(key, "")
