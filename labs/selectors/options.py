"""Options on criteria: the table of them, who has scored, and the choice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from labs.models import Criterion, Lab, Option, OptionChoice, Score, Seat
from labs.rules import options as rules
from labs.selectors import labs


@dataclass(frozen=True)
class Row:
    """An option with its line of the table."""

    option: Option
    line: rules.Line


@dataclass(frozen=True)
class Page:
    """Everything the page of options shows."""

    criteria: list[Criterion]
    weight: Decimal
    rows: list[Row]
    best: list[Option]
    is_tied: bool
    complete: bool
    scored: list[tuple[Seat, int, int]]
    notes: list[Score]
    choice: OptionChoice | None
    earlier: list[OptionChoice]
    against_scores: bool


def page(lab: Lab) -> Page:
    """The comparison as it stands. Six queries, however many scores there are."""
    options = list(lab.options.order_by("position", "pk"))
    criteria = list(lab.criteria.order_by("position", "pk"))
    seats = list(labs.seats(lab))
    scores = list(
        Score.objects.filter(option__lab=lab)
        .select_related("seat__organisation", "by_user", "by_post__organisation")
        .order_by("at", "pk")
    )
    compared = rules.compare(
        [option.pk for option in options],
        [rules.Weighted(each.pk, each.weight) for each in criteria],
        [rules.Scored(row.option_id, row.criterion_id, row.seat_id, row.value) for row in scores],
        [seat.pk for seat in seats],
    )
    by_id = {option.pk: option for option in options}
    choices = list(
        lab.choices.select_related("option", "by_user", "by_post__organisation").order_by(
            "-at", "-pk"
        )
    )
    newest = choices[0] if choices else None
    return Page(
        criteria=criteria,
        weight=sum((each.weight for each in criteria), Decimal()),
        rows=[Row(by_id[line.option], line) for line in compared.lines],
        best=[by_id[pk] for pk in compared.best],
        is_tied=compared.is_tied,
        complete=compared.complete,
        scored=_scored(seats, scores, len(options) * len(criteria)),
        notes=_notes(scores),
        choice=newest,
        earlier=choices[1:],
        against_scores=bool(newest and compared.best and newest.option_id not in compared.best),
    )


def _scored(seats: list[Seat], scores: list[Score], places: int) -> list[tuple[Seat, int, int]]:
    """For each seat how many places it has scored, and of how many."""
    done: dict[int, set[tuple[int, int]]] = {}
    for row in scores:
        done.setdefault(row.seat_id, set()).add((row.option_id, row.criterion_id))
    return [(seat, len(done.get(seat.pk, ())), places) for seat in seats]


def _notes(scores: list[Score]) -> list[Score]:
    """The newest note of each seat for which the delivery unit entered scores."""
    noted = {row.seat_id: row for row in scores if row.note}
    return sorted(noted.values(), key=lambda row: row.seat.organisation.name)


def newest_scores(lab: Lab, seat: Seat) -> dict[tuple[int, int], int]:
    """What a seat has scored so far, by option and criterion."""
    rows = Score.objects.filter(option__lab=lab, seat=seat).order_by("at", "pk")
    return {(row.option_id, row.criterion_id): row.value for row in rows}
