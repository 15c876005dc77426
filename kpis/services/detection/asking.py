"""What was asked of every point: its own target, or what the trajectory asks by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kpis.rules import ordinals, paths
from kpis.rules.periods import FREQUENCIES
from kpis.rules.portfolio import HOLD, Bools, Bytes, Floats, Ints
from kpis.rules.spreading import Given, spread
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


class Way(NamedTuple):
    """The trajectory in force of a series: its method, and the baseline with its day."""

    method: paths.Method
    baseline: float | None
    baseline_on: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What N points were to reach. ``governing`` indexes ``targets``, -1 where nothing is asked.

    ``next_low``, ``next_high`` and ``next_when`` are those of the first target after each
    point (NaN and 0 without one); ``baseline`` is where the way starts, to the target that
    governs, else to the next.
    """

    low: Floats
    high: Floats
    baseline: Floats
    kind: Bytes
    governing: Ints
    next_low: Floats
    next_high: Floats
    next_when: Ints
    targets: NDArray[Any]
    owner: Ints  # the index of each target's series
    when: Ints  # the ordinal of each target's period
    has_target: Bools  # (S,)
    ways: dict[int, Way]

    def of_series(self, series: int) -> range:
        """The indices of the targets of a series, by period."""
        first, end = np.searchsorted(self.owner, [series, series + 1]).tolist()
        return range(first, end)


def ask(
    series_ids: Ints,
    direction: NDArray[np.int8],
    frequency: NDArray[np.int8],
    fiscal: NDArray[np.int8],
    offsets: Ints,
    of: Ints,
    ordinal: Ints,
) -> Asked:
    """What was asked of the points of these series (two queries)."""
    listed = ids(series_ids.tolist())
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
    ways = {
        int(np.searchsorted(series_ids, pk)): Way(method, baseline, on)
        for pk, method, baseline, on in rows(TRAJECTORIES, listed)
    }
    method, base, base_when = _ways(ways, frequency, fiscal)
    given = Given(
        low=found["value"].astype(np.float64),
        high=np.where(direction[own] == HOLD, found["high"], found["value"]),
        baseline=found["baseline"].astype(np.float64),
        owner=own,
        when=when,
        method=method,
        base=base,
        base_when=base_when,
    )
    over = spread(given, offsets, of, ordinal)
    return Asked(
        low=over.low,
        high=over.high,
        baseline=over.baseline,
        kind=over.kind,
        governing=over.governing,
        next_low=over.next_low,
        next_high=over.next_high,
        next_when=over.next_when,
        targets=found,
        owner=own,
        when=when,
        has_target=has_target,
        ways=ways,
    )


def _ways(
    ways: dict[int, Way], frequency: NDArray[np.int8], fiscal: NDArray[np.int8]
) -> tuple[NDArray[np.int8], Floats, Ints]:
    """Trajectories as columns by series; without one a series goes by its targets alone."""
    size = len(frequency)
    method, base = np.zeros(size, np.int8), np.full(size, np.nan)
    base_on = np.full(size, FIRST_DAY, np.int64)
    for series, way in ways.items():
        method[series] = METHOD[way.method]
        base[series] = np.nan if way.baseline is None else way.baseline
        base_on[series] = FIRST_DAY if way.baseline_on is None else way.baseline_on
    return method, base, ordinals_of(base_on, frequency, fiscal)


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
