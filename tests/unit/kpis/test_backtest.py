"""Back-test: what was known when, and what a flag is worth."""

from decimal import Decimal

import pytest

from kpis.rules.backtest import (
    Due,
    Flag,
    Told,
    Version,
    days_of_news,
    figures,
    known_on,
    misses,
    next_due,
)
from kpis.rules.values import Observation


def version(ordinal: int, value: int, start: int, until: int = 2**31 - 1) -> Version:
    return Version(ordinal, Observation(value=Decimal(value)), False, start, until)


def due(day: int, *, missed: bool, series: int = 1) -> Due:
    return Due(series, day // 10, day, missed)


class TestWhatWasKnown:
    versions = [version(2, 5, 30, 50), version(1, 9, 20), version(2, 6, 50)]

    def test_a_value_is_unknown_until_its_day(self) -> None:
        assert [v.ordinal for v in known_on(self.versions, 29)] == [1]

    def test_before_its_correction_the_first_value_is_what_was_known(self) -> None:
        assert [v.observation.value for v in known_on(self.versions, 49)] == [9, 5]

    def test_on_the_day_of_the_correction_only_the_new_value_is_known(self) -> None:
        assert [v.observation.value for v in known_on(self.versions, 50)] == [9, 6]

    def test_days_of_news_are_those_on_which_knowledge_changed(self) -> None:
        assert days_of_news(self.versions, 25, 60) == [25, 30, 50]

    def test_news_after_the_span_is_not_looked_at(self) -> None:
        assert days_of_news(self.versions, 25, 40) == [25, 30]


class TestFlags:
    def test_a_flag_speaks_of_the_first_target_date_after_it(self) -> None:
        dues = [due(100, missed=False), due(200, missed=True)]
        assert next_due(Flag(1, 3, 99), dues) == dues[0]
        assert next_due(Flag(1, 3, 100), dues) == dues[1]
        assert next_due(Flag(1, 3, 200), dues) is None


class TestMisses:
    dues = [due(100, missed=True), due(200, missed=False), due(300, missed=True)]

    def test_a_miss_before_the_span_could_not_be_foretold_in_it(self) -> None:
        assert misses(self.dues, 100, 400) == 1

    def test_the_first_target_date_after_the_span_still_counts(self) -> None:
        assert misses(self.dues, 0, 50) == 1
        assert misses(self.dues, 0, 250) == 2


class TestFigures:
    def test_hits_false_alarms_and_open_flags_are_told_apart(self) -> None:
        told = [Told(1, 40, 100, True), Told(1, 150, 200), Told(1, 350, None)]
        found = figures(told, 3)
        assert (found.hits, found.false_alarms, found.open) == (1, 1, 1)
        assert found.precision == 0.5

    def test_recall_counts_each_miss_that_any_flag_spoke_of_once(self) -> None:
        found = figures([Told(1, 40, 100, True), Told(1, 60, 100, True)], 3)
        assert found.found == 1
        assert found.recall == pytest.approx(1 / 3)

    def test_lead_time_runs_from_the_first_flag_to_the_target_date(self) -> None:
        told = [Told(1, 60, 100, True), Told(1, 40, 100, True), Told(1, 290, 300, True)]
        assert figures(told, 3).lead_days == 35  # the median of 60 and 10

    def test_misses_of_two_series_on_one_day_are_two(self) -> None:
        assert figures([Told(1, 40, 100, True), Told(2, 40, 100, True)], 2).found == 2

    def test_without_flags_or_misses_there_is_no_share(self) -> None:
        found = figures([], 0)
        assert (found.precision, found.recall, found.lead_days) == (None, None, None)
