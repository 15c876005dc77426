"""Meetings already planned follow the calendar: a new day off, a clock that changed."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from forums.models import Cycle, Meeting
from forums.rules import cycles as rules
from forums.selectors import meetings as selectors
from forums.services import meetings
from ledger.rules.actors import Actor
from people.selectors import calendars

SWEEP = Actor.system("meetings")


def follow(*, at: datetime) -> int:
    """Move planned meetings whose day came to be off; how many.

    Not those somebody moved, nor those whose agenda has gone out: people decide about them.
    """
    waiting = Meeting.objects.filter(
        state=Meeting.State.PLANNED,
        called_at=None,
        state_reason="",
        cycle__isnull=False,
        starts_at__gt=at,
    ).select_related("forum", "cycle__forum")
    rows = groupby(waiting.order_by("cycle_id", "slot"), key=lambda row: row.cycle)
    return sum(_follow(cycle, list(found), at) for cycle, found in rows if cycle is not None)


def _follow(cycle: Cycle, planned: list[Meeting], at: datetime) -> int:
    last = max(row.slot for row in planned if row.slot)
    off = calendars.holidays(cycle.forum.country, cycle.first_on.year, last.year + 1)
    days = {each.slot: each.day for each in rules.sittings(cycle.first_on, cycle.rhythm, last, off)}
    moved = 0
    for row in planned:
        day = days[row.slot] if row.slot else selectors.day_of(row)
        wanted = datetime.combine(day, cycle.at_time, tzinfo=selectors.zone(cycle.forum))
        if wanted == row.starts_at or wanted <= at:
            continue
        reason = _("The calendar of its country, or its clock, changed.")
        try:
            meetings.move(meeting=row, starts_at=wanted, reason=reason, by=SWEEP, at=at)
        except meetings.NotPlanned:  # somebody moved or cancelled it at the same moment
            continue
        moved += 1
    return moved
