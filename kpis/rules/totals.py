"""The parts of a breakdown against its total, for one period.

Public names::

    by_dimension(keys) -> dict[tuple[str, ...], list[str]]     cells that cut the whole alike
    Check(how, made, whole, difference, agrees)
    check(how, parts, whole, *, tolerance, hundred=False) -> Check

Cells are added up only with those cut by the same dimensions: regions with regions,
sizes with sizes, never both. ``difference`` is the parts less the whole; ``agrees`` is None
where a bound or a part that is missing leaves it open. ``hundred``: the whole is 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpis.rules.aggregate import SUM, Aggregate, Extent, Part, over_parts
from kpis.rules.values import Observation


@dataclass(frozen=True, slots=True)
class Check:
    """What the parts make, what they should make, and how far the two are apart."""

    how: str
    made: Aggregate
    whole: Extent | None
    difference: Extent | None
    agrees: bool | None


def by_dimension(keys: Iterable[str]) -> dict[tuple[str, ...], list[str]]:
    """Keys of cells ("region=north") by the names of their dimensions."""
    found: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        names = tuple(part.partition("=")[0] for part in key.split(";"))
        found.setdefault(names, []).append(key)
    return found


def check(
    how: str,
    parts: Sequence[Part],
    whole: Observation | None,
    *,
    tolerance: Fraction,
    hundred: bool = False,
) -> Check:
    """Whether the parts make the whole, to ``tolerance`` per cent of it."""
    made = over_parts(SUM if hundred else how, parts)
    target = Extent(Fraction(100), Fraction(100)) if hundred else None
    if not hundred and whole is not None:
        target = Extent.of(whole)
    if made.extent is None or target is None:
        return Check(how, made, target, None, None)
    difference = made.extent.plus(target.times(Fraction(-1)))
    agrees = None if made.missing else _agrees(difference, target, tolerance)
    return Check(how, made, target, difference, agrees)


def _agrees(difference: Extent, whole: Extent, tolerance: Fraction) -> bool | None:
    """Whether every difference that is possible is small, none is, or it is open."""
    ends = [abs(end) for end in (whole.low, whole.high) if end is not None]
    allowed = min(ends) * tolerance / 100
    low, high = difference.low, difference.high
    if low is not None and high is not None and -allowed <= low and high <= allowed:
        return True
    if (low is not None and low > allowed) or (high is not None and high < -allowed):
        return False
    return None
