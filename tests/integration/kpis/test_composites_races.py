"""Composites while several work at once: each value once, and no change goes unseen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kpis.models import LiveReading, Reading, Series
from kpis.services import composites
from tests.factories import composites as compose
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db(transaction=True)
CREWS = 4


def together(act: Callable[[int], object]) -> None:
    """Every thread starts at the same moment; the first error is raised."""
    start = Barrier(CREWS)

    def one(number: int) -> None:
        start.wait()
        try:
            act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(CREWS) as pool:
        list(pool.map(one, range(CREWS)))


def test_several_sweeps_write_each_value_once():
    first = make.kpi()
    second = make.kpi(first.area)
    whole = compose.composite((first, "1"), (second, "1"))
    for kpi in (first, second):
        make.history(make.total(kpi), "2010-01-01", ["1", "2", "3"])
    together(lambda _n: composites.work_out(at=make.AT))
    assert Reading.objects.filter(series__definition__kpi=whole).count() == 3


def test_values_that_come_during_a_sweep_are_seen():
    first = make.kpi()
    second = make.kpi(first.area)
    whole = compose.composite((first, "1"), (second, "1"), how="sum")
    totals = [make.total(kpi).pk for kpi in (first, second)]

    def act(number: int) -> None:
        if number < 2:
            series = Series.objects.select_related("definition__kpi__area__programme")
            make.history(series.get(pk=totals[number]), "2010-01-01", ["1", "2", "3", "4"])
        else:
            for _ in range(4):
                composites.work_out(at=make.AT)

    together(act)
    composites.work_out(at=make.AT)
    rows = LiveReading.objects.filter(series__definition__kpi=whole).order_by("period_start")
    assert [row.reading.value for row in rows.select_related("reading")] == [2, 4, 6, 8]
