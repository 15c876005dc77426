"""Control charts: outside the limits, a trend, two of three, a shift."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.templatetags.sentences.words import Told, caution, decimal, joined


def limits(told: Told) -> str:
    """A value beyond what chance alone would allow."""
    above = _is_high(told)
    text = (
        _(
            "%(name)s is %(value)s in %(when)s, above the upper limit of %(limit)s"
            " that chance alone would allow."
        )
        if above
        else _(
            "%(name)s is %(value)s in %(when)s, below the lower limit of %(limit)s"
            " that chance alone would allow."
        )
    )
    limit = told.amount("upper" if above else "lower")
    words = {"name": told.name, "value": told.amount("value"), "when": told.when, "limit": limit}
    return joined(text % words, _short(told), caution(told))


def trend(told: Told) -> str:
    """Seven values in a row, each further than the one before."""
    count = _length(told)
    text = (
        ngettext(
            "%(name)s rose with each value up to %(when)s, %(count)d value in a row.",
            "%(name)s rose with each value up to %(when)s, %(count)d values in a row.",
            count,
        )
        if _is_high(told)
        else ngettext(
            "%(name)s fell with each value up to %(when)s, %(count)d value in a row.",
            "%(name)s fell with each value up to %(when)s, %(count)d values in a row.",
            count,
        )
    )
    words = {"name": told.name, "when": told.when, "count": count}
    return joined(text % words, _rare(), _short(told), caution(told))


def two_in_three(told: Told) -> str:
    """Two of three values in a row near a limit."""
    text = (
        _("Two of three values of %(name)s up to %(when)s lie near the upper limit of %(limit)s.")
        if _is_high(told)
        else _(
            "Two of three values of %(name)s up to %(when)s lie near the lower limit of %(limit)s."
        )
    )
    limit = told.amount("upper" if _is_high(told) else "lower")
    words = {"name": told.name, "when": told.when, "limit": limit}
    return joined(text % words, _rare(), _short(told), caution(told))


def shift(told: Told) -> str:
    """Seven values in a row on one side of the average."""
    count = _length(told)
    text = (
        ngettext(
            "%(name)s has been above its average of %(mean)s for %(count)d value in a row,"
            " up to %(when)s.",
            "%(name)s has been above its average of %(mean)s for %(count)d values in a row,"
            " up to %(when)s.",
            count,
        )
        if _is_high(told)
        else ngettext(
            "%(name)s has been below its average of %(mean)s for %(count)d value in a row,"
            " up to %(when)s.",
            "%(name)s has been below its average of %(mean)s for %(count)d values in a row,"
            " up to %(when)s.",
            count,
        )
    )
    words = {"name": told.name, "mean": told.amount("mean"), "count": count, "when": told.when}
    return joined(text % words, _rare(), _short(told), caution(told))


def _length(told: Told) -> int:
    return len(told.get("pattern") or []) or 7


def _is_high(told: Told) -> bool:
    """Whether the signal is above, or rising; a signal of old said it by its numbers alone."""
    cause = str(told.get("cause") or "")
    if cause:
        return cause.endswith(("above", "rising"))
    value, upper = decimal(told.get("value")), decimal(told.get("upper"))
    return value is not None and upper is not None and value > upper


def _rare() -> str:
    return _("Chance alone seldom does that.")


def _short(told: Told) -> str:
    """What must be said of limits from few values."""
    if told.get("short") is not True:
        return ""
    return _("The limits rest on fewer than 13 values and may still move.")
