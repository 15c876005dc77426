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
    tenths = charts(np.array([0.2]), np.zeros(1, int), np.array([[0.3, 0.1, 0.5]]))
    assert (tenths.lower[0], tenths.upper[0]) == (0.1, 0.5)
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
    direction = np.array([1, 1, 1, 1, -1, -1, -1, 0, 2], np.int8)
    target = np.array([99.0, 0, 15, np.nan, 99, 0, 15, 99, 0])
    sure = assurances(np.full(9, 10.0), np.full(9, 20.0), target, target, direction)
    assert [ASSURANCES[a].removeprefix("consistent_") for a in sure] == [
        "fail", "pass", "inconsistent", "", "pass", "fail", "inconsistent", "", "",
    ]  # fmt: skip


def test_a_locked_mean_without_limits_still_has_two_sides():
    locked = np.array([[10.0, np.nan, np.nan]])
    got = charts(np.array([9.0, 11, 10, 900]), np.zeros(4, int), locked)
    assert got.side.tolist() == [2, 1, 0, 1]
    assert not got.outside.any()
    assert not got.close.any()


@pytest.mark.parametrize(("before", "after"), [(1, 6), (3, 4), (6, 1)])
def test_a_run_on_one_side_does_not_reach_over_a_new_baseline(before, after):
    first = [0.0] * 7 + [9.0] * before
    second = [9.0] * after + [0.0] * 7
    got = charts(np.array(first + second), np.repeat([0, 1], [len(first), len(second)]))
    assert got.side.tolist() == [2] * 7 + [1] * (before + after) + [2] * 7
    assert got.shift.tolist() == [2] * 7 + [0] * (before + after) + [2] * 7


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1)])
def test_two_in_three_do_not_reach_over_a_new_baseline(before, after):
    noise = [0.0, 20, 1, 19, 0, 20, 1, 19, 0, 20]
    values = np.array([*noise, *[60.0] * (before + after), *noise])
    group = np.repeat([0, 1], [10 + before, 10 + after])
    got = charts(values, group)
    assert got.two_in_three.tolist() == _alone(values, group)


def _alone(values, group):
    parts = [charts(values[group == g], np.zeros((group == g).sum(), int)) for g in (0, 1)]
    return [sign for part in parts for sign in part.two_in_three.tolist()]
