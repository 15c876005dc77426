"""A dispute among people who all act on what they read a moment ago.

Every act reads where the case stands, others act meanwhile, and then it is written by
compare-and-set, as the services write it. What other systems got wrong, in one machine:
a step while the case settles, a sweep after an extension, a calendar that changes under a
deadline, a chair that falls vacant, a sweeper that was down for weeks, a ladder replaced.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from people.rules.workdays import add_working_days
from reviews.rules import extensions, ladder, outlook
from reviews.rules.ladder import Case, Illegal

START = datetime.date(2019, 4, 17)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """The row of a dispute: what an act reads, and compares before it writes."""

    case: Case
    deadline: datetime.date
    ladder: int = 0

    def same_as(self, other: Row) -> bool:
        """What the services compare: open, tier, last day, and that the rung is still there."""
        return (
            other.case.is_open
            and self.case.tier == other.case.tier
            and self.deadline == other.deadline
            and self.ladder == other.ladder
        )


class Ladder(RuleBasedStateMachine):
    """One dispute, several people, one sweeper."""

    reads = Bundle("reads")

    @initialize(
        stays=st.lists(st.integers(1, 4), min_size=2, max_size=5),
        conflict=st.lists(st.integers(2, 4), min_size=2, max_size=4),
    )
    def open(self, stays, conflict):
        self.today, self.holidays = START, set()
        self.ladders = [stays, conflict]
        self.vacant: set[int] = set()
        self.steps: list[tuple[int, int]] = []
        self.extended: set[int] = set()
        self.endings: list[str] = []
        self.row = Row(Case(tier=1, top=len(stays)), self.last_day(0, 1, START))
        self.at_this_tier = self.row

    def last_day(self, which: int, tier: int, entered: datetime.date) -> datetime.date:
        return add_working_days(entered, self.ladders[which][tier - 1], frozenset(self.holidays))

    def write(self, case: Case) -> None:
        """A step: the tier and its last day, then past every forum that cannot sit."""
        which = self.row.ladder
        self.steps.append((which, self.row.case.tier))
        self.row = replace(
            self.row, case=case, deadline=self.last_day(which, case.tier, self.today)
        )
        self.extended.clear()
        self.at_this_tier = self.row
        if case.tier in self.vacant and not case.at_top:
            self.write(ladder.climb(case, ladder.CANNOT_SIT))

    @rule(target=reads)
    def read(self):
        return self.row

    @rule(read=reads, trigger=st.sampled_from(sorted(ladder.BY_PEOPLE)))
    def bump_up(self, read, trigger):
        try:
            after = ladder.climb(read.case, trigger)
        except Illegal:
            return
        if read.same_as(self.row):
            assert read.ladder == self.row.ladder, "a step is of the ladder that was read"
            assert after.steps == (*self.row.case.steps, after.steps[-1])
            self.write(after)

    @rule(read=reads)
    def sweep_on_what_was_read(self, read):
        after = ladder.pass_deadline(read.case, self.today, read.deadline)
        if after == read.case or not read.same_as(self.row):
            return
        assert self.today > self.row.deadline, "no tier is left before its last day is over"
        if after.overdue_at_top:
            if not self.row.case.overdue_at_top:
                self.row = replace(self.row, case=after)
        else:
            self.write(after)

    @rule()
    def sweep(self):
        self.sweep_on_what_was_read(self.row)
        if self.row.case.is_open and not self.row.case.overdue_at_top:
            assert self.row.deadline >= self.today, "nothing is left behind by a sweep"

    @rule(read=reads, act=st.sampled_from(["think", "settle", "withdraw", "rule", *["think"] * 9]))
    def end(self, read, act):
        if act == "think":  # a story that ends at once tells little
            return
        try:
            after = ladder.end(read.case, act)
        except Illegal:
            return
        if self.row.case.is_open and read.case.tier == self.row.case.tier:
            self.row = replace(self.row, case=replace(self.row.case, state=after.state))
            self.endings.append(act)

    @rule(read=reads, days=st.sampled_from([1, 1, 2]))
    def extend(self, read, days):
        asked = extensions.Asked(
            is_open=read.case.is_open,
            today=self.today,
            deadline=read.deadline,
            own_days=self.ladders[read.ladder][read.case.tier - 1],
            extended=read.case.tier in self.extended,
            days=days,
        )
        if extensions.obstacles(asked) or not read.same_as(self.row):
            return
        if self.row.case.overdue_at_top:
            return
        self.extended.add(self.row.case.tier)
        later = add_working_days(self.row.deadline, days, frozenset(self.holidays))
        self.row = replace(self.row, deadline=later)

    @rule(read=reads)
    def send_to_the_conflict_forum(self, read):
        fresh = read.case.tier == 1 and not read.case.steps and read.ladder == 0
        if not fresh or not read.same_as(self.row) or self.row.case.overdue_at_top:
            return
        case = Case(tier=1, top=len(self.ladders[1]))
        self.row = Row(case, self.last_day(1, 1, self.today), ladder=1)
        self.extended.clear()
        self.at_this_tier = self.row

    @rule(days=st.integers(1, 2))
    def a_sweep_read_before_an_extension(self, days):
        read = self.row
        self.extend(read, days)
        self.today = max(self.today, read.deadline + DAY)
        self.sweep_on_what_was_read(read)

    @rule(trigger=st.sampled_from(sorted(ladder.BY_PEOPLE)))
    def a_step_read_before_the_ladder_was_replaced(self, trigger):
        read = self.row
        self.send_to_the_conflict_forum(read)
        self.bump_up(read, trigger)

    @rule(days=st.sampled_from([1, 1, 1, 2, 40]))
    def time_passes_and_nobody_sweeps(self, days):
        self.today += days * DAY

    @rule(ahead=st.integers(0, 60))
    def a_holiday_is_decreed(self, ahead):
        self.holidays.add(self.today + ahead * DAY)

    @rule(tier=st.integers(1, 5))
    def a_chair_falls_vacant_or_is_filled(self, tier):
        self.vacant ^= {tier}

    @invariant()
    def each_step_once_and_none_skipped(self):
        if not hasattr(self, "row"):
            return
        assert len(set(self.steps)) == len(self.steps)
        climbed = [tier for which, tier in self.steps if which == self.row.ladder]
        assert climbed == list(range(1, self.row.case.tier))
        assert self.row.case.tier <= self.row.case.top

    @invariant()
    def it_ends_once_and_stays_ended(self):
        if hasattr(self, "row"):
            assert len(self.endings) <= 1
            assert self.row.case.is_open == (not self.endings)

    @invariant()
    def a_last_day_is_never_brought_forward(self):
        if hasattr(self, "row") and self.row.case.tier == self.at_this_tier.case.tier:
            assert self.row.deadline >= self.at_this_tier.deadline

    def teardown(self):
        """Left alone it gets to the top on the days that were foreseen, and is marked there."""
        if not hasattr(self, "row") or not self.row.case.is_open:
            return
        which, top = self.row.ladder, self.row.case.top
        above = [
            outlook.Rung(
                tier,
                lambda entered, tier=tier: self.last_day(which, tier, entered),
                can_sit=tier not in self.vacant,
                is_top=tier == top,
            )
            for tier in range(self.row.case.tier + 1, top + 1)
        ]
        foreseen = outlook.project(self.row.deadline, self.today, above)
        while not self.row.case.overdue_at_top:
            self.sweep()
            self.today += DAY
            assert len(self.steps) <= 10
        if foreseen:
            assert self.row.deadline == foreseen[-1].until


Ladder.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLadder = Ladder.TestCase
