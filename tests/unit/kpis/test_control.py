"""The rules on control charts: one finding per pattern, where it completes, on the worse side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.rules.control import KINDS, charts_of
from kpis.rules.detection import fire
from kpis.rules.rules_catalogue import RuleRefused, typed
from kpis.rules.xmr import CAUSES
from tests.unit.kpis.portfolios import portfolio, with_direction
from tests.unit.kpis.slow_xmr import (
    VALUES,
    monotone,
    slow_away,
    slow_rises,
    slow_runs,
    slow_two_in_three,
)

WIDE_NOISE = [-40.0, 48.0] * 4
NOISE = [50.0, 52, 49, 51, 50, 48, 51, 50, 49, 52, 50, 51]
BLANK = (float("-inf"), 900.0)


def found(kind, one, **given_):
    return fire(kind, one, typed(kind, {"min_points": 2, "both_sides": True} | given_))


def points(kind, one, **given_):
    got = found(kind, one, **given_)
    return got.point.tolist(), np.flatnonzero(got.holds).tolist()


def slow_completions(rows, is_pattern, least):
    """Ends of stretches that just became long enough, and ends of those that were already."""
    at, later = [], []
    for end in range(len(rows)):
        if end + 1 < least or not is_pattern(rows[end + 1 - least : end + 1]):
            continue
        before = rows[end - least : end] if end >= least else None
        goes_on = before is not None and is_pattern(rows[end - least : end + 1])
        (later if goes_on else at).append(end)
    return at, later


@settings(max_examples=120, deadline=None)
@given(VALUES)
def test_trends_and_shifts_complete_at_their_seventh_row(rows):
    one = portfolio([BLANK if v is None else v for v in rows])
    side = slow_away(rows)[2]
    assert points("control_trend", one) == slow_completions(rows, monotone, 7)
    same = lambda part: set(part) in ({1}, {-1})  # noqa: E731
    assert points("control_shift", one) == slow_completions(side, same, 7)


def slow_chains(rows):
    """Marked rows at most two apart with one side between: the second of each chain, and later ones."""
    _outside, close, side = slow_away(rows)
    marked = slow_two_in_three(close, side)
    linked, fires, later = set(), [], []
    for j in sorted(marked):
        near = [i for i in (j - 1, j - 2) if i in marked and len(set(side[i : j + 1])) == 1]
        if near:
            (later if near[0] in linked else fires).append(j)
            linked.add(j)
    return fires, later


@settings(max_examples=120, deadline=None)
@given(VALUES)
def test_two_in_three_completes_at_the_second_close_row(rows):
    one = portfolio([BLANK if v is None else v for v in rows])
    fires, later = slow_chains(rows)
    got, holds = points("control_two_in_three", one)
    assert got == fires
    assert set(later) <= set(holds)
    assert not set(holds) & set(fires)


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=4), st.sampled_from(KINDS))
def test_series_side_by_side_do_not_touch(series, kind):
    told = [[BLANK if v is None else v for v in rows] for rows in series]
    together = found(kind, portfolio(*told))
    alone = [found(kind, portfolio(rows)) for rows in told]
    assert together.ordinal.tolist() == [o for one in alone for o in one.ordinal.tolist()]
    assert together.holds.tolist() == [h for one in alone for h in one.holds.tolist()]


def test_a_trend_of_nine_is_one_finding_that_goes_on_for_two_rows():
    one = portfolio([*WIDE_NOISE, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3])
    assert points("control_trend", one) == ([14], [15, 16])
    told = found("control_trend", one).evidence(0)
    assert (told["cause"], told["kind"]) == ("trend_rising", "special_cause_improvement")
    assert (told["value"], told["at"], told["points"]) == ("7", 14, 18)
    assert [p[:7] for p in told["pattern"]] == [f"2018-{m:02d}" for m in range(9, 13)] + [
        "2019-01", "2019-02", "2019-03",
    ]  # fmt: skip
    assert told["values"][:3] == ["-40", "48", "-40"]
    assert len(told["values"]) == len(told["periods"]) == 18


def test_a_rise_then_a_fall_are_two_patterns():
    one = portfolio([*WIDE_NOISE, *range(1, 8), *range(6, 0, -1)])
    assert points("control_trend", one) == ([14, 20], [])


@pytest.mark.parametrize(("code", "expected"), [(1, []), (-1, [14]), (0, [14]), (2, [14])])
def test_only_the_worse_side_fires_unless_no_side_is_worse(code, expected):
    one = with_direction(portfolio([*WIDE_NOISE, 1, 2, 3, 4, 5, 6, 7, 3]), code)
    assert points("control_trend", one, both_sides=False)[0] == expected


def test_the_better_side_neither_fires_nor_holds():
    one = portfolio([*WIDE_NOISE, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3])
    assert points("control_trend", one, both_sides=False) == ([], [])


def test_a_shift_shows_even_where_its_points_lie_outside_the_limits():
    one = portfolio([*[1.0, 2.0] * 10, *[90.0, 91.0] * 4])
    shifts = found("control_shift", one)
    assert [CAUSES[c] for c in charts_of(one).cause[shifts.point]] == [
        "outside_below",
        "outside_above",
    ]
    assert shifts.evidence(1)["cause"] == "shift_above"
    assert len(shifts.evidence(1)["pattern"]) == 7


def test_points_outside_the_limits_are_each_a_finding_with_lines_and_group():
    one = portfolio([*NOISE, 70, 51, 20])
    got = found("control_limits", one)
    assert got.point.tolist() == [12, 14]
    told = got.evidence(0)
    assert told["pattern"] == ["2019-01-01/2019-01-31"]
    assert (told["short"], told["locked"], told["direction"]) == (False, False, "increase")
    assert float(told["lower"]) < float(told["mean"]) < float(told["upper"]) < 70


def test_two_close_rows_with_one_between_are_the_pattern():
    rows = [0.0, 20, 1, 19, 0, 20, 1, 19, 0, 20, 60, 30, 61, 9, 12]
    one = portfolio(rows)
    fires, _later = slow_chains(rows)
    got = found("control_two_in_three", one)
    assert got.point.tolist() == fires == [12]
    assert [p[:7] for p in got.evidence(0)["pattern"]] == ["2018-11", "2019-01"]


ALTERNATING = [0.0, 20, 1, 19, 0, 20, 1, 19, 0, 20] * 2


@pytest.mark.parametrize(
    ("rows", "fires", "later"),
    [
        ([30, 58, 58, 2, 58, 58, 30], [2, 5], []),
        ([58, 30, 58, 30, 58], [2], [3, 4]),
        ([58, 30, 58, 58, 30, 2], [2], [3]),
    ],
)
def test_a_chain_of_close_rows_is_one_pattern_that_a_row_on_the_other_side_ends(rows, fires, later):
    one = portfolio([*ALTERNATING, *rows, *ALTERNATING])
    got, holds = points("control_two_in_three", one)
    assert ([i - 20 for i in got], [i - 20 for i in holds]) == (fires, later)


@pytest.mark.parametrize(("least", "expected"), [(13, [12]), (14, [])])
def test_a_group_with_too_few_values_raises_nothing_and_blanks_are_none(least, expected):
    one = portfolio([*NOISE, 70, BLANK])
    assert points("control_limits", one, min_points=least)[0] == expected


def test_locked_limits_are_trusted_with_few_points_and_count_for_the_last_group_only():
    one = portfolio([50.0, 71, 50, 71], group=[0, 0, 1, 1], locked=[[50, 40, 60]])
    got = found("control_limits", one, min_points=13)
    assert got.point.tolist() == [3]
    told = got.evidence(0)
    assert (told["locked"], told["lower"], told["upper"], told["short"]) == (
        True,
        "40",
        "60",
        False,
    )
    assert (told["at"], told["values"]) == (1, ["50", "71"])


@pytest.mark.parametrize("kind", KINDS)
def test_series_that_are_not_marked_stay_silent(kind):
    rows = [*WIDE_NOISE, 1, 2, 3, 4, 5, 6, 7, 8, *[300, -300, 300, 180, 180, 180], *[2.0] * 9]
    one = portfolio(rows, rows)
    params = typed(kind, {"both_sides": True})
    both = fire(kind, one, params)
    marked = fire(kind, one, params, np.array([False, True]), charts=charts_of(one))
    assert both.series.tolist().count(1) == len(marked.point)
    assert set(marked.series.tolist()) <= {1}
    assert not marked.holds[: len(rows)].any()


def test_a_kind_that_is_not_on_points_is_refused():
    with pytest.raises(RuleRefused):
        fire("missing", portfolio([1.0]), {})


def test_the_slow_reading_knows_both_headings():
    assert slow_rises([1, 2, 3], slow_runs([1, 2, 3], monotone, 3), 0)
