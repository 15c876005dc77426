"""Several sources: the order of a KPI's list, and what a person chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from kpis.models import Choice, Kpi, LiveReading, Reading, Series, Source
from kpis.services import readings, source_ranks, sources
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def kpi() -> Kpi:
    return make.kpi(owner=people.post_of(people.ministry_officer()))


@pytest.fixture
def series(kpi: Kpi) -> Series:
    return make.total(kpi)


def rank(kpi: Kpi, *names: str, reason: str = "Audited first") -> None:
    order = [sources.ensure(name=name) for name in names]
    source_ranks.rank(kpi=kpi, sources=order, reason=reason, by=make.BY, at=make.AT)


def counting() -> Reading:
    return LiveReading.objects.get(is_current=True).reading


def test_a_new_value_of_a_source_higher_in_the_list_counts(kpi, series):
    rank(kpi, "Statistics office", "Ministry")
    make.reading(series, "2018", "1", source="Hearsay")
    ministry = make.reading(series, "2018", "2", source="Ministry")
    assert counting() == ministry
    office = make.reading(series, "2018", "3", source="Statistics office")
    assert counting() == office
    make.reading(series, "2018", "4", source="Another")
    assert counting() == office


def test_what_a_person_chose_stays_whatever_comes(kpi, series):
    rank(kpi, "Statistics office", "Ministry")
    make.reading(series, "2018", "1", source="Ministry")
    hearsay = make.reading(series, "2018", "2", source="Hearsay")
    readings.choose(reading=hearsay, reason="The others err", by=make.BY, at=make.AT)
    make.reading(series, "2018", "3", source="Statistics office")
    assert counting() == hearsay
    rank(kpi, "Ministry")
    assert counting() == hearsay
    corrected = readings.correct(
        reading=hearsay, observation=make.number("5"), reason="Typo", by=make.BY, at=make.AT
    )
    assert counting() == corrected
    assert Choice.objects.get().reason == "The others err"


def test_a_new_order_takes_effect_at_once_and_asks_for_detection(kpi, series):
    make.reading(series, "2018", "1", source="Ministry")
    office = make.reading(series, "2018", "2", source="Statistics office")
    Series.objects.update(changed_at=None)
    rank(kpi, "Statistics office")
    assert counting() == office
    assert Series.objects.filter(changed_at__isnull=False).exists()


def test_taken_back_the_next_in_the_list_counts_and_not_the_newest(kpi, series):
    rank(kpi, "Statistics office", "Ministry")
    office = make.reading(series, "2018", "1", source="Statistics office")
    ministry = make.reading(series, "2018", "2", source="Ministry")
    make.reading(series, "2018", "3", source="Hearsay")
    readings.retract(reading=office, reason="Withdrawn", by=make.BY, at=make.AT)
    assert counting() == ministry


def test_many_at_once_follow_the_list_too(kpi, series):
    rank(kpi, "Statistics office")
    period = make.period(series, "2018")
    rows = [
        readings.ReadingRow(series, period, make.number("1"), "Ministry"),
        readings.ReadingRow(series, period, make.number("2"), "Statistics office"),
    ]
    readings.record_many(rows=rows, backfilled=True, by=make.BY, at=make.AT)
    assert counting().source.name == "Statistics office"


def test_an_order_needs_a_reason_and_must_differ(kpi):
    with pytest.raises(source_ranks.RankRefused):
        rank(kpi, "Ministry", reason=" ")
    rank(kpi, "Ministry")
    with pytest.raises(source_ranks.RankRefused) as refused:
        rank(kpi, "Ministry")
    assert refused.value.code == "unchanged"


class TestPages:
    def test_delivery_unit_puts_sources_in_order(self, client, kpi, series):
        make.reading(series, "2018", "1", source="Ministry")
        make.reading(series, "2018", "2", source="Statistics office")
        client.force_login(people.delivery_unit())
        url = f"/kpis/{kpi.code}/sources/"
        first, second = (
            f"rank_{Source.objects.get(name=name).pk}" for name in ("Statistics office", "Ministry")
        )
        wrong = client.post(url, {first: "1", second: "1", "reason": "x"})
        assert "Another source has this number" in wrong.text
        client.post(url, {first: "1", second: "2", "reason": "It is audited"})
        assert counting().source.name == "Statistics office"
        page = client.get(f"/kpis/{kpi.code}/").text
        assert "Number 1 in the order of sources" in page
        assert "It is audited" in client.get(url).text

    def test_the_page_says_who_chose_and_why(self, client, kpi, series):
        make.reading(series, "2018", "1", source="Ministry")
        other = make.reading(series, "2018", "2", source="Statistics office")
        unit = people.delivery_unit()
        client.force_login(unit)
        assert "It came first" in client.get(f"/kpis/{kpi.code}/").text
        readings.choose(reading=other, reason="It is audited", by=people.actor(unit), at=make.AT)
        text = client.get(f"/kpis/{kpi.code}/").text
        assert "because: It is audited" in text

    def test_others_see_the_order_and_do_not_set_it(self, client, kpi):
        rank(kpi, "Ministry")
        client.force_login(people.auditor())
        url = f"/kpis/{kpi.code}/sources/"
        assert "Audited first" in client.get(url).text
        assert client.post(url, {"reason": "x"}).status_code == 403
