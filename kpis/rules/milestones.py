"""Rules on milestones: late, moved again, blocked for too long, not reported on.

Public names::

    MilestoneFacts(planned_finish, done_on=None, finishes=(), blocked_since=None, blocked_by="",
                   last_report=None, report_from=None)
    FinishReport(on: date, finish: date)
    detect_milestone(kind, *, facts, params, today, holidays=frozenset(), weekend=…) -> list[Finding]

A finding is dated on the day that completes it, whatever the day one asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from kpis.rules.findings import Evidence, Finding
from kpis.rules.periods import Period
from kpis.rules.rules_catalogue import RuleRefused, Typed
from people.rules.workdays import SATURDAY_SUNDAY, add_working_days, working_days_between

Params = Mapping[str, Typed]


@dataclass(frozen=True, slots=True)
class FinishReport:
    """On ``on`` the milestone was planned, or reported, to finish on ``finish``."""

    on: date
    finish: date


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """``planned_finish`` is that of the plan in force; ``finishes`` start with the first plan.

    ``blocked_since`` is the day of the first report of the row that says blocked now,
    ``last_report`` that of the newest one; before any, reports count from ``report_from``.
    """

    planned_finish: date
    done_on: date | None = None
    finishes: tuple[FinishReport, ...] = ()
    blocked_since: date | None = None
    blocked_by: str = ""
    last_report: date | None = None
    report_from: date | None = None


def detect_milestone(
    kind: str,
    *,
    facts: MilestoneFacts,
    params: Params,
    today: date,
    holidays: Set[date] = frozenset(),
    weekend: Set[int] = SATURDAY_SUNDAY,
) -> list[Finding]:
    """The findings of one rule on one milestone. Raises RuleRefused for any other kind."""
    if kind == "milestone_late":
        return _late(facts, int(params["working_days"]), today, holidays, weekend)
    if kind == "milestone_moved":
        return _moved(facts, int(params["times"]))
    if kind == "milestone_blocked":
        return _blocked(facts, int(params["working_days"]), today, holidays, weekend)
    if kind == "milestone_unreported":
        return _unreported(facts, int(params["days"]), today)
    raise RuleRefused(f"No rule on milestones is called {kind}.")


def _late(
    facts: MilestoneFacts,
    working_days: int,
    today: date,
    holidays: Set[date],
    weekend: Set[int],
) -> list[Finding]:
    """The finish of the plan in force is passed by so many working days and it is not done.

    With 0 working days it is late on the day after the finish.
    """
    finish = facts.planned_finish
    if facts.done_on is not None or today <= finish:
        return []
    if working_days_between(finish, today, holidays, weekend) < working_days:
        return []
    day = finish + timedelta(days=1)
    if working_days:
        day = add_working_days(finish, working_days, holidays, weekend)
    evidence: Evidence = {"planned_finish": finish.isoformat(), "working_days": working_days}
    return [Finding(Period(day, day), evidence)]


def _moved(facts: MilestoneFacts, times: int) -> list[Finding]:
    """The finish moved, either way, at least so many times; the same day repeated is no move."""
    reports = sorted(facts.finishes, key=lambda r: r.on)
    moves = [b for a, b in pairwise(reports) if a.finish != b.finish]
    history = [r.finish.isoformat() for r in [*reports[:1], *moves]]
    found: dict[Period, Finding] = {}
    for n, move in enumerate(moves, start=1):
        if n >= times:
            day = Period(move.on, move.on)
            found[day] = Finding(day, {"moves": n, "finishes": history[: n + 1]})
    return list(found.values())


def _blocked(
    facts: MilestoneFacts,
    working_days: int,
    today: date,
    holidays: Set[date],
    weekend: Set[int],
) -> list[Finding]:
    """Reported as blocked for so many working days, and neither freed nor done since."""
    since = facts.blocked_since
    if since is None or facts.done_on is not None:
        return []
    day = add_working_days(since, working_days, holidays, weekend) if working_days else since
    if today < day:
        return []
    evidence: Evidence = {
        "blocked_by": facts.blocked_by,
        "since": since.isoformat(),
        "working_days": working_days,
    }
    return [Finding(Period(day, day), evidence)]


def _unreported(facts: MilestoneFacts, days: int, today: date) -> list[Finding]:
    """Not done, and nothing reported for more than so many days."""
    newest = facts.last_report or facts.report_from
    if newest is None or facts.done_on is not None:
        return []
    due = newest + timedelta(days=days)
    if today <= due:
        return []
    day = due + timedelta(days=1)
    evidence: Evidence = {
        "last_report": "" if facts.last_report is None else facts.last_report.isoformat(),
        "days": days,
        "due": due.isoformat(),
    }
    return [Finding(Period(day, day), evidence)]
