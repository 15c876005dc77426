"""Detection: signals once, episodes that open, extend and close, a status that is true."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Deviation, Series, SeriesStatus, Signal
from kpis.services import detection, deviations, readings, rules
from kpis.services import series as series_service
from labs.services import programmes
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories.labs import AreaFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
D = Decimal


def run(at: datetime.datetime = make.AT) -> detection.Counts:
    """Detection, twice: the second time must find nothing to do."""
    counts = detection.detect(at=at)
    again = detection.detect(at=at)
    assert (again.series, again.signals, again.opened, again.closed) == (0, 0, 0, 0)
    return counts


def again_after_touch(at: datetime.datetime = make.AT) -> detection.Counts:
    """Detection of every series anew, though nothing has changed."""
    series_service.touch(series_ids=Series.objects.values_list("pk", flat=True), at=at)
    return detection.detect(at=at)


def status_of(series) -> str:
    return SeriesStatus.objects.get(series=series).status


def monthly_history(n: int = 30) -> list[str]:
    """Numbers around 50 that vary by no more than noise."""
    return [str(50 + (i * 7) % 5 - 2) for i in range(n)]


def test_value_off_track_opens_one_deviation():
    series = make.total(make.kpi())
    make.target(series, "2018", "30500000", baseline="25700000")
    make.reading(series, "2018", "26780000")
    counts = run()
    assert (counts.signals, counts.opened) == (1, 1)
    deviation = Deviation.objects.get()
    assert (deviation.rule.kind, deviation.severity, deviation.routed_at) == (
        "progress",
        "review",
        None,
    )
    assert deviation.first_signal.evidence["status"] == "off_track"
    assert status_of(series) == "off_track"
    assert SeriesStatus.objects.get().progress == D("0.2250")
    verbs = Event.objects.filter(subject_type__in=["kpis.series", "kpis.deviation"])
    assert list(verbs.values_list("verb", flat=True)) == ["signal.found", "deviation.opened"]


def test_asking_again_adds_nothing():
    series = make.total(make.kpi())
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    run()
    events = Event.objects.count()
    assert again_after_touch().series == 1
    assert (Signal.objects.count(), Deviation.objects.count()) == (1, 1)
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("direction", "target", "value", "expected", "progress"),
    [
        ("decrease", {"value": "50", "baseline": "100"}, "75", "at_risk", "0.5"),
        ("decrease", {"value": "50", "baseline": "100"}, "110", "off_track", "-0.2"),
        ("decrease", {"value": "50", "baseline": "100"}, "50", "on_track", "1"),
        ("increase", {"value": "100", "baseline": "50"}, "75", "at_risk", "0.5"),
        ("range", {"value": "2", "high": "4"}, "3", "on_track", "1"),
        ("range", {"value": "2", "high": "4"}, "5", "off_track", "-0.5"),
        ("range", {"value": "2", "high": "4"}, "1", "off_track", "-0.5"),
    ],
)
def test_progress_is_right_for_every_direction(direction, target, value, expected, progress):
    series = make.total(make.kpi(direction=direction))
    make.target(series, "2018", **target)
    make.reading(series, "2018", value)
    run()
    row = SeriesStatus.objects.get()
    assert (row.status, row.progress) == (expected, D(progress))
    assert Deviation.objects.exists() == (expected == "off_track")


def test_two_clear_periods_close_an_episode_and_one_does_not():
    series = make.total(make.kpi(frequency="monthly"))
    for month, value in (("2018-10", "10"), ("2018-11", "99"), ("2018-12", "20")):
        make.target(series, month, "100", baseline="0")
        make.reading(series, month, value)
        run()
    deviation = Deviation.objects.get()
    assert deviation.closed_at is None
    assert deviation.last_signal.period_start == datetime.date(2018, 12, 1)
    for month in ("2019-01", "2019-02"):
        make.target(series, month, "100", baseline="0")
        make.reading(series, month, "99")
        run()
    deviation.refresh_from_db()
    assert deviation.closed_as == "cleared"
    assert again_after_touch().opened == 0
    make.target(series, "2019-03", "100", baseline="0")
    make.reading(series, "2019-03", "10")
    assert run().opened == 1
    assert Deviation.objects.filter(closed_at=None).count() == 1


def test_correction_closes_the_episode_and_correcting_back_opens_another():
    series = make.total(make.kpi())
    make.target(series, "2018", "100", baseline="0")
    bad = make.reading(series, "2018", "10")
    run()
    good = readings.correct(
        reading=bad, observation=make.number("100"), reason="Typo", by=make.BY, at=make.AT
    )
    assert run().closed == 1
    assert Deviation.objects.get().closed_as == "corrected"
    assert status_of(series) == "on_track"
    readings.correct(
        reading=good, observation=make.number("10"), reason="No typo", by=make.BY, at=make.AT
    )
    counts = run()
    assert (counts.opened, counts.signals) == (1, 0)
    assert again_after_touch().opened == 0
    assert Signal.objects.count() == 1


def test_what_a_decision_settled_does_not_come_back():
    series = make.total(make.kpi())
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    run()
    deviation = Deviation.objects.get()
    for _ in range(2):
        deviations.close(deviation=deviation, by=make.BY, at=make.AT)
    assert Event.objects.filter(verb="deviation.closed").count() == 1
    counts = again_after_touch()
    assert (counts.opened, counts.closed) == (0, 0)
    assert status_of(series) == "off_track"


@pytest.mark.parametrize("case", ["backfilled", "before_rule", "before_effect", "part_year"])
def test_history_opens_nothing(case):
    fields = {
        "before_rule": {"rules_from": "2019-01-01"},
        "before_effect": {"effective_from": datetime.date(2018, 6, 1)},
    }.get(case, {})
    series = make.total(make.kpi(**fields))
    when = "2018-01-01/2018-06-30" if case == "part_year" else "2018"
    make.target(series, when, "100", baseline="0")
    make.reading(series, when, "10", backfilled=case == "backfilled")
    counts = run()
    assert (counts.signals, counts.opened) == (0, 0)
    assert status_of(series) in ("off_track", "not_due")


def test_a_value_reported_in_time_opens_without_an_effect_date():
    series = make.total(make.kpi(effective_from=None, reporting_from=None))
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    assert run().opened == 1


def test_history_takes_part_in_control_limits():
    series = make.total(make.kpi(frequency="monthly"))
    make.history(series, "2016-01-01", monthly_history(), backfilled=True)
    assert run().opened == 0
    make.reading(series, "2018-07", "90")
    run()
    outside = Deviation.objects.filter(rule__kind="control_limits")
    assert not outside.exists(), "90 is outside, and better"
    make.reading(series, "2018-08", "10")
    run()
    deviation = outside.get()
    assert deviation.first_signal.evidence["cause"] == "outside_below"
    assert status_of(series) == "no_target"


JANUARY = datetime.date(2019, 1, 1)
IN_MAY = datetime.datetime(2019, 5, 2, 2, 0, tzinfo=datetime.UTC)


def reported_monthly(**fields):
    """A KPI whose values of January to March 2019 are asked for; the first two are there."""
    area = AreaFactory(programme=ProgrammeFactory(country="MY"))
    given = {
        "frequency": "monthly",
        "reporting_days": 20,
        "effective_from": JANUARY,
        "reporting_from": JANUARY,
    }
    series = make.total(make.kpi(area, rules_from="2019-01-01", **{**given, **fields}))
    for month in ("2019-01", "2019-02", "2019-03"):
        make.target(series, month, "100", baseline="0")
    for month in ("2019-01", "2019-02"):
        make.reading(series, month, "100")
    return series


def test_missing_value_is_never_on_track_and_opens_when_due():
    series = reported_monthly()
    run()
    row = SeriesStatus.objects.get()
    assert (row.status, row.check_on) == ("on_track", datetime.date(2019, 4, 27))
    assert detection.detect_due(at=make.AT).series == 0
    counts = detection.detect_due(at=IN_MAY)
    assert (counts.series, counts.opened) == (1, 1)
    assert detection.detect_due(at=IN_MAY).series == 0
    row = SeriesStatus.objects.get()
    assert (row.status, row.value, row.missing_period_start) == (
        "missing",
        D(100),
        datetime.date(2019, 3, 1),
    )
    assert Deviation.objects.get().rule.kind == "missing"
    make.reading(series, "2019-03", "100", at=IN_MAY)
    assert run(IN_MAY).closed == 1
    assert status_of(series) == "on_track"


def test_grace_delays_the_deviation_and_not_the_status():
    series = reported_monthly()
    rule = make.rule(series.definition.kpi, "missing")
    rules.change(
        rule=rule,
        parameters={"grace_working_days": 10},
        severity="ask",
        applies_from=JANUARY,
        reason="Registers close late",
        by=make.BY,
        at=make.AT,
    )
    run()
    assert detection.detect_due(at=IN_MAY).opened == 0
    row = SeriesStatus.objects.get()
    assert (row.status, row.check_on) == ("missing", datetime.date(2019, 5, 14))
    assert detection.detect_due(at=IN_MAY + datetime.timedelta(days=13)).opened == 1
    assert Deviation.objects.get().severity == "ask"


def test_closed_programme_owes_nothing_and_keeps_its_status():
    series = reported_monthly()
    run()
    programmes.close(
        programme=series.definition.kpi.area.programme, because="Over", by=make.BY, at=make.AT
    )
    assert detection.detect_due(at=IN_MAY).series == 0
    counts = again_after_touch(IN_MAY)
    assert (counts.opened, counts.signals) == (0, 0)
    row = SeriesStatus.objects.get()
    assert (row.status, row.check_on) == ("on_track", None)


def test_own_rule_of_a_kpi_replaces_the_programmes():
    kpi = make.kpi()
    series = make.total(kpi)
    version = rules.override(
        kpi=kpi,
        kind="progress",
        parameters={"at_risk_from": "0.05"},
        severity="note",
        applies_from=datetime.date(2015, 1, 1),
        reason="A slow start was planned",
        by=make.BY,
        at=make.AT,
    )
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    assert run().opened == 0
    assert status_of(series) == "at_risk"
    event = Event.objects.get(verb="rule.changed")
    assert event.data["widened"] == ["at_risk_from"]
    assert event.data["softened"] is True
    make.target(series, "2017", "100", baseline="0")
    make.reading(series, "2017", "1")
    run()
    assert Deviation.objects.get().rule == version.rule
    assert Deviation.objects.get().severity == "note"


def test_switched_off_rule_finds_nothing():
    kpi = make.kpi()
    rule = make.rule(kpi, "progress")
    rules.change(
        rule=rule,
        parameters={},
        severity="review",
        enabled=False,
        applies_from=datetime.date(2015, 1, 1),
        reason="Being discussed",
        by=make.BY,
        at=make.AT,
    )
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    assert run().opened == 0
    assert status_of(series) == "off_track", "the status is true whatever the rules"


def test_new_version_leaves_past_signals_as_they_were():
    series = make.total(make.kpi())
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    run()
    rules.change(
        rule=make.rule(series.definition.kpi, "progress"),
        parameters={"at_risk_from": "0.05"},
        severity="review",
        applies_from=datetime.date(2015, 1, 1),
        reason="Agreed by the committee",
        by=make.BY,
        at=make.AT,
    )
    assert run().closed == 1
    assert Signal.objects.get().version.version == 1
    assert again_after_touch().opened == 0


def test_restricted_kpi_has_restricted_events():
    kpi = make.kpi()
    kpi.restricted_to.add(kpi.area.home_forum)
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    run()
    found = Event.objects.filter(verb__in=["reading.recorded", "signal.found", "deviation.opened"])
    assert {event.restricted for event in found} == {True}
    assert found.count() == 3


def test_bound_that_leaves_it_open_says_so():
    series = make.total(make.kpi())
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", make.number("60", comparator=">"))
    assert run().opened == 0
    assert status_of(series) == "indeterminate"


def test_queries_do_not_grow_with_the_series():
    kpi = make.kpi()
    make.total(kpi)
    detection.detect(at=make.AT)
    spent = []
    for wave in (10, 20):
        for n in range(wave):
            series = make.cell(kpi, f"region=w{wave}r{n}")
            make.target(series, "2018", "100", baseline="0")
            make.reading(series, "2018", "99")
        with CaptureQueriesContext(connection) as queries:
            assert detection.detect(at=make.AT).series >= wave
        spent.append(len(queries))
    assert spent[0] == spent[1]
    assert spent[0] <= 48, "one slice for the parts, and one for the total that follows from them"


def test_work_is_done_in_slices():
    kpi = make.kpi()
    for n in range(5):
        make.reading(make.cell(kpi, f"region=r{n}"), "2018", "1")
    counts = detection.detect(at=make.AT, limit=4)
    assert (counts.series, counts.more) == (4, True)
    detection.detect(at=make.AT)
    assert SeriesStatus.objects.count() == 6
    assert detection.detect(at=make.AT).series == 0


def test_a_series_that_cannot_be_judged_holds_up_no_other():
    broken, sound = make.total(make.kpi()), make.total(make.kpi())
    make.target(sound, "2018", "100", baseline="0")
    make.reading(sound, "2018", "10")
    type(broken.definition).objects.filter(pk=broken.definition_id).update(
        effective_from=datetime.date(1, 1, 1), reporting_from=None
    )
    series_service.touch(series_ids=[broken.pk], at=make.AT)
    assert detection.detect(at=make.AT).opened == 1
    assert status_of(sound) == "off_track"
    assert list(Series.objects.filter(changed_at__isnull=False)) == [broken], "waits for its turn"
