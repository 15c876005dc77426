"""Plans as a whole in words: ``{% load analysis %}``."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

register = template.Library()


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
