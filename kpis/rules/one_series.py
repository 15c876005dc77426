"""One series as people describe it, and as a portfolio of one.

Public names::

    SeriesFacts(direction, schedule, baseline=None, rebase_on=frozenset(), provisional_days=None)
    PeriodReading(period, observation, provisional=False, entered=None)
    complete(facts, readings) -> list[PeriodReading]         of complete periods, oldest first
    groups(facts, periods) -> list[int]                      the baseline group of each period
    portfolio_of(facts, rows, targets, expected=None) -> Portfolio      ``rows`` from complete()
    next_targets(facts, rows, targets) -> (low, high, ordinal)          for the rule on pace
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from kpis.rules import ordinals
from kpis.rules.periods import FREQUENCIES, Period, containing, is_complete
from kpis.rules.portfolio import (
    BOUND,
    CONTEXT,
    DECREASE,
    HOLD,
    INCREASE,
    PROVISIONAL,
    Floats,
    Ints,
    Portfolio,
)
from kpis.rules.schedule import Schedule
from kpis.rules.targets import Direction, Target
from kpis.rules.values import Observation, as_float

Targets = Mapping[Period, Target]
_DIRECTIONS = {"increase": INCREASE, "decrease": DECREASE, "hold": HOLD, "context": CONTEXT}


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What a rule must know of a series. ``rebase_on`` are days on which a new baseline starts.

    A value may stay provisional for ``provisional_days`` working days; None: for ever.
    """

    direction: Direction
    schedule: Schedule
    baseline: Decimal | None = None
    rebase_on: frozenset[date] = frozenset()
    provisional_days: int | None = None


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """The live, current reading of one period, entered on ``entered``."""

    period: Period
    observation: Observation
    provisional: bool = False
    entered: date | None = None


def complete(facts: SeriesFacts, readings: Sequence[PeriodReading]) -> list[PeriodReading]:
    """The readings of complete periods, oldest first."""
    frequency, fiscal_start = facts.schedule.frequency, facts.schedule.fiscal_start
    whole = (r for r in readings if is_complete(r.period, frequency, fiscal_start))
    return sorted(whole, key=lambda r: r.period)


def groups(facts: SeriesFacts, periods: Sequence[Period]) -> list[int]:
    """From 0; a new one starts on the first period from each day of ``rebase_on``."""
    passed = [sum(day <= p.start for day in facts.rebase_on) for p in periods]
    numbers: list[int] = []
    for i, now in enumerate(passed):
        numbers.append(numbers[-1] + (now > passed[i - 1]) if numbers else 0)
    return numbers


def portfolio_of(
    facts: SeriesFacts,
    rows: Sequence[PeriodReading],
    targets: Targets,
    expected: Targets | None = None,
) -> Portfolio:
    """A portfolio of one. What a period is to reach is its path's value, else its own target's."""
    schedule, n = facts.schedule, len(rows)
    periods = [r.period for r in rows]
    ends = [_ends(r.observation) for r in rows]
    asked = [_asked(p, targets, expected) for p in periods]
    values = [as_float(r.observation) for r in rows]
    starts = [_baseline(facts, targets.get(p)) for p in periods]
    frequency = FREQUENCIES.index(schedule.frequency)
    return Portfolio(
        ids=np.zeros(1, np.int64),
        direction=np.array([_DIRECTIONS[facts.direction]], np.int8),
        offsets=np.array([0, n], np.int64),
        of=np.zeros(n, np.int64),
        ordinal=np.array([_ordinal(facts, p) for p in periods], np.int64),
        value=np.array([math.nan if v is None else v for v in values], np.float64),
        low=np.array([low for low, _ in ends], np.float64),
        high=np.array([high for _, high in ends], np.float64),
        flags=np.array(
            [
                PROVISIONAL * r.provisional | BOUND * (v is None)
                for r, v in zip(rows, values, strict=True)
            ],
            np.uint8,
        ),
        group=np.array(groups(facts, periods), np.int64),
        asked_low=np.array([low for low, _ in asked], np.float64),
        asked_high=np.array([high for _, high in asked], np.float64),
        baseline=np.array(starts, np.float64),
        locked=np.full((1, 3), np.nan),
        frequency=np.array([frequency], np.int8),
        fiscal_start=np.array([schedule.fiscal_start], np.int8),
    )


def next_targets(
    facts: SeriesFacts, rows: Sequence[PeriodReading], targets: Targets
) -> tuple[Floats, Floats, Ints]:
    """The ends and the ordinal of the first target due after each row's period; NaN without one."""
    schedule = facts.schedule
    due = sorted(
        (_ordinal(facts, containing(p.end, schedule.frequency, schedule.fiscal_start)), p)
        for p in targets
    )
    when = [ordinal for ordinal, _ in due]
    low, high = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    ordinal = np.zeros(len(rows), np.int64)
    for i, row in enumerate(rows):
        at = bisect_right(when, _ordinal(facts, row.period))
        if at < len(due):
            low[i], high[i] = map(float, targets[due[at][1]].edges)
            ordinal[i] = when[at]
    return low, high, ordinal


def _ordinal(facts: SeriesFacts, period: Period) -> int:
    return ordinals.of_period(period, facts.schedule.frequency, facts.schedule.fiscal_start)


def _asked(period: Period, targets: Targets, expected: Targets | None) -> tuple[float, float]:
    target = targets.get(period)
    if target is None:
        return math.nan, math.nan
    low, high = ((expected or {}).get(period) or target).edges
    return float(low), float(high)


def _baseline(facts: SeriesFacts, target: Target | None) -> float:
    """Where the way starts: at the target's own baseline, else at the series'."""
    own = target.baseline if target else None
    start = facts.baseline if own is None else own
    return math.nan if start is None else float(start)


def _ends(observation: Observation) -> tuple[float, float]:
    """The lowest and the highest that the observation allows for."""
    value = as_float(observation)
    if value is not None:
        return value, value
    assert observation.value is not None
    known = float(observation.value)
    if observation.comparator == "<":
        return -math.inf, known
    if observation.comparator == ">":
        return known, math.inf
    assert observation.high is not None
    return known, float(observation.high)
