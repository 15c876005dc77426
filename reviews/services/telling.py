"""Telling people of the steps that a sweep took for many disputes at once.

The sweep leaves ``told_at`` empty. Here each step is claimed and told in one transaction,
so that nobody is told twice, and nobody is missed when a worker dies in between.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.rules.actors import Actor
from ledger.services import events, notices
from reviews.models import BumpUp
from reviews.selectors import around
from reviews.services import ladder

BATCH = 500
SWEEP = Actor.system("tell of steps")


def tell(*, at: datetime, limit: int | None = None) -> int:
    """Tell of every step not told yet, oldest first; returns how many were told.

    Nothing to tell is one query by the partial index.
    """
    told, after = 0, 0
    while limit is None or told < limit:
        size = BATCH if limit is None else min(BATCH, limit - told)
        waiting = BumpUp.objects.filter(told_at=None, pk__gt=after).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True)[:size])
        if not ids:
            break
        told += _tell(ids, at)
        after = ids[-1]
    return told


@transaction.atomic
def _tell(ids: list[int], at: datetime) -> int:
    """Claim these steps and tell of those that were still to be told."""
    free = BumpUp.objects.filter(pk__in=ids, told_at=None).order_by("pk")
    steps = list(free.select_for_update(of=("self",), skip_locked=True, no_key=True))
    mine = [step.pk for step in steps]
    if BumpUp.objects.filter(pk__in=mine, told_at=None).update(told_at=at) != len(mine):
        raise RuntimeError("a step that was held here was told elsewhere")
    rungs = [(step.dispute_id, tier) for step in steps for tier in (step.from_tier, step.to_tier)]
    crowd = around.crowd(rungs, at.date())
    made = events.record_many(lines=[_line(step, crowd) for step in steps], by=SWEEP, at=at)
    notices.notify_many(_told(step, event, crowd) for step, event in zip(steps, made, strict=True))
    return len(steps)


def _line(step: BumpUp, crowd: around.Crowd) -> events.Line:
    return events.Line(
        verb="dispute.step_told",
        subject=("reviews.dispute", str(step.dispute_id)),
        data={
            "from_tier": step.from_tier,
            "to_tier": step.to_tier,
            "trigger": str(step.trigger),
            "step": step.pk,
            "event": step.event_id,
        },
        programme_id=crowd.programme(step.dispute_id),
        restricted=crowd.is_restricted(step.dispute_id),
    )


def _told(step: BumpUp, event: events.Event, crowd: around.Crowd) -> notices.Told:
    """The parties and both forums; it is for who presides above to act, while it is there."""
    pk = step.dispute_id
    deciding = crowd.presiding(pk, step.to_tier)
    users = crowd.parties(pk) | crowd.forum(pk, step.from_tier) | crowd.forum(pk, step.to_tier)
    users |= deciding
    title = ladder.step_in_words(step.to_tier, crowd.title(pk))
    return notices.Told(event, users, title, crowd.url(pk), deciding)
