"""Deliveries: one message to one recipient under one lasting id.

An attempt is recorded, and committed, before it is made. One that ended has an outcome; one
that did not is in doubt, and the next one says so. What is to be sent is a row claimed by
compare-and-set, so that two workers never send the same at once and one that dies half-way
loses nothing: its claim runs out.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from ledger import entropy
from ledger.models import Attempt, Delivery
from ledger.rules import sending

State = Delivery.State


@dataclass(frozen=True)
class Content:
    """What a message says."""

    title: str
    text: str


Compose = Callable[[Delivery], Content | None]


@dataclass(frozen=True)
class Claim:
    """A delivery that this worker alone may send, and the attempt it has recorded for it.

    ``in_doubt``: an earlier attempt has no outcome, so this may be a second copy.
    """

    delivery: Delivery
    attempt: Attempt
    in_doubt: bool


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt. ``final``: the server will never take it."""

    accepted: bool
    answer: str = ""
    final: bool = False


def make(
    *,
    recipient: str,
    kind: str,
    key: str,
    title: str,
    domain: str,
    due_at: datetime.datetime,
    made_at: datetime.datetime,
) -> bool:
    """Note that a message is to go out; whether it is new (the same key is never made twice).

    ``due_at`` and ``made_at`` are real time; ``domain`` is the right side of its id.
    """
    row = Delivery(
        message_id=f"<{entropy.uuid4()}@{domain}>",
        recipient=recipient,
        kind=kind,
        key=key,
        title=title[:300],
        due_at=due_at,
        made_at=made_at,
    )
    if Delivery.objects.filter(recipient=recipient, key=key).exists():
        return False
    Delivery.objects.bulk_create([row], ignore_conflicts=True)
    return Delivery.objects.filter(message_id=row.message_id).exists()


def due(*, now: datetime.datetime, limit: int) -> list[int]:
    """Ids of deliveries to send now that nobody is sending, longest due first."""
    waiting = Delivery.objects.filter(_free(now), state=State.WAITING, due_at__lte=now)
    return list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])


def _free(now: datetime.datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lte=now)


def claim(*, delivery_id: int, compose: Compose, now: datetime.datetime) -> Claim | None:
    """Take a delivery to send it; None when there is nothing (more) to send.

    ``compose`` gives its content at the first attempt, in the transaction of the claim; None
    cancels it. From then on it is fixed. A delivery whose outcome is in doubt is sent
    again once; in doubt a second time it is given up, for people to look at.
    """
    with transaction.atomic():
        taken = Delivery.objects.filter(
            _free(now), pk=delivery_id, state=State.WAITING, due_at__lte=now
        ).update(claimed_until=now + sending.CLAIM)
        if taken != 1:
            return None
        delivery = Delivery.objects.get(pk=delivery_id)
        attempts = list(delivery.attempts.order_by("number"))
        doubts = sum(each.ended_at is None for each in attempts)
        if doubts > sending.REPEATS:
            _end(delivery, State.FAILED)
            return None
        if not delivery.text:
            content = compose(delivery)
            if content is None:
                _end(delivery, State.CANCELLED)
                return None
            delivery.title, delivery.text = content.title[:300], content.text
            delivery.save(update_fields=["title", "text"])
        attempt = Attempt.objects.create(delivery=delivery, number=len(attempts) + 1, began_at=now)
    return Claim(delivery=delivery, attempt=attempt, in_doubt=doubts > 0)


@transaction.atomic
def finish(*, claim: Claim, outcome: Outcome, now: datetime.datetime) -> str:
    """Note how an attempt ended, once; returns the state of the delivery.

    A refusal that may pass is tried again after a growing pause, at most so many times.
    """
    delivery = claim.delivery
    # A worker that was so slow that another took over no longer decides what comes next.
    mine = Q(claimed_until=delivery.claimed_until)
    Attempt.objects.filter(pk=claim.attempt.pk, ended_at=None).update(
        ended_at=now, accepted=outcome.accepted, answer=outcome.answer[:300]
    )
    if outcome.accepted:
        _end(delivery, State.DOUBTFUL if claim.in_doubt else State.SENT, sent_at=now)
    elif outcome.final or claim.attempt.number >= sending.ATTEMPTS:
        _end(delivery, State.FAILED, only=mine)
    else:
        Delivery.objects.filter(mine, pk=delivery.pk, state=State.WAITING).update(
            claimed_until=None, due_at=now + sending.pause(claim.attempt.number)
        )
    delivery.refresh_from_db()
    return delivery.state


def cancel(*, recipient: str) -> int:
    """Send nothing more to a recipient of what waits; returns how much that was."""
    waiting = Delivery.objects.filter(recipient=recipient, state=State.WAITING)
    return waiting.update(state=State.CANCELLED, claimed_until=None)


def _end(
    delivery: Delivery,
    state: str,
    *,
    sent_at: datetime.datetime | None = None,
    only: Q | None = None,
) -> None:
    Delivery.objects.filter(only or Q(), pk=delivery.pk, state=State.WAITING).update(
        state=state, sent_at=sent_at, claimed_until=None
    )
