"""Meetings, a factory per state. States are reached through the product's services.

``to_come(forum)`` was made by a monthly rhythm; ``called(forum)`` has its agenda out;
``held(forum)`` took place with everybody; ``minuted(forum)`` awaits its signature.
"""

from __future__ import annotations

import datetime

from forums.models import Cycle, Forum, Meeting
from forums.selectors import meetings as selectors
from forums.services import cycles
from forums.services.sittings import Presence
from people.models import Post
from reviews.services import agendas, sittings
from tests.factories.forums import AT, SYSTEM, person_in
from tests.factories.people import actor

DAY = datetime.timedelta(days=1)


def cycle(forum: Forum, rhythm: str = "monthly", at: datetime.datetime = AT, **fields) -> Cycle:
    """A rhythm whose first meeting is two weeks away."""
    given = {"first_on": at.date() + 14 * DAY, "by": SYSTEM, "at": at}
    return cycles.begin(forum=forum, rhythm=rhythm, **{**given, **fields})


def to_come(forum: Forum) -> Meeting:
    """The first meeting of a new rhythm."""
    return cycle(forum).meetings.select_related("forum").order_by("starts_at")[0]


def call(meeting: Meeting, at: datetime.datetime | None = None) -> Meeting:
    """Its agenda goes out, a day before it begins."""
    agendas.call(meeting=meeting, at=at or meeting.starts_at - DAY)
    meeting.refresh_from_db()
    return meeting


def called(forum: Forum) -> Meeting:
    """A meeting whose agenda has gone out."""
    return call(to_come(forum))


def everybody(meeting: Meeting, **others: str) -> list[Presence]:
    """All places present."""
    places = selectors.places(meeting.forum, selectors.day_of(meeting))
    return [Presence(place.post.pk, others.get(str(place.post.pk), "present")) for place in places]


def hold(meeting: Meeting, *, chaired_by: Post | None = None, attendance=None) -> Meeting:
    """It took place and is recorded at its end."""
    sittings.hold(
        meeting=meeting,
        attendance=everybody(meeting) if attendance is None else attendance,
        chaired_by=chaired_by or meeting.forum.chair,
        by=by(meeting.forum.secretary),
        at=meeting.ends_at,
    )
    return meeting


def held(forum: Forum) -> Meeting:
    """A meeting that took place."""
    return hold(called(forum))


def write(meeting: Meeting, post: Post | None = None, **fields) -> Meeting:
    """Its minutes, by the secretary."""
    given = {"minutes": "They agreed to differ.", "at": meeting.ends_at}
    sittings.write_minutes(
        meeting=meeting, by=by(post or meeting.forum.secretary), **{**given, **fields}
    )
    return meeting


def minuted(forum: Forum) -> Meeting:
    """A meeting with minutes to sign."""
    return write(held(forum))


def sign(meeting: Meeting, post: Post) -> Meeting:
    """The minutes signed by whoever holds a post."""
    return sittings.sign(meeting=meeting, post=post, by=by(post), at=meeting.ends_at)


def by(post: Post):
    """The actor of who holds a post."""
    return actor(person_in(post), post)
