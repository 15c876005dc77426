"""Progress from baseline to target, and the judgement of one reading against its target.

Public names::

    (Direction, Target, Tolerances are in kpis/rules/targets.py)
    progress(actual, baseline, target) -> Fraction | None
    progress_in_range(actual, low, high, baseline=None) -> Fraction
    bands(direction, target, baseline, tolerances) -> Bands(on_track: Interval, at_risk: Interval, mode)
    judge(direction, observation, target, baseline=None, tolerances=AS_USUAL, expected=None) -> Judgement
    Judgement(status, progress: Fraction | None, shortfall: Decimal | None, evidence: dict[str, str])
    judge_points(portfolio, params, series=None) -> (codes, ties)      many at once (progress_points)
    STATUSES                                                           what the codes mean

Statuses: on_track, at_risk, off_track, indeterminate (the bound observed leaves
it open), no_target, context (the KPI is not judged).

Rising and falling KPIs share one formula, (actual - baseline) / (target - baseline):
the distance covered as a share of the distance to cover. It is 0 at the baseline,
1 at the target, more beyond it, negative when things got worse; from 100 down to
50, an actual of 75 is half the way. (actual / target would say 150 per cent.)

A reading is judged by the values that would just do, worked out exactly:

* mode "baseline": the target is better than the baseline. On track from
  ``on_track_from`` of the way, at risk from ``at_risk_from`` of it.
* mode "tolerance": no baseline, or the target asks no more than the baseline
  (hold what we have, lose no more than so much), so that there is no way to cover.
  On track within ``on_track_within`` per cent of the target, at risk within
  ``at_risk_within`` per cent of it.
* hold in range: inside is met. With a baseline outside the range the way from it
  to the nearest edge counts as above; otherwise the per cent are of the range's
  width (of its value if it has no width).

Meeting or beating the target is on track under any tolerances.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from kpis.rules.progress_points import STATUSES, judge_points
from kpis.rules.targets import Direction, Target, TargetRefused, Tolerances
from kpis.rules.values import Observation, at_least, at_most, to_text

__all__ = [
    "AS_USUAL",
    "STATUSES",
    "Bands",
    "Interval",
    "Judgement",
    "Mode",
    "Status",
    "bands",
    "judge",
    "judge_points",
    "progress",
    "progress_in_range",
]

Status = Literal["on_track", "at_risk", "off_track", "indeterminate", "no_target", "context"]
Mode = Literal["baseline", "tolerance"]
Number = Decimal | Fraction
AS_USUAL = Tolerances()


@dataclass(frozen=True, slots=True)
class Interval:
    """The values from ``low`` to ``high``, both included; None means without bound."""

    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Bands:
    """Which values are on track and which at least at risk, and by which mode that was found."""

    on_track: Interval
    at_risk: Interval
    mode: Mode


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one reading. ``shortfall`` is what is missing to the target, in its unit.

    ``progress`` and ``shortfall`` are None when the reading is a bound or a range,
    ``progress`` also in mode "tolerance" for KPIs that rise or fall from no baseline.
    ``evidence`` holds numbers as plain text and words, never sentences.
    """

    status: Status
    progress: Fraction | None = None
    shortfall: Decimal | None = None
    evidence: dict[str, str] = field(default_factory=dict)


def progress(actual: Number, baseline: Number, target: Number) -> Fraction | None:
    """(actual - baseline) / (target - baseline), exact; None when there is no way to cover."""
    way = Fraction(target) - Fraction(baseline)
    return (Fraction(actual) - Fraction(baseline)) / way if way else None


def progress_in_range(
    actual: Number, low: Number, high: Number, baseline: Number | None = None
) -> Fraction:
    """1 inside the range; outside, how much of the way back into it has been covered.

    From a baseline outside the range: 1 - distance now / distance then, where a
    distance is to the nearest edge, so 0 at the baseline and negative further out,
    on whichever side. Without one, or when the baseline lies inside, being outside
    is all loss: minus the distance, in widths of the range (in its value when it
    has no width, in units when that is zero too).
    """
    now = _distance(Fraction(actual), Fraction(low), Fraction(high))
    if not now:
        return Fraction(1)
    then = Fraction(0)
    if baseline is not None:
        then = _distance(Fraction(baseline), Fraction(low), Fraction(high))
    return 1 - now / then if then else -now / _scale(Fraction(low), Fraction(high))


def _distance(x: Fraction, low: Fraction, high: Fraction) -> Fraction:
    """How far x lies outside [low, high]."""
    return max(low - x, x - high, Fraction(0))


def _scale(low: Fraction, high: Fraction) -> Fraction:
    """What a tolerance in per cent is taken of: the width, else the value, else one unit."""
    return high - low or abs(low) or Fraction(1)


def bands(
    direction: Direction,
    target: Target,
    baseline: Number | None,
    tolerances: Tolerances = AS_USUAL,
) -> Bands:
    """The values that count as on track and as at risk. Raises TargetRefused for a context KPI."""
    low, high = target.edges
    if direction == "context":
        raise TargetRefused("A KPI for context only has no target. Give it a direction first.")
    if direction != "hold" and low != high:
        raise TargetRefused("A KPI that rises or falls has one target value, not a range.")
    way = _way(direction, low, high, baseline)
    if way:
        spare = [
            way * (1 - Fraction(s)) for s in (tolerances.on_track_from, tolerances.at_risk_from)
        ]
    else:
        part = _scale(low, high) / 100
        spare = [
            part * Fraction(p) for p in (tolerances.on_track_within, tolerances.at_risk_within)
        ]
    on_track, at_risk = (_interval(direction, low, high, s) for s in spare)
    return Bands(on_track, at_risk, "baseline" if way else "tolerance")


def _way(direction: Direction, low: Fraction, high: Fraction, baseline: Number | None) -> Fraction:
    """How far the baseline is from meeting the target; 0 when it met it or is not known."""
    if baseline is None:
        return Fraction(0)
    start = Fraction(baseline)
    if direction == "increase":
        return max(low - start, Fraction(0))
    if direction == "decrease":
        return max(start - high, Fraction(0))
    return _distance(start, low, high)


def _interval(direction: Direction, low: Fraction, high: Fraction, spare: Fraction) -> Interval:
    """All values that miss the target by ``spare`` at most."""
    return Interval(
        low=None if direction == "decrease" else low - spare,
        high=None if direction == "increase" else high + spare,
    )


def judge(
    direction: Direction,
    observation: Observation,
    target: Target | None,
    baseline: Decimal | None = None,
    tolerances: Tolerances = AS_USUAL,
    expected: Target | None = None,
) -> Judgement:
    """Judge one reading of a complete period against that period's target.

    ``expected`` is what a trajectory asks for by now; when given the status and the
    shortfall are judged against it, while progress stays that towards the target.
    """
    if direction == "context":
        return Judgement("context", evidence=_said(observation))
    if target is None:
        return Judgement("no_target", evidence=_said(observation))
    asked = expected or target
    found = bands(direction, asked, baseline, tolerances)
    status = _status(observation, found)
    way, missing = (
        _progress(direction, observation, target, baseline),
        _shortfall(direction, observation, asked),
    )
    evidence = _said(observation) | _target_text("target", target) | {"mode": found.mode}
    if expected:
        evidence |= _target_text("expected", expected)
    if baseline is not None:
        evidence["baseline"] = to_text(baseline)
    if way is not None:
        evidence["progress"] = to_text(way)
    if missing is not None:
        evidence["shortfall"] = to_text(missing)
    evidence |= _edge_text("on_track", found.on_track) | _edge_text("at_risk", found.at_risk)
    return Judgement(status, way, None if missing is None else Decimal(to_text(missing)), evidence)


def _status(observation: Observation, found: Bands) -> Status:
    """The verdict; indeterminate when a bound leaves open which band holds."""
    on_track = _within(observation, found.on_track)
    if on_track:
        return "on_track"
    at_risk = _within(observation, found.at_risk)
    if at_risk is False:
        return "off_track"
    return "indeterminate" if on_track is None or at_risk is None else "at_risk"


def _within(observation: Observation, interval: Interval) -> bool | None:
    """Whether the thing observed certainly lies in the interval, certainly not, or unknown."""
    low = True if interval.low is None else at_least(observation, interval.low)
    high = True if interval.high is None else at_most(observation, interval.high)
    if low is False or high is False:
        return False
    return True if low and high else None


def _progress(
    direction: Direction, observation: Observation, target: Target, baseline: Decimal | None
) -> Fraction | None:
    actual, (low, high) = observation.exact, target.edges
    if actual is None:
        return None
    if direction == "hold":
        return progress_in_range(actual, low, high, baseline)
    if baseline is None:
        return None
    if _way(direction, low, high, baseline):
        return progress(actual, baseline, low)
    # Nothing to cover: 1 while the target is met, else minus the loss as a share of the target.
    missing = _missing(direction, actual, low, high)
    return -missing / _scale(low, high) if missing else Fraction(1)


def _shortfall(direction: Direction, observation: Observation, target: Target) -> Fraction | None:
    actual = observation.exact
    return None if actual is None else _missing(direction, actual, *target.edges)


def _missing(direction: Direction, actual: Fraction, low: Fraction, high: Fraction) -> Fraction:
    """By how much the value misses the target; 0 when it meets or beats it."""
    if direction == "increase":
        return max(low - actual, Fraction(0))
    if direction == "decrease":
        return max(actual - high, Fraction(0))
    return _distance(actual, low, high)


def _said(observation: Observation) -> dict[str, str]:
    """The observation as it was made, in plain text."""
    parts = {
        "value": observation.value,
        "high": observation.high,
        "numerator": observation.numerator,
        "denominator": observation.denominator,
        "scale": None if observation.denominator is None else observation.scale,
    }
    said = {name: to_text(part) for name, part in parts.items() if part is not None}
    return {"comparator": observation.comparator} | said


def _target_text(name: str, target: Target) -> dict[str, str]:
    if target.value is not None:
        return {name: to_text(target.value)}
    low, high = target.edges
    return {f"{name}_low": to_text(low), f"{name}_high": to_text(high)}


def _edge_text(name: str, interval: Interval) -> dict[str, str]:
    ends = {f"{name}_min": interval.low, f"{name}_max": interval.high}
    return {key: to_text(end) for key, end in ends.items() if end is not None}
