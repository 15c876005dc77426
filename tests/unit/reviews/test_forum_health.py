"""How a forum does, in numbers."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import forum_health as rules
from reviews.rules.forum_health import Facts, Items, Sitting

TODAY = datetime.date(2019, 12, 31)
FROM = datetime.date(2019, 1, 1)


def day(month: int, of: int = 10) -> datetime.date:
    return datetime.date(2019, month, of)


def facts(*held: Sitting, **given: object) -> Facts:
    return Facts(**{"today": TODAY, "plan": 31, "window_from": FROM, "held": held, **given})


def sitting(month: int, came: int = 4, core: int = 4, **given: object) -> Sitting:
    return Sitting(day(month), core, came, **given)


def test_each_gap_against_the_plan_and_the_one_that_still_runs() -> None:
    found = rules.gaps([day(9), day(10), day(12)], 31, TODAY)
    assert [(gap.days, gap.over, gap.is_open) for gap in found] == [
        (30, 0, False),
        (61, 30, False),
        (21, 0, True),
    ]


@given(st.lists(st.dates(FROM, TODAY), unique=True).map(sorted))
def test_gaps_add_up_to_the_time_since_the_first_meeting(days: list[datetime.date]) -> None:
    found = rules.gaps(days, 31, TODAY)
    assert sum(gap.days for gap in found) == ((TODAY - days[0]).days if days else 0)
    assert all(one.until == two.since for one, two in pairwise(found))


def test_a_forum_that_meets_as_planned_is_not_warned_of() -> None:
    found = rules.health(facts(*(sitting(month) for month in range(1, 13)), due=12))
    assert found.warnings == ()
    assert found.met == 12
    assert found.attendance == 100


def test_a_gap_from_before_the_window_counts_where_it_ends_in_it() -> None:
    before = Sitting(datetime.date(2018, 11, 1), 4, 4)
    found = rules.health(facts(before, sitting(2)))
    assert found.met == 1
    assert found.gaps[0].since == before.day


@pytest.mark.parametrize(("last", "overdue"), [(day(11, 25), 0), (day(11, 20), 10)])
def test_overdue_only_past_a_few_days_of_grace(last: datetime.date, overdue: int) -> None:
    found = rules.health(facts(Sitting(last, 4, 4)))
    assert found.overdue_by == overdue
    assert (rules.OVERDUE in found.warnings) == bool(overdue)


def test_a_forum_that_never_met_is_overdue_from_the_day_its_rhythm_began() -> None:
    found = rules.health(facts(watched_from=day(10)))
    assert found.overdue_by == 51
    assert found.warnings == (rules.NEVER_MET,)
    assert rules.health(facts()).warnings == ()


def test_an_extraordinary_meeting_closes_no_gap_but_who_came_counts() -> None:
    found = rules.health(facts(sitting(9), sitting(12, came=2, planned=False), watched_from=FROM))
    assert (found.met, found.extraordinary) == (1, 1)
    assert [gap.days for gap in found.gaps] == [(TODAY - day(9)).days]
    assert rules.OVERDUE in found.warnings
    assert found.attendance == 75
    alone = rules.health(facts(sitting(12, planned=False), watched_from=FROM))
    assert alone.gaps == ()
    assert rules.NEVER_MET in alone.warnings


def test_a_meeting_without_a_quorum_closes_its_gap_and_it_is_said_how_many_there_were() -> None:
    held = [sitting(10), sitting(11, came=1, quorate=False), sitting(12, came=1, quorate=False)]
    found = rules.health(facts(*held))
    assert (found.met, found.overdue_by, found.without_quorum) == (3, 0, 2)
    assert rules.NO_QUORUM in found.warnings
    mended = rules.health(facts(*held[:2], sitting(12)))
    assert mended.without_quorum == 0
    assert rules.NO_QUORUM not in mended.warnings


def test_a_chair_who_comes_less_often_is_seen() -> None:
    came = [True, True, True, True, False, False]
    held = [sitting(month, chair=chair) for month, chair in enumerate(came, start=7)]
    found = rules.health(facts(*held))
    assert found.chair == (100, 33)
    assert rules.CHAIR_AWAY in found.warnings


def test_lower_ranks_are_seen_and_higher_ones_are_no_fault() -> None:
    falling = [sitting(month, ranks=(rank, rank)) for month, rank in enumerate((1, 1, 2, 3), 9)]
    assert rules.RANK_SINKS in rules.health(facts(*falling)).warnings
    rising = [sitting(month, ranks=(rank,)) for month, rank in enumerate((3, 2, 1, 1), 9)]
    assert rules.RANK_SINKS not in rules.health(facts(*rising)).warnings


def test_too_few_meetings_show_no_trend() -> None:
    assert rules.trend([1, 2, 3]) is None
    assert rules.trend([1, 1, 2, 2]) == (1, 2)


def test_items_that_no_longer_waited_are_no_fault_of_the_meeting() -> None:
    assert Items(decided=2, done=4, carried=2).percent == 50
    assert Items(done=3).percent is None


def test_most_of_its_business_decided_elsewhere() -> None:
    assert rules.ELSEWHERE in rules.health(facts(own=1, elsewhere=3)).warnings
    assert rules.ELSEWHERE not in rules.health(facts(own=0, elsewhere=3)).warnings


def test_the_worst_come_first() -> None:
    good = rules.health(facts(*(sitting(month) for month in range(1, 13))))
    late = rules.health(facts(sitting(10)))
    later = rules.health(facts(sitting(9)))
    assert sorted([good, late, later], key=lambda each: each.order) == [later, late, good]


def test_shares_round_halves_up() -> None:
    assert rules.percent(1, 8) == 13
    assert rules.percent(0, 0) is None
