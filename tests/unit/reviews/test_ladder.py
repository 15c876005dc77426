"""The ladder as a table of legal steps: what other systems got wrong, as properties."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import ladder
from reviews.rules.ladder import Case, Illegal, Standing, obstacles

TODAY = datetime.date(2019, 4, 17)
DAY = datetime.timedelta(days=1)
cases = st.integers(1, 6).flatmap(
    lambda top: st.builds(Case, tier=st.integers(1, top), top=st.just(top))
)
acts = st.one_of(
    st.tuples(st.just("climb"), st.sampled_from(sorted(ladder.TRIGGERS))),
    st.tuples(st.just("end"), st.sampled_from(["settle", "withdraw", "rule"])),
    st.tuples(st.just("sweep"), st.integers(-3, 3)),
)


def do(case: Case, act: tuple) -> Case:
    name, what = act
    try:
        if name == "climb":
            return ladder.climb(case, what)
        if name == "end":
            return ladder.end(case, what)
    except Illegal:
        return case
    return ladder.pass_deadline(case, TODAY, TODAY + what * DAY)


@given(st.integers(2, 6), st.lists(acts, max_size=30))
def test_no_tier_is_skipped_and_each_step_happens_once(top, story):
    case = Case(tier=1, top=top)
    for act in story:
        after = do(case, act)
        assert after.tier in {case.tier, case.tier + 1}
        assert after.tier <= top
        case = after
    assert [step.from_tier for step in case.steps] == list(range(1, case.tier))


@given(cases, st.lists(acts, max_size=20), st.sampled_from(["settle", "withdraw", "rule"]))
def test_nothing_moves_a_case_that_has_ended(case, story, ending):
    ended = after = ladder.end(case, ending)
    for act in story:
        after = do(after, act)
    assert after == ended


@given(cases, st.integers(-3, 3))
def test_sweeping_twice_is_sweeping_once_when_the_deadline_moves_with_the_tier(case, ahead):
    once = ladder.pass_deadline(case, TODAY, TODAY + ahead * DAY)
    next_deadline = TODAY + (5 * DAY if once.tier > case.tier else ahead * DAY)
    assert ladder.pass_deadline(once, TODAY, next_deadline) == once


@given(cases)
def test_the_last_day_itself_is_not_over(case):
    assert ladder.pass_deadline(case, TODAY, TODAY) == case


def test_at_the_top_there_is_a_mark_and_no_step():
    top = Case(tier=3, top=3)
    marked = ladder.pass_deadline(top, TODAY, TODAY - DAY)
    assert (marked.tier, marked.steps, marked.overdue_at_top) == (3, (), True)
    assert ladder.pass_deadline(marked, TODAY + DAY, TODAY - DAY) is marked
    with pytest.raises(Illegal, match="at_top"):
        ladder.climb(top, ladder.DEADLOCK)


def test_after_a_ruling_only_another_ruling():
    ruled = ladder.end(Case(tier=1, top=2), "rule")
    assert ladder.end(ruled, "rule") == ruled
    for act in ("settle", "withdraw"):
        with pytest.raises(Illegal):
            ladder.end(ruled, act)


def standing(**changes) -> Standing:
    """A party that has waited, with a proposal answered and all positions in."""
    ready = Standing(
        case=Case(tier=1, top=3),
        today=TODAY,
        stay_until=TODAY - DAY,
        by_party=True,
        settlement_answered=True,
    )
    return replace(ready, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"settlement_answered": False}, ("no_settlement_answered",)),
        ({"stay_until": TODAY}, ("minimum_stay",)),
        ({"stay_until": TODAY, "waived_by_all": True}, ()),
        (
            {"stay_until": TODAY, "waived_by_all": True, "positions_missing": 1},
            ("positions_missing",),
        ),
        ({"positions_missing": 1}, ("positions_missing",)),
        ({"by_party": False}, ("neither_chair_nor_party",)),
        ({"case": Case(tier=3, top=3)}, ("at_top",)),
        ({"case": Case(tier=1, top=3, state="settled")}, ("ended",)),
        (
            {
                "by_chair": True,
                "stay_until": TODAY,
                "settlement_answered": False,
                "positions_missing": 2,
            },
            (),
        ),
    ],
)
def test_deadlock_is_the_chairs_at_any_time_and_a_partys_after_trying(changes, expected):
    assert obstacles("deadlock", standing(**changes)) == expected


@pytest.mark.parametrize(
    ("trigger", "fact"),
    [("withheld", "information_withheld"), ("overdue_action", "action_overdue")],
)
def test_grounds_need_their_fact_and_the_minimum_stay(trigger, fact):
    assert obstacles(trigger, standing())
    assert obstacles(trigger, standing(**{fact: True})) == ()
    assert obstacles(trigger, standing(**{fact: True, "stay_until": TODAY})) == ("minimum_stay",)
    assert obstacles(trigger, standing(**{fact: True, "stay_until": TODAY, "by_chair": True})) == ()


def test_a_forum_that_cannot_sit_need_not_be_waited_for():
    assert obstacles("cannot_sit", standing(can_sit=False, stay_until=TODAY)) == ()
    assert obstacles("cannot_sit", standing()) == ("forum_can_sit",)


def test_nobody_declares_a_deadline_passed():
    assert obstacles("deadline", standing(by_chair=True)) == ("passes_by_itself",)


class TestStart:
    """1 and 2 are working committees under 5, 3 under 6; 5 and 6 under 8, the top is 9."""

    ONE, TWO, THREE = (1, 5, 8, 9), (2, 5, 8, 9), (3, 6, 8, 9)

    def test_where_all_home_forums_meet(self):
        assert ladder.start(self.ONE, [self.ONE], False) == (1, 5, 8, 9)
        assert ladder.start(self.ONE, [self.ONE, self.TWO], False) == (5, 8, 9)
        assert ladder.start(self.ONE, [self.TWO, self.THREE], False) == (8, 9)

    def test_not_above_the_home_forum_when_all_sit_there(self):
        assert ladder.start(self.ONE, [self.TWO, self.THREE], True) == self.ONE

    def test_never_at_the_top_directly(self):
        assert ladder.start((1, 9), [(4, 9)], False) == (1, 9)
        assert ladder.start(self.ONE, [(4, 9)], False) == (8, 9)
        with pytest.raises(Illegal, match="nothing_below_the_top"):
            ladder.start((9,), [], True)

    def test_ladders_that_never_meet(self):
        with pytest.raises(Illegal, match="never_meet"):
            ladder.start(self.ONE, [(20, 21)], False)

    def test_who_gains_and_who_pays_begins_in_the_conflict_forum(self):
        assert ladder.conflict_start((7, 8, 9), self.ONE) == (7, 8, 9)
        with pytest.raises(Illegal, match="elsewhere"):
            ladder.conflict_start((7, 21), self.ONE)
        with pytest.raises(Illegal, match="at_the_top"):
            ladder.conflict_start((9,), self.ONE)

    @given(st.lists(st.sampled_from([ONE, TWO, THREE]), max_size=3), st.booleans())
    def test_always_a_tail_of_the_subjects_ladder_with_at_least_two_tiers(self, others, sit):
        found = ladder.start(self.ONE, others, sit)
        assert self.ONE[-len(found) :] == found
        assert len(found) >= 2
