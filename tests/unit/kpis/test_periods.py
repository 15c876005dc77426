"""Periods: every form that people write, fiscal years, completeness, due dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules.periods import (
    FREQUENCIES,
    Period,
    PeriodRefused,
    containing,
    due_on,
    is_complete,
    label,
    next_period,
    parse_date,
    parse_period,
    periods_between,
    previous_period,
)

frequencies = st.sampled_from(FREQUENCIES)
fiscal_starts = st.integers(1, 12)
days = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def span(text):
    start, end = text.split("/")
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "frequency", "fiscal_start", "expected"),
    [
        ("2019", "yearly", 1, "2019-01-01/2019-12-31"),
        ("2019", "yearly", 4, "2019-04-01/2020-03-31"),
        ("2019/20", "yearly", 4, "2019-04-01/2020-03-31"),
        ("1999/00", "yearly", 7, "1999-07-01/2000-06-30"),
        ("2019", "monthly", 1, "2019-01-01/2019-12-31"),
        ("2020-02", "monthly", 1, "2020-02-01/2020-02-29"),
        ("2019-03", "yearly", 4, "2019-03-01/2019-03-31"),
        ("2019-Q1", "quarterly", 1, "2019-01-01/2019-03-31"),
        ("2019 q4", "quarterly", 1, "2019-10-01/2019-12-31"),
        ("2019-Q4", "quarterly", 4, "2020-01-01/2020-03-31"),
        ("2019/20-H2", "half_yearly", 10, "2020-04-01/2020-09-30"),
        ("2019-H1", "half_yearly", 1, "2019-01-01/2019-06-30"),
        ("2019-W01", "weekly", 1, "2018-12-31/2019-01-06"),
        ("2020W53", "weekly", 1, "2020-12-28/2021-01-03"),
        ("2010-10-25/2011-09-08", "yearly", 1, "2010-10-25/2011-09-08"),
        (" 2019-03-01 / 2019-03-31 ", "monthly", 1, "2019-03-01/2019-03-31"),
        ("2016-04-01", "monthly", 1, "2016-04-01/2016-04-30"),
        ("2016-04-01", "yearly", 4, "2016-04-01/2017-03-31"),
    ],
)
def test_what_people_write_is_read(text, frequency, fiscal_start, expected):
    assert parse_period(text, frequency, fiscal_start) == span(expected)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write the period as"),
        ("March 2019", "Write the period as"),
        ("19", "Write the period as"),
        ("2019/20", "Write the period as"),
        ("2019-3", "Write the period as"),
        ("01/02/2019", "Write the period as"),
        ("2019-13", "12 monthly periods"),
        ("2019-00", "12 monthly periods"),
        ("2019-Q5", "4 quarterly periods"),
        ("2019-H3", "2 half-yearly periods"),
        ("2019-W53", "no week 53"),
        ("2019-W00", "no week 0"),
        ("0328", "1900 to 2199"),
        ("0328-01-01/0328-12-31", "1900 to 2199"),
        ("2200", "1900 to 2199"),
        ("9999-W52", "1900 to 2199"),
        ("2019-02-29/2019-03-31", "not a day"),
        ("2019-03-31/2019-03-01", "before it starts"),
        ("2019-03-02", "first day of a monthly period"),
    ],
)
def test_a_period_that_cannot_be_meant_is_refused(text, says):
    with pytest.raises(PeriodRefused, match=says) as refusal:
        parse_period(text, "monthly")
    assert "period" in refusal.value.fields


@pytest.mark.parametrize("text", ["2019/21", "2019/19", "2019/2020"])
def test_a_fiscal_year_names_two_neighbouring_years(text):
    with pytest.raises(PeriodRefused):
        parse_period(text, "yearly", 4)


@pytest.mark.parametrize(
    "text", ["31.03.2019", "2019-3-1", "20190301", "2019-03-01T00:00", "2019-W07-1"]
)
def test_dates_are_written_one_way(text):
    with pytest.raises(PeriodRefused, match="year-month-day") as refusal:
        parse_date(text, field="period_start")
    assert "period_start" in refusal.value.fields


@given(days, frequencies, fiscal_starts)
def test_a_label_reads_back_as_the_same_period(day, frequency, fiscal_start):
    period = containing(day, frequency, fiscal_start)
    assert parse_period(label(period, fiscal_start), frequency, fiscal_start) == period


@given(days, st.integers(0, 800))
def test_any_span_has_a_label_that_reads_back(day, length):
    period = Period(day, day + timedelta(days=length))
    assert parse_period(label(period, 4), "yearly", 4) == period


@given(days, frequencies, fiscal_starts)
def test_complete_periods_tile_the_calendar(day, frequency, fiscal_start):
    period = containing(day, frequency, fiscal_start)
    after = next_period(period, frequency, fiscal_start)
    assert period.start <= day <= period.end
    assert is_complete(period, frequency, fiscal_start)
    assert after.start == period.end + timedelta(days=1)
    assert previous_period(after, frequency, fiscal_start) == period


@pytest.mark.parametrize(
    ("text", "frequency", "fiscal_start", "complete"),
    [
        ("2019-01-01/2019-12-31", "yearly", 1, True),
        ("2019-01-01/2019-12-31", "yearly", 4, False),
        ("2019-04-01/2020-03-31", "yearly", 4, True),
        ("2019-01-01/2019-09-30", "yearly", 1, False),
        ("2010-01-01/2012-12-31", "yearly", 1, False),
        ("2019-01-01/2019-01-31", "monthly", 1, True),
        ("2019-02-01/2019-04-30", "quarterly", 1, False),
        ("2019-02-01/2019-04-30", "quarterly", 2, True),
        ("2019-04-15/2019-04-21", "weekly", 1, True),
        ("2019-04-14/2019-04-20", "weekly", 1, False),
    ],
)
def test_only_whole_periods_of_the_frequency_are_complete(text, frequency, fiscal_start, complete):
    assert is_complete(span(text), frequency, fiscal_start) is complete


def test_periods_between_leaves_part_periods_out():
    found = periods_between(date(2019, 1, 2), date(2019, 4, 29), "monthly")
    assert [label(p) for p in found] == ["2019-02", "2019-03"]
    assert periods_between(date(2019, 5, 1), date(2019, 4, 1), "monthly") == []


def test_periods_between_is_exact_at_both_ends():
    found = periods_between(date(2018, 4, 1), date(2019, 3, 31), "quarterly", 4)
    assert [label(p, 4) for p in found] == ["2018/19-Q1", "2018/19-Q2", "2018/19-Q3", "2018/19-Q4"]


def test_a_value_is_due_so_many_working_days_after_the_period():
    march = parse_period("2019-03", "monthly")
    assert due_on(march, 10) == date(2019, 4, 12)
    assert due_on(march, 10, frozenset({date(2019, 4, 1)})) == date(2019, 4, 15)
    assert due_on(march, 0) == date(2019, 4, 1)


def test_periods_sort_by_start_then_end():
    year, quarter = parse_period("2019", "yearly"), parse_period("2019-Q1", "yearly")
    assert sorted([parse_period("2019-02", "yearly"), year, quarter]) == [
        quarter,
        year,
        parse_period("2019-02", "yearly"),
    ]
    assert (year.days, quarter.days) == (365, 90)
