"""What was asked of every point: its own target, or what the trajectory asks by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpis.rules import ordinals, paths
from kpis.rules.periods import FREQUENCIES
from kpis.rules.portfolio import HOLD, Bools, Bytes, Floats, Ints
from kpis.services.statements import array, ids, rows

TARGETS = """
SELECT t.series_id, t.id, $day(t.period_start), $day(t.period_end),
       t.value$real, t.high$real, t.baseline$real
FROM $ids w
JOIN kpis_target t ON t.series_id = w.id
WHERE t.until_change_id IS NULL
ORDER BY t.series_id, t.period_start, t.period_end
"""
TRAJECTORIES = """
SELECT t.series_id, t.method, t.baseline$real, $day(t.baseline_on)
FROM $ids w
JOIN kpis_trajectory t ON t.series_id = w.id
WHERE t.until_change_id IS NULL
"""
ROW = np.dtype(
    [
        *(("series", "<i8"), ("id", "<i8"), ("start", "<i4"), ("end", "<i4")),
        *(("value", "<f8"), ("high", "<f8"), ("baseline", "<f8")),
    ]
)
METHOD = {name: number for number, name in enumerate(paths.METHODS)}
MONTHS = np.array([0, *(ordinals.MONTHS[name] for name in FREQUENCIES[1:])])
FIRST_DAY = -25_567  # 1900-01-01; no period begins before


@dataclass(frozen=True, slots=True)
class Asked:
    """What N points were to reach. ``governing`` indexes ``targets``, -1 where nothing is asked."""

    low: Floats
    high: Floats
    baseline: Floats
    kind: Bytes
    governing: Ints
    targets: NDArray[Any]
    owner: Ints  # the index of each target's series
    when: Ints  # the ordinal of each target's period
    top: Floats  # the upper edge of each target
    has_target: Bools  # (S,)
    ways: dict[int, tuple[paths.Method, float | None, int | None]]  # method, baseline, its day

    def of_series(self, series: int) -> range:
        """The indices of the targets of a series, by period."""
        first, end = np.searchsorted(self.owner, [series, series + 1]).tolist()
        return range(first, end)


def ask(
    series_ids: Ints,
    direction: NDArray[np.int8],
    frequency: NDArray[np.int8],
    fiscal: NDArray[np.int8],
    of: Ints,
    ordinal: Ints,
) -> Asked:
    """What was asked of the points ``of``, ``ordinal`` of these series (two queries)."""
    listed = ids(series_ids)
    found = array(TARGETS, listed, dtype=ROW)
    own = np.searchsorted(series_ids, found["series"])
    fits = (direction[own] != HOLD) | ~np.isnan(found["high"])
    has_target = np.zeros(len(series_ids), bool)
    has_target[own[fits]] = True
    start, end = found["start"].astype(np.int64), found["end"].astype(np.int64)
    fits &= (first_of(start, frequency[own], fiscal[own]) == start) & (
        end_of(start, frequency[own]) == end
    )
    found, own = found[fits], own[fits]
    when = ordinals_of(start[fits], frequency[own], fiscal[own])
    n = len(of)
    asked = Asked(
        low=np.full(n, np.nan),
        high=np.full(n, np.nan),
        baseline=np.full(n, np.nan),
        kind=np.zeros(n, np.uint8),
        governing=np.full(n, -1, np.int64),
        targets=found,
        owner=own,
        when=when,
        top=np.where(direction[own] == HOLD, found["high"], found["value"]),
        has_target=has_target,
        ways={
            int(np.searchsorted(series_ids, pk)): (method, baseline, on)
            for pk, method, baseline, on in rows(TRAJECTORIES, listed)
        },
    )
    _own_targets(asked, of, ordinal)
    if asked.ways:
        _along_paths(asked, frequency, fiscal, of, ordinal)
    return asked


def _own_targets(asked: Asked, of: Ints, ordinal: Ints) -> None:
    """Targets of the points' own periods."""
    points, wanted = keys(of, ordinal), keys(asked.owner, asked.when)
    at = np.searchsorted(points, wanted)
    hit = at < len(points)
    hit[hit] = points[at[hit]] == wanted[hit]
    at, which = at[hit], np.flatnonzero(hit)
    asked.low[at], asked.high[at] = asked.targets["value"][which], asked.top[which]
    asked.baseline[at] = asked.targets["baseline"][which]
    asked.kind[at], asked.governing[at] = paths.OWN, which


def _along_paths(
    asked: Asked, frequency: NDArray[np.int8], fiscal: NDArray[np.int8], of: Ints, ordinal: Ints
) -> None:
    """What trajectories ask, and where the way to their targets starts."""
    size = len(frequency)
    method, base = np.zeros(size, np.int8), np.full(size, np.nan)
    base_on = np.full(size, FIRST_DAY, np.int64)
    for series, (name, baseline, on) in asked.ways.items():
        method[series] = METHOD[name]
        base[series] = np.nan if baseline is None else baseline
        base_on[series] = FIRST_DAY if on is None else on
    points = np.flatnonzero(np.isin(of, list(asked.ways)))
    here, when = of[points], ordinal[points]
    offsets = np.searchsorted(asked.owner, np.arange(size + 1))
    low, high, kind = paths.asked_flat(
        method,
        base,
        ordinals_of(base_on, frequency, fiscal),
        offsets,
        asked.when,
        asked.targets["value"],
        asked.top,
        here,
        when,
    )
    asked.low[points], asked.high[points], asked.kind[points] = low, high, kind
    newest = np.searchsorted(keys(asked.owner, asked.when), keys(here, when), "right") - 1
    between = (newest < offsets[here]) | ((method[here] == METHOD["linear"]) & (kind == paths.PATH))
    governing = np.minimum(newest + between, np.maximum(offsets[here + 1] - 1, 0))
    governing[kind == paths.NONE] = -1
    asked.governing[points] = governing
    some = governing >= 0
    given = asked.targets["baseline"][governing[some]]
    asked.baseline[points[some]] = np.where(np.isnan(given), base[here[some]], given)


def following(asked: Asked, of: Ints, ordinal: Ints) -> Ints:
    """The index of the first target after each point's period, -1 without one."""
    if not len(asked.owner):
        return np.full(len(of), -1, np.int64)
    # Points with a smaller key than a target come before it.
    before = np.searchsorted(keys(of, ordinal), keys(asked.owner, asked.when))
    passed = np.cumsum(np.bincount(before, minlength=len(of) + 1)[: len(of)])
    coming = np.minimum(passed, len(asked.owner) - 1)
    found: Ints = np.where((passed < len(asked.owner)) & (asked.owner[coming] == of), coming, -1)
    return found


def keys(of: Ints, ordinal: Ints) -> Ints:
    """Series and ordinal as one number that sorts like the pair."""
    found: Ints = (of.astype(np.int64) << 32) + ordinal
    return found


def ordinals_of(days: Ints, frequency: NDArray[np.int8], fiscal: NDArray[np.int8]) -> Ints:
    """The ordinal of the period around each day, each in its own frequency and fiscal year."""
    found = np.empty(len(days), np.int64)
    kind = frequency.astype(np.int16) * 16 + fiscal
    for each in np.unique(kind):
        same = slice(None) if len(kind) and (kind == each).all() else kind == each
        found[same] = ordinals.of_days(days[same], FREQUENCIES[each // 16], int(each % 16))
    return found


def end_of(start: Ints, frequency: NDArray[np.int8]) -> Ints:
    """The last day of the complete periods that start on these days."""
    months = MONTHS[frequency]
    begins = (start + (months == 0) * 6).astype("datetime64[D]")
    after = (begins.astype("datetime64[M]") + months).astype("datetime64[D]")
    return np.where(months == 0, begins.astype(np.int64), after.astype(np.int64) - 1)


def start_of(ordinal: Ints, frequency: NDArray[np.int8], fiscal: NDArray[np.int8]) -> Ints:
    """The first day of the period of each ordinal."""
    months = MONTHS[frequency]
    month = ordinal * months + np.where(months > 1, fiscal - 1, 0) - 1970 * 12
    first = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.where(months == 0, ordinal * 7 - 3, first)


def first_of(days: Ints, frequency: NDArray[np.int8], fiscal: NDArray[np.int8]) -> Ints:
    """The first day of the period around each day."""
    months = MONTHS[frequency]
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    into = (month - (fiscal - 1) * (months > 1)) % np.maximum(months, 1)
    first = (month - into).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.where(months == 0, days - (days + 3) % 7, first)
