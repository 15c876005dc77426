"""Which periods owe a value, and from which day they are missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules.periods import FREQUENCIES, Period, containing, label, parse_period
from kpis.rules.schedule import (
    Schedule,
    expected_periods,
    is_expected,
    missing_periods,
    owed,
    status_of,
)

TODAY = date(2019, 4, 15)
MONTHLY = Schedule("monthly", effect_from=date(2019, 1, 1), lag_working_days=10)
MARCH = parse_period("2019-03", "monthly")


def names(periods):
    return [label(p) for p in periods]


@pytest.mark.parametrize("first", [date(2019, 5, 1), date(9999, 12, 31)])
def test_nothing_is_expected_before_the_effect_date(first):
    assert expected_periods(replace(MONTHLY, effect_from=first), TODAY) == []


def test_ended_periods_since_the_effect_date_are_expected():
    assert names(expected_periods(MONTHLY, TODAY)) == ["2019-01", "2019-02", "2019-03"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"effect_from": date(2019, 1, 2)}, ["2019-02", "2019-03"]),
        ({"reporting_from": date(2019, 3, 1)}, ["2019-03"]),
        ({"programme_until": date(2019, 2, 28)}, ["2019-01", "2019-02"]),
        ({"programme_until": date(2019, 3, 30)}, ["2019-01", "2019-02"]),
        ({"closed_on": TODAY}, []),
        ({"closed_on": TODAY + timedelta(days=1)}, ["2019-01", "2019-02", "2019-03"]),
        ({"effect_from": None}, []),
        ({"effect_from": date(2020, 1, 1)}, []),
    ],
)
def test_what_limits_the_expected_periods(change, expected):
    assert names(expected_periods(replace(MONTHLY, **change), TODAY)) == expected


def test_a_period_is_not_expected_on_its_own_last_day():
    assert names(expected_periods(MONTHLY, date(2019, 3, 31))) == ["2019-01", "2019-02"]
    assert names(expected_periods(MONTHLY, date(2019, 4, 1))) == ["2019-01", "2019-02", "2019-03"]


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2019, 3, 20), "not_due"),
        (date(2019, 4, 12), "not_due"),
        (date(2019, 4, 13), "missing"),
    ],
)
def test_a_value_is_in_time_on_its_due_date_and_missing_the_day_after(today, status):
    assert MONTHLY.due(MARCH) == date(2019, 4, 12)
    assert status_of(MONTHLY, MARCH, False, today) == status
    assert status_of(MONTHLY, MARCH, True, today) == "reported"


def test_holidays_move_the_due_date():
    closed_monday = replace(MONTHLY, holidays=frozenset({date(2019, 4, 8)}))
    assert status_of(closed_monday, MARCH, False, date(2019, 4, 13)) == "not_due"
    assert status_of(closed_monday, MARCH, False, date(2019, 4, 16)) == "missing"


@pytest.mark.parametrize("text", ["2018-12", "2019", "2019-01-01/2019-03-31"])
def test_nothing_is_missing_that_was_never_asked_for(text):
    assert status_of(MONTHLY, parse_period(text, "monthly"), False, date(2025, 1, 1)) == "not_due"


def test_the_desk_lists_what_is_owed_late_or_not():
    desk = owed(MONTHLY, {parse_period("2019-01", "monthly")}, date(2019, 4, 5))
    assert [(label(o.period), o.status) for o in desk] == [
        ("2019-02", "missing"),
        ("2019-03", "not_due"),
    ]


def test_grace_puts_missing_off_by_working_days():
    assert len(missing_periods(MONTHLY, set(), date(2019, 4, 15), 1)) == 2
    assert len(missing_periods(MONTHLY, set(), date(2019, 4, 16), 1)) == 3


@given(
    st.sampled_from(FREQUENCIES),
    st.integers(1, 12),
    st.dates(date(2018, 1, 1), date(2019, 12, 31)),
    st.none() | st.dates(date(2018, 1, 1), date(2020, 12, 31)),
    st.dates(date(2018, 1, 1), date(2021, 1, 1)),
)
def test_asking_about_one_period_and_listing_all_agree(
    frequency, fiscal_start, since, until, today
):
    schedule = Schedule(frequency, fiscal_start, effect_from=since, programme_until=until)
    listed = expected_periods(schedule, today)
    assert all(is_expected(schedule, p, today) for p in listed)
    assert all(p.start >= since and p.end < today for p in listed)
    for offset in range(-400, 1200, 97):
        around = containing(since + timedelta(days=offset), frequency, fiscal_start)
        for p in (around, Period(around.start, around.start)):
            assert is_expected(schedule, p, today) is (p in listed)
    statuses = {status_of(schedule, p, False, today) for p in listed}
    assert statuses <= {"missing", "not_due"}
