"""Detection: which periods of a series, and which moments of a milestone, break a rule.

Public names::

    Finding(period: Period, evidence: dict[str, str | int | list[str]])
    SeriesFacts(direction, schedule: Schedule, baseline=None, rebase_on=frozenset())
    PeriodReading(period, observation)
    detect_series(kind, *, facts, readings, targets, params, today, expected={}) -> list[Finding]
    MilestoneFacts(planned_finish, done_on=None, finishes=())
    FinishReport(on: date, finish: date)
    detect_milestone(kind, *, facts, params, today, holidays=frozenset(), weekend=…) -> list[Finding]
    may_open(finding, *, effect_from, rule_from, backfilled=frozenset()) -> bool
    judge_readings(facts, readings, targets, params, expected={}) -> list[tuple[Period, Judgement]]
    chart_of(facts, readings) -> tuple[list[Period], Chart]

``params`` are typed settings (rules_catalogue.typed); ``targets`` and ``expected``
map periods to Target. ``readings`` are the live, current ones, at most one per
period. Only complete periods of the KPI's frequency are looked at. The functions
read nothing but their arguments, so that asking again gives the same findings:
one per period (fact 1), oldest first. Episodes are made of them in episodes.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from kpis.rules.periods import Period, is_complete, next_period
from kpis.rules.progress import Judgement, judge
from kpis.rules.rules_catalogue import RuleRefused, Typed, tolerances
from kpis.rules.schedule import Schedule, missing_periods
from kpis.rules.targets import Direction, Target
from kpis.rules.values import Observation, as_float, to_text
from kpis.rules.xmr import Chart, chart, chart_direction
from people.rules.workdays import SATURDAY_SUNDAY, add_working_days, working_days_between

Evidence = dict[str, str | int | list[str]]
Targets = Mapping[Period, Target]
Params = Mapping[str, Typed]


@dataclass(frozen=True, slots=True)
class Finding:
    """One firing of a rule: the period where it completes, and the numbers that show it."""

    period: Period
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What a rule must know of a series. ``rebase_on`` are days on which a new baseline starts."""

    direction: Direction
    schedule: Schedule
    baseline: Decimal | None = None
    rebase_on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """The live, current reading of one period."""

    period: Period
    observation: Observation


@dataclass(frozen=True, slots=True)
class FinishReport:
    """On ``on`` the milestone was planned, or reported, to finish on ``finish``."""

    on: date
    finish: date


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """``planned_finish`` is that of the plan in force; ``finishes`` start with the first plan."""

    planned_finish: date
    done_on: date | None = None
    finishes: tuple[FinishReport, ...] = ()


def detect_series(
    kind: str,
    *,
    facts: SeriesFacts,
    readings: Sequence[PeriodReading],
    targets: Targets,
    params: Params,
    today: date,
    expected: Targets | None = None,
) -> list[Finding]:
    """The findings of one rule on one series. Raises RuleRefused for a kind that is not of series."""
    if kind == "progress":
        return _progress(facts, readings, targets, params, expected)
    if kind == "missing":
        return _missing(facts, readings, params, today)
    if kind == "control_limits":
        return _control_limits(facts, readings, params)
    raise RuleRefused(f"No rule on series is called {kind}.")


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
    raise RuleRefused(f"No rule on milestones is called {kind}.")


def may_open(
    finding: Finding,
    *,
    effect_from: date | None,
    rule_from: date,
    backfilled: Set[Period] = frozenset(),
) -> bool:
    """Whether a finding may open a deviation (fact 2).

    Not when its period starts before the KPI takes effect (None: at once), ended
    before the rule was switched on, or was loaded as history.
    """
    period = finding.period
    if effect_from is not None and period.start < effect_from:
        return False
    return period.end >= rule_from and period not in backfilled


def _complete(facts: SeriesFacts, readings: Sequence[PeriodReading]) -> list[PeriodReading]:
    """The readings of complete periods, oldest first."""
    frequency, fiscal_start = facts.schedule.frequency, facts.schedule.fiscal_start
    whole = (r for r in readings if is_complete(r.period, frequency, fiscal_start))
    return sorted(whole, key=lambda r: r.period)


def judge_readings(
    facts: SeriesFacts,
    readings: Sequence[PeriodReading],
    targets: Targets,
    params: Params,
    expected: Targets | None = None,
) -> list[tuple[Period, Judgement]]:
    """Each complete period's reading judged against that period's own target, oldest first.

    The way starts at the target's own baseline, else at the series'.
    """
    allowed, path = tolerances(params), expected or {}
    judged = []
    for r in _complete(facts, readings):
        target = targets.get(r.period)
        own = target.baseline if target else None
        start = facts.baseline if own is None else own
        verdict = judge(facts.direction, r.observation, target, start, allowed, path.get(r.period))
        judged.append((r.period, verdict))
    return judged


def _progress(
    facts: SeriesFacts,
    readings: Sequence[PeriodReading],
    targets: Targets,
    params: Params,
    expected: Targets | None,
) -> list[Finding]:
    """Periods that are off track (or at risk, if so set), so many of them in a row.

    The finding is dated where the row is long enough; each further period of the
    row is one more. A period without a reading ends a row: it was not seen to fail.
    """
    firing = {"off_track"} if params["fires_on"] == "off_track" else {"off_track", "at_risk"}
    needed, row = int(params["consecutive"]), list[Period]()
    found = []
    for period, judgement in judge_readings(facts, readings, targets, params, expected):
        if judgement.status not in firing:
            row = []
            continue
        row = [*row, period] if row and _follows(facts, row[-1], period) else [period]
        if len(row) >= needed:
            evidence: Evidence = {**judgement.evidence, "status": judgement.status}
            if needed > 1:
                evidence["row"] = [str(p) for p in row]
            found.append(Finding(period, evidence))
    return found


def _follows(facts: SeriesFacts, before: Period, after: Period) -> bool:
    schedule = facts.schedule
    return next_period(before, schedule.frequency, schedule.fiscal_start) == after


def _missing(
    facts: SeriesFacts, readings: Sequence[PeriodReading], params: Params, today: date
) -> list[Finding]:
    """Periods whose due date (and grace) has passed without a live reading.

    The evidence does not depend on the day one asks: the same finding, every day.
    """
    grace = int(params["grace_working_days"])
    late = missing_periods(facts.schedule, {r.period for r in readings}, today, grace)
    return [Finding(o.period, {"due": f"{o.due}", "grace_working_days": grace}) for o in late]


def chart_of(facts: SeriesFacts, readings: Sequence[PeriodReading]) -> tuple[list[Period], Chart]:
    """The control chart of a series, with the period of each row.

    Bounds and ranges are blank rows. A new baseline starts on the first row of
    each stretch that a day in ``rebase_on`` begins.
    """
    rows = _complete(facts, readings)
    periods = [r.period for r in rows]
    passed = [sum(day <= p.start for day in facts.rebase_on) for p in periods]
    rebase = [i > 0 and now > passed[i - 1] for i, now in enumerate(passed)]
    values = [as_float(r.observation) for r in rows]
    return periods, chart(values, rebase, chart_direction(facts.direction))


def _control_limits(
    facts: SeriesFacts, readings: Sequence[PeriodReading], params: Params
) -> list[Finding]:
    """Points outside the limits of a group with at least ``min_points`` values.

    On the worse side only, unless ``both_sides`` is set or no side is worse.
    """
    periods, drawn = chart_of(facts, readings)
    counts: dict[int, int] = {}
    for group, value in zip(drawn.group, drawn.values, strict=True):
        counts[group] = counts.get(group, 0) + (value is not None)
    found = []
    for i, period in enumerate(periods):
        good = drawn.kind[i] == "special_cause_improvement" and not params["both_sides"]
        enough = counts[drawn.group[i]] >= int(params["min_points"])
        if drawn.outside[i] and enough and not good:
            found.append(Finding(period, _point(drawn, i, counts[drawn.group[i]])))
    return found


def _point(drawn: Chart, i: int, points: int) -> Evidence:
    """The numbers of one point outside the limits, as plain text."""
    numbers = {
        "value": drawn.values[i],
        "mean": drawn.mean[i],
        "lower": drawn.lower[i],
        "upper": drawn.upper[i],
    }
    shown = {name: to_text(Fraction(x)) for name, x in numbers.items() if x is not None}
    return {**shown, "cause": drawn.cause[i], "kind": drawn.kind[i], "points": points}


def _late(
    facts: MilestoneFacts,
    working_days: int,
    today: date,
    holidays: Set[date],
    weekend: Set[int],
) -> list[Finding]:
    """The finish of the plan in force is passed by so many working days and it is not done.

    Dated on the day that completes it, whatever the day one asks; with 0 working
    days, on the day after the finish.
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
