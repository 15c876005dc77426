"""Control charts: edge cases, and properties against a slow second reading of the method.

The second reading is in slow_xmr.py.
"""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.rules.xmr import assurance, chart, chart_direction, limits
from tests.unit.kpis.slow_xmr import VALUES, as_rows, slow_chart, slow_lines

# Before a trend: limits so wide that no point of the trend lies outside them.
WIDE_NOISE = [-40.0, 48.0] * 4


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_agrees_with_the_slow_reading(rows):
    assert as_rows(chart(rows)) == slow_chart(rows)


@settings(max_examples=120, deadline=None)
@given(VALUES, st.sampled_from([1, 2, 7]), st.integers(0, 12))
def test_decimals_are_judged_as_written_on_a_line_too(rows, base, places):
    """Up to fifteen digits: 0.3 lies on the mean of 0.1, 0.2 and 0.6 although doubles differ."""
    start = base * 10**14 if places == 0 else base * 10 ** (places - 1)
    units = [None if v is None else start + v for v in rows]
    doubles = [None if u is None else u / 10**places for u in units]
    assert as_rows(chart(doubles)) == slow_chart(units)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.data())
def test_groups_know_nothing_of_each_other(rows, data):
    cut = data.draw(st.integers(0, len(rows)))
    rebase = [i == cut for i in range(len(rows))]
    together = chart(rows, rebase)
    assert as_rows(together) == as_rows(chart(rows[:cut])) + as_rows(chart(rows[cut:]))


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_turning_the_series_over_swaps_good_and_bad(rows):
    over = chart([None if v is None else -v for v in rows], direction="decrease")
    assert over.kind == chart(rows, direction="increase").kind


def test_equal_values_have_no_limits_and_no_signals():
    got = chart([0.1] * 49)
    assert set(got.side) == {0}
    assert set(got.lower) == set(got.upper) == set(got.outside) == {None}
    assert set(got.kind) == {"common_cause"}
    assert limits([0.1] * 49).mean == 0.1


def test_one_row_has_a_mean_and_nothing_else():
    got = chart([7.0])
    assert (got.mean, got.lower, got.side, got.short_group) == ((7.0,), (None,), (0,), (True,))
    assert got.variation == "common_cause"


def test_no_row_gives_an_empty_chart():
    got = chart([])
    assert got.kind == ()
    assert got.variation is None
    assert assurance(got, 5.0, "increase") is None


def test_only_blanks_give_nothing_to_judge():
    got = chart([None] * 8)
    assert set(got.mean) == set(got.side) == set(got.outside) == {None}
    assert set(got.kind) == {"common_cause"}


def test_a_value_on_the_mean_lies_on_it_although_doubles_differ():
    assert chart([0.1, 0.2, 0.3]).side == (-1, 0, 1)


def test_when_all_ranges_left_are_zero_the_limits_meet_the_mean():
    got = chart([1.0, 1.0, 1.0, 1.0, 2.0])
    assert got.lower == got.upper == got.mean
    assert got.cause == ("outside_below",) * 4 + ("outside_above",)


def test_a_range_of_exactly_the_screening_bound_is_dropped():
    """Eleven ranges that sum to 1000: the bound is 297, and one range is just that."""
    ranges = [297, *[70] * 9, 73]
    values = [0.0]
    for i, step in enumerate(ranges):
        values.append(values[-1] + (step if i % 2 else -step))
    got, tenths = chart(values), chart([v / 10 for v in values])
    assert got.upper[0] - got.mean[0] == pytest.approx(2.66 * 70.3)
    assert tenths.upper[0] - tenths.mean[0] == pytest.approx(2.66 * 7.03)
    wider = chart([*values[:1], *[v + 1 for v in values[1:]]])
    assert wider.upper[0] - wider.mean[0] == pytest.approx(2.66 * 999 / 11)


ON_A_LIMIT = [2, 3, 1, 5, 0, 0, 2, -9]
ON_AN_INNER_LINE = [0, 27975, 0, 27975, 0, 27975, 0, 85275]


@pytest.mark.parametrize(("rows", "share"), [(ON_A_LIMIT, 1), (ON_AN_INNER_LINE, Fraction(2, 3))])
@pytest.mark.parametrize("unit", [1, 10, 1000])
def test_a_value_on_a_line_is_not_beyond_it(rows, share, unit):
    mean, width = slow_lines(rows)
    on = [abs(v - mean) == width * share for v in rows]
    got = chart([v / unit for v in rows])
    assert [got.close[i] for i, there in enumerate(on) if there] == [share == 1]
    assert not any(got.outside[i] for i, there in enumerate(on) if there)
    assert as_rows(got) == slow_chart(rows)


def test_seven_rising_rows_are_a_trend_and_six_are_not():
    noise = [50.0, 40.0, 60.0, 45.0, 55.0, 42.0, 58.0]
    assert not any(chart([*noise, 40, 41, 42, 43, 44, 45, 40]).trend)
    seven = chart([*noise, 40, 41, 42, 43, 44, 45, 46, 40])
    assert [i for i, t in enumerate(seven.trend) if t] == list(range(7, 14))
    assert set(seven.cause[7:14]) == {"trend_rising"}


@pytest.mark.parametrize("breaker", [43.0, None])
def test_an_equal_pair_or_a_blank_breaks_a_trend(breaker):
    assert not any(chart([40.0, 41.0, 42.0, 43.0, breaker, 44.0, 45.0, 46.0]).trend)


def test_the_top_of_a_rise_and_a_fall_goes_with_the_fall():
    got = chart([*WIDE_NOISE, *range(1, 8), *range(6, 0, -1)])
    assert got.cause[13:16] == ("trend_rising", "trend_falling", "trend_falling")


def test_two_trends_side_by_side_keep_their_own_direction():
    got = chart([*WIDE_NOISE, 1.0, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1])
    assert got.trend == (False,) * 8 + (True,) * 14
    assert got.cause[14:16] == ("trend_rising", "trend_falling")


def test_a_neutral_direction_says_high_and_low_and_gives_no_assurance():
    values = [10.0, 11.0] * 7 + [40.0, 10.0, 11.0, -20.0]
    got = chart(values, direction="neutral")
    assert got.kind[14] == "special_cause_neutral_high"
    assert got.kind[17] == "special_cause_neutral_low"
    assert assurance(got, 5.0, "neutral") is None


@pytest.mark.parametrize(
    ("target", "increase", "decrease"),
    [(0, "consistent_pass", "consistent_fail"), (10.5, "inconsistent", "inconsistent"),
     (99, "consistent_fail", "consistent_pass")],
)  # fmt: skip
def test_assurance_reads_the_target_against_the_last_limits(target, increase, decrease):
    got = chart([10.0, 11.0] * 7)
    assert assurance(got, target, "increase") == increase
    assert assurance(got, target, "decrease") == decrease
    assert assurance(got, None, "increase") is None


def test_assurance_looks_at_the_last_group_only():
    got = chart([10.0, 11.0] * 7 + [50.0, 51.0] * 7, [i == 14 for i in range(28)])
    assert assurance(got, 30, "increase") == "consistent_pass"
    assert got.group == (0,) * 14 + (1,) * 14


def test_a_target_on_a_limit_is_not_met_for_certain():
    got = chart([10.0, 11.0] * 7)
    assert assurance(got, got.upper[-1], "decrease") == "inconsistent"


def test_fewer_than_thirteen_rows_are_marked_short_blanks_counted():
    assert set(chart([1.0] * 12).short_group) == {True}
    assert set(chart([1.0] * 12 + [None]).short_group) == {False}


def test_large_values_keep_their_differences():
    base = 999_999_999_999_000.0
    got = chart([base + x for x in (1, 2, 3, 4, 5, 6, 7, 20, 1)])
    assert [i for i, t in enumerate(got.trend) if t] == list(range(8))


@pytest.mark.parametrize("unit", [1, 100, 10**9])
def test_fifteen_digits_lie_on_their_side_of_a_mean_that_doubles_cannot_hold(unit):
    base = 999_999_999_999_000
    rows = [base] * 19 + [base + 1]
    assert as_rows(chart([v / unit for v in rows])) == slow_chart(rows)


def test_ratios_that_are_no_decimals_lie_on_a_line_within_two_units_in_the_last_place():
    assert chart([1 / 11, 2 / 11, 3 / 11]).side == (-1, 0, 1)
    assert chart([8 / 9, 1.0, 10 / 9]).side == (-1, 0, 1)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one entry per value"):
        chart([1.0, 2.0], [True])
    with pytest.raises(ValueError, match="infinite"):
        chart([1.0, float("inf")])


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("increase", "increase"),
        ("decrease", "decrease"),
        ("hold", "neutral"),
        ("context", "neutral"),
    ],
)
def test_directions_of_kpis(kpi, expected):
    assert chart_direction(kpi) == expected
