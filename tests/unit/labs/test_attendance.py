"""Who came, in which rank, and where that is going."""

from __future__ import annotations

from decimal import Decimal

import pytest

from labs.rules.attendance import Came, SessionLine, by_seat, by_session, trend


def test_by_seat_counts_what_each_seat_was_expected_at() -> None:
    came = [Came(1, 10, 2), Came(1, 20, 5), Came(2, 10, 3, delegate=True)]
    lines = by_seat(came, {1: [10, 20, 30], 2: [10]})
    found = {line.seat: (line.came, line.of, line.delegates, line.rank) for line in lines}
    assert found == {
        10: (2, 2, 1, Decimal("2.5")),
        20: (1, 1, 0, Decimal("5.0")),
        30: (0, 1, 0, None),
    }


def test_who_came_unasked_counts_as_expected_there() -> None:
    (line,) = by_session([Came(1, 40, 1)], {1: []})
    assert (line.came, line.of) == (1, 1)


def test_an_average_leaves_out_unknown_ranks_and_rounds_halves_up() -> None:
    came = [Came(1, 10, 1), Came(1, 20, 2), Came(1, 30, 2), Came(1, 40, 2), Came(1, 50, None)]
    (line,) = by_session(came, {1: [10, 20, 30, 40, 50]})
    assert line.rank == Decimal("1.8"), "1.75"
    assert (line.came, line.of) == (5, 5)


def test_sessions_keep_their_order_and_nobody_has_no_rank() -> None:
    lines = by_session([], {3: [1], 1: [1]})
    assert [(line.session, line.came, line.rank) for line in lines] == [(3, 0, None), (1, 0, None)]


@pytest.mark.parametrize(
    ("ranks", "said"),
    [
        ([2, 2, 5, 5], "falling"),
        ([5, 5, 2, 2], "rising"),
        ([2, 3, 2, 3], "level"),
        ([2, 2, None, 2, 3], "level"),
        ([2, 2, 9], None),
        ([], None),
    ],
)
def test_where_ranks_are_going(ranks: list[int | None], said: str | None) -> None:
    """The later half against the first; 1 is the highest, so a larger number is a lower rank."""
    lines = [
        SessionLine(number, 1, 1, 0, None if rank is None else Decimal(rank))
        for number, rank in enumerate(ranks)
    ]
    assert trend(lines) == said
