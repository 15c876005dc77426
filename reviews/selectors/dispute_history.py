"""What happened in a dispute beside what was said, oldest first, for its timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people import days
from reviews.models import BumpUp, ConflictRoute, Extension, TimeAsked
from reviews.rules import extensions as rules
from reviews.selectors.extensions import Request


def entries(
    steps: Iterable[BumpUp],
    longer: Iterable[Extension],
    time_asked: Iterable[Request],
    route: ConflictRoute | None,
) -> list[dict[str, Any]]:
    """Steps, time asked for, given and declined, and the way to a conflict forum. No query."""
    found = [_entry(step, _step(step)) for step in steps]
    for each in time_asked:
        found.append(_entry(each.row, _asked(each)))
        if each.declined is not None:
            found.append(_entry(each.declined, _declined(each.row)))
    found += [_entry(each, _longer(each)) for each in longer]
    if route is not None:
        away = _("To the conflict forum, away from %(forum)s") % {"forum": route.away_from}
        found.append(_entry(route, away))
    return sorted(found, key=lambda entry: entry["at"])


def _entry(act: Any, title: str) -> dict[str, Any]:
    return {"at": act.at, "act": act, "title": title, "text": act.reason}


def _step(step: BumpUp) -> str:
    return _("Tier %(lower)d to tier %(upper)d: %(trigger)s") % {
        "lower": step.from_tier,
        "upper": step.to_tier,
        "trigger": step.get_trigger_display(),
    }


def _longer(each: Extension) -> str:
    return _("More time at tier %(tier)d: until %(after)s instead of %(before)s") % {
        "tier": each.tier,
        "after": days.in_words(each.after),
        "before": days.in_words(each.before),
    }


def _asked(each: Request) -> str:
    """Who asked for how much, and what became of it."""
    fates = {
        rules.WAITING: _("the chair decides"),
        rules.GIVEN: _("time was given"),
        rules.DECLINED: _("declined"),
        rules.LAPSED: _("lapsed unanswered"),
    }
    asked = ngettext(
        "%(party)s asked for %(days)d working day more at tier %(tier)d (%(fate)s)",
        "%(party)s asked for %(days)d working days more at tier %(tier)d (%(fate)s)",
        each.row.days,
    )
    return asked % {
        "party": each.row.party,
        "days": each.row.days,
        "tier": each.row.tier,
        "fate": fates[each.fate],
    }


def _declined(row: TimeAsked) -> str:
    return _("No more time at tier %(tier)d for %(party)s") % {
        "tier": row.tier,
        "party": row.party,
    }
