"""Detection: which periods of a series, and which moments of a milestone, break a rule.

Public names::

    fire(kind, portfolio, params, series=None, *, charts=None, codes=None, told=None,
         following=None) -> Fired                      many series at once: kinds on points
    POINT_KINDS                                        the kinds that fire() knows
    detect_series(kind, *, facts, readings, targets, params, today, expected={}) -> list[Finding]
    judge_readings(facts, readings, targets, params, expected={}) -> list[tuple[Period, Judgement]]
    chart_of(facts, readings) -> tuple[list[Period], Chart]
    (SeriesFacts, PeriodReading: one_series; Finding, may_open: findings;
     detect_milestone, MilestoneFacts, FinishReport: milestones)

``params`` are typed settings (rules_catalogue.typed); ``targets`` and ``expected``
map periods to Target. ``readings`` are the live, current ones, at most one per
period. Only complete periods of the KPI's frequency are looked at. The functions
read nothing but their arguments, so that asking again gives the same findings:
one per period (fact 1), oldest first. Every finding is told, from the first on;
after how many in a row an episode opens is for episodes.py (``open_after``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np

from kpis.rules import control, implausible, off_track, pace
from kpis.rules.evidence import number
from kpis.rules.findings import Evidence, Finding, may_open
from kpis.rules.milestones import FinishReport, MilestoneFacts, detect_milestone
from kpis.rules.one_series import (
    PeriodReading,
    SeriesFacts,
    Targets,
    complete,
    groups,
    next_targets,
    portfolio_of,
)
from kpis.rules.periods import Period
from kpis.rules.portfolio import Bools, Bytes, Fired, Floats, Ints, Portfolio
from kpis.rules.progress import Judgement, judge
from kpis.rules.progress_points import STATUSES
from kpis.rules.rules_catalogue import RuleRefused, Typed, tolerances
from kpis.rules.schedule import missing_periods
from kpis.rules.values import as_float
from kpis.rules.xmr import Chart, Charts, chart, chart_direction
from people.rules.workdays import add_working_days

__all__ = [
    "POINT_KINDS",
    "Evidence",
    "Finding",
    "FinishReport",
    "MilestoneFacts",
    "PeriodReading",
    "SeriesFacts",
    "chart_of",
    "detect_milestone",
    "detect_series",
    "fire",
    "judge_readings",
    "may_open",
]

Params = Mapping[str, Typed]
Following = tuple[Floats, Floats, Ints]

POINT_KINDS = ("progress", "pace", "implausible", *control.KINDS)


def fire(
    kind: str,
    portfolio: Portfolio,
    params: Params,
    series: Bools | None = None,
    *,
    charts: Charts | None = None,
    codes: Bytes | None = None,
    told: Callable[[int], Evidence] | None = None,
    following: Following | None = None,
) -> Fired:
    """Where one version of a rule fires on the series marked (all if none are).

    ``charts`` (control.charts_of) spares the rules on control charts working them out
    each time; ``codes`` and ``told`` are for progress (off_track.fire), ``following``
    (lower end, upper end, ordinal of the next target after each point) for pace, which
    without it finds nothing. Raises RuleRefused for a kind that is not on points.
    """
    if kind in control.KINDS:
        drawn = control.charts_of(portfolio) if charts is None else charts
        return control.fire(kind, portfolio, params, drawn, series)
    if kind == "progress":
        return off_track.fire(portfolio, params, series, codes=codes, told=told)
    if kind == "implausible":
        return implausible.fire(portfolio, params, series)
    if kind == "pace":
        n = portfolio.points
        none = (np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, np.int64))
        low, high, ordinal = none if following is None else following
        return pace.fire(
            portfolio, params, next_low=low, next_high=high, next_ordinal=ordinal, series=series
        )
    raise RuleRefused(f"No rule on points is called {kind}.")


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
    if kind == "missing":
        return _missing(facts, readings, params, today)
    if kind == "provisional":
        return _provisional(facts, readings, today)
    if kind not in POINT_KINDS:
        raise RuleRefused(f"No rule on one series is called {kind}.")
    rows = complete(facts, readings)
    one = portfolio_of(facts, rows, targets, expected)
    judged = []
    if kind == "progress":
        judged = [j for _, j in judge_readings(facts, readings, targets, params, expected)]
    codes = np.array([STATUSES.index(j.status) for j in judged], np.uint8)

    def told(point: int) -> Evidence:
        return {**judged[point].evidence}

    following = next_targets(facts, rows, targets)
    fired = fire(kind, one, params, codes=codes, told=told, following=following)
    return [Finding(rows[p].period, fired.evidence(i)) for i, p in enumerate(fired.point.tolist())]


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
    for r in complete(facts, readings):
        target = targets.get(r.period)
        own = target.baseline if target else None
        start = facts.baseline if own is None else own
        verdict = judge(facts.direction, r.observation, target, start, allowed, path.get(r.period))
        judged.append((r.period, verdict))
    return judged


def _missing(
    facts: SeriesFacts, readings: Sequence[PeriodReading], params: Params, today: date
) -> list[Finding]:
    """Periods whose due date (and grace) has passed without a live reading.

    The evidence does not depend on the day one asks: the same finding, every day.
    """
    grace = int(params["grace_working_days"])
    late = missing_periods(facts.schedule, {r.period for r in readings}, today, grace)
    return [Finding(o.period, {"due": f"{o.due}", "grace_working_days": grace}) for o in late]


def _provisional(
    facts: SeriesFacts, readings: Sequence[PeriodReading], today: date
) -> list[Finding]:
    """Values still provisional after more working days than the KPI allows."""
    allowed = facts.provisional_days
    if allowed is None:
        return []
    found = []
    for r in complete(facts, readings):
        if not r.provisional or r.entered is None:
            continue
        due = add_working_days(r.entered, allowed, facts.schedule.holidays, facts.schedule.weekend)
        if due < today:
            value = as_float(r.observation)
            evidence: Evidence = {
                "direction": facts.direction,
                "provisional": True,
                "value": "" if value is None else number(value) or "",
                "entered": r.entered.isoformat(),
                "allowed_days": allowed,
                "due": due.isoformat(),
            }
            found.append(Finding(r.period, evidence))
    return found


def chart_of(facts: SeriesFacts, readings: Sequence[PeriodReading]) -> tuple[list[Period], Chart]:
    """The control chart of a series, with the period of each row.

    Bounds and ranges are blank rows. A new baseline starts on the first row of
    each stretch that a day in ``rebase_on`` begins.
    """
    rows = complete(facts, readings)
    periods = [r.period for r in rows]
    group = groups(facts, periods)
    rebase = [i > 0 and g > group[i - 1] for i, g in enumerate(group)]
    values = [as_float(r.observation) for r in rows]
    return periods, chart(values, rebase, chart_direction(facts.direction))
