"""Detection: what each rule finds, what it leaves alone, and that asking again changes nothing."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules.detection import (
    FinishReport,
    MilestoneFacts,
    PeriodReading,
    SeriesFacts,
    chart_of,
    detect_milestone,
    detect_series,
    may_open,
)
from kpis.rules.periods import label, parse_period
from kpis.rules.rules_catalogue import RuleRefused, typed
from kpis.rules.schedule import Schedule
from kpis.rules.targets import Target
from kpis.rules.values import Observation

D = Decimal
MONTHLY = Schedule("monthly", effect_from=date(2018, 1, 1))
FALLING = SeriesFacts("decrease", MONTHLY, baseline=D(100))
TODAY = date(2019, 4, 15)
NOISE = [50, 52, 49, 51, 50, 48, 51, 50, 49, 52, 50, 51]
FRIDAY = date(2019, 4, 12)


def month(n, year=2018):
    return parse_period(f"{year + (n - 1) // 12}-{(n - 1) % 12 + 1:02d}", "monthly")


def series(*values, first=1):
    return [
        PeriodReading(month(i), v if isinstance(v, Observation) else Observation(value=D(str(v))))
        for i, v in enumerate(values, start=first)
        if v is not None
    ]


def find(kind, readings, facts=FALLING, targets=None, today=TODAY, **settings):
    return detect_series(
        kind,
        facts=facts,
        readings=readings,
        targets={month(i): Target(value=D(50)) for i in range(1, 40)}
        if targets is None
        else targets,
        params=typed(kind, settings),
        today=today,
    )


def months(findings):
    return [label(f.period) for f in findings]


def test_a_period_off_track_against_its_own_target_is_found():
    got = find("progress", series(75, 76, 50, 110))
    assert months(got) == ["2018-02", "2018-04"]
    assert got[1].evidence["progress"] == "-0.2"
    assert (got[1].evidence["status"], got[1].evidence["target"]) == ("off_track", "50")


def test_each_period_is_judged_by_its_own_target():
    targets = {month(1): Target(value=D(90)), month(2): Target(value=D(20))}
    assert months(find("progress", series(80, 80, 300), targets=targets)) == ["2018-02"]


@pytest.mark.parametrize(("baseline", "found"), [(None, []), (80, ["2018-01"]), (0, ["2018-01"])])
def test_a_targets_own_baseline_goes_before_that_of_the_series(baseline, found):
    start = None if baseline is None else D(baseline)
    targets = {month(1): Target(value=D(50), baseline=start)}
    assert months(find("progress", series(75), targets=targets)) == found


def test_at_risk_is_found_where_the_rule_says_so():
    assert months(find("progress", series(75, 50), fires_on="at_risk")) == ["2018-01"]


def test_bounds_that_straddle_are_left_alone():
    assert find("progress", series(Observation("<", D(400)))) == []


def test_only_complete_periods_enter_rules():
    parts = [
        PeriodReading(parse_period(text, "monthly"), Observation(value=D(400)))
        for text in ("2018-01-01/2018-01-15", "2018-Q2", "2018")
    ]
    targets = {r.period: Target(value=D(50)) for r in parts}
    assert find("progress", parts, targets=targets) == []
    assert find("control_limits", parts + series(*NOISE, 51)) == []
    assert chart_of(FALLING, parts)[0] == []


def test_a_row_is_found_where_it_is_long_enough_and_then_each_further_period():
    got = find("progress", series(99, 99, 99, 60, 99, None, 99, 99), consecutive=2)
    assert months(got) == ["2018-02", "2018-03", "2018-08"]
    assert got[1].evidence["row"] == [str(month(i)) for i in (1, 2, 3)]


def test_a_value_is_missing_from_the_day_after_its_due_date():
    facts = replace(FALLING, schedule=replace(MONTHLY, effect_from=date(2019, 2, 1)))
    february = series(5, first=14)
    assert find("missing", february, facts, today=FRIDAY) == []
    [late] = find("missing", february, facts, today=FRIDAY + timedelta(days=1))
    assert label(late.period) == "2019-03"
    assert late.evidence == {"due": "2019-04-12", "grace_working_days": 0}
    assert find("missing", february, facts, today=date(2019, 4, 15), grace_working_days=1) == []


def test_the_missing_finding_is_the_same_every_day_and_gone_when_the_value_comes():
    facts = replace(FALLING, schedule=replace(MONTHLY, effect_from=date(2019, 3, 1)))
    assert find("missing", [], facts, today=date(2019, 4, 16)) == find(
        "missing", [], facts, today=date(2019, 4, 30)
    )
    assert find("missing", series(5, first=15), facts, today=date(2019, 4, 30)) == []


def test_points_outside_the_limits_are_found_on_the_worse_side():
    got = find("control_limits", series(*NOISE, 70, 51, 20))
    assert months(got) == ["2019-01"]
    assert got[0].evidence["cause"] == "outside_above"
    assert got[0].evidence["value"] == "70"
    assert got[0].evidence["points"] == 15
    assert D(got[0].evidence["upper"]) < 70


@pytest.mark.parametrize(
    ("direction", "settings"), [("decrease", {"both_sides": True}), ("hold", {}), ("context", {})]
)
def test_both_sides_count_where_asked_or_where_none_is_better(direction, settings):
    facts = replace(FALLING, direction=direction)
    got = find("control_limits", series(*NOISE, 70, 51, 20), facts, **settings)
    assert months(got) == ["2019-01", "2019-03"]


def test_a_group_with_too_few_values_raises_nothing():
    twelve_values = series(*NOISE[:11], 70, Observation("<", D(900)))
    assert find("control_limits", twelve_values) == []
    assert months(find("control_limits", twelve_values, min_points=12)) == ["2018-12"]


def test_each_baseline_group_is_judged_by_itself():
    stepped = series(*NOISE, 50, *[v + 30 for v in NOISE], 80)
    assert find("control_limits", stepped) != []
    assert (
        find("control_limits", stepped, replace(FALLING, rebase_on=frozenset({date(2019, 2, 1)})))
        == []
    )


def test_a_new_baseline_starts_on_the_first_row_from_its_day():
    facts = replace(
        FALLING, rebase_on=frozenset({date(2018, 3, 15), date(2018, 4, 2), date(2017, 1, 1)})
    )
    _, drawn = chart_of(facts, series(1, 2, 3, 4, 5, 6))
    assert drawn.group == (0, 0, 0, 1, 2, 2)


def test_months_without_a_row_do_not_break_a_chart():
    periods, drawn = chart_of(FALLING, series(5, None, 7))
    assert [label(p) for p in periods] == ["2018-01", "2018-03"]
    assert drawn.values == (5.0, 7.0)


@given(
    st.lists(st.none() | st.integers(0, 200), max_size=24),
    st.sampled_from(["progress", "missing", "control_limits"]),
    st.randoms(),
)
def test_findings_are_one_per_complete_period_in_order_whatever_the_order_of_readings(
    values, kind, random
):
    readings = series(*values)
    shuffled = random.sample(readings, len(readings))
    got = find(kind, readings, min_points=2) if kind == "control_limits" else find(kind, readings)
    again = find(kind, shuffled, min_points=2) if kind == "control_limits" else find(kind, shuffled)
    assert got == again
    assert [f.period for f in got] == sorted({f.period for f in got})
    if kind == "missing":
        assert not {f.period for f in got} & {r.period for r in readings}


@pytest.mark.parametrize(
    ("effect_from", "rule_from", "backfilled", "opens"),
    [
        (date(2018, 1, 1), date(2018, 1, 1), set(), True),
        (None, date(2018, 1, 1), set(), True),
        (date(2018, 3, 2), date(2018, 1, 1), set(), False),
        (date(2018, 1, 1), date(2018, 3, 31), set(), True),
        (date(2018, 1, 1), date(2018, 4, 1), set(), False),
        (date(2018, 1, 1), date(2018, 1, 1), {3}, False),
    ],
)
def test_what_happened_before_opens_nothing(effect_from, rule_from, backfilled, opens):
    [finding] = find("progress", series(99, first=3))
    history = frozenset(month(i) for i in backfilled)
    assert (
        may_open(finding, effect_from=effect_from, rule_from=rule_from, backfilled=history) is opens
    )


def late(facts, today, working_days=5, **calendar):
    params = typed("milestone_late", {"working_days": working_days})
    return detect_milestone("milestone_late", facts=facts, params=params, today=today, **calendar)


def test_a_milestone_is_late_once_so_many_working_days_have_passed():
    facts = MilestoneFacts(planned_finish=FRIDAY)
    assert late(facts, date(2019, 4, 18)) == []
    [found] = late(facts, date(2019, 4, 19))
    assert found.period.start == date(2019, 4, 19)
    assert late(facts, date(2019, 6, 1)) == [found]
    assert late(facts, date(2019, 4, 19), holidays=frozenset({date(2019, 4, 19)})) == []


def test_a_milestone_that_is_done_is_not_late():
    assert late(MilestoneFacts(FRIDAY, done_on=date(2019, 5, 2)), date(2019, 6, 1)) == []


def test_without_tolerance_a_milestone_is_late_the_day_after():
    assert late(MilestoneFacts(FRIDAY), FRIDAY, 0) == []
    [found] = late(MilestoneFacts(FRIDAY), FRIDAY + timedelta(days=1), 0)
    assert found.period.start == date(2019, 4, 13)


def moved(*finishes, times=2):
    reports = tuple(
        FinishReport(date(2019, 1, i), date(2019, m, 1)) for i, m in enumerate(finishes, start=1)
    )
    facts = MilestoneFacts(planned_finish=date(2019, 3, 1), finishes=reports)
    return detect_milestone(
        "milestone_moved",
        facts=facts,
        params=typed("milestone_moved", {"times": times}),
        today=TODAY,
    )


@pytest.mark.parametrize("finishes", [(), (3,), (3, 4), (3, 3, 3), (3, 4, 4, 4)])
def test_a_finish_that_moved_less_than_twice_is_left_alone(finishes):
    assert moved(*finishes) == []


def test_the_second_move_and_each_later_one_is_found_on_its_day():
    second, third = moved(3, 4, 4, 6, 5)
    assert second.period.start == date(2019, 1, 4)
    assert second.evidence == {"moves": 2, "finishes": ["2019-03-01", "2019-04-01", "2019-06-01"]}
    assert third.evidence["moves"] == 3


@pytest.mark.parametrize("kind", ["milestone_late", "astrology"])
def test_a_rule_of_another_subject_is_refused(kind):
    with pytest.raises(RuleRefused):
        detect_series(kind, facts=FALLING, readings=[], targets={}, params={}, today=TODAY)
    with pytest.raises(RuleRefused):
        detect_milestone("progress", facts=MilestoneFacts(FRIDAY), params={}, today=TODAY)
