"""What becomes of an agenda when its meeting is held, cancelled or missed.

Every item gets an outcome; what was not dealt with is carried over to the next meeting.
Each act is one transaction with what ``forums.services`` writes about the meeting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from forums.models import Decision, Meeting
from forums.selectors import meetings as meeting_selectors
from forums.services import meetings, sittings
from forums.services.sittings import Presence
from ledger.rules.actors import Actor
from ledger.services import events
from people.models import Post
from people.services import documents
from reviews.models import AgendaItem, EndProposal
from reviews.selectors import agenda_waiting
from reviews.services import agendas

Kind, Outcome = AgendaItem.Kind, AgendaItem.Outcome
RELATED = ("dispute", "review", "motion", "action", "referral")


@transaction.atomic
def hold(
    *,
    meeting: Meeting,
    attendance: Sequence[Presence],
    chaired_by: Post,
    by: Actor,
    at: datetime,
) -> Meeting:
    """Record that a meeting took place, who came, and what became of each item.

    Raises what forums.services.sittings.hold raises.
    """
    if meeting.called_at is None or meeting.ends_at > at:
        agendas.write(meeting=meeting, at=at)
    sittings.hold(meeting=meeting, attendance=attendance, chaired_by=chaired_by, by=by, at=at)
    _settle(meeting, by, at)
    return meeting


@transaction.atomic
def correct(
    *,
    meeting: Meeting,
    attendance: Sequence[Presence],
    chaired_by: Post,
    by: Actor,
    at: datetime,
) -> Meeting:
    """Say again who came, until the minutes are signed. Raises as forums.services.sittings."""
    return sittings.correct(
        meeting=meeting, attendance=attendance, chaired_by=chaired_by, by=by, at=at
    )


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: Actor, at: datetime) -> Meeting:
    """A meeting does not take place; what was on its agenda is carried over."""
    meetings.cancel(meeting=meeting, reason=reason, by=by, at=at)
    _carry_over(meeting)
    return meeting


def close_missed(*, at: datetime) -> int:
    """Close meetings that nobody recorded within three working days; how many.

    Their items are carried over. Also settles agendas of meetings that were dropped
    below, with their cycle or forum. Safe to run twice, and at once.
    """
    due = meeting_selectors.to_miss(at)
    closed = sum(_miss(meeting, at) for meeting in due)
    dropped = Meeting.objects.filter(
        pk__in=AgendaItem.objects.filter(outcome="").values("meeting"),
        state__in=[Meeting.State.CANCELLED, Meeting.State.MISSED],
    )
    for meeting in dropped.order_by("pk"):
        _carry_over(meeting)
    return closed


@transaction.atomic
def _miss(meeting: Meeting, at: datetime) -> bool:
    agendas.write(meeting=meeting, at=at)
    try:
        meetings.miss(meeting=meeting, at=at)
    except meetings.NotPlanned:  # recorded, cancelled or closed at the same moment
        return False
    _carry_over(meeting)
    return True


@transaction.atomic
def write_minutes(
    *,
    meeting: Meeting,
    minutes: str,
    by: Actor,
    at: datetime,
    notes: Mapping[int, str] | None = None,
    noted: Mapping[int, bool] | None = None,
    file: File | None = None,
) -> Meeting:
    """Write the minutes, with what was said of each item, until they are signed.

    ``notes``: item id to text. ``noted``: item id to whether the meeting took note of it,
    which ends other business; else it is carried over. What was decided is found by
    itself, also where the decision was entered from its minute since.
    """
    document = None
    if file:  # stays with the forum, its name too
        document = documents.store(file=file, restricted=True, by=by, at=at)
    sittings.write_minutes(meeting=meeting, minutes=minutes, document=document, by=by, at=at)
    _say(meeting, notes or {}, noted or {})
    _find_decisions(meeting)
    return meeting


@transaction.atomic
def sign(*, meeting: Meeting, post: Post, by: Actor, at: datetime) -> Meeting:
    """Sign the minutes; from now on nothing about the meeting or its agenda changes."""
    _find_decisions(meeting)
    return sittings.sign(meeting=meeting, post=post, by=by, at=at)


def _settle(meeting: Meeting, by: Actor, at: datetime) -> None:
    """An outcome for every item: decided, no longer waiting, or carried over."""
    waiting = {row.key for row in agenda_waiting.waiting(meeting.forum, at)}
    items = [item for item in _items(meeting) if item.outcome in ("", Outcome.CARRIED_OVER)]
    found = _decisions(meeting, items)
    for item in items:
        decision = found.get(item.pk)
        if decision is not None:
            item.outcome, item.decision = Outcome.DECIDED, decision
        elif item.kind != Kind.OTHER and item.key not in waiting:
            item.outcome = Outcome.DONE
        else:
            item.outcome = Outcome.CARRIED_OVER
    AgendaItem.objects.bulk_update(items, ["outcome", "decision"])
    counts = Counter(str(item.outcome) for item in items)
    events.record(
        verb="agenda.dealt_with",
        subject=meeting,
        by=by,
        at=at,
        data={"forum": meeting.forum_id, **dict(sorted(counts.items()))},
    )


def _carry_over(meeting: Meeting) -> None:
    AgendaItem.objects.filter(meeting=meeting, outcome="").update(outcome=Outcome.CARRIED_OVER)


def _say(meeting: Meeting, notes: Mapping[int, str], noted: Mapping[int, bool]) -> None:
    """What the minutes say of single items."""
    settable = (Outcome.NOTED, Outcome.CARRIED_OVER)
    items = [item for item in _items(meeting) if item.pk in notes or item.pk in noted]
    for item in items:
        item.note = notes.get(item.pk, item.note)
        if item.pk in noted and item.outcome in settable:
            item.outcome = Outcome.NOTED if noted[item.pk] else Outcome.CARRIED_OVER
    AgendaItem.objects.bulk_update(items, ["note", "outcome"])


def _find_decisions(meeting: Meeting) -> None:
    """Decisions that were entered after the meeting was recorded, until the next one."""
    items = [item for item in _items(meeting) if item.outcome != Outcome.DECIDED]
    found = _decisions(meeting, items)
    decided = [item for item in items if item.pk in found]
    for item in decided:
        item.outcome, item.decision = Outcome.DECIDED, found[item.pk]
    AgendaItem.objects.bulk_update(decided, ["outcome", "decision"])


def _items(meeting: Meeting) -> list[AgendaItem]:
    rows = AgendaItem.objects.filter(meeting=meeting).select_related(*RELATED)
    return list(rows.order_by("position", "pk"))


def _decisions(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, Decision]:
    """By item: what the forum decided about it before it met again."""
    by_motion = {item.motion_id: item.pk for item in items if item.motion_id}
    by_end = _motions_on_ends(items)
    pointed = {
        (item.dispute or item.review).decision_id: item.pk  # type: ignore[union-attr]
        for item in items
        if (item.dispute or item.review) and item.kind != Kind.LOOK_AGAIN
    }
    following = meeting_selectors.following(meeting)
    rows = Decision.objects.filter(
        motion__forum__in=agenda_waiting.sits_for(meeting.forum)
    ).select_related("motion")
    if following is not None:
        rows = rows.filter(at__lt=following.starts_at)
    wanted = {*by_motion, *by_end}
    found: dict[int, Decision] = {}
    for row in rows.filter(motion__in=wanted).order_by("at", "pk"):
        found[by_motion.get(row.motion_id) or by_end[row.motion_id]] = row
    for row in rows.filter(pk__in=[pk for pk in pointed if pk]).order_by("pk"):
        found[pointed[row.pk]] = row
    return found


def _motions_on_ends(items: Sequence[AgendaItem]) -> dict[int, int]:
    """Motion id to item id, of motions about ends that are on the agenda."""
    ends = {item.key: item.pk for item in items if item.kind == Kind.END}
    if not ends:
        return {}
    keys = [item.initiative_key for item in items if item.initiative_key]
    windows = [int(key.split(":")[1]) for key in ends if key.startswith("window:")]
    rows = EndProposal.objects.filter(initiative_key__in=keys) | EndProposal.objects.filter(
        window__in=windows
    )
    found = {}
    for row in rows.order_by("pk"):
        name = f"window:{row.window_id}" if row.window_id else f"end:{row.initiative_key}"
        key = f"{name}:{row.end_on:%Y%m%d}"
        if key in ends:
            found[row.motion_id] = ends[key]
    return found
