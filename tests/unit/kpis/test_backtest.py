"""Back-test: what was known when, and what a flag is worth."""

import pytest

from kpis.rules.backtest import (
    Due,
    Flag,
    Version,
    by_series,
    days_of_news,
    first_seen,
    known_on,
    next_due,
    score,
)


def version(ordinal: int, value: float, start: int, until: int = 2**31 - 1) -> Version:
    return Version(ordinal, value, value, value, False, start, until)


def due(day: int, *, missed: bool, series: int = 1) -> Due:
    return Due(series, day // 10, day, missed)


class TestWhatWasKnown:
    versions = [version(2, 5.0, 30, 50), version(1, 9.0, 20), version(2, 6.0, 50)]

    def test_a_value_is_unknown_until_its_day(self) -> None:
        assert [v.ordinal for v in known_on(self.versions, 29)] == [1]

    def test_before_its_correction_the_first_value_is_what_was_known(self) -> None:
        assert [v.value for v in known_on(self.versions, 49)] == [9.0, 5.0]

    def test_on_the_day_of_the_correction_only_the_new_value_is_known(self) -> None:
        assert [v.value for v in known_on(self.versions, 50)] == [9.0, 6.0]

    def test_days_of_news_are_those_on_which_knowledge_changed(self) -> None:
        assert days_of_news(self.versions, 25, 60) == [25, 30, 50]

    def test_news_after_the_span_is_not_looked_at(self) -> None:
        assert days_of_news(self.versions, 25, 40) == [25, 30]


class TestFlags:
    def test_a_period_flagged_on_many_days_counts_once_on_the_earliest(self) -> None:
        found = [Flag(1, 5, 90), Flag(1, 5, 70), Flag(2, 5, 80)]
        assert first_seen(found) == [Flag(1, 5, 70), Flag(2, 5, 80)]

    def test_a_flag_speaks_of_the_first_target_date_after_it(self) -> None:
        dues = [due(100, missed=False), due(200, missed=True)]
        assert next_due(Flag(1, 3, 99), dues) == dues[0]
        assert next_due(Flag(1, 3, 100), dues) == dues[1]
        assert next_due(Flag(1, 3, 200), dues) is None


class TestScore:
    dues = by_series(
        [
            due(300, missed=True),
            due(100, missed=True),
            due(200, missed=False),
            due(100, missed=True, series=2),
        ]
    )

    def test_hits_false_alarms_and_open_flags_are_told_apart(self) -> None:
        flags = [Flag(1, 1, 40), Flag(1, 2, 150), Flag(1, 9, 350)]
        found = score(flags, self.dues, since=0)
        assert (found.hits, found.false_alarms, found.open) == (1, 1, 1)
        assert found.precision == 0.5

    def test_recall_counts_misses_that_any_flag_spoke_of_once(self) -> None:
        found = score([Flag(1, 1, 40), Flag(1, 2, 60)], self.dues, since=0)
        assert (found.misses, found.found) == (3, 1)
        assert found.recall == pytest.approx(1 / 3)

    def test_lead_time_runs_from_the_first_flag_to_the_target_date(self) -> None:
        found = score([Flag(1, 2, 60), Flag(1, 1, 40), Flag(1, 3, 290)], self.dues, since=0)
        assert found.lead_days == 35  # the median of 60 and 10

    def test_misses_before_the_span_could_not_be_foretold_in_it(self) -> None:
        assert score([], self.dues, since=100).misses == 1

    def test_without_flags_or_misses_there_is_no_share(self) -> None:
        found = score([], {}, since=0)
        assert (found.precision, found.recall, found.lead_days) == (None, None, None)
