"""What a deviation waits for: values that are final, rows of findings, limits that lock."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pytest

from kpis.models import (
    Baseline,
    Definition,
    Deviation,
    HandStatus,
    SeriesStatus,
    Track,
    Trajectory,
)
from kpis.rules.portfolio import LEAD, POINT
from kpis.services import baselines, detection, hand_statuses, readings, rules
from ledger.models import Event
from ledger.rules.actors import Actor
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db
OTHER = Actor.system("another")


def run(at: datetime.datetime = make.AT) -> detection.Counts:
    counts = detection.detect(at=at)
    again = detection.detect(at=at)
    assert (again.series, again.signals, again.opened, again.closed) == (0, 0, 0, 0)
    return counts


def off_track(**fields):
    """A yearly KPI with one value far from its target."""
    series = make.total(make.kpi())
    make.target(series, "2018", "100", baseline="0")
    return series, make.reading(series, "2018", "10", **fields)


def setting(series, kind: str, **parameters):
    rules.change(
        rule=make.rule(series.definition.kpi, kind),
        parameters=parameters,
        severity="review",
        applies_from=datetime.date(2015, 1, 1),
        reason="As agreed",
        by=make.BY,
        at=make.AT,
    )


def test_a_provisional_value_asks_the_owner_and_is_raised_once_when_verified():
    series, entered = off_track(state="provisional")
    run()
    deviation = Deviation.objects.get()
    assert (deviation.severity, SeriesStatus.objects.get().provisional) == ("ask", True)
    assert deviation.first_signal.evidence["provisional"] is True
    Deviation.objects.update(routed_at=make.AT)
    readings.verify(reading=entered, by=OTHER, at=make.AT)
    assert run().raised == 1
    deviation.refresh_from_db()
    assert (deviation.severity, deviation.routed_at, deviation.closed_at) == ("review", None, None)
    assert SeriesStatus.objects.get().provisional is False
    assert Event.objects.filter(verb="deviation.raised").count() == 1
    assert run().raised == 0


def test_a_final_value_instead_of_the_provisional_one_raises_it_too():
    _series, entered = off_track(state="provisional")
    run()
    readings.correct(
        reading=entered, observation=make.number("12"), reason="Final", by=make.BY, at=make.AT
    )
    counts = run()
    assert (counts.raised, counts.closed, counts.opened) == (1, 0, 0)
    assert Deviation.objects.get().severity == "review"


def test_a_value_provisional_for_too_long_is_told_of_and_counts_as_if_final():
    series, _entered = off_track(state="provisional")
    Definition.objects.update(provisional_days=5)
    run()
    due = datetime.date(2019, 4, 24)
    assert SeriesStatus.objects.get().check_on == due + datetime.timedelta(days=1)
    later = make.AT + datetime.timedelta(days=7)
    assert detection.detect_due(at=later).raised == 0
    later += datetime.timedelta(days=1)
    assert detection.detect_due(at=later).raised == 1
    late = Deviation.objects.get(rule__kind="provisional")
    evidence = late.first_signal.evidence
    assert (evidence["entered"], evidence["due"]) == ("2019-04-17", due.isoformat())
    assert evidence["allowed_days"] == 5
    assert Deviation.objects.get(rule__kind="progress").severity == "review"
    assert detection.detect_due(at=later).signals == 0


def test_a_rule_may_wait_for_two_findings_in_a_row():
    series = make.total(make.kpi())
    setting(series, "progress", open_after=2)
    for year, value in (("2015", "10"), ("2016", "100"), ("2017", "10"), ("2018", "10")):
        make.target(series, year, "100", baseline="0")
        make.reading(series, year, value)
        run()
        assert Deviation.objects.count() == (year == "2018")
    deviation = Deviation.objects.get()
    assert deviation.first_signal.period_start == datetime.date(2017, 1, 1)
    assert deviation.last_signal.period_start == datetime.date(2018, 1, 1)


def test_a_pattern_is_one_signal_and_stays_open_while_it_covers_new_values():
    series = make.total(make.kpi(frequency="monthly"))
    noise = [str(50 + (-1) ** n * (1 + n % 3)) for n in range(20)]
    make.history(series, "2016-01-01", noise, backfilled=True)
    make.history(series, "2017-09-01", ["48.9"] * 3 + ["48.8", "48.7", "48.9", "48.8"])
    run()
    shifts = Deviation.objects.filter(rule__kind="control_shift")
    (deviation,) = shifts
    assert deviation.first_signal.period_start == datetime.date(2018, 2, 1)
    assert len(deviation.first_signal.evidence["pattern"]) == 7
    make.history(series, "2018-04-01", ["48.9", "48.8", "48.9"])
    counts = run()
    assert (counts.signals, counts.closed) == (0, 0)
    make.history(series, "2018-07-01", ["53", "52", "53"])
    run()
    assert shifts.get().closed_as == "cleared"


def test_limits_lock_once_and_then_only_later_values_are_read():
    series = make.total(make.kpi(frequency="monthly"))
    setting(series, "control_limits", lock_after=15)
    noise = [str(50 + (-1) ** n * (1 + n % 3)) for n in range(36)]
    make.history(series, "2014-01-01", noise[:14], backfilled=True)
    run()
    assert not Baseline.objects.exists()
    make.history(series, "2015-03-01", noise[14:], backfilled=True)
    run()
    baseline = Baseline.objects.get()
    assert (baseline.locked_points, baseline.locked_through) == (15, datetime.date(2015, 3, 31))
    track = Track.objects.get(pk=series.pk)
    points = np.frombuffer(bytes(track.points), POINT)
    assert (track.since, track.locked_mean) == (datetime.date(2015, 4, 1), baseline.mean)
    assert (points["flags"] & LEAD != 0).sum() == 15
    first = baseline.upper
    make.history(series, "2017-01-01", ["70", "71"])
    run()
    baseline.refresh_from_db()
    assert baseline.upper == first
    assert Event.objects.filter(verb="baseline.locked").count() == 1
    make.reading(series, "2017-03", "5")
    run()
    found = Deviation.objects.get(rule__kind="control_limits")
    assert found.first_signal.evidence["locked"] is True


def test_a_rebase_leaves_older_deviations_open_and_judges_them_by_all_their_history():
    series = make.total(make.kpi(frequency="monthly"))
    noise = [str(50 + (-1) ** n * (1 + n % 3)) for n in range(30)]
    make.history(series, "2016-01-01", noise, backfilled=True)
    make.target(series, "2018-07", "100", baseline="0")
    make.reading(series, "2018-07", "52")
    make.target(series, "2018-08", "500", baseline="0")
    bad = make.reading(series, "2018-08", "51")
    run()
    standing = Deviation.objects.get(rule__kind="progress")
    baselines.rebase(
        series=series, starts_on=datetime.date(2018, 9, 1), reason="New law", by=make.BY, at=make.AT
    )
    make.reading(series, "2018-09", "49")
    run()
    standing.refresh_from_db()
    assert standing.closed_at is None
    readings.correct(
        reading=bad, observation=make.number("500"), reason="Typo", by=make.BY, at=make.AT
    )
    run()
    standing.refresh_from_db()
    assert standing.closed_as == "corrected"


def test_a_status_set_by_hand_lapses_at_the_next_value_and_changes_no_rule():
    series, entered = off_track()
    run()
    hand_statuses.set(
        series=series, status="at_risk", reason="Roads reopened", by=make.BY, at=make.AT
    )
    with pytest.raises(hand_statuses.HandStatusRefused):
        hand_statuses.set(series=series, status="missing", reason="No", by=make.BY, at=make.AT)
    run()
    assert SeriesStatus.objects.get().status == "off_track"
    readings.verify(reading=entered, by=OTHER, at=make.AT)
    assert HandStatus.objects.get().lapsed_at is None
    make.reading(series, "2017", "9")
    assert HandStatus.objects.get().lapsed_at == make.AT


def test_the_status_says_what_the_control_chart_says():
    series = make.total(make.kpi(frequency="monthly"))
    noise = [str(50 + (-1) ** n * (1 + n % 3)) for n in range(20)]
    make.history(series, "2016-01-01", noise, backfilled=True)
    make.target(series, "2017-08", "90", baseline="0")
    run()
    row = SeriesStatus.objects.get()
    assert (row.assurance, row.variation) == ("consistent_fail", "common_cause")
    make.reading(series, "2017-09", "80")
    make.target(series, "2017-09", "20", baseline="0")
    run()
    row = SeriesStatus.objects.get()
    assert (row.assurance, row.variation) == ("consistent_pass", "special_cause_improvement")
    assert row.value == Decimal(80)


def test_values_before_a_new_baseline_are_not_missing():
    begins = datetime.date(2013, 1, 1)
    series = make.total(make.kpi(frequency="monthly", effective_from=begins, reporting_from=begins))
    noise = [str(50 + (-1) ** n * (1 + n % 3)) for n in range(74)]
    entered = make.history(series, "2013-01-01", noise)
    baselines.rebase(
        series=series, starts_on=datetime.date(2018, 1, 1), reason="New law", by=make.BY, at=make.AT
    )
    run()
    assert SeriesStatus.objects.get().missing_period_start is None
    readings.retract(reading=entered[30], reason="Lost", by=make.BY, at=make.AT)
    run()
    (gap,) = Deviation.objects.filter(rule__kind="missing")
    assert gap.first_signal.period_start == datetime.date(2015, 7, 1)
    make.reading(series, "2015-07", "50")
    run()
    gap.refresh_from_db()
    assert gap.closed_as == "cleared"


def test_a_trajectory_asks_between_its_targets():
    series = make.total(make.kpi())
    make.target(series, "2020", "100")
    Trajectory.objects.create(
        series=series,
        method="linear",
        baseline=0,
        baseline_on="2015-12-31",
        source=make.target(series, "2021", "120").source,
        set_at=make.AT,
    )
    make.reading(series, "2018", "20")
    run()
    row = SeriesStatus.objects.get()
    assert (row.status, row.target, row.progress) == ("off_track", Decimal(60), Decimal("0.2"))
    evidence = Deviation.objects.get(rule__kind="progress").first_signal.evidence
    assert (evidence["expected"], evidence["target"]) == ("60", "100")
    assert (evidence["path"], evidence["running"]) == ("trajectory", 1)
