"""Thin tasks: the sweeps of the reviews app. Safe to run twice, at once, or late."""

from __future__ import annotations

import time
from collections import Counter

from celery import shared_task

from config import clock
from config.hurry import hurry
from forums.services import nags
from ledger import wallclock
from reviews.services import (
    advancing,
    agendas,
    audits,
    lessons,
    mailing,
    nudges,
    prompts,
    routing,
    sittings,
    telling,
    unexplained,
    voting,
)

SLICE = 4.0  # seconds of one run; what is left waits for the next, five seconds later
DISPUTES_AT_ONCE = 4_000  # a second or two of work
STEPS_AT_ONCE = 1_000
DESKS_AT_ONCE = 20
MAILS_AT_ONCE = 20


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
def advance_disputes() -> dict[str, int]:
    """Pass deadlines of disputes: each moves up once. After a long night, in slices."""
    total = advancing.Counts()
    until = time.monotonic() + SLICE
    more = True
    while more and time.monotonic() < until:
        some = advancing.advance(at=clock.now(), limit=DISPUTES_AT_ONCE)
        total, more = total.plus(some), some.more and some.done > 0
    if more:
        hurry(advance_disputes)
    if total.moved:
        hurry(tell_of_steps)
    return {"moved": total.moved, "overdue_at_top": total.overdue_at_top}


@shared_task
def tell_of_steps() -> int:
    """Tell people of the steps that a sweep took."""
    told, until = 0, time.monotonic() + SLICE
    while time.monotonic() < until:
        some = telling.tell(at=clock.now(), limit=STEPS_AT_ONCE)
        told += some
        if some < STEPS_AT_ONCE:
            break
    return told


@shared_task
def ask_for_lessons() -> dict[str, int]:
    """Ask what labs that ended, half-years and years of forums have taught; each once."""
    asked = lessons.ask_due(at=clock.now())
    if asked.more:
        hurry(ask_for_lessons)
    return {"labs": asked.labs, "meetings": asked.meetings}


@shared_task
def call_meetings() -> tuple[int, int]:
    """Send the agendas whose day has come; close meetings that nobody recorded."""
    at = clock.now()
    return agendas.call_due(at=at), sittings.close_missed(at=at)


@shared_task
def look_at_desks() -> int:
    """Bring what waits for people up to date: open, repeat and close their prompts."""
    looked, until = 0, time.monotonic() + SLICE
    while time.monotonic() < until:
        some = prompts.sweep(at=clock.now(), now=wallclock.now(), limit=DESKS_AT_ONCE)
        looked += some
        if some < DESKS_AT_ONCE:
            return looked
    hurry(look_at_desks)
    return looked


@shared_task
def compose_mails() -> dict[str, int]:
    """Note which mails are to go out, and when."""
    return dict(mailing.compose(now=wallclock.now()))


@shared_task
def send_mails() -> dict[str, int]:
    """Send the mails that are due. A server that does not answer is left alone until the next run."""
    total: Counter[str] = Counter()
    until = time.monotonic() + SLICE
    while time.monotonic() < until:
        some = mailing.deliver(at=clock.now(), limit=MAILS_AT_ONCE)
        total += some
        if some.total() < MAILS_AT_ONCE:
            break
    return dict(total)


@shared_task
def say_unexplained() -> int:
    """Say of each review whose day to explain has passed that it was not explained."""
    return unexplained.say(at=clock.now())


@shared_task
def nudge() -> dict[str, int]:
    """Warn before last days, remind after them, note silence: each once on its day."""
    at = clock.now()
    did = {
        "disputes": nudges.nudge(at=at),
        "silent": nudges.note_silence(at=at),
        "actions": nags.nag(at=at),
        "referrals": nudges.nag_of_referrals(at=at),
    }
    if max(did.values()) >= nudges.AT_ONCE:
        hurry(nudge)
    return did


@shared_task
def audit() -> int:
    """Find, once an hour, what should have moved and did not; how much there is."""
    report = audits.run_due(at=clock.now())
    return report.found if report else 0
