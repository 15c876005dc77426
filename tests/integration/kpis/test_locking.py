"""Limits that are locked after so many values: kept, said, and what later values are judged by."""

import datetime

import pytest

from kpis import tasks
from kpis.models import Baseline, Deviation, Series
from kpis.services import baselines, detection, locking, rules, tracks
from ledger.models import Event
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db
STEADY = ["50", "52", "49", "51", "53", "50", "48", "52", "51", "49"]
SINCE = datetime.date(2000, 1, 1)
WHEN = {"by": make.BY, "at": make.AT}


def locks_after(kpi, points: int, **fields) -> None:
    given = {"parameters": {"lock_after": points, "min_points": 6}, "severity": "review", **fields}
    rules.change(
        rule=make.rule(kpi, "control_limits"),
        applies_from=SINCE,
        reason="They move too much",
        **given,
        **WHEN,
    )


@pytest.fixture
def kpi():
    """Eight steady years, and a rule that locks limits after them."""
    made = make.kpi(rules_from="2000-01-01", effective_from=SINCE)
    make.history(make.total(made), "2001-01-01", STEADY[:8])
    locks_after(made, 8)
    return made


def test_limits_are_kept_once_there_are_enough_values(kpi):
    assert locking.lock_due(at=make.AT) == 1
    made = Baseline.objects.get()
    assert (made.starts_on, made.locked_points) == (datetime.date(2001, 1, 1), 8)
    assert made.locked_through == datetime.date(2008, 12, 31)
    assert round(made.mean, 3) == 50.625
    assert made.lower < 48 < 53 < made.upper
    assert Event.objects.get(verb="baseline.locked").data["points"] == 8
    track = make.total(kpi).track
    assert (track.locked_mean, track.since) == (made.mean, datetime.date(2009, 1, 1))
    assert tracks.differing() == []
    # Once: whoever comes again finds nothing to do.
    assert locking.lock_due(at=make.AT) == 0
    assert Event.objects.filter(verb="baseline.locked").count() == 1


def test_later_values_are_judged_by_the_locked_limits_and_do_not_move_them(kpi):
    locking.lock_due(at=make.AT)
    kept = Baseline.objects.get()
    make.history(make.total(kpi), "2009-01-01", ["30", "29", "30", "31", "30", "29"])
    detection.detect(at=make.AT)
    deviation = Deviation.objects.get(rule__kind="control_limits")
    assert deviation.first_signal.evidence["locked"] is True
    assert float(deviation.first_signal.evidence["mean"]) == kept.mean
    assert deviation.last_signal.period_end.year == 2014
    assert Baseline.objects.get().mean == kept.mean


def test_too_few_provisional_or_equal_values_lock_nothing(kpi):
    few, equal, open_ones = (make.kpi(kpi.area) for _n in range(3))
    make.history(make.total(few), "2001-01-01", STEADY[:7])
    make.history(make.total(equal), "2001-01-01", ["50"] * 9)
    make.history(make.total(open_ones), "2001-01-01", STEADY[:8], state="provisional")
    locking.lock_due(at=make.AT)
    assert [each.series for each in Baseline.objects.all()] == [make.total(kpi)]


def test_a_baseline_that_somebody_started_is_the_one_that_is_locked(kpi):
    series = make.total(kpi)
    make.history(series, "2009-01-01", ["80", "82", "79", "81", "80", "78", "82", "80"])
    started = baselines.rebase(
        series=series, starts_on=datetime.date(2009, 1, 1), reason="Online", **WHEN
    )
    assert locking.lock_due(at=make.AT) == 1
    started.refresh_from_db()
    assert (Baseline.objects.count(), started.locked_points) == (1, 8)
    assert round(started.mean, 2) == 80.25


def test_a_kpi_may_lock_alone_or_not_at_all(kpi):
    alone = make.kpi(rules_from="2000-01-01", effective_from=SINCE)
    make.history(make.total(alone), "2001-01-01", STEADY)
    own = {"parameters": {"lock_after": 10}, "severity": "note", "applies_from": SINCE}
    rules.override(kpi=alone, kind="control_limits", reason="Alone", **own, **WHEN)
    never = {"parameters": {"lock_after": 0}, "severity": "note", "applies_from": SINCE}
    rules.override(kpi=kpi, kind="control_limits", reason="Never", **never, **WHEN)
    locking.lock_due(at=make.AT)
    assert [each.series for each in Baseline.objects.all()] == [make.total(alone)]


def test_nothing_is_asked_of_programmes_that_lock_nothing(django_assert_num_queries):
    kpi = make.kpi()
    make.history(make.total(kpi), "2009-01-01", STEADY)
    with django_assert_num_queries(1):
        assert locking.lock_due(at=make.AT) == 0
    assert not Series.objects.filter(track__locked_mean__isnull=False).exists()


def test_a_rule_that_is_switched_off_locks_nothing(kpi):
    locks_after(kpi, 8, enabled=False)
    assert locking.lock_due(at=make.AT) == 0


def test_sweep_locks_after_it_has_detected(kpi, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "hurry", asked.append)
    tasks.detect_changed()
    assert Baseline.objects.get().locked_points == 8
    assert asked == [tasks.detect_changed]  # the series is looked at by its locked limits
    tasks.detect_changed()
    assert asked == [tasks.detect_changed]
