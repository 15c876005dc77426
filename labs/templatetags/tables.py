"""Labs, their seats and lessons in words: ``{% load tables %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from labs.rules.lessons import CAUSES as CODES

register = template.Library()

_CAUSES: dict[str, str | Promise] = {
    "means": _("means"),
    "goal": _("goal"),
    "coordination": _("coordination"),
    "institution": _("institution"),
    "external_policy": _("external policy"),
    "data": _("data"),
}
CAUSES: dict[str, str | Promise] = {code: _CAUSES[code] for code in CODES}
INSTEAD: dict[str, str | Promise] = {
    "bargain": _(
        "Bargain before a forum for conflicts: those concerned want different things, so they "
        "settle among themselves, or the forum decides. Who alone has a problem may try out "
        "solutions alone."
    ),
    "order": _(
        "An ordinary decision: the answer is known and no problem is shared, so the organisation "
        "concerned acts, or the forum above it decides."
    ),
}


@register.filter
def cause_word(code: str) -> str | Promise:
    """What was at fault, in words; empty for none."""
    return CAUSES.get(code, "")


@register.filter
def pieces(found: Any) -> SafeString:
    """The pieces of one of two texts side by side, what differs marked."""
    return format_html_join(
        "",
        "{}",
        ((_piece(piece),) for piece in found),
    )


def _piece(piece: Any) -> str | SafeString:
    if not piece.changed:
        return str(piece.text)
    return format_html("<mark>{}</mark>", piece.text)
