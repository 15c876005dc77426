"""Small portfolios for tests: monthly series told by their values."""

from dataclasses import replace

import numpy as np

from kpis.rules.portfolio import BOUND, Portfolio

NAN = float("nan")
JANUARY_2018 = 2018 * 12


def portfolio(
    *series, direction=1, asked=NAN, baseline=NAN, group=None, locked=None, first=JANUARY_2018
):
    """Each series is a list of values; None leaves the month out, (low, high) is a bound."""
    rows = [
        (s, first + i, v)
        for s, values in enumerate(series)
        for i, v in enumerate(values)
        if v is not None
    ]
    low, high = (np.array([_end(v, k) for _, _, v in rows], float) for k in (0, 1))
    bound = low != high
    of = np.array([s for s, _, _ in rows], np.int64)
    low_asked, high_asked = asked if isinstance(asked, tuple) else (asked, asked)
    n, count = len(rows), len(series)
    return Portfolio(
        ids=np.arange(count) + 100,
        direction=np.broadcast_to(np.array(direction, np.int8), count).copy(),
        offsets=np.searchsorted(of, np.arange(count + 1)).astype(np.int64),
        of=of,
        ordinal=np.array([o for _, o, _ in rows], np.int64),
        value=np.where(bound, np.nan, low),
        low=low,
        high=high,
        flags=np.where(bound, BOUND, 0).astype(np.uint8),
        group=of.copy() if group is None else np.array(group, np.int64),
        asked_low=np.broadcast_to(np.array(low_asked, float), n).copy(),
        asked_high=np.broadcast_to(np.array(high_asked, float), n).copy(),
        baseline=np.broadcast_to(np.array(baseline, float), n).copy(),
        locked=np.full((count, 3), np.nan) if locked is None else np.array(locked, float),
        frequency=np.ones(count, np.int8),
    )


def _end(value, k):
    return value[k] if isinstance(value, tuple) else value


def with_direction(one, code):
    return replace(one, direction=np.full(len(one), code, np.int8))
