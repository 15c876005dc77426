"""One reckoning per schedule says what asking period by period says."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kpis.rules import ordinals
from kpis.rules.due import standing
from kpis.rules.periods import FREQUENCIES, containing, next_period
from kpis.rules.schedule import Schedule, missing_periods, owed

days = st.dates(date(2018, 1, 1), date(2020, 12, 31))
schedules = st.builds(
    Schedule,
    frequency=st.sampled_from(FREQUENCIES),
    fiscal_start=st.integers(1, 12),
    effect_from=st.none() | days,
    reporting_from=st.none() | days,
    programme_until=st.none() | days,
    closed_on=st.none() | days,
    lag_working_days=st.integers(0, 60),
    holidays=st.frozensets(days, max_size=5),
)


@given(schedules, days, st.integers(0, 30))
def test_it_owes_what_the_schedule_owes(schedule, today, grace):
    found = standing(schedule, today, grace)
    asked = owed(schedule, frozenset(), today)
    if found is None:
        assert asked == []
        return
    numbers = [
        ordinals.of_period(o.period, schedule.frequency, schedule.fiscal_start) for o in asked
    ]
    assert numbers == list(range(found.first, found.last + 1))
    late = [n for n, o in zip(numbers, asked, strict=True) if o.status == "missing"]
    assert late == list(range(found.first, found.late_through + 1))
    graced = missing_periods(schedule, frozenset(), today, grace)
    assert len(graced) == max(found.graced_through - found.first + 1, 0)
    assert set(found.looks) == set(range(found.graced_through + 1, found.last + 1))


@given(schedules, days, st.integers(0, 30))
def test_the_next_look_is_when_the_running_period_is_late(schedule, today, grace):
    found = standing(schedule, today, grace)
    if found is None or found.next_look is None:
        return
    running = containing(max(today, schedule.owed_from), schedule.frequency, schedule.fiscal_start)
    if running.start < schedule.owed_from:
        running = next_period(running, schedule.frequency, schedule.fiscal_start)
    assert found.next_look == schedule.due(running) + timedelta(days=1)
    assert found.next_look > today
