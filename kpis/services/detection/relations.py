"""Rules on how series stand to each other: a pair of KPIs, a total and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from kpis.rules import pairs, parts
from kpis.rules.evidence import DIRECTION_NAMES, exact, fraction, number
from kpis.rules.portfolio import PROVISIONAL, Evidence
from kpis.rules.progress_points import STATUSES
from kpis.rules.values import to_text
from kpis.services.detection.exact import Exact, place_of
from kpis.services.detection.firing import Fires, at_points
from kpis.services.detection.related import (
    Beside,
    Breakdown,
    Pair,
    breakdowns_of,
    pairs_of,
    read_beside,
)
from kpis.services.detection.slices import Slice
from kpis.services.detection.versions import Versions

HOW = {
    "sum": "sum",
    "cumulative": "sum",
    "average": "average",
    "ratio_of_sums": "ratio_of_sums",
}
KINDS = ("pair_conflict", "part_worsens", "parts_disagree")


def find(some: Slice, on: Versions, codes: Any) -> dict[str, Fires]:
    """Where the rules on relations fire on the series of a slice."""
    paired = pairs_of(some, on)
    broken = breakdowns_of(some, on)
    others = {pair.quality for pair in paired} | {
        pk for each in broken for members in each.dimensions.values() for pk in members
    }
    nothing = at_points(some, np.zeros(0, np.int64), lambda _i: {})
    if not others:
        return dict.fromkeys(KINDS, nothing)
    beside = read_beside(others, some)
    return {
        "pair_conflict": _conflicts(some, codes, paired, beside),
        "part_worsens": _worsening(some, on, broken, beside),
        "parts_disagree": _disagreeing(some, on, broken, beside),
    }


def _conflicts(some: Slice, codes: Any, paired: Iterable[Pair], beside: Beside) -> Fires:
    """Headlines on track while the quality of the same period, or of the newest within it, is off."""
    points, other = some.portfolio, beside.some.portfolio
    at: list[int] = []
    told: list[tuple[Pair, int]] = []
    for pair in paired:
        first, end = points.offsets[pair.series : pair.series + 2].tolist()
        theirs = beside.points_of(pair.quality)
        ends = beside.some.end_at(np.arange(theirs.start, theirs.stop))
        mine = some.end_at(np.arange(first, end))
        newest = np.searchsorted(ends, mine, "right") - 1 + theirs.start
        span = int(np.diff(ends).max(initial=0)) or 366
        for point, match, last in zip(
            range(first, end), newest.tolist(), mine.tolist(), strict=True
        ):
            if match < theirs.start or last - int(ends[match - theirs.start]) >= span:
                continue
            if pairs.conflict(STATUSES[codes[point]], STATUSES[beside.codes[match]]):
                at.append(point)
                told.append((pair, match))

    def evidence(i: int) -> Evidence:
        pair, match = told[i]
        series = int(other.of[match])
        return {
            **_common(some, at[i]),
            "status": STATUSES[codes[at[i]]],
            "provisional": bool((points.flags[at[i]] | other.flags[match]) & PROVISIONAL),
            "pair": {
                "kpi": pair.kpi,
                "code": pair.code,
                "name": pair.name,
                "unit": pair.unit,
                "value": number(other.value[match]) or "",
                "status": STATUSES[beside.codes[match]],
                "target": number(other.asked_low[match]) or "",
                "period": str(other.period(series, int(other.ordinal[match]))),
            },
        }

    return at_points(some, np.array(at, np.int64), evidence)


def _common(some: Slice, point: int) -> Evidence:
    points = some.portfolio
    return {
        "direction": DIRECTION_NAMES[int(points.direction[points.of[point]])],
        "value": number(points.value[point]) or "",
        "provisional": bool(points.flags[point] & PROVISIONAL),
    }


def _values(some: Slice, points: Iterable[int]) -> dict[int, int]:
    """Points with a value, by ordinal."""
    held = some.portfolio
    return {int(held.ordinal[p]): p for p in points if held.value[p] == held.value[p]}


def _change(some: Slice, before: int, after: int) -> parts.Change:
    values = some.portfolio.value
    return parts.Change(exact(number(values[before]) or "0"), exact(number(values[after]) or "0"))


def _worsening(some: Slice, on: Versions, broken: Iterable[Breakdown], beside: Beside) -> Fires:
    """Totals that improved over so many periods while a part got worse."""
    held = some.portfolio
    at: list[int] = []
    told: list[Evidence] = []
    for each in broken:
        version = on.at("part_worsens", each.series)
        if version is None:
            continue
        back = int(version.params["periods"])
        mine = _values(some, range(*held.offsets[each.series : each.series + 2].tolist()))
        theirs = {
            label: _values(beside.some, beside.points_of(pk))
            for members in each.dimensions.values()
            for pk, label in members.items()
        }
        for ordinal, point in mine.items():
            found = _worse(some, beside, mine, theirs, ordinal, back)
            if found:
                at.append(point)
                told.append(_common(some, point) | found)
    return at_points(some, np.array(at, np.int64), told.__getitem__)


def _worse(
    some: Slice,
    beside: Beside,
    mine: Mapping[int, int],
    theirs: Mapping[str, Mapping[int, int]],
    ordinal: int,
    back: int,
) -> Evidence | None:
    """What got worse behind a total that got better, up to this period; None if nothing did."""
    before, point = mine.get(ordinal - back), mine[ordinal]
    if before is None:
        return None
    held = some.portfolio
    series = int(held.of[point])
    edges = None
    if held.asked_low[point] == held.asked_low[point]:
        edges = (
            exact(number(held.asked_low[point]) or "0"),
            exact(number(held.asked_high[point]) or "0"),
        )
    changes = {
        label: _change(beside.some, points[ordinal - back], points[ordinal])
        for label, points in theirs.items()
        if ordinal in points and ordinal - back in points
    }
    total = _change(some, before, point)
    direction = DIRECTION_NAMES[int(held.direction[series])]
    worse = parts.worsens(direction, total, changes, edges)
    if not worse:
        return None
    other = beside.some.portfolio.value
    return {
        "total_from": number(held.value[before]) or "",
        "total_to": number(held.value[point]) or "",
        "periods": [
            str(held.period(series, ordinal - back)),
            str(held.period(series, ordinal)),
        ],
        "parts": [
            {
                "label": label,
                "from": number(other[theirs[label][ordinal - back]]) or "",
                "to": number(other[theirs[label][ordinal]]) or "",
            }
            for label in worse
        ],
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

    @property
    def shared(self) -> list[int]:
        """The periods in which the total and every part have a value."""
        if not self.theirs:
            return []
        return sorted(set(self.mine).intersection(*self.theirs))


def _disagreeing(some: Slice, on: Versions, broken: Iterable[Breakdown], beside: Beside) -> Fires:
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
    )
    told: dict[int, Evidence] = {}
    for check in checks:
        for ordinal in check.shared:
            point = check.mine[ordinal]
            found = _difference(some, beside, exact_of, check, ordinal)
            if found is not None:
                told.setdefault(point, _common(some, point) | found)
    at = np.array(sorted(told), np.int64)
    return at_points(some, at, lambda i: told[int(at[i])])


def _checks(some: Slice, on: Versions, broken: Iterable[Breakdown], beside: Beside) -> list[Check]:
    found = []
    for each in broken:
        version, how = on.at("parts_disagree", each.series), _how(each)
        if version is None or not how:
            continue
        first, end = some.portfolio.offsets[each.series : each.series + 2].tolist()
        mine = _values(some, range(first, end))
        for members in each.dimensions.values():
            theirs = [_values(beside.some, beside.points_of(pk)) for pk in members]
            found.append(Check(each, how, version.params["tolerance"], mine, theirs))
    return found


def _difference(
    some: Slice, beside: Beside, exact_of: Exact, check: Check, ordinal: int
) -> Evidence | None:
    """How far total and parts are apart in a period; None where that is near enough."""
    made = [_part(beside, check.how, points[ordinal]) for points in check.theirs]
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
