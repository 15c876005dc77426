"""What people type into one cell: numbers, bounds, ranges, and what could mean two things."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules import typed
from kpis.rules.values import NumberRefused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.5", ("=", Decimal("12.5"), None)),
        (" -3 ", ("=", Decimal(-3), None)),
        ("1.250", ("=", Decimal("1.25"), None)),
        ("<5", ("<", Decimal(5), None)),
        ("> 5", (">", Decimal(5), None)),
        ("~5", ("≈", Decimal(5), None)),
        ("≈5.5", ("≈", Decimal("5.5"), None)),
        ("5..7", ("range", Decimal(5), Decimal(7))),
        ("-7 .. -5", ("range", Decimal(-7), Decimal(-5))),
    ],
)
def test_the_ways_to_write_a_value(text, expected):
    seen = typed.read(text)
    assert (seen.comparator, seen.value, seen.high) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<",
        "..",
        "5..",
        "7..5",
        "5...7",
        "<5..7",
        "≤5",
        ">=5",
        "±5",
        "5-7",
        "5 – 7",
        "5 7",
        "1e3",
    ],
)
def test_other_ways_are_refused(text):
    with pytest.raises(NumberRefused):
        typed.read(text)


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("1.250", ("1250", "1.25")),
        ("1,250", ("1250", "1.25")),
        ("-12,500", ("-12500", "-12.5")),
        ("1,5", ("1.5",)),
        ("1,250,000", ("1250000",)),
        ("1.250.000", ("1250000",)),
        ("1 250", ("1250",)),
        ("1'250'000", ("1250000",)),
        ("1.250,5", ("1250.5",)),
        ("1,250.5", ("1250.5",)),
        ("0.125", ("0.125",)),
        ("0,125", ("0.125",)),
        ("12.5", ()),
        ("12.3456", ()),
        ("1250", ()),
        ("12,5%", ()),
        ("abc", ()),
    ],
)
def test_what_a_text_may_stand_for(text, meanings):
    assert typed.meanings(text) == meanings


@pytest.mark.parametrize("text", ["1.250", "1,250", "-1.250", "<1.250", "1.250..2"])
def test_a_pasted_number_of_two_meanings_is_never_guessed(text):
    with pytest.raises(typed.CellRefused) as refused:
        typed.read(text, pasted=True)
    assert len(refused.value.meanings) == 2


@pytest.mark.parametrize("text", ["12.5", "0.125", "1250", "12.3456"])
def test_a_pasted_number_of_one_meaning_is_taken(text):
    assert typed.read(text, pasted=True).value == Decimal(text)


def test_ratio_from_two_cells():
    seen = typed.read_ratio("≈29", "40", Decimal(100))
    assert (seen.comparator, seen.numerator, seen.value) == ("≈", Decimal(29), Decimal("72.5"))
    for above, below, field in (("", "40", "numerator"), ("29", " ", "denominator")):
        with pytest.raises(NumberRefused) as refused:
            typed.read_ratio(above, below, Decimal(100))
        assert field in (refused.value.fields or {})
    with pytest.raises(NumberRefused):
        typed.read_ratio("<29", "40", Decimal(100))
    with pytest.raises(typed.CellRefused):
        typed.read_ratio("1.250", "4000", Decimal(100), pasted=True)


NUMBERS = st.decimals(min_value=-(10**6), max_value=10**6, places=4)


@given(st.sampled_from(["=", "<", ">", "≈", "range"]), NUMBERS, NUMBERS)
def test_what_is_written_reads_back_the_same(comparator, one, other):
    low, high = min(one, other), max(one, other) if comparator == "range" else None
    seen = typed.read(typed.written(comparator, low, high))
    assert (seen.comparator, seen.value, seen.high) == (comparator, low, high)


@given(st.text(max_size=20), st.booleans())
def test_any_text_is_read_or_refused_with_a_sentence(text, pasted):
    said = "."
    try:
        typed.read(text, pasted=pasted)
    except NumberRefused as refused:
        said = str(refused)
    assert said.endswith(".")
