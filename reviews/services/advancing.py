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

BATCH = 5_000
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
    total, singly = Counts(), 0
    for due in climbing.first_due(at, BATCH):
        left = len(due) if limit is None else limit - total.done
        if left <= 0 or (limit is not None and singly >= SINGLY_AT_ONCE):
            return total.plus(Counts(more=True))
        counts, waiting = _advance_batch(due[:left], at)
        one_by_one = waiting if limit is None else waiting[: SINGLY_AT_ONCE - singly]
        counts = counts.plus(advance_singly(one_by_one, at))
        singly += len(one_by_one)
        more = left < len(due) or len(one_by_one) < len(waiting)
        total = total.plus(counts)
        if more:
            return total.plus(Counts(more=True))
    return total


def _advance_batch(ids: Sequence[int], at: datetime) -> tuple[Counts, list[int]]:
    """Move what is plain in one transaction; the rest is left to be done one by one."""
    try:
        with transaction.atomic():
            advance_sql.by_index()
            plan = climbing.plan(ids, at)
            _move(plan.moves, at)
            _mark(plan.marks, at)
    except Moved:
        return Counts(), list(ids)
    return Counts(len(plan.moves), len(plan.marks)), plan.singly


def _move(moves: Sequence[climbing.Move], at: datetime) -> None:
    """One step up each, one event for all: with the digest of its rows (fact 12)."""
    if not moves:
        return
    ordered = sorted(moves, key=lambda move: move.dispute)
    batch = advance_sql.Batch(ordered)
    if batch.climb() != len(moves):
        raise Moved
    reasons = {day: ladder.passed_in_words(day) for day in {move.was for move in moves}}
    event = events.record(
        verb="disputes.advanced",
        subject=("reviews.bumpup", ""),
        by=SWEEP,
        at=at,
        data={
            "moved": len(moves),
            "first": ordered[0].dispute,
            "last": ordered[-1].dispute,
            "trigger": str(Trigger.DEADLINE.value),
            "rows_digest": digest_of((m.dispute, m.from_tier, reasons[m.was]) for m in ordered),
        },
    )
    batch.enter(reasons, event=event.pk, at=at)


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
        users = crowd.parties(mark.dispute) | crowd.forum(mark.dispute, mark.tier)
        title = ladder.overdue_in_words(crowd.title(mark.dispute))
        users |= set() if crowd.is_restricted(mark.dispute) else unit
        told.append(notices.Told(event, users, title, crowd.url(mark.dispute)))
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
