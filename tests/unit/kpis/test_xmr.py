"""Control charts: edge cases, and properties against a slow second reading of the method.

The second reading works row by row in exact fractions and shares no code with
the first; it follows the description in words, in the same order.
"""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpis.rules.xmr import assurance, chart, chart_direction, limits

# Before a trend: limits so wide that no point of the trend lies outside them.
WIDE_NOISE = [-40.0, 48.0] * 4
NUMBERS = st.integers(-30, 30)
FLAT = st.integers(0, 2)
RAMPS = st.lists(
    st.tuples(st.integers(-6, 6), st.sampled_from([-1, 0, 1, 1]), st.integers(1, 9)),
    min_size=1,
    max_size=5,
).map(lambda legs: [start + step * i for start, step, length in legs for i in range(length)])


def with_blanks(rows):
    blanks = st.lists(st.sampled_from([False] * 7 + [True]), min_size=len(rows), max_size=len(rows))
    return blanks.map(lambda b: [None if gone else v for v, gone in zip(rows, b, strict=True)])


VALUES = st.one_of(st.lists(NUMBERS, max_size=40), st.lists(FLAT, max_size=40), RAMPS).flatmap(
    with_blanks
)


def slow_lines(rows):
    """Mean and average screened moving range of one group, exact; None where undefined."""
    present = [v for v in rows if v is not None]
    if not present:
        return None, None
    ranges = [
        abs(b - a) for a, b in zip(rows, rows[1:], strict=False) if a is not None and b is not None
    ]
    if ranges:
        average = Fraction(sum(ranges)) / len(ranges)
        ranges = [r for r in ranges if r < Fraction("3.267") * average]
    width = Fraction("2.66") * sum(ranges) / len(ranges) if ranges else None
    return Fraction(sum(present)) / len(present), width


def slow_runs(rows, holds, least):
    """Rows of every stretch of at least ``least`` rows over which ``holds`` is true."""
    marked = set()
    for start in range(len(rows)):
        for end in range(start + least, len(rows) + 1):
            if holds(rows[start:end]):
                marked |= set(range(start, end))
    return marked


def slow_away(rows):
    """Per row: outside the limits, beyond an inner line only, side of the mean; None: unknown."""
    mean, width = slow_lines(rows)
    away = [None if v is None or width is None else abs(v - mean) for v in rows]
    outside = [None if gap is None else gap > width for gap in away]
    close = [None if gap is None else width >= gap > width * 2 / 3 for gap in away]
    return outside, close, [None if v is None else (v > mean) - (v < mean) for v in rows]


def monotone(part):
    """Whether these rows strictly rise or strictly fall."""
    if None in part:
        return False
    pairs = list(zip(part, part[1:], strict=False))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)


def slow_two_in_three(close, side):
    marked = set()
    for i in range(len(close) - 2):
        three = range(i, i + 3)
        if {side[j] for j in three} in ({1}, {-1}) and sum(bool(close[j]) for j in three) >= 2:
            marked |= {j for j in three if close[j]}
    return marked


def slow_rises(rows, trend, i):
    """Whether a row in a trend rises: by the step onwards if the next row is in a trend too."""
    if i + 1 in trend and rows[i + 1] != rows[i]:
        return rows[i + 1] > rows[i]
    return rows[i] > rows[i - 1]


def slow_chart(rows):
    """(outside, close, side, trend, two in three, shift, cause) of each row of one group."""
    outside, close, side = slow_away(rows)
    trend = slow_runs(rows, monotone, 7)
    shift = slow_runs(side, lambda part: set(part) in ({1}, {-1}), 7)
    two = slow_two_in_three(close, side)

    def cause(i):
        above = "above" if side[i] == 1 else "below"
        if outside[i]:
            return f"outside_{above}"
        if i in trend:
            return "trend_rising" if slow_rises(rows, trend, i) else "trend_falling"
        if i in two:
            return f"two_in_three_{above}"
        return f"shift_{above}" if i in shift else "common_cause"

    return [
        (outside[i], close[i], side[i], i in trend, i in two, i in shift, cause(i))
        for i in range(len(rows))
    ]


def as_rows(got):
    return list(
        zip(
            got.outside,
            got.close,
            got.side,
            got.trend,
            got.two_in_three,
            got.shift,
            got.cause,
            strict=True,
        )
    )


def no_value_on_a_limit(rows):
    """Whether no value lies on a limit or inner line, where doubles cannot decide."""
    mean, width = slow_lines(rows)
    if not width:
        return True
    gaps = [abs(v - mean) for v in rows if v is not None]
    return all(gap not in (width, width * 2 / 3) for gap in gaps)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_agrees_with_the_slow_reading(rows):
    assume(no_value_on_a_limit(rows))
    assert as_rows(chart(rows)) == slow_chart(rows)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_tenths_give_the_verdicts_of_the_decimals_they_stand_for(rows):
    assume(no_value_on_a_limit(rows))
    assert as_rows(chart([None if v is None else v / 10 for v in rows])) == slow_chart(rows)


@settings(max_examples=100, deadline=None)
@given(VALUES, st.data())
def test_groups_know_nothing_of_each_other(rows, data):
    cut = data.draw(st.integers(0, len(rows)))
    rebase = [i == cut for i in range(len(rows))]
    together = chart(rows, rebase)
    assert as_rows(together) == as_rows(chart(rows[:cut])) + as_rows(chart(rows[cut:]))


@settings(max_examples=100, deadline=None)
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
