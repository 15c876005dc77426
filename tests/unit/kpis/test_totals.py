"""The parts of a breakdown against its total."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.rules.aggregate import Extent, Part
from kpis.rules.totals import Check, by_dimension, check
from kpis.rules.values import Observation

HALF = Fraction(1, 2)


def number(value: str, comparator: str = "=", high: str | None = None) -> Observation:
    return Observation(comparator, Decimal(value), None if high is None else Decimal(high))  # type: ignore[arg-type]


def found(
    whole: str | Observation | None,
    *parts: str | Observation | None,
    how: str = "sum",
    **said: bool,
) -> Check:
    def seen(value: str | Observation | None) -> Observation | None:
        return number(value) if isinstance(value, str) else value

    given = [Part(str(i), seen(value)) for i, value in enumerate(parts)]
    return check(how, given, seen(whole), tolerance=HALF, **said)


@pytest.mark.parametrize(
    ("whole", "agrees", "difference"), [("9", True, 0), ("9.04", True, None), ("10", False, -1)]
)
def test_the_sum_of_the_parts(whole: str, agrees: bool, difference: int | None) -> None:
    made = found(whole, "4", "5")
    assert made.agrees is agrees
    if difference is not None:
        assert made.difference == Extent(Fraction(difference), Fraction(difference))


def test_shares_must_sum_to_a_hundred_whatever_the_total() -> None:
    assert found("40", "60", "40", hundred=True).agrees
    assert found("100", "60", "30", hundred=True).agrees is False
    assert found(None, "60", "40", hundred=True).agrees


def test_a_part_that_is_missing_leaves_it_open() -> None:
    made = found("9", "4", None)
    assert made.agrees is None
    assert made.made.missing == ("1",)


def test_no_total_and_no_parts_leave_it_open() -> None:
    assert found(None, "4").agrees is None
    assert found("4", None).agrees is None


def test_a_bound_agrees_where_it_may_and_differs_where_it_must() -> None:
    assert found("9", "4", number("6", "<")).agrees is None
    assert found("20", "4", number("6", "<")).agrees is False
    assert found("9", "4", number("4.99", "range", "5.01")).agrees


def test_of_nothing_any_difference_is_too_much() -> None:
    assert found("0", "0").agrees
    assert found("0", "0.1").agrees is False


def test_ratios_are_summed_not_averaged() -> None:
    ratios = [
        Observation.ratio(Decimal(a), Decimal(b), Decimal(100))
        for a, b in ((1, 2), (1, 8), (2, 10))
    ]
    assert found(ratios[2], ratios[0], ratios[1], how="ratio_of_sums").agrees


def test_cells_are_grouped_by_how_they_cut_the_whole() -> None:
    keys = ["region=n", "region=s", "size=l", "region=n;size=l"]
    assert by_dimension(keys) == {
        ("region",): ["region=n", "region=s"],
        ("size",): ["size=l"],
        ("region", "size"): ["region=n;size=l"],
    }
