"""Scores of external validation: per cent of the target, and how two of them differ. Pure.

``score(direction, value, low, high, baseline)``: where a baseline is set, the share of the
way from it to the target (kpis.rules.progress); else the value as a share of the target,
or the target as a share of the value where less is better. A value inside the range of a
KPI that is held there scores 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
SAME = Decimal(2)  # points; a smaller difference says nothing
LARGEST = Decimal(9_999_999)

OVER, UNDER, AGREES = "over", "under", "agrees"
NOT_SCORED, NOT_VALIDATED, NOT_REPORTED = "not_scored", "not_validated", "not_reported"
VERDICTS = (OVER, UNDER, AGREES, NOT_SCORED, NOT_VALIDATED, NOT_REPORTED)


def score(
    direction: str,
    value: Fraction,
    low: Fraction,
    high: Fraction,
    baseline: Fraction | None = None,
) -> Decimal | None:
    """Per cent of the target that ``value`` reaches; None where no share can be told."""
    if direction == "hold":
        return _of_range(value, low, high, baseline)
    if baseline is not None and baseline != low:
        return _cents((value - baseline) / (low - baseline))
    if direction == "decrease":
        return _cents(low / value) if value > 0 and low >= 0 else None
    if direction == "increase":
        return _cents(value / low) if low > 0 else None
    return None


def _of_range(
    value: Fraction, low: Fraction, high: Fraction, baseline: Fraction | None
) -> Decimal | None:
    outside = max(low - value, value - high, Fraction(0))
    if not outside:
        return Decimal(100).quantize(CENT)
    then = Fraction(0) if baseline is None else max(low - baseline, baseline - high, Fraction(0))
    return _cents(1 - outside / then) if then else None


def _cents(share: Fraction) -> Decimal | None:
    """In per cent with two decimals, half to even; None beyond what can be kept."""
    exact = share * 100
    if abs(exact) > LARGEST:
        return None
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number.quantize(CENT, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Compared:
    """What was reported beside what was validated. ``points``: reported less validated."""

    verdict: str
    points: Decimal | None = None


def compare(reported: Decimal | None, validated: Decimal | None, *, scored: bool) -> Compared:
    """How the two scores differ, as a code and in points."""
    if not scored:
        return Compared(NOT_SCORED)
    if validated is None:
        return Compared(NOT_VALIDATED)
    if reported is None:
        return Compared(NOT_REPORTED)
    points = reported - validated
    if abs(points) < SAME:
        return Compared(AGREES, points)
    return Compared(OVER if points > 0 else UNDER, points)
