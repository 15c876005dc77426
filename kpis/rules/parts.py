"""A total and the parts of its breakdown: one may hide the other, or they may disagree.

Public names::

    worsens(direction, total: Change, parts: Mapping[str, Change], edges=None) -> list[str]
    Change(before: Fraction, after: Fraction)
    disagree(how, total, parts, tolerance, scale=1) -> Difference | None
    expected_total(how, parts, scale=1) -> Fraction | None
    Difference(total, parts_total, difference, share)
    HOW = ("sum", "average", "ratio_of_sums", "hundred")

Numbers are exact (Decimal or Fraction).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Number = Decimal | Fraction
How = Literal["sum", "average", "ratio_of_sums", "hundred"]
# A part as its value, or for a ratio of sums as numerator and denominator.
Part = Number | tuple[Number, Number]

HOW = ("sum", "average", "ratio_of_sums", "hundred")


@dataclass(frozen=True, slots=True)
class Change:
    """The value some periods ago, and now."""

    before: Number
    after: Number


@dataclass(frozen=True, slots=True)
class Difference:
    """How far total and parts are apart; ``share`` in per cent of the total, None of a total of 0."""

    total: Fraction
    parts_total: Fraction
    difference: Fraction
    share: Fraction | None


def worsens(
    direction: str,
    total: Change,
    parts: Mapping[str, Change],
    edges: tuple[Number, Number] | None = None,
) -> list[str]:
    """The parts that got worse over the same periods in which the total got better.

    For a KPI to hold in a range, better is nearer to it (``edges``; nothing without
    them); a KPI for context has no better.
    """
    if _gain(direction, total, edges) <= 0:
        return []
    return [label for label, part in parts.items() if _gain(direction, part, edges) < 0]


def _gain(direction: str, change: Change, edges: tuple[Number, Number] | None) -> Fraction:
    """How much better the value became; negative for worse."""
    before, after = Fraction(change.before), Fraction(change.after)
    if direction == "increase":
        return after - before
    if direction == "decrease":
        return before - after
    if direction != "hold" or edges is None:
        return Fraction(0)
    low, high = Fraction(edges[0]), Fraction(edges[1])
    return _outside(before, low, high) - _outside(after, low, high)


def _outside(x: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return max(low - x, x - high, Fraction(0))


def disagree(
    how: str, total: Number, parts: Sequence[Part], tolerance: Number, scale: Number = Decimal(1)
) -> Difference | None:
    """The difference, if it is more than ``tolerance`` per cent of what the total should be near.

    ``how`` says what the parts should make: their sum, their average, the ratio of
    their sums (``scale`` as of the KPI), or a hundred, whatever the total. None without
    parts. Of a total of 0 any difference is too much.
    """
    made = expected_total(how, parts, scale)
    if made is None:
        return None
    whole = Fraction(100) if how == "hundred" else Fraction(total)
    difference = abs(made - whole)
    if difference * 100 <= Fraction(tolerance) * abs(whole):
        return None
    return Difference(whole, made, difference, 100 * difference / abs(whole) if whole else None)


def expected_total(how: str, parts: Sequence[Part], scale: Number = Decimal(1)) -> Fraction | None:
    """What the parts make together; None without parts or over a denominator of 0."""
    if not parts:
        return None
    if how == "ratio_of_sums":
        pairs = [part for part in parts if isinstance(part, tuple)]
        below = sum((Fraction(d) for _, d in pairs), Fraction(0))
        if len(pairs) != len(parts) or not below:
            return None
        return Fraction(scale) * sum((Fraction(n) for n, _ in pairs), Fraction(0)) / below
    values = [Fraction(part) for part in parts if not isinstance(part, tuple)]
    made = sum(values, Fraction(0))
    return made / len(values) if how == "average" and values else made
