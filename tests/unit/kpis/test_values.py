"""Values: what is taken, what is refused and why, and that comparisons never round."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules.values import (
    NumberRefused,
    Observation,
    as_float,
    at_least,
    at_most,
    compare,
    compare_ratio,
    parse_decimal,
    ratio_value,
    to_decimal,
    to_text,
)

D = Decimal
accepted = st.builds(
    lambda digits, places: D(digits).scaleb(-places),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.integers(0, 10),
)
counts = st.integers(0, 10**12).map(D)
positive_counts = st.integers(1, 10**12).map(D)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        (" 12.50 ", "12.5"),
        ("+7", "7"),
        ("007", "7"),
        ("999999999999999", "999999999999999"),
        ("0.0000000001", "0.0000000001"),
        ("1.50000000000000000", "1.5"),
        ("100", "100"),
        ("12345.6789012345", "12345.6789012345"),
    ],
)
def test_plain_numbers_are_taken(text, expected):
    assert to_text(parse_decimal(text)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write a number"),
        ("  ", "Write a number"),
        ("NaN", "leave the value out"),
        ("-Infinity", "leave the value out"),
        ("n/a", "leave the value out"),
        ("12,5", "point"),
        ("1,250,000", "separator"),
        ("1 250 000.5", "separator"),
        ("1\u00a0250", "separator"),
        ("45%", "percent"),
        ("1.2E3", "exponent"),
        ("1e400000000", "exponent"),
        (".5", "both sides"),
        ("5.", "both sides"),
        ("\u22123", "hyphen"),
        ("\u0663", "digits and a point"),
        ("1_000", "digits and a point"),
        ("twelve", "digits and a point"),
        ("0x1F", "digits and a point"),
        ("=1+1", "digits and a point"),
        ("1234567890123456", "before the point"),
        ("1000000000000000", "before the point"),
        ("0.00000000001", "decimal places"),
        ("123456.7890123456", "significant digits"),
    ],
)
def test_anything_doubtful_is_refused_with_what_to_do(text, says):
    with pytest.raises(NumberRefused, match=says) as refusal:
        parse_decimal(text, field="actual")
    assert list(refusal.value.fields) == ["actual"]
    assert refusal.value.code == "number"


def test_a_negative_number_is_refused_where_none_makes_sense():
    with pytest.raises(NumberRefused, match="zero or more"):
        parse_decimal("-1", allow_negative=False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.1, "0.1"), (15.0, "15"), (1e-7, "0.0000001"), (3, "3"), (D("2E2"), "200")],
)
def test_spreadsheet_numbers_are_taken_as_shown(value, expected):
    assert to_text(to_decimal(value)) == expected


@pytest.mark.parametrize(
    "value", [True, float("nan"), float("inf"), 0.1 + 0.2, D("NaN"), D("sNaN"), 10**15]
)
def test_spreadsheet_numbers_are_held_to_the_same_limits(value):
    with pytest.raises(NumberRefused):
        to_decimal(value)


@given(accepted)
def test_a_taken_number_survives_a_double_and_back(number):
    taken = to_decimal(number)
    assert taken == number
    assert D(format(float(taken), ".15g")) == taken
    assert parse_decimal(to_text(taken)) == taken


def test_a_ratio_is_shown_rounded_and_judged_exactly():
    two_thirds = Observation.ratio(D(2), D(3), D(100))
    assert two_thirds.value == D("66.6666666667")
    assert compare(two_thirds, D("66.6666666667")) == "below"
    assert compare(two_thirds, Fraction(200, 3)) == "equal"


def test_a_ratio_just_below_its_target_is_below_although_it_shows_as_the_target():
    nearly = Observation.ratio(D("94999999999999"), D("99999999999999"), D(100))
    assert compare_ratio(D("94999999999999"), D("99999999999999"), D(95), D(100)) == -1
    assert nearly.value == D(95)
    assert at_least(nearly, D(95)) is False


@given(counts, positive_counts, accepted)
def test_cross_multiplication_agrees_with_exact_division(numerator, denominator, threshold):
    exact = 100 * Fraction(numerator) / Fraction(denominator)
    expected = (exact > threshold) - (exact < threshold)
    assert compare_ratio(numerator, denominator, threshold, D(100)) == expected


@given(counts, positive_counts)
def test_a_shown_ratio_fits_the_columns(numerator, denominator):
    shown = ratio_value(numerator, denominator, D(100)) if numerator < 10**11 else D(0)
    assert to_decimal(shown) == shown


@pytest.mark.parametrize("denominator", [D(0), D(-1)])
def test_a_denominator_must_be_above_zero(denominator):
    with pytest.raises(NumberRefused, match="denominator"):
        Observation.ratio(D(1), denominator)
    with pytest.raises(NumberRefused, match="denominator"):
        compare_ratio(D(1), denominator, D(1))


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"numerator": D(1)},
        {"comparator": "range", "value": D(1)},
        {"comparator": "range", "value": D(2), "high": D(1)},
        {"comparator": "=", "value": D(2), "high": D(3)},
        {"comparator": ">=", "value": D(2)},
        {"comparator": "<", "numerator": D(1), "denominator": D(2)},
    ],
)
def test_an_observation_that_says_nothing_clear_is_refused(parts):
    with pytest.raises(NumberRefused):
        Observation(**parts)


@pytest.mark.parametrize(
    ("comparator", "value", "high", "at_10"),
    [
        ("=", 10, None, "equal"),
        ("≈", 9, None, "below"),
        ("<", 10, None, "below"),
        ("<", 11, None, "straddles"),
        (">", 10, None, "above"),
        (">", 9, None, "straddles"),
        ("range", 8, 9, "below"),
        ("range", 11, 12, "above"),
        ("range", 10, 10, "equal"),
        ("range", 9, 11, "straddles"),
        ("range", 10, 12, "straddles"),
        ("range", 8, 10, "straddles"),
    ],
)
def test_bounds_that_straddle_a_threshold_say_so(comparator, value, high, at_10):
    observation = Observation(comparator, D(value), None if high is None else D(high))
    assert compare(observation, D(10)) == at_10


def test_touching_a_threshold_from_one_side_still_meets_it():
    assert at_least(Observation("range", D(10), D(12)), D(10)) is True
    assert at_most(Observation("range", D(8), D(10)), D(10)) is True
    assert at_most(Observation("range", D(10), D(12)), D(10)) is None


@given(
    st.sampled_from(["=", "≈", "<", ">", "range"]),
    st.integers(-5, 5),
    st.integers(0, 4),
    st.integers(-5, 5),
)
def test_verdicts_agree_with_trying_every_possible_number(comparator, value, width, threshold):
    high = value + width if comparator == "range" else None
    observation = Observation(comparator, D(value), None if high is None else D(high))
    possible = {
        "=": [value],
        "≈": [value],
        "<": [value - 0.25, value - 1, -1000],
        ">": [value + 0.25, value + 1, 1000],
        "range": [value + k * width / 8 for k in range(9)],
    }[comparator]

    def verdict(truths):
        return True if all(truths) else None if any(truths) else False

    assert at_least(observation, D(threshold)) is verdict([x >= threshold for x in possible])
    assert at_most(observation, D(threshold)) is verdict([x <= threshold for x in possible])


def test_statistics_take_numbers_and_leave_bounds_out():
    assert as_float(Observation(value=D("0.1"))) == 0.1
    assert as_float(Observation.ratio(D(1), D(3))) == 1 / 3
    assert as_float(Observation("<", D(5))) is None
    assert as_float(Observation("range", D(5), D(6))) is None
