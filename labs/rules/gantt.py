"""The places of bars, marks and lines in a picture of a plan, in whole units of its view box."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LABELS, WIDTH, ROW, HEAD = 300, 1000, 30, 34
BAR = 14  # height of a bar
WORDS = 110  # room to the right of the last day for the word beside a bar
MOST_TICKS = 10
STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months between two ticks


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the plan. ``marks``: days to mark, by kind: first, revised, expected."""

    key: uuid.UUID
    start: date | None
    finish: date | None
    marks: tuple[tuple[str, date], ...] = ()
    waits_for: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    kind: str
    x: int
    y: int
    on: date


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a bar is: ``y`` of its line's middle, its left and width; None without days."""

    key: uuid.UUID
    y: int
    x: int | None
    width: int
    marks: tuple[Mark, ...]

    @property
    def right(self) -> int:
        return (self.x or 0) + self.width

    @property
    def word(self) -> int:
        """Where the word beside the bar begins: to the right of the bar and of its marks."""
        return max([self.right, *(mark.x for mark in self.marks)]) + 12

    @property
    def top(self) -> int:
        return self.y - BAR // 2


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    on: date


@dataclass(frozen=True)
class Picture:
    """``lines``: paths from what comes first to what waits for it."""

    width: int
    height: int
    bars: Mapping[uuid.UUID, Placed]
    ticks: tuple[Tick, ...]
    today: int | None
    lines: tuple[str, ...]


class Scale:
    """Days to places between the labels and the words."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.days = max((last - first).days, 1)

    def x(self, on: date) -> int:
        room = WIDTH - WORDS - LABELS
        return LABELS + round((on - self.first).days * room / self.days)


def picture(bars: Sequence[Bar], today: date) -> Picture | None:
    """Where everything stands; None when no bar has a day."""
    days = [day for bar in bars for day in _days(bar)]
    if not days:
        return None
    scale = Scale(min(days), max(days) + timedelta(days=1))
    placed = {bar.key: _placed(bar, place, scale) for place, bar in enumerate(bars)}
    return Picture(
        width=WIDTH,
        height=HEAD + ROW * len(bars) + 6,
        bars=placed,
        ticks=tuple(_ticks(scale)),
        today=scale.x(today) if scale.first <= today <= scale.last else None,
        lines=tuple(_lines(bars, placed)),
    )


def _days(bar: Bar) -> list[date]:
    marked = [day for _kind, day in bar.marks]
    return [day for day in (bar.start, bar.finish, *marked) if day is not None]


def _placed(bar: Bar, place: int, scale: Scale) -> Placed:
    y = HEAD + ROW * place + ROW // 2
    start, finish = bar.start or bar.finish, bar.finish or bar.start
    marks = tuple(Mark(kind, scale.x(day), y, day) for kind, day in bar.marks)
    if start is None or finish is None:
        return Placed(bar.key, y, None, 0, marks)
    x = scale.x(start)
    return Placed(bar.key, y, x, max(scale.x(finish + timedelta(days=1)) - x, 4), marks)


def _ticks(scale: Scale) -> Iterable[Tick]:
    """The first of months, quarters or years: never more than there is room for."""
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month
    step = next((each for each in STEPS if months / each <= MOST_TICKS), STEPS[-1])
    number = scale.first.year * 12 + scale.first.month - 1
    number += -number % step
    while True:
        on = date(number // 12, number % 12 + 1, 1)
        if on > scale.last:
            return
        if on >= scale.first:
            yield Tick(scale.x(on), on)
        number += step


def _lines(bars: Sequence[Bar], placed: Mapping[uuid.UUID, Placed]) -> Iterable[str]:
    """From the end of what comes first, down or up, to the beginning of what waits."""
    for bar in bars:
        to = placed[bar.key]
        for first in bar.waits_for:
            come = placed.get(first)
            if come is None or come.x is None or to.x is None:
                continue
            turn = come.right + 6
            yield f"M{come.right} {come.y}H{turn}V{(come.y + to.y) // 2}H{to.x - 8}V{to.y}H{to.x - 2}"
