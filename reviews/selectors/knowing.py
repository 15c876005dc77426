"""How many in a forum may decide, and how many of them know the work: in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def in_words(free: int, knowing: int) -> str:
    """How many may decide, and how many of them know the work."""
    if free == 0:
        return _("No member is free to decide.")
    if free == 1:
        return (
            _("One member is free to decide, and knows the work from the home forum.")
            if knowing
            else _("One member is free to decide, and does not know the work from the home forum.")
        )
    if knowing == free:
        said = _(
            "%(free)d members are free to decide; all of them know the work from the home forum."
        )
    elif knowing == 0:
        said = _(
            "%(free)d members are free to decide; none of them knows the work from the home forum."
        )
    else:
        said = ngettext(
            "%(free)d members are free to decide; %(knowing)d of them knows the work from the"
            " home forum.",
            "%(free)d members are free to decide; %(knowing)d of them know the work from the"
            " home forum.",
            knowing,
        )
    return said % {"free": free, "knowing": knowing}
