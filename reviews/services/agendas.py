"""Agendas: written down when a meeting is called, kept up with what comes, dealt with after.

Until the day its agenda goes out a meeting has none of its own: it shows what waits
(``reviews.selectors.agenda_waiting``). See docs/adr/0019.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Meeting
from forums.selectors import meetings as meeting_selectors
from forums.services import meetings
from ledger import entropy
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from reviews.models import AgendaItem
from reviews.selectors import agenda_items, agenda_waiting
from reviews.selectors.agenda_waiting import ORDER, Waiting

Kind, Outcome = AgendaItem.Kind, AgendaItem.Outcome
SWEEP = Actor.system("agendas")
APART = 1000  # positions of two kinds, so that newcomers find a place behind their own


class NeedsTitle(Refused):
    message = _("Say what the meeting is to deal with.")
    code = "agenda_needs_title"


class NotPlanned(Refused):
    message = _("This meeting is over. Put it on the agenda of the next one.")
    code = "meeting_not_planned"


def call_due(*, at: datetime) -> int:
    """Send the agendas whose day has come, and keep those already sent up to date.

    How many went out. Each meeting is claimed by compare-and-set: twice sends once.
    """
    called = sum(call(meeting=meeting, at=at) for meeting in meeting_selectors.to_call(at))
    for meeting in meeting_selectors.called(at):
        refresh(meeting=meeting, at=at)
    return called


@transaction.atomic
def call(*, meeting: Meeting, at: datetime) -> bool:
    """Write down a meeting's agenda and send it to everybody around; False if it went before."""
    items = write(meeting=meeting, at=at)
    return items is not None and meetings.mark_called(meeting=meeting, items=items, by=SWEEP, at=at)


@transaction.atomic
def refresh(*, meeting: Meeting, at: datetime) -> None:
    """Add what came to wait since the agenda went out, until the meeting is held."""
    write(meeting=meeting, at=at)


@transaction.atomic
def write(*, meeting: Meeting, at: datetime) -> int | None:
    """Bring the written agenda of a planned meeting up to what waits; how many items it has.

    Nothing leaves it: what no longer waits is dealt with when the meeting is over. None
    if the meeting is no longer planned.
    """
    forums = agenda_waiting.sits_for(meeting.forum)
    waiting = agenda_waiting.waiting(meeting.forum, at)
    items = {item.key: item for item in agenda_items.of_meeting(meeting)}
    before = agenda_items.latest(forums, [*items, *(row.key for row in waiting)])
    changed = _changed(items, {row.key: row.kind for row in waiting}, before)
    added = [_item(meeting, row, before) for row in waiting if row.key not in items]
    added += _carried_business(meeting, forums, set(items))
    if meeting.called_at is not None and not (changed or added):
        return len(items)  # most runs of the sweep: nothing is written
    if not _claim(meeting):
        return None
    AgendaItem.objects.bulk_update(changed, ["kind", "position", "carried"])
    for item in added:
        item.position = _position(item.kind, [*items.values()])
        items[item.key] = item
    AgendaItem.objects.bulk_create(added, ignore_conflicts=True)
    if added and meeting.called_at is not None:
        events.record(
            verb="agenda.extended",
            subject=meeting,
            by=SWEEP,
            at=at,
            data={"forum": meeting.forum_id, "added": len(added), "items": len(items)},
        )
    return len(items)


@transaction.atomic
def add(*, meeting: Meeting, title: str, by: Actor, at: datetime) -> AgendaItem:
    """Put other business on the agenda of a planned meeting. Raises NeedsTitle, NotPlanned."""
    if not title.strip():
        raise NeedsTitle(fields={"title": str(NeedsTitle.message)})
    if not _claim(meeting):
        raise NotPlanned
    item = AgendaItem.objects.create(
        meeting=meeting,
        kind=Kind.OTHER,
        key=f"other:{entropy.token_hex(8)}",
        title=title.strip()[:300],
        added_by_id=by.user_id,
        position=_position(Kind.OTHER, agenda_items.of_meeting(meeting)),
    )
    events.record(
        verb="agenda.business_added",
        subject=meeting,
        by=by,
        at=at,
        data={"forum": meeting.forum_id, "item": item.pk},
        texts={"title": title},
    )
    return item


def _claim(meeting: Meeting) -> bool:
    """Whether it is still planned; whoever holds or cancels it meanwhile waits for us."""
    still = Meeting.objects.filter(pk=meeting.pk, state=Meeting.State.PLANNED)
    return still.update(state=Meeting.State.PLANNED) == 1


def _changed(
    items: dict[str, AgendaItem], kinds: dict[str, str], before: dict[str, AgendaItem]
) -> list[AgendaItem]:
    """Items that became more pressing meanwhile, or that an earlier meeting carried over since."""
    changed = []
    for item in items.values():
        kind = kinds.get(item.key, item.kind)
        carried = _carried(before.get(item.key))
        if (kind, carried) == (item.kind, item.carried):
            continue
        if kind != item.kind:
            item.kind, item.position = kind, _position(kind, [*items.values()])
        item.carried = carried
        changed.append(item)
    return changed


def _item(meeting: Meeting, row: Waiting, before: dict[str, AgendaItem]) -> AgendaItem:
    carried = _carried(before.get(row.key))
    return AgendaItem(meeting=meeting, kind=row.kind, key=row.key, carried=carried, **row.refs)


def _carried(earlier: AgendaItem | None) -> int:
    """How often a matter was carried over, ending with the last agenda it was on."""
    if earlier is None or earlier.outcome != Outcome.CARRIED_OVER:
        return 0
    return earlier.carried + 1


def _carried_business(meeting: Meeting, forums: list[int], own: set[str]) -> list[AgendaItem]:
    """Other business that the last meeting did not come to, unless another agenda has it."""
    ahead = AgendaItem.objects.filter(
        meeting__forum__in=forums, meeting__state=Meeting.State.PLANNED, kind=Kind.OTHER
    )
    taken = own | set(ahead.values_list("key", flat=True))
    left = AgendaItem.objects.filter(
        meeting__forum__in=forums, kind=Kind.OTHER, outcome=Outcome.CARRIED_OVER
    )
    keys = sorted(set(left.values_list("key", flat=True)) - taken)
    return [
        AgendaItem(
            meeting=meeting,
            kind=Kind.OTHER,
            key=key,
            title=earlier.title,
            added_by_id=earlier.added_by_id,
            carried=earlier.carried + 1,
        )
        for key, earlier in agenda_items.latest(forums, keys).items()
        if earlier.outcome == Outcome.CARRIED_OVER
    ]


def _position(kind: str, others: list[AgendaItem]) -> int:
    """Behind all of its kind; the order of kinds is that of an agenda."""
    first = ORDER.index(kind) * APART
    taken = [item.position for item in others if first <= item.position < first + APART]
    return min(max(taken, default=first - 1) + 1, first + APART - 1)
