"""Which points follow each other in time, and rows of them.

Public names::

    follows(portfolio) -> bools          the point before is of the same series, one period earlier
    in_a_row(bad, follows, least) -> bools     where so many bad points stand in a row
    row_before(bad, follows, point) -> int     the first point of the row that ``point`` ends
    points_of(portfolio, series) -> bools | None    points of the series marked, None for all
"""

from __future__ import annotations

import numpy as np

from kpis.rules.portfolio import Bools, Portfolio


def follows(portfolio: Portfolio) -> Bools:
    """Whether each point's neighbour before is that of the period before: a gap ends a row."""
    found = np.zeros(portfolio.points, bool)
    found[1:] = portfolio.ordinal[1:] - portfolio.ordinal[:-1] == 1
    starts = portfolio.offsets[:-1]
    found[starts[starts < portfolio.points]] = False
    return found


def in_a_row(bad: Bools, follows: Bools, least: int) -> Bools:
    """The points that end, or go on, a row of at least ``least`` bad ones."""
    row, joined = bad.copy(), bad & follows
    for _ in range(least - 1):
        row[1:] = row[:-1] & joined[1:]
        row[:1] = False
    return row


def row_before(bad: Bools, follows: Bools, point: int) -> int:
    """The first point of the unbroken row of bad points that ends at ``point``."""
    while follows[point] and bad[point - 1]:
        point -= 1
    return point


def points_of(portfolio: Portfolio, series: Bools | None) -> Bools | None:
    """Whether each point belongs to a series that is marked; None when all do."""
    if series is None or series.all():
        return None
    marked: Bools = np.repeat(series, np.diff(portfolio.offsets))
    return marked
