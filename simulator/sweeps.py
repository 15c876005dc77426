"""Everything that runs by itself, in the order of the beat schedule, under the virtual clock.

The names are those of config/beat.py; a test sees to it that none is left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from forums.services import meetings, nags
from kpis.services import composites, detection, reminders
from labs.services import coordination, lesson_terms, windows
from ledger.services import seals
from reviews.services import (
    advancing,
    agendas,
    audits,
    lessons,
    nudges,
    prompts,
    routing,
    sittings,
    telling,
    unexplained,
    voting,
)

At = datetime.datetime
MANY = 10_000
DAILY, WEEKLY, QUARTERLY = 1, 5, 63  # working days
DESKS = 2  # looked over each quarter


def _detect(at: At) -> None:
    while detection.detect(at=at, limit=MANY).more:
        pass


def _detect_due(at: At) -> None:
    while detection.detect_due(at=at, limit=MANY).more:
        pass


def _work_out(at: At) -> None:
    while composites.work_out(at=at, limit=MANY).more:
        pass


def _remind(at: At) -> None:
    while reminders.remind(at=at, every=settings.REMIND_EVERY, limit=1).more:
        pass


def _route(at: At) -> None:
    while routing.route(at=at).more:
        pass


def _call_meetings(at: At) -> None:
    agendas.call_due(at=at)
    sittings.close_missed(at=at)


def _advance(at: At) -> None:
    while advancing.advance(at=at, limit=MANY).more:
        pass


def _nudge(at: At) -> None:
    nudges.nudge(at=at)
    nudges.note_silence(at=at)
    nags.nag(at=at)
    nudges.nag_of_referrals(at=at)


def _ask_for_lessons(at: At) -> None:
    while lessons.ask_due(at=at).more:
        pass


def _look_at_desks(at: At) -> None:
    """Those looked at longest ago: each is a whole page to work out."""
    prompts.sweep(at=at, now=at, limit=DESKS)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A task of the beat schedule; ``days``: working days from one run to the next in a simulation.

    ``hurried``: it runs at noon, too, for what people reported in the morning.
    """

    task: str
    run: Callable[[At], object]
    days: int = DAILY
    hurried: bool = False


SWEEPS = (
    Sweep("labs.tasks.find_coordination", lambda at: coordination.find(at=at), WEEKLY),
    Sweep("kpis.tasks.detect_changed", _detect, hurried=True),
    Sweep("kpis.tasks.detect_due", _detect_due),
    Sweep("kpis.tasks.work_out_composites", _work_out),
    Sweep("kpis.tasks.recheck_composites", lambda at: composites.recheck(), WEEKLY),
    Sweep("kpis.tasks.remind", _remind),
    Sweep("labs.tasks.alert_windows", lambda at: windows.alert_due(at=at)),
    Sweep("labs.tasks.index_lessons", lambda at: lesson_terms.index_missing(), WEEKLY),
    Sweep("forums.tasks.make_meetings", lambda at: meetings.make_due(at=at), WEEKLY),
    Sweep("reviews.tasks.call_meetings", _call_meetings, WEEKLY),
    Sweep("reviews.tasks.route_deviations", _route, hurried=True),
    Sweep("reviews.tasks.say_unexplained", lambda at: unexplained.say(at=at)),
    Sweep("reviews.tasks.close_motions", lambda at: voting.close_due(at=at)),
    Sweep("reviews.tasks.advance_disputes", _advance),
    Sweep("reviews.tasks.tell_of_steps", lambda at: telling.tell(at=at, limit=MANY)),
    Sweep("reviews.tasks.nudge", _nudge),
    # It asks each fact anew, which is done after each day anyway.
    Sweep("reviews.tasks.audit", lambda at: audits.run(at=at), QUARTERLY),
    Sweep("reviews.tasks.ask_for_lessons", _ask_for_lessons),
    Sweep("reviews.tasks.look_at_desks", _look_at_desks, QUARTERLY),
)

# What has nothing to do in a simulation, and why.
LEFT_OUT = {
    "config.tasks.heartbeat": "of this machine, not of the record",
    "ledger.tasks.seal": "once a day, after everything else: see running.py",
    "kpis.tasks.work_backtests": "nobody asks for one",
    "kpis.tasks.go_on_with_imports": "nobody sends a file",
    "kpis.tasks.tidy_imports": "nobody sends a file",
    "reviews.tasks.compose_mails": "nobody reads them; the record does not know of them",
    "reviews.tasks.send_mails": "nobody reads them; the record does not know of them",
}


def sweep(at: At, number: int) -> None:
    """Run what is due on the working day of this number."""
    for each in SWEEPS:
        if number % each.days == 0:
            each.run(at)


def hurry(at: At) -> None:
    """Run what does not wait for the evening."""
    for each in SWEEPS:
        if each.hurried:
            each.run(at)


def seal(at: At) -> None:
    """Seal all that was recorded."""
    seals.seal_all(at=at)
