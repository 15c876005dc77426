"""Reminders of actions that are overdue: to the owner, later to the forum's chair, too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Action
from forums.rules.actions import CHAIR_HEARS_FROM, DAYS_BETWEEN_NAGS
from forums.selectors import ladders, meetings
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people import days
from people.selectors import calendars, people

BATCH = 200
SWEEP = Actor.system("nag of overdue actions")
FARTHEST_EAST = timedelta(hours=14)


def nag(*, at: datetime, limit: int = BATCH) -> int:
    """Remind of overdue actions whose day has come, longest waiting first; returns of how many.

    Each is claimed on its day by compare-and-set: however often this runs, people are
    reminded once, then again some working days later, until it is done. Nothing due is one
    query by the partial index.
    """
    rows = Action.objects.filter(
        state=Action.State.OPEN, nag_on__lte=(at + FARTHEST_EAST).date()
    ).order_by("nag_on", "pk")
    if not rows.exists():
        return 0
    waiting = rows.select_related("owner", "decision__motion__forum")[:limit]
    return sum(_nag(action, at) for action in waiting)


@transaction.atomic
def _nag(action: Action, at: datetime) -> bool:
    forum = action.decision.motion.forum if action.decision else None
    day = _day(action, at)
    if action.nag_on is None or day < action.nag_on:
        return False
    country = forum.country if forum else ""
    if day <= action.due_on:  # it was given more time: reminded once that is over
        later = calendars.deadline(action.due_on, 1, country)
        _claim(action, later, 0)
        return False
    again = calendars.deadline(day, DAYS_BETWEEN_NAGS, country)
    if not _claim(action, again, 1):
        return False
    nags = action.nags + 1
    restricted = action.decision is not None and action.decision.motion.restricted
    event = events.record(
        verb="action.nagged",
        subject=action,
        by=SWEEP,
        at=at,
        data={"nags": nags, "due_on": action.due_on.isoformat(), "owner": action.owner_id},
        restricted=restricted,
    )
    title = _("Overdue since %(day)s: %(title)s") % {
        "day": days.in_words(action.due_on),
        "title": action.title,
    }
    url = reverse("forums:action", args=[action.pk])
    owners = people.user_ids_holding([action.owner_id], day)
    notices.notify(event=event, recipients=owners, title=title, url=url, decide=True)
    others = set() if owners or restricted else people.user_ids_in_role("delivery_unit")
    if forum is not None and nags >= CHAIR_HEARS_FROM:
        sitting = forum if forum.closed_on is None else ladders.sitting_for(forum)
        others |= people.user_ids_holding([sitting.chair_id], day)
    notices.notify(event=event, recipients=others - owners, title=title, url=url)
    return True


def _day(action: Action, at: datetime) -> date:
    """The day it is where the forum that decided it meets; else of the installation."""
    if action.decision is None:
        return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return meetings.today(action.decision.motion.forum, at)


def _claim(action: Action, again: date, more: int) -> bool:
    return (
        Action.objects.filter(
            pk=action.pk, state=Action.State.OPEN, nag_on=action.nag_on, nags=action.nags
        ).update(nag_on=again, nags=F("nags") + more)
        == 1
    )
