"""Composites: worked out when every component has a value, corrected and taken back with them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import (
    Definition,
    Kpi,
    LiveReading,
    Reading,
    Retraction,
    Series,
    SeriesStatus,
    Track,
)
from kpis.services import composites, detection, kpis, locks, readings, tracks
from ledger.models import Event
from tests.factories import composites as compose
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[Kpi, Kpi]:
    first = make.kpi(name="Doctors")
    return first, make.kpi(first.area, name="Nurses")


def work_out() -> composites.Counts:
    return composites.work_out(at=make.AT)


def current(of: Kpi, cell: str = "total") -> dict[int, Reading]:
    rows = LiveReading.objects.filter(series__definition__kpi=of, series__cell__key=cell)
    return {
        row.period_start.year: row.reading
        for row in rows.filter(is_current=True).select_related("reading")
    }


def values(of: Kpi, cell: str = "total") -> dict[int, Decimal]:
    return {year: reading.value for year, reading in current(of, cell).items()}


def test_value_comes_once_every_component_has_one(two):
    first, second = two
    whole = compose.composite((first, "3"), (second, "1"))
    make.reading(make.total(first), "2017", "80")
    work_out()
    assert values(whole) == {}
    make.reading(make.total(second), "2017", "60")
    work_out()
    assert values(whole) == {2017: 75}
    made = current(whole)[2017]
    assert made.source.name == "Worked out from components"
    assert made.by_user is None
    assert made.complete
    event = Event.objects.get(verb="composite.worked_out")
    assert event.actor_label == "system: composites"
    assert event.data["digest"] == made.batch.sha256


def test_a_component_corrected_corrects_it_and_one_taken_back_takes_it_back(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"), how="sum")
    old = make.reading(make.total(first), "2017", "80")
    make.reading(make.total(second), "2017", "60")
    work_out()
    before = current(whole)[2017]
    seen = make.number("90")
    new = readings.correct(
        reading=old, observation=seen, reason="Typed wrong", by=make.BY, at=make.AT
    )
    work_out()
    after = current(whole)[2017]
    assert after.value == 150
    assert after.corrects == before
    readings.retract(reading=new, reason="Not counted", by=make.BY, at=make.AT)
    work_out()
    assert values(whole) == {}
    assert Retraction.objects.get(reading=after).reason
    assert set(Reading.objects.filter(pk__in=[before.pk, after.pk])) == {before, after}


def test_it_is_provisional_while_a_component_is(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"))
    early = make.reading(make.total(first), "2017", "80", state="provisional")
    make.reading(make.total(second), "2017", "60")
    work_out()
    assert current(whole)[2017].state == "provisional"
    readings.finalise(reading=early, by=make.BY, at=make.AT)
    work_out()
    assert current(whole)[2017].state == "final"


def test_running_again_adds_nothing(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "3"))
    for kpi in two:
        make.history(make.total(kpi), "2010-01-01", ["1.1", "2.7", "3"])
    assert work_out().recorded == 3
    assert not work_out().composites
    composites.recheck()
    again = work_out()
    assert (again.composites, again.recorded, again.corrected) == (1, 0, 0)
    assert Reading.objects.filter(series__definition__kpi=whole).count() == 3
    assert Event.objects.filter(verb="composite.worked_out").count() == 1


def test_a_change_of_a_component_asks_for_it(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"))
    work_out()
    waiting = Definition.objects.filter(kpi=whole, composed_at=None)
    assert not waiting.exists()
    make.reading(make.total(make.kpi(first.area)), "2017", "1")
    assert not waiting.exists()
    make.reading(make.total(first), "2017", "1")
    assert waiting.exists()


def test_composites_of_composites_follow(two):
    first, second = two
    inner = compose.composite((first, "1"), (second, "1"), how="sum")
    outer = compose.composite((inner, "1"), (first, "1"), how="sum")
    for kpi in two:
        make.reading(make.total(kpi), "2017", "1")
    work_out()
    assert values(outer) == {2017: 3}


def test_parts_that_all_components_share_have_one_too(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"), how="sum")
    for kpi in two:
        make.reading(make.cell(kpi, "region=north"), "2017", "4")
    make.reading(make.cell(first, "region=south"), "2017", "4")
    work_out()
    assert values(whole, "region=north") == {2017: 8}
    assert not Series.objects.filter(definition__kpi=whole, cell__key="region=south").exists()


def test_a_new_definition_of_a_component_takes_nothing_back(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"), how="sum")
    for kpi in two:
        make.reading(make.total(kpi), "2017", "1")
    work_out()
    kpis.redefine(kpi=first, text="Counted anew", reason="New count", by=make.BY, at=make.AT)
    make.reading(make.total(first), "2018", "5")
    make.reading(make.total(second), "2018", "1")
    work_out()
    assert values(whole) == {2017: 2, 2018: 6}


def test_the_source_that_counts_counts(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"), how="sum")
    make.reading(make.total(second), "2017", "1")
    make.reading(make.total(first), "2017", "1", source="Register")
    other = make.reading(make.total(first), "2017", "7", source="Survey")
    work_out()
    assert values(whole) == {2017: 2}
    readings.choose(reading=other, reason="Wider", by=make.BY, at=make.AT)
    work_out()
    assert values(whole) == {2017: 8}


def test_locked_periods_stay_as_they_are_until_the_lock_is_lifted(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"), how="sum")
    for kpi in two:
        make.reading(make.total(kpi), "2017", "1")
    lock = locks.lock(
        programme=whole.area.programme,
        kpi=whole,
        first=datetime.date(2017, 1, 1),
        last=datetime.date(2017, 12, 31),
        reason="Published",
        by=make.BY,
        at=make.AT,
    )
    assert work_out().held_back == 1
    assert values(whole) == {}
    locks.lift(lock=lock, reason="Mended", by=people.actor(people.delivery_unit()), at=make.AT)
    composites.recheck()
    work_out()
    assert values(whole) == {2017: 2}


def test_it_is_judged_like_any_value(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"), how="sum")
    make.target(make.total(whole), "2017", "10", baseline="0")
    for kpi in two:
        make.reading(make.total(kpi), "2017", "1")
    work_out()
    detection.detect(at=make.AT)
    assert SeriesStatus.objects.get(series=make.total(whole)).status == "off_track"
    assert tracks.differing([make.total(whole).pk]) == []
    assert Track.objects.get(pk=make.total(whole).pk).points


def test_nothing_is_entered_by_hand(two):
    whole = compose.composite((two[0], "1"))
    with pytest.raises(readings.ReadingRefused):
        make.reading(make.total(whole), "2017", "1")


def test_a_retired_composite_is_left_alone(two):
    first, second = two
    whole = compose.composite((first, "1"), (second, "1"))
    kpis.retire(kpi=whole, reason="Not needed", by=make.BY, at=make.AT)
    for kpi in two:
        make.reading(make.total(kpi), "2017", "1")
    assert not work_out().composites


def test_one_that_fails_does_not_hold_up_the_others(two):
    first, second = two
    compose.composite((first, "1"), (second, "1"))
    other = compose.composite((second, "1"))
    make.reading(make.total(second), "2017", "1")
    Definition.objects.filter(
        pk=Definition.objects.order_by("pk").exclude(composition="")[0].pk
    ).update(composition="weighted", frequency="never")
    make.reading(make.total(first), "2017", "1")
    work_out()
    assert values(other) == {2017: 1}


def test_queries_do_not_grow_with_periods_and_parts(two):
    first, second = two
    compose.composite((first, "1"), (second, "1"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert work_out().recorded
        return len(found)

    for kpi in two:
        make.reading(make.total(kpi), "2001", "1")
        make.reading(make.cell(kpi, "region=a"), "2001", "1")
    few = queries()
    for kpi in two:
        make.history(make.total(kpi), "2002-01-01", ["1"] * 12)
        for name in "bcdef":
            make.reading(make.cell(kpi, f"region={name}"), "2001", "1")
    assert queries() <= few
