"""Statuses set by hand: ``{% load by_hand %}{% status_tag each.status.status|or_by_hand:hand %}``."""

from __future__ import annotations

from typing import Any

from django import template

from kpis.rules import by_hand
from people.templatetags.statuses import look_of

register = template.Library()


@register.filter
def or_by_hand(worked_out: str, hand: Any) -> str:
    """The status to show: that of ``hand`` (a kpis.models.HandStatus) while it stands, if any."""
    return by_hand.shown(worked_out or "not_due", hand.status if hand else None)


@register.filter
def status_word(status: str) -> str:
    """A status within a sentence: "off track"."""
    return str(look_of(status).word).lower()
