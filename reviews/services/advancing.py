"""The sweep over deadlines: what is plain moves in batches, all else one by one.

Two sweepers, or one that was killed half-way, never act twice: every step is claimed by
compare-and-set, and a batch is one transaction with its event (docs/adr/0016).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db import DatabaseError, transaction

from ledger.models import Event
from ledger.services import events, notices
from people.selectors import people
from reviews.models import BumpUp, Dispute
from reviews.models.disputes import Trigger
from reviews.selectors import around, climbing
from reviews.services import advance_sql, ladder

log = structlog.get_logger(__name__)

BATCH = 10_000
SINGLY_AT_ONCE = 100  # what is not plain takes some seconds for so many
SWEEP = ladder.SWEEP


class Moved(Exception):
    """Some of a batch moved between reading and writing: nothing of it was written."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What one sweep did; ``more``: it stopped at its limit and should run again."""

    moved: int = 0
    overdue_at_top: int = 0
    more: bool = False

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        moved = self.moved + other.moved
        return Counts(moved, self.overdue_at_top + other.overdue_at_top, other.more)

    @property
    def done(self) -> int:
        return self.moved + self.overdue_at_top


def advance(*, at: datetime, limit: int | None = None) -> Counts:
    """Pass every deadline that is over: one step up each, at the top a mark.

    ``limit`` keeps one run short, so that it holds nothing else up.
    """
    total, singly, after, more = Counts(), 0, None, climbing.any_due(at)
    while more:
        size = BATCH if limit is None else min(BATCH, limit - total.done)
        if size <= 0 or (limit is not None and singly >= SINGLY_AT_ONCE):
            return total.plus(Counts(more=True))
        counts, waiting, after = _advance_batch(after, size, at)
        one_by_one = waiting if limit is None else waiting[: SINGLY_AT_ONCE - singly]
        total = total.plus(counts).plus(advance_singly(one_by_one, at))
        if len(one_by_one) < len(waiting):
            return total.plus(Counts(more=True))
        singly += len(one_by_one)
        more = after is not None
    return total


def _advance_batch(
    after: climbing.After | None, size: int, at: datetime
) -> tuple[Counts, list[int], climbing.After | None]:
    """Move what is plain in one transaction; the rest is left to be done one by one."""
    due = climbing.Due({}, None)
    try:
        with transaction.atomic():
            due = climbing.held(after, size, at)
            plan = climbing.plan(due, at)
            moved = _move(plan.moves, at)
            _mark(plan.marks, at)
    except Moved:
        return Counts(), due.ids, due.last
    return Counts(moved, len(plan.marks)), plan.singly, due.last


def _move(moves: Sequence[climbing.Move], at: datetime) -> int:
    """One step up each, one event for all: with the digest of its rows (fact 12)."""
    if not moves:
        return 0
    batch = advance_sql.Batch(moves)
    if batch.climb() != batch.size:
        raise Moved
    reasons = {day: ladder.passed_in_words(day) for day in {move.was for move in moves}}
    steps = sorted(
        (dispute, move.from_tier, reasons[move.was]) for move in moves for dispute in move.disputes
    )
    event = events.record(
        verb="disputes.advanced",
        subject=("reviews.bumpup", ""),
        by=SWEEP,
        at=at,
        data={
            "moved": len(steps),
            "first": steps[0][0],
            "last": steps[-1][0],
            "trigger": str(Trigger.DEADLINE.value),
            "rows_digest": digest_of(steps),
        },
    )
    batch.enter(reasons, event=event.pk, at=at)
    return len(steps)


def digest_of(steps: Iterable[tuple[int, int, str]]) -> str:
    """SHA-256 over steps, as dispute, tier left and reason, a line each in order of disputes."""
    lines = (f"{dispute}|{from_tier}|{reason}" for dispute, from_tier, reason in steps)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def digest_of_event(event: Event) -> str:
    """The digest of the steps that point to an event, as they are now."""
    rows = BumpUp.objects.filter(event=event).order_by("dispute", "from_tier")
    return digest_of(rows.values_list("dispute", "from_tier", "reason").iterator(chunk_size=5000))


def _mark(marks: Sequence[climbing.Mark], at: datetime) -> None:
    """At the top there is nowhere to climb: each marked once, with an event, all told."""
    if not marks:
        return
    together: dict[tuple[date, date | None], list[climbing.Mark]] = {}
    for mark in marks:
        together.setdefault((mark.since, mark.nudge_on), []).append(mark)
    for (since, nudge_on), same in together.items():
        rows = Dispute.objects.filter(
            pk__in=[mark.dispute for mark in same],
            state=Dispute.State.OPEN,
            overdue_at_top_since=None,
            deadline__lt=since,
        )
        if rows.update(overdue_at_top_since=since, nudge_on=nudge_on) != len(same):
            raise Moved
    _tell_marks(sorted(marks, key=lambda mark: mark.dispute), at)


def _tell_marks(marks: Sequence[climbing.Mark], at: datetime) -> None:
    crowd = around.crowd([(mark.dispute, mark.tier) for mark in marks], at.date())
    unit = people.user_ids_in_role("delivery_unit")
    made = events.record_many(
        lines=[
            events.Line(
                verb="dispute.overdue_at_top",
                subject=("reviews.dispute", str(mark.dispute)),
                data={"tier": mark.tier, "since": mark.since.isoformat()},
                programme_id=crowd.programme(mark.dispute),
                restricted=crowd.is_restricted(mark.dispute),
            )
            for mark in marks
        ],
        by=SWEEP,
        at=at,
    )
    told = []
    for mark, event in zip(marks, made, strict=True):
        deciding = crowd.presiding(mark.dispute, mark.tier)
        users = crowd.parties(mark.dispute) | crowd.forum(mark.dispute, mark.tier) | deciding
        title = ladder.overdue_in_words(crowd.title(mark.dispute))
        users |= set() if crowd.is_restricted(mark.dispute) else unit
        told.append(notices.Told(event, users, title, crowd.url(mark.dispute), deciding))
    notices.notify_many(told)


def advance_singly(ids: Iterable[int], at: datetime) -> Counts:
    """Each dispute in a transaction of its own. One that breaks stops no other; it is
    logged, and the audit says so."""
    moved = overdue = 0
    for dispute_id in ids:
        try:
            did = ladder.advance_one(dispute_id, at)
        except (ValueError, LookupError, DatabaseError) as error:
            log.exception("dispute_not_advanced", dispute=dispute_id, error=type(error).__name__)
            continue
        moved += did == "moved"
        overdue += did == "overdue"
    return Counts(moved, overdue)
