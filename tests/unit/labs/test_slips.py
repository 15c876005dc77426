"""What finish was promised when, and where bars and marks stand in the picture."""

from __future__ import annotations

import datetime
import uuid

from hypothesis import given
from hypothesis import strategies as st

from labs.rules import gantt
from labs.rules.slips import Promise, slip

DAY = datetime.date(2019, 1, 1)
KEYS = [uuid.UUID(int=number) for number in range(1, 30)]


def on(number: int) -> datetime.date:
    return DAY + datetime.timedelta(number)


def at(number: int) -> datetime.datetime:
    return datetime.datetime(2019, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(number)


def planned(when: int, finish: int | None) -> Promise:
    return Promise(at(when), "planned", None if finish is None else on(finish), number=when)


def expected(when: int, finish: int | None) -> Promise:
    return Promise(at(when), "expected", None if finish is None else on(finish))


def test_the_first_promise_is_what_slips_are_measured_by():
    found = slip([planned(5, 40), planned(1, 30), expected(8, 50), planned(9, 45)])
    assert (found.first, found.promised, found.expected) == (on(30), on(45), on(50))
    assert found.days == 20
    assert found.revised == (on(40),)
    assert [each.at for each in found.history] == [at(1), at(5), at(8), at(9)]


def test_without_a_report_the_plan_counts_and_without_a_promise_nothing():
    assert slip([planned(1, 30), planned(2, 25)]).days == -5
    assert slip([planned(1, 30), expected(2, None)]).days == 0
    assert slip([]).days is None
    assert slip([expected(2, 30)]).days is None
    assert slip([planned(1, None), planned(2, 30), planned(3, None)]).first == on(30)


BARS = st.lists(
    st.tuples(st.none() | st.integers(0, 900), st.integers(0, 300), st.sets(st.integers(0, 9))),
    min_size=1,
    max_size=10,
)


@given(BARS)
def test_everything_drawn_stands_inside_the_picture_in_order_of_days(rows):
    bars = [
        gantt.Bar(
            KEYS[n],
            None if start is None else on(start),
            None if start is None else on(start + length),
            waits_for=tuple(KEYS[m] for m in sorted(first)),
        )
        for n, (start, length, first) in enumerate(rows)
    ]
    drawn = gantt.picture(bars, on(400))
    if all(start is None for start, *_rest in rows):
        assert drawn is None
        return
    placed = [drawn.bars[bar.key] for bar in bars if bar.start is not None]
    assert all(gantt.LABELS <= each.x < each.right <= gantt.WIDTH for each in placed)
    by_start = sorted((bar.start, drawn.bars[bar.key].x) for bar in bars if bar.start is not None)
    assert [x for _day, x in by_start] == sorted(x for _day, x in by_start)
    assert len(drawn.ticks) <= gantt.MOST_TICKS + 1
    assert drawn.height == gantt.HEAD + gantt.ROW * len(bars) + 6


def test_the_word_beside_a_bar_stands_clear_of_its_marks():
    bars = [gantt.Bar(KEYS[0], on(0), on(10), marks=(("expected", on(60)),))]
    placed = gantt.picture(bars, on(5)).bars[KEYS[0]]
    (mark,) = placed.marks
    assert placed.word > mark.x > placed.right


def test_today_is_drawn_only_within_the_plan():
    bars = [gantt.Bar(KEYS[0], on(10), on(20))]
    assert gantt.picture(bars, on(15)).today is not None
    assert gantt.picture(bars, on(9)).today is None
    assert gantt.picture([gantt.Bar(KEYS[0], None, None)], on(9)) is None
