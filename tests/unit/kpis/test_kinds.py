"""Kinds of KPIs: which values can be, and which ways of putting them together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpis.rules import kinds

D = Decimal
NUMBER = kinds.Facts("number", "increase", 1, "latest", "", "", "")


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("count", "1.5", "count"),
        ("count", "-1", "count"),
        ("count", "0", None),
        ("count", "12.0", None),
        ("milestone", "0.3", "milestone"),
        ("milestone", "2", "milestone"),
        ("milestone", "1", None),
        ("rank", "0", "rank"),
        ("rank", "2.5", "rank"),
        ("rank", "1", None),
        ("percentage", "150", None),
        ("percentage", "-20", None),
        ("number", "-3.75", None),
        ("score", "7.25", None),
    ],
)
def test_only_the_impossible_is_refused(kind, value, code):
    assert kinds.value_problem(kind, "=", [D(value), None]) == code


@pytest.mark.parametrize(("value", "code"), [("100", None), ("0", None), ("100.1", "share")])
def test_shares_of_a_whole_lie_within_it(value, code):
    assert kinds.value_problem("percentage", "=", [D(value)], is_share=True) == code


def test_bounds_and_ranges_are_of_the_kind_too():
    assert kinds.value_problem("count", "<", [D(5)]) is None
    assert kinds.value_problem("count", "range", [D(5), D("7.5")]) == "count"
    assert kinds.value_problem("milestone", "≈", [D(1)]) == "milestone"


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [("ratio", "ratio_of_sums"), ("count", "sum"), ("number", "latest"), ("rank", "latest")],
)
def test_every_kind_has_a_way_to_its_year_that_is_allowed(kind, fitting):
    assert kinds.fitting_over_periods(kind) == fitting
    assert all(kinds.fitting_over_periods(each) in kinds.OVER_PERIODS[each] for each in kinds.KINDS)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "ratio", "over_periods": "average"}, "over_periods"),
        ({"kind": "ratio", "over_parts": "average"}, "over_parts"),
        ({"kind": "rank", "over_parts": "sum"}, "over_parts"),
        ({"kind": "percentage", "over_periods": "sum"}, "over_periods"),
        ({"over_parts": "cumulative"}, "over_parts"),
        ({"scale": 100}, "scale"),
        ({"kind": "milestone", "direction": "range"}, "direction"),
        ({"kind": "count", "composition": "sum"}, "composition"),
        ({"parts_check": "total"}, "parts_check"),
        ({"parts_check": "hundred"}, "parts_check"),
    ],
)
def test_what_does_not_fit_the_kind_is_named(fields, field):
    assert set(kinds.definition_problems(replace(NUMBER, **fields))) == {field}


def test_what_fits_is_taken():
    ratio = replace(NUMBER, kind="ratio", scale=100, over_parts="ratio_of_sums")
    for facts in (
        NUMBER,
        replace(NUMBER, kind="count", over_periods="sum", over_parts="sum", parts_check="total"),
        replace(ratio, parts_check="hundred"),
        replace(NUMBER, kind="score", composition="weighted"),
    ):
        assert kinds.definition_problems(facts) == {}
