"""The stage: who is on it, which forums there are, and time passing over it.

A story is a list of acts, each with its day. All stories are merged and played in
date order; between two acts the same sweeps run that beat runs in real life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from demo.cast import Cast
from forums.models import Forum, Meeting
from forums.services import meetings, nags
from kpis.models import Kpi
from kpis.services import detection
from labs.models import Lab, Programme, ResultArea
from ledger.rules.actors import Actor
from people.models import Post
from reviews.models import Dispute
from reviews.services import (
    advancing,
    agendas,
    lessons,
    nudges,
    routing,
    sittings,
    telling,
    unexplained,
    voting,
)

Act = tuple[date, Callable[[datetime], None]]
MORNING = time(2, tzinfo=UTC)  # ten o'clock in Kuala Lumpur
SWEEP_EVERY = timedelta(days=30)
CALL_EVERY = timedelta(days=3)  # less than the days from an agenda to its meeting
EVERYTHING = 1000


@dataclass
class Stage:
    """What the stories share: everything by a short key."""

    cast: Cast
    forums: dict[str, Forum] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    areas: dict[tuple[str, str], ResultArea] = field(default_factory=dict)
    labs: dict[str, Lab] = field(default_factory=dict)
    kpis: dict[str, Kpi] = field(default_factory=dict)

    def post(self, key: str) -> Post:
        return self.cast.posts[key]

    def actor(self, post: str) -> Actor:
        return self.cast.actor(post)

    def holder(self, post: Post) -> Actor:
        """Whoever holds this post, acting in it."""
        key = next(key for key, held in self.cast.posts.items() if held == post)
        return self.cast.actor(key)


def sweep(at: datetime) -> None:
    """What beat does by itself, once. Desks are looked at when people come."""
    meetings.make_due(at=at)
    agendas.call_due(at=at)
    sittings.close_missed(at=at)
    detection.detect_due(at=at)
    detection.detect(at=at)
    routing.route(at=at)
    voting.close_due(at=at)
    unexplained.say(at=at)
    advancing.advance(at=at)
    telling.tell(at=at, limit=EVERYTHING)
    nudges.nudge(at=at)
    nudges.note_silence(at=at)
    nags.nag(at=at)
    nudges.nag_of_referrals(at=at)
    lessons.ask_due(at=at)


def play(stories: Iterable[Iterable[Act]], until: datetime) -> None:
    """Play all acts in date order up to ``until``, letting time pass in between."""
    acts = sorted((act for story in stories for act in story), key=lambda act: act[0])
    now: datetime | None = None
    for day, act in acts:
        at = datetime.combine(day, MORNING)
        if at > until:
            continue
        if now is not None:
            _let_time_pass(now, at)
        act(at)
        sweep(at + timedelta(hours=1))
        now = at
    if now is not None:
        _let_time_pass(now, until)
    sweep(until)


def _let_time_pass(start: datetime, end: datetime) -> None:
    """Sweep now and then; every day while days matter: of deadlines, and of meetings."""
    at = start
    while True:
        at += _step()
        if at >= end:
            return
        sweep(at)


def _step() -> timedelta:
    if Dispute.objects.filter(state=Dispute.State.OPEN).exists():
        return timedelta(days=1)
    planned = Meeting.objects.filter(state=Meeting.State.PLANNED).exists()
    return CALL_EVERY if planned else SWEEP_EVERY
