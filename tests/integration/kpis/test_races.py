"""Two at once: one value, one episode, whoever comes first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kpis.models import Deviation, LiveReading, Reading, Series, Signal
from kpis.services import detection, readings, tracks
from ledger.models import Event
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db(transaction=True)
CREWS = 4


def together(act: Callable[[int], object]) -> list[object]:
    """What each of some threads got, or the refusal it met; all start at the same moment."""
    start = Barrier(CREWS)

    def one(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except readings.ReadingRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(CREWS) as pool:
        return list(pool.map(one, range(CREWS)))


def test_same_value_at_once_is_recorded_once():
    series = make.total(make.kpi())
    got = together(lambda _n: make.reading(Series.objects.get(pk=series.pk), "2018", "41.3"))
    assert len({reading.pk for reading in got}) == 1
    assert Reading.objects.count() == LiveReading.objects.count() == 1
    assert Event.objects.filter(verb="reading.recorded").count() == 1


def test_different_values_at_once_leave_one_and_conflicts():
    series = make.total(make.kpi())
    got = together(lambda n: make.reading(Series.objects.get(pk=series.pk), "2018", str(n)))
    assert sum(isinstance(each, readings.Conflict) for each in got) == CREWS - 1
    assert Reading.objects.count() == 1


def test_sources_at_once_leave_one_current():
    series = make.total(make.kpi())
    together(
        lambda n: make.reading(Series.objects.get(pk=series.pk), "2018", "1", source=f"Source {n}")
    )
    assert Reading.objects.count() == CREWS
    assert LiveReading.objects.filter(is_current=True).count() == 1


def test_corrections_at_once_leave_one():
    old = make.reading(make.total(make.kpi()), "2018", "41.3")
    got = together(
        lambda n: readings.correct(
            reading=Reading.objects.get(pk=old.pk),
            observation=make.number(str(n)),
            reason="Typo",
            by=make.BY,
            at=make.AT,
        )
    )
    assert sum(isinstance(each, readings.NotLive) for each in got) == CREWS - 1
    assert LiveReading.objects.count() == 1


def test_sweeps_at_once_open_each_episode_once():
    kpi = make.kpi()
    for n in range(8):
        series = make.cell(kpi, f"region=r{n}")
        make.target(series, "2018", "100", baseline="0")
        make.reading(series, "2018", "10")
    together(lambda _n: detection.detect(at=make.AT, limit=3))
    detection.detect(at=make.AT)
    assert Deviation.objects.count() == Signal.objects.count() == 8
    assert Event.objects.filter(verb="deviation.opened").count() == 8
    assert not Series.objects.filter(changed_at__isnull=False).exists()


def test_writers_at_once_leave_the_track_true():
    series = [make.cell(make.kpi(frequency="monthly"), f"region=r{n}") for n in range(3)]

    def write(n: int) -> None:
        for month in range(1, 5):
            for one in series if n % 2 else reversed(series):
                make.reading(one, f"2018-{month:02}", str(n), source=f"Register {n}")

    together(write)
    assert LiveReading.objects.count() == CREWS * 4 * len(series)
    assert tracks.differing() == []
