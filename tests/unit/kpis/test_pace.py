"""Going on at this pace: the line through the last values against the next target."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.rules.detection import fire
from kpis.rules.pace import projection
from kpis.rules.rules_catalogue import typed
from tests.unit.kpis.portfolios import JANUARY_2018, NAN, portfolio

BLANK = (float("-inf"), 900.0)


def found(one, target, due, series=None, **given_):
    """``due`` is the month of the next target, counted from the first month."""
    low, high = target if isinstance(target, tuple) else (target, target)
    n = one.points
    following = (
        np.broadcast_to(np.array(low, float), n),
        np.broadcast_to(np.array(high, float), n),
        np.full(n, JANUARY_2018 + due),
    )
    return fire("pace", one, typed("pace", given_), series, following=following)


def slow_misses(values, points, within, target, base, due):
    """Per point: the least squares line by its normal equations, in fractions."""
    known = [(i, Fraction(v, 10)) for i, v in enumerate(values) if v is not None]
    missed = []
    for k in range(points, len(known) + 1):
        part = known[k - points : k]
        n, sx, sy = len(part), sum(x for x, _ in part), sum(y for _, y in part)
        sxx, sxy = sum(x * x for x, _ in part), sum(x * y for x, y in part)
        slope = (n * sxy - sx * sy) / Fraction(n * sxx - sx * sx)
        at_due = (sy - slope * sx) / n + slope * due
        way = Fraction(target - base, 10) if base is not None and target > base else Fraction(0)
        spare = (way or abs(Fraction(target, 10)) or 1) * Fraction(within) / 100
        if part[-1][0] < due and Fraction(target, 10) - at_due > spare:
            missed.append(part[-1][0])
    return missed


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.integers(-99, 99), st.integers(-99, 99), st.none()), max_size=14),
    st.sampled_from([3, 4, 6]),
    st.sampled_from(["0", "10", "33.3"]),
    st.integers(-99, 99),
    st.none() | st.integers(-99, 99),
    st.integers(0, 20),
)
def test_points_whose_line_misses_are_those_of_the_slow_reading(
    values, points, within, target, base, due
):
    one = portfolio(
        [
            BLANK if v is None and i % 2 else None if v is None else v / 10
            for i, v in enumerate(values)
        ],
        baseline=NAN if base is None else base / 10,
    )
    got = found(one, target / 10, due, points=points, within=within)
    missed = slow_misses(values, points, within, target, base, due)
    assert (got.ordinal - JANUARY_2018).tolist() == missed


@pytest.mark.parametrize("gap", [None, 8])
@pytest.mark.parametrize("count", range(3, 9))
def test_the_line_is_drawn_to_a_hair_for_any_number_of_values(count, gap):
    values = [(7 * i * i) % 23 for i in range(12)]
    told = [None if i == gap else v for i, v in enumerate(values)]
    known = [(i, Fraction(v)) for i, v in enumerate(told) if v is not None][-count:]
    _, height = projection([i - 11 for i, _ in known], [v for _, v in known], 9)
    one = portfolio(told)
    last = one.points - 1
    for off, fires in ((-1e-6, False), (1e-6, True)):
        got = found(one, float(height) + off, 20, points=count, within="0")
        assert (last in got.point) is fires


def test_a_line_that_just_misses_by_what_is_spared_is_no_finding():
    """0.1 a month from 0.1: 1.8 in the 18th month, which is 10 per cent under 2.0."""
    one = portfolio([round(0.1 * i, 1) for i in range(1, 7)])
    assert found(one, 2.0, 17).point.tolist() == []
    assert found(one, 2.0, 17, within="9.9").point.tolist() == [5]


def test_the_evidence_tells_the_line_and_what_would_be_needed():
    one = portfolio([1, 2, 3, None, 5, 6, 7], baseline=0)
    told = found(one, 28, 15).evidence(0)
    assert told["values"] == ["1", "2", "3", "5", "6", "7"]
    assert told["offsets"] == [-6, -5, -4, -2, -1, 0]
    assert (told["slope"], told["pace"], told["needed"]) == ("1", "1", "2.33333333333")
    assert (told["last"], told["target"], told["projected"], told["points"]) == ("7", "28", "16", 6)
    assert (told["target_period"][:7], told["periods"][3][:7]) == ("2019-04", "2018-05")
    assert (told["ahead"], told["baseline"], told["within"]) == (9, "0", "10")


@pytest.mark.parametrize(
    ("direction", "values", "target", "fires"),
    [
        (-1, [9, 8, 7, 6, 5, 4], 1, False),
        (-1, [4, 5, 6, 7, 8, 9], 1, True),
        (1, [9, 8, 7, 6, 5, 4], 1, True),
        (1, [4, 5, 6, 7, 8, 9], 1, False),
        (0, [4, 5, 6, 7, 8, 9], (3, 9), True),
        (0, [9, 8, 7, 6, 5, 4], (3, 9), True),
        (0, [5, 6, 5, 6, 5, 6], (3, 9), False),
        (2, [9, 8, 7, 6, 5, 4], 1, False),
    ],
)
def test_the_direction_says_what_a_miss_is(direction, values, target, fires):
    got = found(portfolio(values, direction=direction), target, 12)
    assert (got.point.tolist() == [5]) is fires
    if fires and direction == 0:
        told = got.evidence(0)
        assert told["target"] == ("9" if values[0] == 4 else "3")
        assert (told["target_low"], told["target_high"]) == ("3", "9")


def test_without_a_later_target_or_enough_values_there_is_nothing_to_say():
    rising = [1, 2, 3, 4, 5, 6]
    assert found(portfolio(rising), 99, 5).point.tolist() == []
    assert found(portfolio(rising), NAN, 12).point.tolist() == []
    assert found(portfolio(rising[:5]), 99, 12).point.tolist() == []
    assert fire("pace", portfolio(rising), typed("pace", {})).point.tolist() == []


def test_lines_stay_within_a_series_and_a_baseline_group():
    assert found(portfolio([1, 2, 3], [4, 5, 6]), 99, 12).point.tolist() == []
    assert (
        found(portfolio([1, 2, 3, 4, 5, 6], group=[0] * 3 + [1] * 3), 99, 12).point.tolist() == []
    )


def test_what_is_off_track_already_is_left_to_the_rule_on_progress():
    slow = [1, 2, 3, 4, 5, 6]
    assert found(portfolio(slow, asked=6), 99, 12).point.tolist() == [5]
    behind = found(portfolio(slow, asked=50), 99, 12)
    assert behind.point.tolist() == []
    assert behind.holds.tolist() == [False] * 5 + [True]


def test_only_series_marked_are_looked_at():
    two = portfolio([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])
    assert found(two, 99, 12, np.array([False, True])).series.tolist() == [1]


def test_more_points_than_one_block_takes_lose_no_line():
    many = portfolio(*[[float(i % 3) for i in range(100)]] * 700)
    assert len(found(many, 10**6, 400).point) == 700 * 95


def test_the_exact_line_of_two_values_goes_through_both():
    assert projection([-2, 0], [Fraction(1), Fraction(4)], 2) == (Fraction(3, 2), 7)
