"""The value of a composite KPI from those of its components, and what is to be written."""

from __future__ import annotations

from decimal import Decimal

from kpis.rules.composites import Seen, Worked, differences, work_out
from kpis.rules.values import Observation

HALF = {1: Decimal(1), 2: Decimal(1)}


def number(value: str, comparator: str = "=", high: str | None = None) -> Observation:
    return Observation(comparator, Decimal(value), None if high is None else Decimal(high))  # type: ignore[arg-type]


def seen(value: str, comparator: str = "=", **said: bool) -> Seen:
    return Seen(number(value, comparator), **said)


def test_a_period_has_a_value_once_every_component_has_one() -> None:
    values = {1: {2018: seen("80"), 2019: seen("90")}, 2: {2018: seen("60")}}
    assert work_out(values, HALF, mean=True) == {2018: Worked(number("70"))}
    assert work_out(values, HALF, mean=False) == {2018: Worked(number("140"))}


def test_weights_count_and_may_be_negative() -> None:
    values = {1: {2018: seen("80")}, 2: {2018: seen("60")}}
    assert work_out(values, {1: Decimal(3), 2: Decimal(1)}, mean=True)[2018].observation == number(
        "75"
    )
    assert work_out(values, {1: Decimal(1), 2: Decimal(-1)}, mean=False)[
        2018
    ].observation == number("20")


def test_a_ratio_counts_by_its_exact_value() -> None:
    third = Observation.ratio(Decimal(1), Decimal(3), Decimal(100))
    values = {1: {2018: Seen(third)}, 2: {2018: Seen(third)}, 3: {2018: Seen(third)}}
    weights = dict.fromkeys((1, 2, 3), Decimal(1))
    assert work_out(values, weights, mean=False)[2018].observation == number("100")


def test_it_is_provisional_or_history_if_a_component_is() -> None:
    values = {1: {2018: seen("1", provisional=True)}, 2: {2018: seen("1", backfilled=True)}}
    found = work_out(values, HALF, mean=True)[2018]
    assert found.provisional
    assert found.backfilled


def test_bounds_carry_over_and_what_they_leave_open_is_no_value() -> None:
    values = {1: {1: seen("5", "<"), 2: seen("5", "<")}, 2: {1: seen("10"), 2: seen("3", ">")}}
    assert work_out(values, HALF, mean=False) == {1: Worked(number("15", "<"))}


def test_what_no_column_holds_is_no_value() -> None:
    most = "999999999999999"
    values = {1: {1: seen(most)}, 2: {1: seen(most)}}
    assert work_out(values, HALF, mean=False) == {}


def test_no_components_no_value() -> None:
    assert work_out({}, {}, mean=True) == {}


def test_only_what_differs_is_written() -> None:
    stays, other = Worked(number("1")), Worked(number("2"))
    found = differences(
        {"same": stays, "changed": other, "new": stays},
        {
            "same": Worked(number("1.0000000000"), backfilled=True),
            "changed": stays,
            "gone": stays,
        },
    )
    assert (found.new, found.changed, found.gone) == ({"new": stays}, {"changed": other}, ["gone"])


def test_a_value_that_becomes_final_differs() -> None:
    found = differences({1: Worked(number("1"))}, {1: Worked(number("1"), provisional=True)})
    assert list(found.changed) == [1]
