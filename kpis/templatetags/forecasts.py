"""A forecast, or why there is none, in words: ``{% load forecasts %}{{ found|forecast_lines:unit }}``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.rules.aggregate import AVERAGE, CUMULATIVE, RATIO_OF_SUMS, SUM
from kpis.rules.forecast import LEAST_POINTS, Forecast, NoForecast
from kpis.templatetags.measuring import names, rough
from kpis.templatetags.readings import rounded
from people.templatetags.formats import from_end, period_label, quantity

register = template.Library()

ADDED = {SUM, AVERAGE, RATIO_OF_SUMS, CUMULATIVE}


@register.filter
def forecast_said(found: Forecast, unit: str = "") -> str:
    """The interval in one sentence."""
    words = {
        "low": from_end(rounded(found.low), unit),
        "high": rough(found.high, unit),
        "year": period_label(found.year.start, found.year.end),
    }
    if rounded(found.low) == rounded(found.high):
        return _("The value of %(year)s is likely to be %(high)s.") % words
    return (
        _("With a chance of 80 per cent the value of %(year)s will lie from %(low)s to %(high)s.")
        % words
    )


@register.filter
def forecast_lines(found: Forecast, unit: str = "") -> list[str]:
    """How it was found: what goes on, what was reported, how far off that was in the past."""
    lines = [_method(found), _parts(found, unit), _errors(found, unit)]
    return [line for line in lines if line]


def _method(found: Forecast) -> str:
    said = {
        "last": _("Method: the newest value goes on."),
        "drift": _("Method: the average change per period goes on."),
        "season": _("Method: each period is like the same one of the year before."),
    }[found.method]
    why = _("Of three methods it was the one least far off in the past.")
    return f"{said} {why}"


def _parts(found: Forecast, unit: str) -> str:
    """What was reported of the year and what is forecast of the rest."""
    words: dict[str, Any] = {
        "so_far": rough(found.so_far, unit) if found.so_far is not None else "",
        "left": found.horizon,
        "next": rough(found.next, unit),
        "middle": rough(found.middle, unit),
    }
    if found.how in (SUM, CUMULATIVE):
        return _("%(so_far)s so far, and %(left)d × %(next)s to come: %(middle)s.") % words
    if found.how in (AVERAGE, RATIO_OF_SUMS) and found.so_far is not None:
        return (
            ngettext(
                "%(so_far)s so far, and %(next)s in the %(left)d period to come, by weight: %(middle)s.",
                "%(so_far)s so far, and %(next)s in the %(left)d periods to come, by weight: %(middle)s.",
                found.horizon,
            )
            % words
        )
    return (
        ngettext(
            "%(left)d period ahead of the newest value: %(middle)s in the middle.",
            "%(left)d periods ahead of the newest value: %(middle)s in the middle.",
            found.horizon,
        )
        % words
    )


def _errors(found: Forecast, unit: str) -> str:
    """How often it was tried on the past, on what, and how far off it is taken to be."""
    words = {
        "errors": found.errors,
        "tried": found.tried,
        "width": quantity(_three_digits(found.half_width), unit),
    }
    if found.how in ADDED:
        tried = ngettext(
            "Asked %(errors)d times in the past for the next %(tried)d period",
            "Asked %(errors)d times in the past for the average of the next %(tried)d periods",
            found.tried,
        )
    else:
        tried = ngettext(
            "Asked %(errors)d times in the past for the value %(tried)d period ahead",
            "Asked %(errors)d times in the past for the value %(tried)d periods ahead",
            found.tried,
        )
    width = _("by that it is taken to be off by %(width)s at most in 8 of 10 cases.")
    said = f"{tried}; {width}" % words
    if found.tried == found.horizon:
        return said
    return said + " " + _("It could not be tried further ahead; the width is stretched for that.")


def _three_digits(value: float) -> Decimal:
    """An error to three digits: more would promise what nobody knows."""
    amount = Decimal(repr(value))
    return round(amount, max(0, 2 - amount.adjusted())) if amount else amount


@register.filter
def forecast_not(found: NoForecast) -> str:
    """Why there is no forecast."""
    if found.why == "few":
        return ngettext(
            "Not shown: a forecast needs %(needed)d values and there is %(count)d.",
            "Not shown: a forecast needs %(needed)d values and there are %(count)d.",
            found.points,
        ) % {"needed": LEAST_POINTS, "count": found.points}
    if found.why == "gap":
        return _(
            "Not shown: the year cannot be added up while there is no value for %(periods)s."
        ) % {"periods": names(found.missing)}
    if found.why == "old":
        return _("Not shown: the newest value is too old to say anything about the years to come.")
    return _("Not shown: a value has no numerator and denominator, so that the year has no ratio.")
