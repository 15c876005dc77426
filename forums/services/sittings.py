"""Meetings that took place: who came, the minutes, and who signs them.

``reviews.services.sittings`` calls these together with what becomes of the agenda.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Attendance, Forum, Meeting
from forums.selectors import meetings as selectors
from forums.selectors.meetings import Place
from forums.services.meetings import NotPlanned
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Document, Post
from people.selectors import people

PRESENT, DELEGATE = Attendance.Presence.PRESENT, Attendance.Presence.DELEGATE
CAME = {PRESENT, DELEGATE}


class NotBegun(Refused):
    message = gettext_lazy("This meeting has not begun. Record who came once it has.")
    code = "meeting_not_begun"


class NobodyCame(Refused):
    message = gettext_lazy("Nobody came: cancel the meeting, or say who was there.")
    code = "nobody_came"


class MayNotPreside(Refused):
    message = gettext_lazy(
        "The chair presides, else the alternate, else a core member. Choose one who was present."
    )
    code = "may_not_preside"


class NeedsDelegate(Refused):
    message = gettext_lazy("Give the name of each delegate.")
    code = "needs_delegate"


class NotHeld(Refused):
    message = gettext_lazy("Record first that the meeting took place, and who came.")
    code = "meeting_not_held"


class Signed(Refused):
    message = gettext_lazy(
        "The minutes are signed, and nothing about this meeting changes any more. Put a"
        " correction on the agenda of the next one."
    )
    code = "meeting_signed"


class NoMinutes(Refused):
    message = gettext_lazy("Write the minutes, or attach them.")
    code = "no_minutes"


class NotYours(Refused):
    message = gettext_lazy(
        "Whoever chaired the meeting signs its minutes; else the chair or the alternate, if"
        " somebody else wrote them."
    )
    code = "not_yours_to_sign"


@dataclass(frozen=True, slots=True)
class Presence:
    """Who came for a place. ``rank``: of who came; by default that of the post."""

    post_id: int
    presence: str
    delegate_name: str = ""
    delegate_office: str = ""
    rank: int | None = None


@transaction.atomic
def hold(
    *,
    meeting: Meeting,
    attendance: Sequence[Presence],
    chaired_by: Post,
    by: Actor,
    at: datetime,
) -> Meeting:
    """Record that a meeting took place and who came; places not named were absent.

    Also for one that was taken as missed. The quorum of the forum is frozen now.
    Raises NotBegun, NobodyCame, MayNotPreside, NeedsDelegate, NotPlanned.
    """
    if meeting.starts_at > at:
        raise NotBegun
    rows = _rows(meeting, attendance, chaired_by, by, at)
    claimed = Meeting.objects.filter(
        pk=meeting.pk, state__in=[Meeting.State.PLANNED, Meeting.State.MISSED]
    ).update(
        state=Meeting.State.HELD,
        chaired_by=chaired_by,
        quorum=meeting.forum.quorum,
        came=_filled(meeting, rows),
    )
    if claimed != 1:
        raise NotPlanned
    return _written("meeting.held", meeting, rows, by, at)


@transaction.atomic
def correct(
    *,
    meeting: Meeting,
    attendance: Sequence[Presence],
    chaired_by: Post,
    by: Actor,
    at: datetime,
) -> Meeting:
    """Say again who came, until the minutes are signed. Raises Signed, NotHeld and as ``hold``."""
    rows = _rows(meeting, attendance, chaired_by, by, at)
    claimed = _unsigned(meeting).update(chaired_by=chaired_by, came=_filled(meeting, rows))
    _require_claimed(meeting, claimed)
    meeting.attendance.all().delete()
    return _written("meeting.attendance_corrected", meeting, rows, by, at)


@transaction.atomic
def write_minutes(
    *, meeting: Meeting, minutes: str, by: Actor, at: datetime, document: Document | None = None
) -> Meeting:
    """Write the minutes, again and again until they are signed; they stay with the forum.

    Whoever may sign them is told. Raises NoMinutes, Signed, NotHeld.
    """
    if not minutes.strip() and document is None and meeting.document_id is None:
        raise NoMinutes(fields={"minutes": str(NoMinutes.message)})
    fresh = meeting.minuted_at is None
    claimed = _unsigned(meeting).update(
        minutes=minutes,
        minuted_at=at,
        minuted_by_id=by.user_id,
        **({"document": document} if document else {}),
    )
    _require_claimed(meeting, claimed)
    meeting.refresh_from_db()
    event = events.record(
        verb="meeting.minuted",
        subject=meeting,
        by=by,
        at=at,
        data={"forum": meeting.forum_id, "document": meeting.document_id},
        texts={"minutes": minutes},
        restricted=True,
    )
    if fresh:
        notices.notify(
            event=event,
            recipients=people.user_ids_holding([meeting.chaired_by_id], at.date()) - {by.user_id},
            title=_("Minutes to sign: %(forum)s") % {"forum": meeting.forum.name},
            url=reverse("forums:meeting", args=[meeting.pk]),
            decide=True,
        )
    return meeting


@transaction.atomic
def sign(*, meeting: Meeting, post: Post, by: Actor, at: datetime) -> Meeting:
    """Sign the minutes in the post that chaired, or as chair or alternate of the forum.

    Who did not chair does not sign what they wrote themselves (fact 9). Nothing about
    the meeting changes after that. Raises NoMinutes, NotYours, Signed, NotHeld.
    """
    if meeting.minuted_at is None:
        raise NoMinutes
    if by.user_id is None or post.pk not in selectors.signing_posts(meeting, by.user_id):
        raise NotYours
    if by.user_id not in people.user_ids_holding([post], at.date()):
        raise NotYours
    claimed = _unsigned(meeting, minuted_at=meeting.minuted_at).update(
        signed_at=at, signed_by_id=by.user_id, signed_in=post
    )
    _require_claimed(meeting, claimed)
    meeting.refresh_from_db()
    events.record(
        verb="meeting.signed",
        subject=meeting,
        by=by,
        at=at,
        data={"forum": meeting.forum_id, "post": post.pk},
    )
    return meeting


def _unsigned(meeting: Meeting, **fields: object):  # type: ignore[no-untyped-def]
    return Meeting.objects.filter(pk=meeting.pk, state=Meeting.State.HELD, signed_at=None, **fields)


def _require_claimed(meeting: Meeting, claimed: int) -> None:
    """Say why an update of a meeting that was held found no row."""
    if claimed == 1:
        return
    meeting.refresh_from_db()
    raise Signed if meeting.signed_at is not None else NotHeld


def _rows(
    meeting: Meeting, attendance: Sequence[Presence], chaired_by: Post, by: Actor, at: datetime
) -> list[Attendance]:
    """One row for each place, checked; nothing is written."""
    said = {each.post_id: each for each in attendance}
    places = selectors.places(meeting.forum, selectors.day_of(meeting))
    rows = [_row(meeting, place, said.get(place.post.pk), chaired_by) for place in places]
    if not any(row.presence in CAME for row in rows):
        raise NobodyCame
    _check_presiding(meeting.forum, rows, chaired_by)
    for row in rows:
        row.at = at
        for name, value in Attendance.fields_of(by).items():
            setattr(row, name, value)
    return rows


def _row(meeting: Meeting, place: Place, said: Presence | None, chaired_by: Post) -> Attendance:
    presence = said.presence if said else Attendance.Presence.ABSENT
    sent = said if said is not None and presence == DELEGATE else None
    if sent is not None and not sent.delegate_name.strip():
        raise NeedsDelegate(fields={f"name_{place.post.pk}": str(NeedsDelegate.message)})
    rank = said.rank if said else None
    return Attendance(
        meeting=meeting,
        post=place.post,
        core=place.core or place.post.pk == chaired_by.pk,
        presence=presence,
        delegate_name=sent.delegate_name[:200] if sent else "",
        delegate_office=sent.delegate_office[:200] if sent else "",
        rank=place.post.rank if presence == PRESENT and rank is None else rank,
    )


def _check_presiding(forum: Forum, rows: Iterable[Attendance], chaired_by: Post) -> None:
    """The chair presides; without the chair the alternate; without both a core member."""
    present = {row.post_id: row for row in rows if row.presence == PRESENT}
    offices = [pk for pk in (forum.chair_id, forum.alternate_id) if pk in present]
    allowed = offices or [pk for pk, row in present.items() if row.core]
    if chaired_by.pk not in allowed:
        raise MayNotPreside(fields={"chaired_by": str(MayNotPreside.message)})


def _filled(meeting: Meeting, rows: Sequence[Attendance]) -> int:
    """Core places that were filled. One person fills one place, whatever posts they hold;
    a delegate fills one where the forum says that delegates count."""
    core = [row for row in rows if row.core]
    on = selectors.day_of(meeting)
    holders = people.holder_ids([row.post_id for row in core if row.presence == PRESENT], on)
    counted: set[int] = set()
    filled = 0
    for row in core:
        persons = set(holders.get(row.post_id, []))
        if row.presence == PRESENT and not (persons and persons <= counted):
            filled += 1
            counted |= persons if len(persons) == 1 else set()
    if meeting.forum.delegates_count:
        filled += sum(row.presence == DELEGATE for row in core)
    return filled


def _written(
    verb: str, meeting: Meeting, rows: list[Attendance], by: Actor, at: datetime
) -> Meeting:
    Attendance.objects.bulk_create(rows)
    meeting.refresh_from_db()
    events.record(
        verb=verb,
        subject=meeting,
        by=by,
        at=at,
        data={
            "forum": meeting.forum_id,
            "chaired_by": meeting.chaired_by_id,
            "quorum": meeting.quorum,
            "came": meeting.came,
            "present": sorted(row.post_id for row in rows if row.presence == PRESENT),
            "delegates": sorted(row.post_id for row in rows if row.presence == DELEGATE),
        },
    )
    return meeting
