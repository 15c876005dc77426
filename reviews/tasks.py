"""Thin tasks: the sweeps of the reviews app. Safe to run twice, at once, or late."""

from __future__ import annotations

import time

from celery import shared_task

from config import clock
from config.hurry import hurry
from reviews.services import ladder, routing, voting

SLICE = 4.0  # seconds of one run; what is left waits for the next, five seconds later
DISPUTES_AT_ONCE = 100  # some seconds of work


@shared_task
def route_deviations() -> dict[str, int]:
    """Open or join a review for every deviation that waits."""
    total = routing.Counts()
    until = time.monotonic() + SLICE
    more = True
    while more and time.monotonic() < until:
        counts = routing.route(at=clock.now())
        total = total.plus(counts)
        more = counts.more
    return {
        "routed": total.routed,
        "opened": total.opened,
        "joined": total.joined,
        "asked": total.asked,
    }


@shared_task
def close_motions() -> int:
    """Close motions whose closing time has passed, and apply what they decide."""
    return len(voting.close_due(at=clock.now()))


@shared_task
def advance_disputes() -> None:
    """Pass deadlines of disputes: each moves up once. After a long night, in slices."""
    if ladder.advance(at=clock.now(), limit=DISPUTES_AT_ONCE).more:
        hurry(advance_disputes)
