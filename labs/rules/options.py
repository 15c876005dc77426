"""Options weighed on criteria: a weighted average of the seats' scores.

Public names::

    Weighted(key, weight)
    Scored(option, criterion, seat, value)
    Cell(mean, seats), Line(option, cells, total, missing, rank, is_tied)
    Comparison(lines, best, is_tied, complete)
    compare(options, criteria, scores, seats) -> Comparison

A cell is the mean of the seats' scores of an option on a criterion; an option's total
is the mean of its cells weighted by the criteria. A criterion that nobody scored is
missing: the option then has no total and no rank, for a missing score is not a zero.
Sums are exact fractions, so that a tie is a tie; what is shown is rounded to two
decimals, halves away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Weighted:
    """A criterion and what it weighs."""

    key: int
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Scored:
    """One seat's score, 0 to 10. A later one of the same place counts instead."""

    option: int
    criterion: int
    seat: int
    value: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What the seats make of an option on a criterion; ``mean`` None: nobody scored it."""

    criterion: int
    mean: Decimal | None
    seats: int


@dataclass(frozen=True, slots=True)
class Line:
    """An option over all criteria. ``missing`` counts scores that seats still owe."""

    option: int
    cells: tuple[Cell, ...]
    total: Decimal | None
    missing: int
    rank: int | None = None
    is_tied: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """All options, and which scored best: several when they tie, none before any is complete."""

    lines: tuple[Line, ...]
    best: tuple[int, ...]
    complete: bool

    @property
    def is_tied(self) -> bool:
        return len(self.best) > 1


def compare(
    options: Sequence[int],
    criteria: Sequence[Weighted],
    scores: Iterable[Scored],
    seats: Sequence[int],
) -> Comparison:
    """Weigh the options. ``scores`` in the order they were given; ``seats`` may score."""
    newest = {(row.option, row.criterion, row.seat): row.value for row in scores}
    given: dict[tuple[int, int], list[int]] = {}
    for (option, criterion, _seat), value in newest.items():
        given.setdefault((option, criterion), []).append(value)
    totals = {option: _total(option, criteria, given) for option in options}
    ranked = sorted((total for total in totals.values() if total is not None), reverse=True)
    owed = len(criteria) * len(seats)
    lines = tuple(
        Line(
            option=option,
            cells=tuple(_cell(option, each.key, given) for each in criteria),
            total=_shown(totals[option]),
            missing=owed - _given(newest, option, criteria, seats),
            rank=_rank(totals[option], ranked),
            is_tied=_is_tied(totals[option], ranked),
        )
        for option in options
    )
    return Comparison(
        lines=lines,
        best=tuple(line.option for line in lines if line.rank == 1),
        complete=bool(lines) and all(line.missing == 0 for line in lines),
    )


def _total(
    option: int, criteria: Sequence[Weighted], given: dict[tuple[int, int], list[int]]
) -> Fraction | None:
    """The exact weighted mean; None while a criterion has no score, or there is none."""
    if not criteria or any((option, each.key) not in given for each in criteria):
        return None
    weighed = [Fraction(each.weight) * _mean(given[option, each.key]) for each in criteria]
    weights = [Fraction(each.weight) for each in criteria]
    return sum(weighed, Fraction()) / sum(weights, Fraction())


def _mean(values: Sequence[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def _cell(option: int, criterion: int, given: dict[tuple[int, int], list[int]]) -> Cell:
    values = given.get((option, criterion), [])
    return Cell(criterion, _shown(_mean(values)) if values else None, len(values))


def _given(
    newest: dict[tuple[int, int, int], int],
    option: int,
    criteria: Sequence[Weighted],
    seats: Sequence[int],
) -> int:
    return sum((option, each.key, seat) in newest for each in criteria for seat in seats)


def _rank(total: Fraction | None, ranked: Sequence[Fraction]) -> int | None:
    return None if total is None else ranked.index(total) + 1


def _is_tied(total: Fraction | None, ranked: Sequence[Fraction]) -> bool:
    return total is not None and ranked.count(total) > 1


def _shown(exact: Fraction | None) -> Decimal | None:
    if exact is None:
        return None
    return (Decimal(exact.numerator) / exact.denominator).quantize(CENT, ROUND_HALF_UP)
