"""Against the target: off track, and going to miss at this pace."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from kpis.templatetags.sentences.words import (
    Told,
    caution,
    decimal,
    each_period,
    joined,
    running,
)
from people.templatetags.formats import number, period_label


def progress(told: Told) -> str:
    """Enrolment is 77%; the path for 2011 was 80%. It has been below the path for 2 years running."""
    by_path = told.get("path") == "trajectory" or told.get("expected") is not None
    asked = "expected" if told.get("expected") or told.get("expected_high") else "target"
    ranged = told.get(f"{asked}_high") is not None
    words = {
        "name": told.name,
        "value": told.observed(),
        "when": told.when,
        "target": told.asked(asked),
    }
    if ranged:
        said = _("%(name)s is %(value)s; the range for %(when)s was %(target)s.")
    elif by_path:
        said = _("%(name)s is %(value)s; the path for %(when)s was %(target)s.")
    else:
        said = _("%(name)s is %(value)s; the target for %(when)s was %(target)s.")
    return joined(said % words, _row(told, by_path, ranged), _way(told), caution(told))


def _row(told: Told, by_path: bool, ranged: bool) -> str:
    """It has been below the path for 2 years running."""
    count = int(told.get("running") or len(told.get("row") or []))
    span = running(count, told.about.get("frequency", ""))
    if not span:
        return ""
    falls = told.get("direction") == "decrease"
    if ranged:
        text = _("It has been outside the range %(span)s.")
    elif by_path and falls:
        text = _("It has been above the path %(span)s.")
    elif by_path:
        text = _("It has been below the path %(span)s.")
    elif falls:
        text = _("It has been above the target %(span)s.")
    else:
        text = _("It has been below the target %(span)s.")
    return text % {"span": span}


def _way(told: Told) -> str:
    """How much of the way from the baseline was covered."""
    baseline, share = told.get("baseline"), decimal(told.get("progress"))
    if baseline is None or share is None:
        return ""
    if share < 0:
        return _("That is worse than the baseline of %(baseline)s.") % {
            "baseline": told.plain("baseline")
        }
    return _("That is %(share)s%% of the way from the baseline of %(baseline)s.") % {
        "share": number(round(share * 100, 1)),
        "baseline": told.plain("baseline"),
    }


def pace(told: Told) -> str:
    """At this pace it will be 80 in 2015, where 90 is asked; 2.5 a year would do, it is 1."""
    words = {
        "name": told.name,
        "projected": told.amount("projected"),
        "when": _period(told.get("target_period")),
        "target": told.asked("target"),
        "pace": told.plain("pace"),
        "needed": told.plain("needed"),
        "each": each_period(told.about.get("frequency", "")),
    }
    return joined(
        _("At its pace of %(pace)s %(each)s, %(name)s will be %(projected)s in %(when)s.") % words,
        _("The target is %(target)s; that takes %(needed)s %(each)s.") % words,
        caution(told),
    )


def _period(text: str | None) -> str:
    start, _slash, end = (text or "").partition("/")
    return period_label(date.fromisoformat(start), date.fromisoformat(end)) if end else str(text)
