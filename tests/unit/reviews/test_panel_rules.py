"""Scores of external validation, and how a reported and a validated one differ."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import panels as rules


def score(direction, value, low, high=None, baseline=None):
    return rules.score(
        direction,
        Fraction(value),
        Fraction(low),
        Fraction(low if high is None else high),
        None if baseline is None else Fraction(baseline),
    )


@pytest.mark.parametrize(
    ("direction", "value", "low", "baseline", "expected"),
    [
        ("increase", 101, 100, None, "101.00"),
        ("increase", 150, 200, 100, "50.00"),
        ("decrease", 75, 50, 100, "50.00"),
        ("decrease", 45, 50, 100, "110.00"),
        ("decrease", 110, 50, 100, "-20.00"),
        ("decrease", 75, 50, None, "66.67"),
        ("increase", 5, 0, None, None),
        ("decrease", 0, 50, None, None),
        ("increase", 90, 100, 100, "90.00"),
        ("context", 90, 100, None, None),
    ],
)
def test_a_score_is_per_cent_of_the_target(direction, value, low, baseline, expected):
    found = score(direction, value, low, baseline=baseline)
    assert found == (None if expected is None else Decimal(expected))


def test_inside_a_range_is_met_and_outside_the_way_back_counts():
    assert score("hold", 5, 4, 6) == 100
    assert score("hold", 7, 4, 6, baseline=8) == 50
    assert score("hold", 7, 4, 6) is None


def test_what_cannot_be_kept_has_no_score():
    assert score("increase", 10**9, Fraction(1, 10**6)) is None


@pytest.mark.parametrize(
    ("reported", "validated", "scored", "expected"),
    [
        ("101", "92", True, (rules.OVER, Decimal(9))),
        ("90", "95", True, (rules.UNDER, Decimal(-5))),
        ("101", "100", True, (rules.AGREES, Decimal(1))),
        (None, "92", True, (rules.NOT_REPORTED, None)),
        ("101", None, True, (rules.NOT_VALIDATED, None)),
        ("101", None, False, (rules.NOT_SCORED, None)),
    ],
)
def test_a_difference_is_told_in_words_and_points(reported, validated, scored, expected):
    found = rules.compare(
        None if reported is None else Decimal(reported),
        None if validated is None else Decimal(validated),
        scored=scored,
    )
    assert (found.verdict, found.points) == expected


@given(st.integers(-500, 500), st.integers(1, 500), st.integers(-500, 0))
def test_the_target_scores_100_and_the_baseline_0(value, target, baseline):
    assert score("increase", target, target, baseline=baseline) == 100
    assert score("increase", baseline, target, baseline=baseline) == 0
    better = score("increase", value + 1, target, baseline=baseline)
    now = score("increase", value, target, baseline=baseline)
    assert better >= now
