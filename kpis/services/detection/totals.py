"""Totals and the parts that should make them: where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from kpis.rules import parts
from kpis.rules.evidence import fraction
from kpis.rules.portfolio import Evidence
from kpis.rules.values import to_text
from kpis.services.detection.exact import Exact, place_of
from kpis.services.detection.firing import Fires, at_points
from kpis.services.detection.related import Beside, Breakdown, told_of, values_of
from kpis.services.detection.slices import Slice
from kpis.services.detection.versions import Versions

HOW = {
    "sum": "sum",
    "cumulative": "sum",
    "average": "average",
    "ratio_of_sums": "ratio_of_sums",
}


def _how(each: Breakdown) -> str:
    """What the parts should make; "" where nothing is checked."""
    if each.check == "hundred":
        return "hundred"
    if each.check != "total":
        return ""
    return HOW.get(each.over_parts, "")


@dataclass(frozen=True, slots=True)
class Check:
    """The parts of one dimension of a total, and the points to compare, by period."""

    each: Breakdown
    how: str
    tolerance: Any
    mine: Mapping[int, int]
    theirs: Sequence[Mapping[int, int]]
    shared: Sequence[int]  # periods in which the total and all parts there were have a value


def disagreeing(some: Slice, on: Versions, broken: Iterable[Breakdown], beside: Beside) -> Fires:
    """Totals that their parts do not make; told once per period, of the first dimension."""
    checks = _checks(some, on, broken, beside)
    exact_of = Exact(some)
    ratios = [check for check in checks if check.how == "ratio_of_sums"]
    exact_of.read(place_of(some, check.mine[o]) for check in ratios for o in check.shared)
    beside.exact.read(
        place_of(beside.some, points[o])
        for check in ratios
        for points in check.theirs
        for o in check.shared
        if o in points
    )
    told: dict[int, Evidence] = {}
    for check in checks:
        for ordinal in check.shared:
            point = check.mine[ordinal]
            found = _difference(some, beside, exact_of, check, ordinal)
            if found is not None:
                told.setdefault(point, told_of(some, point) | found)
    at = np.array(sorted(told), np.int64)
    return at_points(some, at, lambda i: told[int(at[i])])


def _checks(some: Slice, on: Versions, broken: Iterable[Breakdown], beside: Beside) -> list[Check]:
    found = []
    for each in broken:
        version, how = on.at("parts_disagree", each.series), _how(each)
        if version is None or not how:
            continue
        first, end = some.portfolio.offsets[each.series : each.series + 2].tolist()
        mine = values_of(some, range(first, end))
        for members in each.dimensions.values():
            theirs = [values_of(beside.some, beside.points_of(pk)) for pk in members]
            shared = _shared(some, mine, theirs, [each.lives[pk] for pk in members])
            found.append(Check(each, how, version.params["tolerance"], mine, theirs, shared))
    return found


def _shared(
    some: Slice,
    mine: Mapping[int, int],
    theirs: Sequence[Mapping[int, int]],
    lives: Sequence[tuple[int, int]],
) -> list[int]:
    """The periods in which the total has a value, and every part that existed on a day of them."""
    points = np.array([*mine.values()], np.int64)
    days = zip(mine, some.start[points].tolist(), some.end_at(points).tolist(), strict=True)
    parts_of = list(zip(theirs, lives, strict=True))
    return sorted(
        ordinal
        for ordinal, start, end in days
        if any(ordinal in values for values in theirs)
        and all(
            ordinal in values or first > end or last < start for values, (first, last) in parts_of
        )
    )


def _difference(
    some: Slice, beside: Beside, exact_of: Exact, check: Check, ordinal: int
) -> Evidence | None:
    """How far total and parts are apart in a period; None where that is near enough."""
    made = [
        _part(beside, check.how, points[ordinal]) for points in check.theirs if ordinal in points
    ]
    known = [part for part in made if part is not None]
    if len(known) < len(made):
        return None
    total = _exactly(some, exact_of, check.mine[ordinal])
    found = parts.disagree(check.how, total, known, check.tolerance, check.each.scale)
    if found is None:
        return None
    return {
        "how": check.how,
        "total": to_text(found.total),
        "parts_total": to_text(found.parts_total),
        "difference": to_text(found.difference),
        "tolerance": to_text(Fraction(check.tolerance)),
        "parts": len(made),
        "missing": [],
    }


def _exactly(some: Slice, exact_of: Exact, point: int) -> Fraction:
    """A value, unrounded where it is a ratio that was read."""
    seen = exact_of.seen_at(point)
    if seen is not None and seen.observation.exact is not None:
        return seen.observation.exact
    return fraction(some.portfolio.value[point])


def _part(beside: Beside, how: str, point: int) -> parts.Part | None:
    """A part as a value, or as numerator and denominator; None for a ratio without them."""
    if how != "ratio_of_sums":
        return fraction(beside.some.portfolio.value[point])
    seen = beside.exact.seen_at(point)
    if seen is None or seen.observation.numerator is None or seen.observation.denominator is None:
        return None
    return (seen.observation.numerator, seen.observation.denominator)
