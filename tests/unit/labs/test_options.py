"""Options weighed on criteria: exact sums, missing is not zero, a tie is a tie."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from labs.rules.options import Scored, Weighted, compare

COST, SPEED = Weighted(1, Decimal("3")), Weighted(2, Decimal("1"))
A, B, C = 10, 20, 30
UNION, FIRM = 7, 8


def scores(*rows: tuple[int, int, int, int]) -> list[Scored]:
    return [Scored(*row) for row in rows]


def test_a_total_is_the_mean_of_the_seats_weighted_by_the_criteria() -> None:
    given_ = scores((A, 1, UNION, 8), (A, 1, FIRM, 4), (A, 2, UNION, 2), (A, 2, FIRM, 2))
    (line,) = compare([A], [COST, SPEED], given_, [UNION, FIRM]).lines
    assert [cell.mean for cell in line.cells] == [Decimal("6.00"), Decimal("2.00")]
    assert line.total == Decimal("5.00"), "(3 × 6 + 1 × 2) / 4"
    assert (line.missing, line.rank) == (0, 1)


def test_a_later_score_of_the_same_seat_counts_instead() -> None:
    given_ = scores((A, 1, UNION, 2), (A, 1, UNION, 9))
    (line,) = compare([A], [COST], given_, [UNION]).lines
    assert (line.total, line.cells[0].seats) == (Decimal("9.00"), 1)


def test_a_missing_score_is_not_a_zero() -> None:
    """B is not scored on speed: it has no total and no place, and A leads what is known."""
    given_ = scores((A, 1, UNION, 1), (A, 2, UNION, 1), (B, 1, UNION, 10))
    found = compare([A, B], [COST, SPEED], given_, [UNION, FIRM])
    a, b = found.lines
    assert (b.total, b.rank, b.cells[1].mean) == (None, None, None)
    assert found.best == (A,)
    assert (a.missing, b.missing, found.complete) == (2, 3, False)


def test_thirds_are_exact_so_that_a_tie_is_said() -> None:
    """Rounded on the way, 1/3 + 1/3 + 1/3 of A would lose against the whole of B."""
    thirds = [Weighted(key, Decimal("1")) for key in (1, 2, 3)]
    mean_of_third = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    given_ = [
        Scored(A, criterion, seat, value)
        for criterion, row in zip((1, 2, 3), mean_of_third, strict=True)
        for seat, value in enumerate(row)
    ]
    given_ += [Scored(B, 1, 0, 1), Scored(B, 2, 0, 0), Scored(B, 3, 0, 0)]
    found = compare([A, B], thirds, given_, [0, 1, 2])
    assert found.best == (A, B)
    assert found.is_tied
    assert [line.is_tied for line in found.lines] == [True, True]
    assert [line.rank for line in found.lines] == [1, 1]


def test_places_after_a_tie_are_left_out() -> None:
    given_ = scores((A, 1, UNION, 5), (B, 1, UNION, 5), (C, 1, UNION, 4))
    found = compare([A, B, C], [COST], given_, [UNION])
    assert [line.rank for line in found.lines] == [1, 1, 3]


def test_nothing_to_weigh_has_no_best() -> None:
    assert compare([], [COST], [], [UNION]).best == ()
    assert compare([A], [], [], [UNION]).lines[0].total is None
    unscored = compare([A], [COST], [], [UNION])
    assert (unscored.best, unscored.complete) == ((), False)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([A, B, C]),
            st.sampled_from([1, 2]),
            st.sampled_from([UNION, FIRM]),
            st.integers(0, 10),
        ),
        max_size=40,
    )
)
def test_totals_lie_between_the_lowest_and_the_highest_score(
    rows: list[tuple[int, int, int, int]],
) -> None:
    found = compare([A, B, C], [COST, SPEED], scores(*rows), [UNION, FIRM])
    for line in found.lines:
        newest = {(row[1], row[2]): row[3] for row in rows if row[0] == line.option}
        if line.total is not None:
            assert min(newest.values()) <= line.total <= max(newest.values())
        assert line.missing == 4 - len(newest)
    ranked = [line for line in found.lines if line.rank is not None]
    totals = [line.total for line in sorted(ranked, key=lambda line: line.rank)]
    assert totals == sorted(totals, reverse=True)
