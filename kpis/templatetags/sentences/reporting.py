"""Values that are missing, provisional for too long, or hard to believe."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.templatetags.sentences.words import Told, caution, decimal, joined


def missing(told: Told) -> str:
    """A value that was due and has not come."""
    words = {"when": told.when, "due": told.day("due"), "name": told.name}
    if not told.about.get("kpi"):
        return _("The value for %(when)s was due on %(due)s and has not come.") % words
    return _("The value of %(name)s for %(when)s was due on %(due)s and has not come.") % words


def provisional(told: Told) -> str:
    """A value that stays provisional longer than its KPI allows."""
    count = int(told.get("allowed_days") or 0)
    return ngettext(
        "The value of %(name)s for %(when)s was entered on %(entered)s and is still provisional;"
        " it was to be final within %(count)d working day, by %(due)s.",
        "The value of %(name)s for %(when)s was entered on %(entered)s and is still provisional;"
        " it was to be final within %(count)d working days, by %(due)s.",
        count,
    ) % {
        "name": told.name,
        "when": told.when,
        "entered": told.day("entered"),
        "count": count,
        "due": told.day("due"),
    }


def implausible(told: Told) -> str:
    """A value that may be a slip of the pen, by the test that found it."""
    tests = {"z": _far_off, "range": _out_of_range, "jump": _jump}
    said = tests.get(str(told.get("test")), _far_off)(told)
    return joined(said, _("It may be a slip of the pen."), caution(told))


def _far_off(told: Told) -> str:
    return _(
        "%(name)s is %(value)s in %(when)s, where the middle of all values is %(median)s:"
        " %(z)s usual distances away."
    ) % _words(told, median=told.amount("median"), z=told.plain("z"))


def _out_of_range(told: Told) -> str:
    value, low = decimal(told.get("value")), decimal(told.get("low"))
    if low is not None and value is not None and value < low:
        text = _(
            "%(name)s is %(value)s in %(when)s, below the lowest plausible value of %(limit)s."
        )
        return text % _words(told, limit=told.amount("low"))
    text = _("%(name)s is %(value)s in %(when)s, above the highest plausible value of %(limit)s.")
    return text % _words(told, limit=told.amount("high"))


def _jump(told: Told) -> str:
    return _(
        "%(name)s is %(value)s in %(when)s after %(previous)s, a change of %(change)s%%;"
        " at most %(limit)s%% is plausible."
    ) % _words(
        told,
        previous=told.amount("previous"),
        change=told.plain("change"),
        limit=told.plain("limit"),
    )


def _words(told: Told, **more: str) -> dict[str, str]:
    return {"name": told.name, "value": told.amount("value"), "when": told.when, **more}
