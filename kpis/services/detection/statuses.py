"""Status rows of a slice, worked out as columns and written where they changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np

from kpis.models import SeriesStatus
from kpis.rules.portfolio import CONTEXT, HOLD, PROVISIONAL, Bools, Floats, Ints
from kpis.rules.progress_points import STATUSES
from kpis.rules.xmr import ASSURANCES, assurances, meanings
from kpis.rules.xmr import KINDS as MEANINGS
from kpis.services.detection import asking
from kpis.services.detection.firing import Found
from kpis.services.detection.owing import NEVER, Owing
from kpis.services.detection.slices import LONG_AGO, Slice, filled
from kpis.services.statements import day_of, upsert

FIELDS = (
    *("series", "status", "period_start", "period_end", "value", "target", "progress"),
    *("provisional", "assurance", "variation", "missing_period_start", "missing_period_end"),
    *("check_on", "computed_at"),
)
MOST = 99_999_999_999.9999
Row = tuple[Any, ...]


def rows_of(some: Slice, found: Found, owing: Owing, last_days: Ints) -> list[Row]:
    """The status rows in the order of ``FIELDS``, but for the moment, which comes when they are written.

    A closed programme keeps its last status and misses nothing.
    """
    latest = _latest(some)
    has = latest >= 0
    at = np.maximum(latest, 0)
    gap, gap_start, gap_end = _newest_gap(some, owing)
    points = some.portfolio
    ordinal = np.where(has, _of(points.ordinal, at), -(10**7))
    words = _words(some, found, has, at, gap > ordinal)
    assured, varied = _process(some, found, has, at)
    value = np.where(has, _shown(some, at), np.nan)
    low, high = _of(points.asked_low, at), _of(points.asked_high, at)
    begins = _of(some.start, at)
    progress = _progress(some, _of(points.value, at), at)
    check_on = _check_on(some, owing, last_days)
    return list(
        zip(
            some.ids,
            words,
            _days(np.where(has, begins, NEVER)),
            _days(np.where(has, asking.end_of(begins, some.frequency), NEVER)),
            _numbers(value),
            _numbers(np.where(has, np.where(np.isnan(low), high, low), np.nan)),
            _numbers(np.where(has, progress, np.nan)),
            (has & (_of(points.flags, at) & PROVISIONAL != 0)).tolist(),
            assured,
            varied,
            _days(gap_start),
            _days(gap_end),
            _days(check_on),
            strict=True,
        )
    )


def write(rows: list[Row], at: datetime) -> None:
    """Bring status rows up to date; those that say the same stay as they are."""
    upsert(SeriesStatus, FIELDS, [(*row, at) for row in rows], apart_from="computed_at")


def _latest(some: Slice) -> Ints:
    """The index of the newest point of each series, -1 without one."""
    offsets = some.portfolio.offsets
    return np.where(np.diff(offsets) > 0, offsets[1:] - 1, -1)


def _of(column: Any, at: Ints) -> Any:
    """A column of points at some of them; anything where there is no point at all."""
    return column[at] if len(column) else np.zeros(len(at), column.dtype)


def _newest_gap(some: Slice, owing: Owing) -> tuple[Ints, Ints, Ints]:
    """Ordinal, first and last day of the newest missing period of each series."""
    gap = np.full(len(some), -(10**8), np.int64)
    start, end = np.full(len(some), NEVER, np.int64), np.full(len(some), NEVER, np.int64)
    gap[owing.of] = owing.ordinal  # in order, so that the newest is what stays
    which = np.flatnonzero(gap > -(10**8))
    if len(which):
        frequency, fiscal = some.frequency[which], some.fiscal[which]
        start[which] = asking.start_of(gap[which], frequency, fiscal)
        end[which] = asking.end_of(start[which], frequency)
    return gap, start, end


def _words(some: Slice, found: Found, has: Bools, at: Ints, missing: Bools) -> list[str]:
    """The status words: the newest period that is due decides; none is before the effect date."""
    names = np.array([*STATUSES, "missing", "not_due"], dtype=object)
    not_due = np.where(some.asked.has_target, len(STATUSES) + 1, STATUSES.index("no_target"))
    context = some.portfolio.direction == CONTEXT
    codes = np.where(context, STATUSES.index("context"), not_due)
    judged = has & (context | (_takes_effect(some) <= some.today))
    codes = np.where(judged, _of(found.codes, at), codes)
    words: list[str] = names[np.where(missing, len(STATUSES), codes)].tolist()
    return words


def _takes_effect(some: Slice) -> Ints:
    """The effect date of each series; long ago where none is set."""
    return filled(some.columns["effect_from"], LONG_AGO)


def _process(some: Slice, found: Found, has: Bools, at: Ints) -> tuple[list[str], list[str]]:
    """What the control chart says of each series: its limits against the target, its last point."""
    charts, points = found.charts, some.portfolio
    if not points.points:
        return [""] * len(some), [""] * len(some)
    group = charts.group_of(at)
    lower, upper = charts.lower[group], charts.upper[group]
    drawn = has & ~np.isnan(lower)
    kept = assurances(lower, upper, points.asked_low[at], points.asked_high[at], points.direction)
    meaning = meanings(charts.cause[at], points.direction)
    assured = np.array(ASSURANCES, dtype=object)[np.where(drawn, kept, 0)]
    varied = np.array([*MEANINGS, ""], dtype=object)[np.where(drawn, meaning, len(MEANINGS))]
    return assured.tolist(), varied.tolist()


def _shown(some: Slice, at: Ints) -> Floats:
    """The number of a value; of a bound the end that is known, of a range the lower."""
    low, high = _of(some.portfolio.low, at), _of(some.portfolio.high, at)
    return np.where(np.isfinite(low), low, high)


def _progress(some: Slice, value: Floats, at: Ints) -> Floats:
    """The way covered towards the target that governs the newest point, as progress.judge has it."""
    governing = _of(some.asked.governing, at)
    direction = some.portfolio.direction
    if not len(some.asked.targets):
        return np.full(len(at), np.nan)
    target = some.asked.targets["value"][np.maximum(governing, 0)]
    upper = np.fmax(target, some.asked.targets["high"][np.maximum(governing, 0)])
    top = np.where(direction == HOLD, upper, target)
    start = _of(some.portfolio.baseline, at)
    scale = np.where(top > target, top - target, np.abs(target))
    scale = np.where(scale == 0, 1, scale)
    with np.errstate(invalid="ignore", divide="ignore"):
        now, then = _missing(value, target, top, direction), _missing(start, target, top, direction)
        covered = np.where(direction == HOLD, 1 - now / then, (value - start) / (target - start))
        lost = np.where(now > 0, -now / scale, 1.0)
        found = np.where(then > 0, covered, lost)
    found[(direction == HOLD) & (now <= 0)] = 1
    unknown = np.isnan(value) | (governing < 0) | (direction == CONTEXT)
    unknown |= np.isnan(start) & (direction != HOLD)
    found[unknown] = np.nan
    # Eleven digits before the point and four after it are what the column holds.
    return np.clip(np.round(found, 4), -MOST, MOST)


def _missing(value: Floats, low: Floats, high: Floats, direction: Any) -> Floats:
    """By how much a value misses the target; 0 or less when it meets or beats it."""
    return np.select(
        [direction == 1, direction == -1],
        [low - value, value - high],
        np.fmax(np.fmax(low - value, value - high), 0),
    )


def _check_on(some: Slice, owing: Owing, last_days: Ints) -> Ints:
    """The day on which time alone changes something: a value late, provisional for too long, or in effect."""
    found = owing.check_on.copy()
    waiting = np.flatnonzero(last_days >= some.today[some.portfolio.of])
    np.minimum.at(found, some.portfolio.of[waiting], last_days[waiting] + 1)
    effect = _takes_effect(some)
    found = np.where(effect > some.today, np.minimum(found, effect), found)
    closed = [pk for pk, programme in some.programmes.items() if programme.is_closed]
    if closed:
        found[np.isin(some.columns["programme"], closed)] = NEVER
    return found


def _numbers(column: Floats) -> list[float | None]:
    return [None if x != x else x for x in column.tolist()]


def _days(column: Ints) -> list[date | None]:
    """Dates; most of a column are the same few."""
    known = {day: None if day == NEVER else day_of(day) for day in np.unique(column).tolist()}
    return [known[day] for day in column.tolist()]
