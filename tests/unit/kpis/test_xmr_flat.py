"""Charts of many groups at once: each as if it were alone, with limits of its own or locked ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.rules.xmr import ASSURANCES, CAUSES, KINDS, assurances, charts, limits, meanings
from tests.unit.kpis.slow_xmr import VALUES, slow_chart, slow_lines


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, max_size=6))
def test_many_groups_at_once_are_judged_as_each_by_itself(series):
    values = [np.nan if v is None else v for rows in series for v in rows]
    group = [10 * i for i, rows in enumerate(series) for _ in rows]
    got = charts(np.array(values, float), np.array(group, int))
    one_by_one = [row for rows in series for row in slow_chart(rows)]
    assert [CAUSES[c] for c in got.cause] == [row[-1] for row in one_by_one]
    assert [(0, 1, -1)[s] for s in got.side] == [row[2] or 0 for row in one_by_one]
    lines = [slow_lines(rows)[0] for rows in series if rows]
    assert [None if np.isnan(m) else m for m in got.mean] == [
        None if m is None else pytest.approx(float(m)) for m in lines
    ]


def test_blocks_of_rows_end_between_groups():
    """More rows than one block takes, among them a group longer than a block."""
    sizes = [20_000, 20_000, 70_000, 5]
    values = np.concatenate([np.arange(n) % 5 + i for i, n in enumerate(sizes)]).astype(float)
    got = charts(values, np.repeat(np.arange(4), sizes))
    assert got.counts.tolist() == sizes
    assert got.mean.tolist() == [2, 3, 4, 5]
    widths = [
        limits(part).upper - limits(part).mean for part in np.split(values, np.cumsum(sizes)[:-1])
    ]
    assert (got.upper - got.mean).tolist() == widths


def test_locked_limits_stand_whatever_the_values():
    locked = np.array([[10.0, 4.0, 16.0], [np.nan] * 3])
    got = charts(np.array([10.0, 16.0, 16.5, 14.5] * 2), np.repeat([0, 1], 4), locked)
    assert got.outside.tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert got.close.tolist()[:4] == [0, 1, 0, 1]
    assert got.side.tolist()[:4] == [0, 1, 1, 1]
    assert (got.lower[0], got.upper[0], got.locked.tolist()) == (4, 16, [True, False])
    assert got.short.tolist() == [False, True]


def test_meanings_and_assurances_are_those_of_the_direction():
    cause = np.array([0, 1, 2, 1, 2, 1, 2], np.uint8)
    direction = np.array([1, 1, 1, -1, -1, 0, 2], np.int8)
    assert [KINDS[k].removeprefix("special_cause_") for k in meanings(cause, direction)] == [
        "common_cause", "improvement", "concern", "concern", "improvement", "neutral_high",
        "neutral_low",
    ]  # fmt: skip
    target = np.array([99.0, 0, 15, np.nan, 99, 0, 99])
    sure = assurances(np.full(7, 10.0), np.full(7, 20.0), target, target, direction)
    assert [ASSURANCES[a].removeprefix("consistent_") for a in sure] == [
        "fail", "pass", "inconsistent", "", "pass", "", "",
    ]  # fmt: skip


def test_a_locked_mean_without_limits_still_has_two_sides():
    locked = np.array([[10.0, np.nan, np.nan]])
    got = charts(np.array([9.0, 11, 10, 900]), np.zeros(4, int), locked)
    assert got.side.tolist() == [2, 1, 0, 1]
    assert not got.outside.any()
    assert not got.close.any()
