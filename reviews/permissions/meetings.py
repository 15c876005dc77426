"""What a reader sees on the page of a meeting, and what they may do about its agenda.

The page belongs to forums, which know no dispute: the setting MEETING_PAPERS names
``papers``. Minutes stay with the forum; decisions are open to who may read them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, ClassVar

from forums import permissions as forum_permissions
from forums.models import Attendance, Decision, Meeting
from forums.selectors import meetings
from people.models import Post
from people.selectors import people
from reviews.permissions.lessons import Learned, learned_of_meeting
from reviews.permissions.motions import open_decisions
from reviews.permissions.reviews import may_read_agenda
from reviews.selectors import agenda_items, agenda_then, agenda_waiting


@dataclass(frozen=True)
class Papers:
    """The agenda and the record of one meeting. ``agenda`` None: not for this reader.

    ``is_live``: the agenda has not gone out and is what waits now.
    """

    template: ClassVar[str] = "reviews/meetings/_papers.html"

    agenda: agenda_items.Agenda | None
    is_live: bool
    decisions: list[Decision]
    hidden_decisions: int
    open_decisions: set[int]
    attendance: list[Attendance]
    shows_minutes: bool
    may_run: bool
    is_begun: bool
    signing_post: Post | None
    may_add: bool
    learned: Learned | None


def papers(meeting: Meeting, user: Any, at: datetime.datetime) -> Papers:
    """All that the page of a meeting shows beside the meeting itself, in a few queries."""
    on = at.date()
    agenda, is_live = None, False
    if may_read_agenda(user, meeting.forum, on=on) or _was_there(user, meeting, on):
        agenda, is_live = agenda_of(meeting, user, at)
    inside = forum_permissions.may_read_minutes(user, meeting, on=on)
    runs = forum_permissions.may_run_meetings(user, meeting.forum, on=on)
    decisions = list(meetings.decisions_at(meeting))
    of_items = [line.item.decision for line in agenda.lines] if agenda else []
    readable = open_decisions(user, [*decisions, *of_items], on=on)
    shown = [row for row in decisions if row.pk in readable]
    hidden = len(decisions) - len(shown)
    return Papers(
        agenda=agenda,
        is_live=is_live,
        decisions=shown,
        hidden_decisions=hidden,
        open_decisions=readable,
        attendance=meetings.attendance(meeting) if inside else [],
        shows_minutes=inside and not _kept_from(user, meeting, agenda, hidden, on),
        may_run=runs,
        is_begun=meeting.starts_at <= at,
        signing_post=forum_permissions.signing_post(user, meeting, on=on),
        may_add=may_add_business(user, meeting, on=on),
        learned=learned_of_meeting(meeting, user, on=on) if meeting.signed_at else None,
    )


def agenda_of(
    meeting: Meeting, user: Any, at: datetime.datetime
) -> tuple[agenda_items.Agenda, bool]:
    """The agenda as written down, or, before its day, what waits now (True).

    That of a past meeting shows its items as they stood then.
    """
    items = agenda_items.of_meeting(meeting)
    is_live = meeting.state == Meeting.State.PLANNED and meeting.called_at is None
    if is_live:
        own = {item.key for item in items}
        found = agenda_waiting.waiting(meeting.forum, at)
        waiting = agenda_items.as_items(meeting, [row for row in found if row.key not in own])
        items = [*waiting, *items]
    then = agenda_then.moment(meeting, at)
    return agenda_items.named(items, user, at.date(), then), is_live


def may_add_business(user: Any, meeting: Meeting, *, on: datetime.date) -> bool:
    """Whoever sits in the forum, its secretary, and the delivery unit, while it is planned."""
    if meeting.state != Meeting.State.PLANNED or meeting.forum.closed_on is not None:
        return False
    inside = forum_permissions.takes_part(user, meeting.forum, on=on)
    return inside or people.is_delivery_unit(user)


def _was_there(user: Any, meeting: Meeting, on: datetime.date) -> bool:
    places = Attendance.objects.filter(meeting=meeting)
    return places.filter(post__in=people.post_ids_of(user, on)).exists()


def _kept_from(
    user: Any,
    meeting: Meeting,
    agenda: agenda_items.Agenda | None,
    hidden_decisions: int,
    on: datetime.date,
) -> bool:
    """Minutes of a meeting about something restricted stay with the forum and auditors."""
    if people.is_auditor(user) or forum_permissions.takes_part(user, meeting.forum, on=on):
        return False
    return bool(hidden_decisions or (agenda and agenda.hidden)) and not _was_there(
        user, meeting, on
    )
