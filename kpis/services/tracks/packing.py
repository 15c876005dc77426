"""Packing: the columns of a track from the rows of its series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from kpis.rules.portfolio import APART, BACKFILLED, BOUND, EXTRA, LEAD, POINT, PROVISIONAL
from kpis.services.statements import array, dates, day_number, ids, rows

RATIO = 64
# Periods before the first that is judged: rows of findings look back twelve at most, and
# patterns and pace, which stay within a group whose limits are locked, twenty-four.
LEADING, LEADING_LOCKED = 12, 24
PERIOD_DAYS = {"weekly": 7, "monthly": 31, "quarterly": 92, "half_yearly": 184, "yearly": 366}
FIELDS = (
    *("series", "since", "earlier", "points", "extras"),
    *("locked_mean", "locked_lower", "locked_upper"),
)
Packed = tuple[int, date | None, bytes, bytes, bytes, float | None, float | None, float | None]

PLANS = """
SELECT s.id, d.frequency, d.scale, p.time_zone, s.changed_from, t.since, t.earlier,
       b.starts_on, b.locked_through, b.mean, b.lower, b.upper
FROM $ids w
JOIN kpis_series s ON s.id = w.id
JOIN kpis_definition d ON d.id = s.definition_id
JOIN kpis_kpi k ON k.id = d.kpi_id
JOIN labs_resultarea a ON a.id = k.area_id
JOIN labs_programme p ON p.id = a.programme_id
LEFT JOIN kpis_track t ON t.series_id = s.id
LEFT JOIN kpis_baseline b ON b.series_id = s.id AND b.withdrawn_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM kpis_baseline later WHERE later.series_id = s.id
                     AND later.withdrawn_at IS NULL AND later.starts_on > b.starts_on)
ORDER BY s.id
"""
# One number for the value, over one, so that a ratio keeps its digits until it is divided.
POINTS = """
SELECT l.series_id, $day(l.period_start),
       COALESCE(r.numerator, r.value)$real, COALESCE(r.denominator, 1)$real,
       CASE WHEN r.state = 'provisional' AND NOT EXISTS
            (SELECT 1 FROM kpis_verification v WHERE v.reading_id = r.id) THEN 1 ELSE 0 END
       + CASE WHEN r.backfilled THEN 2 ELSE 0 END
       + CASE WHEN r.comparator IN ('<', '>', 'range') THEN 4 ELSE 0 END
       + CASE WHEN r.numerator IS NOT NULL THEN 64 ELSE 0 END
FROM $ids_from w
JOIN kpis_livereading l ON l.series_id = w.id AND l.period_start >= w.first
JOIN kpis_reading r ON r.id = l.reading_id
WHERE l.is_current AND r.complete
ORDER BY l.series_id, l.period_start
"""
EXTRAS = """
SELECT l.series_id, $day(l.period_start), r.comparator,
       COALESCE(r.numerator, r.value)$real, COALESCE(r.denominator, 1)$real,
       r.high$real, r.at
FROM $ids_from w
JOIN kpis_livereading l ON l.series_id = w.id AND l.period_start >= w.first
JOIN kpis_reading r ON r.id = l.reading_id
WHERE l.is_current AND r.complete
      AND (r.comparator IN ('<', '>', 'range') OR r.state = 'provisional')
ORDER BY l.series_id, l.period_start
"""
EARLIER = """
SELECT l.series_id, $day(l.period_start), $day(l.period_end)
FROM $ids_from w
JOIN kpis_livereading l ON l.series_id = w.id AND l.period_start < w.first
JOIN kpis_reading r ON r.id = l.reading_id
WHERE l.is_current AND r.complete
ORDER BY l.series_id, l.period_start
"""
STARTS = """
SELECT b.series_id, $day(b.starts_on)
FROM $ids w
JOIN kpis_baseline b ON b.series_id = w.id
WHERE b.withdrawn_at IS NULL
ORDER BY b.series_id, b.starts_on
"""
ROW = np.dtype(
    [("series", "<i8"), ("start", "<i4"), ("above", "<f8"), ("below", "<f8"), ("flags", "u1")]
)
SPAN = np.dtype([("series", "<i8"), ("start", "<i4"), ("end", "<i4")])


@dataclass(slots=True)
class Plan:
    """What is known of a series before its values are read."""

    series: int
    scale: float
    zone: str
    group: date | None  # where the current baseline group starts
    since: date | None  # the first day that is judged
    first: date  # the first day that is packed
    earlier: bytes | None  # None: to be found anew
    locked: tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a series: records like a track's, and the baseline group of each."""

    points: bytes
    extras: bytes
    group: NDArray[np.int64]


def packed(series_ids: Sequence[int], *, anew: bool = False) -> list[Packed]:
    """The columns of the tracks as the rows have them now. ``anew`` trusts no stored part."""
    plans = _plans(series_ids, anew)
    if not plans:
        return []
    listed = ids(plan.series for plan in plans)
    first = dates([plan.first for plan in plans])
    found = array(POINTS, listed, first, dtype=ROW)
    cut = np.searchsorted(found["series"], [[plan.series, plan.series + 1] for plan in plans])
    extras = _extras(plans, found)
    _find_earlier(plans)
    return [
        (
            plan.series,
            plan.since,
            plan.earlier or b"",
            _points(plan, found[start:end]).tobytes(),
            extras.get(plan.series, b""),
            *plan.locked,
        )
        for plan, (start, end) in zip(plans, cut.tolist(), strict=True)
    ]


def whole(series_ids: Sequence[int]) -> dict[int, Whole]:
    """The whole history of these series, from their rows, with all its baseline groups."""
    plans = _plans(series_ids, anew=True)
    for plan in plans:
        plan.since, plan.group, plan.first = None, None, date.min
    starts: dict[int, list[int]] = {}
    for pk, day in rows(STARTS, ids(series_ids)):
        starts.setdefault(pk, []).append(day)
    listed, first = ids(plan.series for plan in plans), dates([plan.first for plan in plans])
    found = array(POINTS, listed, first, dtype=ROW)
    cut = np.searchsorted(found["series"], [[plan.series, plan.series + 1] for plan in plans])
    extras = _extras(plans, found)
    read = {}
    for plan, (begin, end) in zip(plans, cut.tolist(), strict=True):
        points = _points(plan, found[begin:end])
        group = np.searchsorted(starts.get(plan.series, []), points["start"], "right")
        read[plan.series] = Whole(points.tobytes(), extras.get(plan.series, b""), group)
    return read


def _plans(series_ids: Sequence[int], anew: bool) -> list[Plan]:
    plans = []
    for row in rows(PLANS, ids(series_ids)):
        pk, frequency, scale, zone, changed_from, was, earlier, group, through, *lines = row
        since = through + timedelta(days=1) if through is not None else group
        first = _before(since, frequency, LEADING if through is None else LEADING_LOCKED)
        kept = None
        if not anew and since is not None and was == since and earlier is not None:
            kept = bytes(earlier) if changed_from is None or changed_from >= first else None
        if since is None:
            kept = b""
        locked = tuple(lines) if through is not None else (None, None, None)
        plans.append(Plan(pk, float(scale), zone, group, since, first, kept, locked))
    return plans


def _before(since: date | None, frequency: str, periods: int) -> date:
    """The first day of the points that lead up to ``since``; without it every day counts."""
    if since is None:
        return date.min
    return date.fromordinal(max(since.toordinal() - periods * PERIOD_DAYS[frequency], 1))


def _points(plan: Plan, found: NDArray[Any]) -> NDArray[Any]:
    """The records of one series."""
    points = np.zeros(len(found), POINT)
    flags = found["flags"]
    value = found["above"].copy()
    ratio = flags & RATIO != 0
    value[ratio] = value[ratio] * plan.scale / found["below"][ratio]
    value[flags & BOUND != 0] = np.nan
    points["start"], points["value"] = found["start"], value
    points["flags"] = flags & (PROVISIONAL | BACKFILLED | BOUND)
    if plan.since is not None:
        points["flags"] |= np.where(found["start"] < day_number(plan.since), LEAD, 0).astype("u1")
    if plan.group is not None:
        points["flags"] |= np.where(found["start"] < day_number(plan.group), APART, 0).astype("u1")
    return points


def _extras(plans: Sequence[Plan], found: NDArray[Any]) -> dict[int, bytes]:
    """What only bounds and provisional values need, for the series that have any."""
    special = set(found["series"][found["flags"] & (PROVISIONAL | BOUND) != 0].tolist())
    if not special:
        return {}
    having = {plan.series: plan for plan in plans if plan.series in special}
    listed = ids(having)
    records: dict[int, list[tuple[int, float, float, int]]] = {}
    for pk, start, sign, above, below, high, at in rows(
        EXTRAS, listed, dates([plan.first for plan in having.values()])
    ):
        plan = having[pk]
        value = above if below == 1 else above * plan.scale / below
        low = -np.inf if sign == "<" else value
        top = {"<": value, ">": np.inf, "range": high}.get(sign, value)
        entered = day_number(at.astimezone(ZoneInfo(plan.zone)).date())
        records.setdefault(pk, []).append((start, low, top, entered))
    return {pk: np.array(each, dtype=EXTRA).tobytes() for pk, each in records.items()}


def _find_earlier(plans: Sequence[Plan]) -> None:
    """Runs of periods with a value before the first day packed, where they are not known."""
    unknown = [plan for plan in plans if plan.earlier is None]
    if not unknown:
        return
    spans = array(
        EARLIER,
        ids(plan.series for plan in unknown),
        dates([plan.first for plan in unknown]),
        dtype=SPAN,
    )
    for plan in unknown:
        start, end = np.searchsorted(spans["series"], [plan.series, plan.series + 1])
        plan.earlier = _runs(spans[start:end]).tobytes()


def _runs(spans: NDArray[Any]) -> NDArray[np.int32]:
    """First and last day of each stretch of periods that follow each other."""
    if not len(spans):
        return np.zeros((0, 2), np.int32)
    starts = np.append(True, spans["start"][1:] != spans["end"][:-1] + 1)
    ends = np.append(starts[1:], True)
    return np.stack([spans["start"][starts], spans["end"][ends]], axis=1).astype(np.int32)
