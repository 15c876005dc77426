"""Values that can hardly be true: outside a range, an impossible jump, far from all others."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.rules.detection import fire
from kpis.rules.implausible import spread_of
from kpis.rules.rules_catalogue import typed
from tests.unit.kpis.portfolios import portfolio

BLANK = (float("-inf"), 900.0)
TENTHS = st.integers(-40, 40)
VALUES = st.lists(st.one_of(TENTHS, TENTHS, st.integers(-9000, 9000), st.none()), max_size=14)


def found(one, **given_):
    return fire("implausible", one, typed("implausible", {"z": ""} | given_))


def names_of(got):
    return [got.evidence(i)["test"] for i in range(len(got.point))]


def slow_middle(values):
    ordered = sorted(values)
    n = len(ordered)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def slow_far(values, limit):
    """Which values lie farther than ``limit`` spreads from the median, in fractions."""
    present = [Fraction(v, 10) for v in values if v is not None]
    if len(present) < 6:
        return []
    median = slow_middle(present)
    spread = Fraction("1.4826") * slow_middle([abs(v - median) for v in present])
    return [
        i
        for i, v in enumerate(values)
        if v is not None and spread and abs(Fraction(v, 10) - median) / spread > limit
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4), st.sampled_from(["1", "2.5", "6", "2.9664"]))
def test_the_z_test_is_that_of_the_slow_reading_for_each_series(series, z):
    told = [[BLANK if v is None else v / 10 for v in values] for values in series]
    got = found(portfolio(*told), z=z)
    expected = [(s, i) for s, values in enumerate(series) for i in slow_far(values, Fraction(z))]
    assert list(zip(got.series.tolist(), (got.ordinal - 24216).tolist(), strict=True)) == expected


def test_a_value_exactly_at_the_limit_is_plausible():
    """Median 0 and MAD 0.1: at z = 2 the limit is 0.29652."""
    rows = [-0.1, 0.1, -0.1, 0.1, -0.1, 0.1, 0.0, 0.0]
    assert found(portfolio([*rows, 0.29652]), z="2").point.tolist() == []
    assert found(portfolio([*rows, 0.29653]), z="2").point.tolist() == [8]


def test_without_a_yardstick_or_with_five_values_nothing_is_far():
    assert found(portfolio([5.0] * 8 + [90]), z="6").point.tolist() == []
    assert found(portfolio([5.0, 6, 7, 8, 900]), z="6").point.tolist() == []
    assert found(portfolio([5.0, 6, 7, 8, 9, 900]), z="6").point.tolist() == [5]


def test_each_baseline_group_has_its_own_median():
    rows = [5.0, 6, 7, 8, 9, 6, 505, 506, 507, 508, 509, 506]
    assert found(portfolio(rows, group=[0] * 6 + [1] * 6), z="6").point.tolist() == []
    assert found(portfolio([*rows[:6], 505]), z="6").point.tolist() == [6]


@pytest.mark.parametrize(
    ("rows", "jump", "expected"),
    [
        ([100, 150], "50", []),
        ([100, 150.1], "50", [1]),
        ([100, 49.9], "50", [1]),
        ([-2, 2], "100", [1]),
        ([0, 5], "50", []),
        ([100, BLANK, 160], "50", [2]),
        ([100, None, 160], "50", [1]),
        ([0.1, 0.13], "30", []),
        ([0.7, 0.91], "30", []),
        ([0.7, 0.9101], "30", [1]),
    ],
)
def test_a_jump_is_more_than_so_many_per_cent_of_the_value_before(rows, jump, expected):
    got = found(portfolio(rows), jump=jump)
    assert got.point.tolist() == expected
    assert names_of(got) == ["jump"] * len(expected)


def test_no_jump_is_seen_over_a_new_baseline_or_between_series():
    assert found(portfolio([1.0, 900], group=[0, 1]), jump="50").point.tolist() == []
    assert found(portfolio([1.0], [900.0]), jump="50").point.tolist() == []


def test_the_range_goes_before_the_jump_and_both_before_the_z_test():
    one = portfolio([5.0, 6, 7, 8, 9, 6, 900, 11, 12])
    everything = {"z": "6", "low": "0", "high": "100", "jump": "50"}
    assert names_of(found(one, **everything)) == ["range", "jump"]
    assert names_of(found(one, z="6", jump="50")) == ["jump", "jump"]
    assert names_of(found(one, z="6")) == ["z"]
    told = found(one, **everything).evidence(0)
    assert (told["value"], told["low"], told["high"]) == ("900", "0", "100")
    assert found(portfolio([0.0, 100, -0.1, 100.1]), low="0", high="100").point.tolist() == [2, 3]


def test_the_evidence_tells_the_numbers():
    one = portfolio([5.0, 6, 7, 8, 9, 6, 900.5])
    told = found(one, z="6").evidence(0)
    median, spread = spread_of([Fraction(x) for x in one.value.tolist()])
    assert Decimal(told["median"]) == median == 7
    assert (
        Decimal(told["spread"])
        == Decimal("1.4826")
        == Decimal(spread.numerator) / spread.denominator
    )
    assert told["values"] == ["5", "6", "7", "8", "9", "6", "900.5"]
    assert (told["value"], told["limit"], told["z"][:5]) == ("900.5", "6", "602.6")
    jump = found(portfolio([8.0, 2.0]), jump="50").evidence(0)
    assert (jump["previous"], jump["change"], jump["limit"]) == ("8", "-75", "50")


def test_series_that_are_not_marked_stay_silent():
    one = portfolio([900.0], [900.0])
    got = fire("implausible", one, typed("implausible", {"high": "5"}), np.array([False, True]))
    assert got.series.tolist() == [1]
