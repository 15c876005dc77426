"""Plans as a whole in words: ``{% load analysis %}``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.templatetags.formats import NOTHING, day

register = template.Library()
# How a thing stands with its end.
ENDS: dict[str, tuple[str | Promise, str, str]] = {
    "open_ended": (gettext_lazy("Without an end"), "○", "neutral"),
    "running": (gettext_lazy("Running"), "●", "good"),
    "soon": (gettext_lazy("Ends soon: choose"), "▲", "warn"),
    "expired": (gettext_lazy("Expired, no choice made"), "▼", "bad"),
    "adapting": (gettext_lazy("Being adapted"), "▶", "info"),
    "overdue": (gettext_lazy("Not adapted in time"), "▼", "bad"),
    "winding_down": (gettext_lazy("Winding down"), "◐", "warn"),
    "stopped": (gettext_lazy("Stopped"), "■", "neutral"),
}
# How a step stands in the picture: its word, the symbol before it, its tone.
STANDS: dict[str, tuple[str | Promise, str, str]] = {
    "done": (gettext_lazy("Done"), "✓", "good"),
    "late": (gettext_lazy("Late"), "▼", "bad"),
    "running": (gettext_lazy("Running"), "▶", "info"),
    "waiting": (gettext_lazy("Not begun"), "○", "neutral"),
}


@register.filter
def waits_for(names: Sequence[str]) -> str:
    """``{{ shown.told|waits_for }}``: Works waits for Labour waits for Tourism waits for Works."""
    if not names:
        return ""
    said = names[0]
    for name in names[1:]:
        said = _("%(before)s waits for %(next)s") % {"before": said, "next": name}
    return said


@register.simple_tag
def entry(found: dict[str, object], key: object) -> object:
    """``{% entry rows part.key as row %}``: what a mapping has under a key, None if nothing."""
    return found.get(str(key)) if found else None


@register.filter
def iso_day(text: str | None) -> str:
    """A day that figures keep as text, in words."""
    return day(date.fromisoformat(text)) if text else NOTHING


@register.simple_tag
def late_because(row: dict[str, str]) -> str:
    """Which limit a step ends after: ``{% late_because row %}``."""
    said = {
        "expiry": _("after “%(of)s” expires on %(limit)s"),
        "programme": _("after the programme ends on %(limit)s"),
        "window": _("after the window “%(of)s” closes on %(limit)s"),
    }
    return said[row["what"]] % {"of": row["of"], "limit": iso_day(row["limit"])}


@register.inclusion_tag("components/status_tag.html")
def stands_tag(state: str) -> dict[str, object]:
    """``{% stands_tag row.state %}``: done, late, running or not begun."""
    word, symbol, tone = STANDS[state]
    return {"word": word, "symbol": symbol, "tone": tone}


@register.filter
def stands(state: str) -> str:
    """The same in words, for the picture."""
    word, symbol, _tone = STANDS[state]
    return f"{symbol} {word}"


@register.inclusion_tag("components/status_tag.html")
def expiry_tag(state: str) -> dict[str, object]:
    """``{% expiry_tag end.state %}``: how an initiative or a window stands with its end."""
    word, symbol, tone = ENDS[state]
    return {"word": word, "symbol": symbol, "tone": tone}


@register.simple_tag
def pathway_name(pathway: str) -> str:
    """``{% pathway_name each.pathway %}``: what the initiatives of a pathway are called together."""
    names = {
        "top_down": _("Top-down engines"),
        "bottom_up": _("Bottom-up"),
        "": _("Not placed on a pathway"),
    }
    return names[str(pathway)]
