"""Rules on how series stand to each other: a pair of KPIs, a total and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kpis.rules import pairs, parts
from kpis.rules.evidence import DIRECTION_NAMES, exact, number
from kpis.rules.portfolio import PROVISIONAL, Evidence
from kpis.rules.progress_points import STATUSES
from kpis.services.detection.firing import Fires, at_points
from kpis.services.detection.related import (
    Beside,
    Breakdown,
    Pair,
    breakdowns_of,
    pairs_of,
    read_beside,
    told_of,
    values_of,
)
from kpis.services.detection.slices import Slice
from kpis.services.detection.totals import disagreeing
from kpis.services.detection.versions import Versions

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
        "parts_disagree": disagreeing(some, on, broken, beside),
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
            **told_of(some, at[i]),
            **_asked(some, at[i]),
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


def _asked(some: Slice, point: int) -> Evidence:
    """What was asked of a point: a number, or the two ends of a range."""
    low, high = (
        number(ends[point]) for ends in (some.portfolio.asked_low, some.portfolio.asked_high)
    )
    if not low or not high:
        return {}
    return {"target": low} if low == high else {"target_low": low, "target_high": high}


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
        mine = values_of(some, range(*held.offsets[each.series : each.series + 2].tolist()))
        theirs = {
            label: values_of(beside.some, beside.points_of(pk))
            for members in each.dimensions.values()
            for pk, label in members.items()
        }
        for ordinal, point in mine.items():
            found = _worse(some, beside, mine, theirs, ordinal, back)
            if found:
                at.append(point)
                told.append(told_of(some, point) | found)
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
        **(_asked(some, point) if direction == "hold" else {}),
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
