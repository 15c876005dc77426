"""Seeing it coming: the projection is what the sweep would then do, day by day."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from people.rules.workdays import add_working_days
from reviews.rules import ladder
from reviews.rules.outlook import Rung, project

FRIDAY = datetime.date(2019, 4, 19)
DAY = datetime.timedelta(days=1)


def working(days: int, holidays: frozenset[datetime.date] = frozenset()):
    return lambda entered: add_working_days(entered, days, holidays)


def test_it_goes_up_on_the_day_after_the_last_one():
    above = [Rung(2, working(5)), Rung(3, working(10), is_top=True)]
    second, third = project(FRIDAY, FRIDAY - DAY, above)
    assert (second.arrives, second.until) == (FRIDAY + DAY, datetime.date(2019, 4, 26))
    assert (third.arrives, third.until) == (
        datetime.date(2019, 4, 27),
        datetime.date(2019, 5, 10),
    )


def test_what_is_late_already_goes_up_today():
    (second,) = project(FRIDAY, FRIDAY + 10 * DAY, [Rung(2, working(1), is_top=True)])
    assert second.arrives == FRIDAY + 10 * DAY


def test_a_forum_that_cannot_sit_is_entered_and_passed_on_the_same_day():
    above = [Rung(2, working(5), can_sit=False), Rung(3, working(5))]
    second, third = project(FRIDAY, FRIDAY, above)
    assert (second.passed_at_once, second.arrives, second.until) == (True, *[FRIDAY + DAY] * 2)
    assert third.arrives == FRIDAY + DAY


def test_the_top_is_not_left_even_if_it_cannot_sit():
    (top,) = project(FRIDAY, FRIDAY, [Rung(2, working(5), can_sit=False, is_top=True)])
    assert not top.passed_at_once
    assert top.until == datetime.date(2019, 4, 26)


@given(
    stays=st.lists(st.integers(1, 15), min_size=1, max_size=5),
    off=st.sets(st.integers(0, 90), max_size=20),
    left=st.integers(-5, 10),
)
def test_what_is_projected_is_what_happens_when_nobody_does_anything(stays, off, left):
    holidays = frozenset(FRIDAY + day * DAY for day in off)
    deadline = FRIDAY + left * DAY
    top = len(stays) + 1
    above = [
        Rung(number, working(days, holidays), is_top=number == top)
        for number, days in enumerate(stays, start=2)
    ]
    foreseen = {each.number: each for each in project(deadline, FRIDAY, above)}
    case, today, happened = ladder.Case(tier=1, top=top), FRIDAY, {}
    while not case.overdue_at_top:
        after = ladder.pass_deadline(case, today, deadline)
        if after.tier > case.tier:
            deadline = above[after.tier - 2].last_day(today)
            happened[after.tier] = (today, deadline)
        case, today = after, today + DAY
    assert happened == {number: (each.arrives, each.until) for number, each in foreseen.items()}
