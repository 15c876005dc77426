"""Rules of the registers: ranks, firm sizes, money, windows, coverage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from labs.rules import coverage, funding, ranks, sizes, windows
from labs.rules.sizes import Size

ORDERS = st.lists(st.integers(), min_size=1, unique=True)


@given(ORDERS, st.data(), st.booleans())
def test_a_move_keeps_everybody_and_shifts_one_place(keys, data, up) -> None:
    key = data.draw(st.sampled_from(keys))
    after = ranks.moved(keys, key, up=up)
    assert sorted(after) == sorted(keys)
    step = after.index(key) - keys.index(key)
    assert step in ({0, -1} if up else {0, 1})
    assert (step == 0) == (keys[0 if up else -1] == key)


def test_up_and_down_again_changes_nothing() -> None:
    assert ranks.moved(ranks.moved("abcd", "c", up=True), "c", up=False) == list("abcd")


def test_ranks_begin_with_one() -> None:
    assert ranks.ranks("ba") == {"b": 1, "a": 2}


def kinds(*bounds: tuple[int | None, int | None]) -> list[tuple[str, str, int, int]]:
    found = sizes.problems([Size(str(n), *both) for n, both in enumerate(bounds)])
    return [(each.code, each.kind, each.first, each.last) for each in found]


def test_sizes_that_follow_one_another_hold() -> None:
    assert kinds((1, 9), (10, 49), (50, 249), (250, None)) == []


def test_sizes_that_overlap_say_which_persons() -> None:
    assert kinds((1, 10), (9, 49)) == [("1", "overlap", 9, 10)]
    assert kinds((1, 10), (10, 49)) == [("1", "overlap", 10, 10)]


def test_sizes_with_a_gap_say_which_persons() -> None:
    assert kinds((1, 9), (12, 49)) == [("1", "gap", 10, 11)]


def test_a_size_without_an_upper_bound_is_the_last() -> None:
    assert kinds((1, None), (10, 49)) == [("0", "open", 0, 0)]


def test_a_size_ends_after_it_begins_and_begins_somewhere() -> None:
    assert kinds((9, 1), (None, 49)) == [("1", "missing", 0, 0), ("0", "order", 0, 0)]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.integers(0, 3))
def test_sizes_hold_exactly_when_each_number_has_one_size(widths, shift) -> None:
    bounds, low = [], 1
    for width in widths:
        bounds.append((low, low + width - 1))
        low += width
    if len(bounds) > 1:
        bounds[1] = (bounds[1][0] + shift, bounds[1][1] + shift)
    holders = [sum(a <= n <= b for a, b in bounds) for n in range(1, bounds[-1][1] + 1)]
    assert (kinds(*bounds) == []) == all(count == 1 for count in holders)


def test_totals_are_per_currency_and_never_across() -> None:
    ten, five = Decimal(10), Decimal(5)
    found = funding.totals(
        [
            ("USD", funding.Totals(source=ten)),
            ("MYR", funding.Totals(source=ten, allotted=five)),
            ("MYR", funding.Totals(moved=Decimal(2), pending=five)),
        ]
    )
    assert list(found) == ["MYR", "USD"]
    assert (found["MYR"].free, found["MYR"].unmoved) == (five, Decimal(3))
    assert found["USD"].free == ten


def test_money_reaches_the_bottom_only_from_an_engine() -> None:
    both = ["top_down", "bottom_up"]
    assert funding.reaches_bottom([("top_down", "bottom_up")], both) is True
    assert funding.reaches_bottom([("bottom_up", "top_down")], both) is False
    assert funding.reaches_bottom([], both) is False


def test_without_engines_or_bottom_there_is_nothing_to_ask() -> None:
    assert funding.reaches_bottom([], ["top_down", ""]) is None
    assert funding.reaches_bottom([], []) is None


def test_a_window_is_open_on_its_first_and_last_day() -> None:
    first, last = date(2019, 1, 1), date(2019, 12, 31)
    days = [date(2018, 12, 31), first, last, date(2020, 1, 1)]
    assert [windows.state(first, last, on) for on in days] == ["ahead", "open", "open", "closed"]
    assert windows.days_left(last, date(2019, 12, 1)) == 30
    assert windows.alert_on(last, 31) == date(2019, 11, 30)


def test_a_window_pays_off_after_it_opens_and_may_do_so_after_it_closed() -> None:
    opens, closes = date(2019, 1, 1), date(2019, 6, 1)
    assert windows.problems(opens, closes, date(2024, 1, 1)) == {}
    assert windows.problems(closes, opens, date(2018, 1, 1)) == {
        "closes_on": "before_open",
        "pays_off_on": "before_open",
    }


def test_coverage_names_the_gaps_of_each_goal_and_group() -> None:
    means = [
        coverage.Means("1", "Loans", "credit", "g", "small"),
        coverage.Means("2", "Courses", "training", "g", "micro"),
        coverage.Means("3", "Roads", "", "h", "small"),
    ]
    supports = ["credit", "training"]
    goals = coverage.by_goal(means, {"g": "Grow", "h": "Build"}, supports)
    assert [(row.name, row.gaps) for row in goals] == [("Grow", []), ("Build", supports)]
    groups = coverage.by_group(means, {"micro": "Micro", "small": "Small"}, supports)
    assert [row.gaps for row in groups] == [["credit"], ["training"]]
    assert [cell.means[0].title for cell in groups[1].cells if not cell.is_gap] == ["Loans"]
