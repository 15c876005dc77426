"""The list of KPIs, the page of one, its chart and its deviations: what readers see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Deviation, Kpi, SeriesStatus
from kpis.services import detection, holds, kpis, readings, rules
from labs.models import ProgrammeReader
from people.models import User
from tests.factories import kpis as make
from tests.factories import labs as make_labs
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The business time is that of the factories: 17 April 2019."""
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def unit(client) -> User:
    user = people.delivery_unit()
    client.force_login(user)
    return user


def detect() -> None:
    detection.detect(at=make.AT)


def falling(**fields) -> Kpi:
    """A KPI that should fall from 100 to 50 and stands at 75."""
    kpi = make.kpi(direction="decrease", **fields)
    make.target(make.total(kpi), "2018", "50", baseline="100")
    make.reading(make.total(kpi), "2018", "75")
    return kpi


def page(client, kpi: Kpi, query: str = "") -> str:
    response = client.get(f"/kpis/{kpi.code}/{query}")
    assert response.status_code == 200
    return plain(response.text)


def plain(text: str) -> str:
    """Words with single spaces between them, of whatever kind they were."""
    return " ".join(text.split())


# The list


def test_list_shows_status_value_period_target_and_progress(client, unit):
    kpi = falling(name="Street crime")
    detect()
    text = plain(client.get(f"/kpis/?programme={kpi.area.programme.code}").text)
    for expected in ("Street crime", "At risk", "75 cases", "50 cases", "50%", "2018"):
        assert expected in text
    assert "not verified" in text


def test_list_marks_what_is_disputed_and_finds_it(client, unit):
    kpi, other = falling(name="Held"), falling(name="Free")
    other.area = kpi.area
    other.save()
    holds.open(kpi=kpi, ref="dispute:1", reason="Who counts?", by=make.BY, at=make.AT)
    response = client.get(f"/kpis/?programme={kpi.area.programme.code}&status=disputed")
    assert [row.kpi.name for row in response.context["rows"]] == ["Held"]
    assert "Disputed" in response.text


def test_list_filters_by_status(client, unit):
    kpi = falling()
    make.kpi(kpi.area, name="Without a value")
    detect()
    code = kpi.area.programme.code
    shown = client.get(f"/kpis/?programme={code}&status=at_risk").context["rows"]
    assert [row.kpi.pk for row in shown] == [kpi.pk]
    # A status nobody knows is no filter.
    assert len(client.get(f"/kpis/?programme={code}&status=x").context["rows"]) == 2


def test_list_counts_restricted_kpis_and_does_not_name_them(client):
    kpi = falling(name="Secret")
    kpis.restrict(kpi=kpi, forums=[kpi.area.home_forum], by=make.BY, at=make.AT)
    reader = people.outsider()
    ProgrammeReader.objects.create(programme=kpi.area.programme, user=reader)
    client.force_login(reader)
    text = client.get("/kpis/").text
    assert "Secret" not in text
    assert "1 restricted KPI is not shown" in text


def test_list_costs_the_same_for_ten_and_twenty(client, unit):
    area = make_labs.AreaFactory()

    def add(count: int) -> int:
        for _ in range(count):
            kpi = make.kpi(area)
            make.reading(make.total(kpi), "2018", "5")
        detect()
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/kpis/?programme={area.programme.code}")
        return len(queries)

    assert add(10) == add(10)


# One KPI


@pytest.mark.parametrize("address", ["", "chart.svg", "readings/new/", "edit/", "definition/"])
def test_unreadable_kpi_is_not_found(client, address):
    kpi = falling()
    client.force_login(people.outsider())
    assert client.get(f"/kpis/{kpi.code}/{address}").status_code == 404


def test_page_gives_the_arithmetic_of_progress(client, unit):
    kpi = falling()
    detect()
    text = page(client, kpi)
    assert "At risk" in text
    assert "(75 − 100) ÷ (50 − 100) = 50%" in text
    assert "55 cases or less" in text


def test_page_never_calls_a_missing_value_on_track(client, unit):
    kpi = make.kpi(reporting_from=make.datetime.date(2015, 1, 1))
    make.reading(make.total(kpi), "2015", "5")
    detect()
    text = page(client, kpi)
    assert "The value of 2018 was due and has not come." in text
    assert "On track" not in text
    assert text.count("makmal-tag--missing") >= 4  # the status, and 2016 to 2018


def test_page_shows_corrected_and_retracted_values_under_the_live_one(client, unit):
    series = make.total(make.kpi())
    first = make.reading(series, "2018", "41")
    second = readings.correct(
        reading=first, observation=make.number("42"), reason="Typing error", by=make.BY, at=make.AT
    )
    text = page(client, series.definition.kpi)
    assert "<s>41 cases</s>" in text
    assert "Typing error" in text
    readings.retract(reading=second, reason="Wrong year", by=make.BY, at=make.AT)
    text = page(client, series.definition.kpi)
    assert "Wrong year" in text
    assert "<s>42 cases</s>" in text


def test_part_years_stand_apart(client, unit):
    series = make.total(make.kpi())
    make.reading(series, "2018-01-01/2018-08-31", "12")
    response = client.get(f"/kpis/{series.definition.kpi.code}/")
    assert response.context["rows"] == []
    assert "1 Jan to 31 Aug 2018" in response.text
    assert "not part of the rules" in response.text


def test_sources_that_differ_stand_side_by_side(client, unit):
    series = make.total(make.kpi())
    make.reading(series, "2018", "41", source="Ministry")
    other = make.reading(series, "2018", "44", source="Statistics office")
    text = page(client, series.definition.kpi)
    assert "Sources that differ" in text
    assert f"/kpis/{series.definition.kpi.code}/readings/{other.pk}/choose/" in text


def test_target_names_its_source_with_a_safe_link(client, unit):
    kpi = make.kpi()
    make.target(make.total(kpi), "2018", "9", source="https://example.org/roadmap")
    make.target(make.total(kpi), "2019", "9", source="javascript:alert(1)")
    text = page(client, kpi)
    assert 'href="https://example.org/roadmap"' in text
    assert 'href="javascript' not in text


def test_parts_come_worst_first(client, unit):
    kpi = make.monthly_ratio()
    for key, above in (("trust=A", 96), ("trust=B", 60), ("trust=C", 80)):
        series = make.cell(kpi, key)
        make.target(series, "2019-01", "95")
        make.reading(series, "2019-01", make.share(above, 100))
    detect()
    parts = client.get(f"/kpis/{kpi.code}/").context["parts"]
    assert [part.cell.key for part in parts] == ["trust=B", "trust=C", "trust=A"]
    found = client.get(f"/kpis/{kpi.code}/?part=trust%3DC").context["parts"]
    assert [part.cell.key for part in found] == ["trust=C"]
    assert "60%" in page(client, kpi, "?cell=trust%3DB")


def test_unknown_part_and_version_are_not_found(client, unit):
    kpi = make.kpi()
    for query in ("?cell=trust=X", "?version=9", "?version=x"):
        assert client.get(f"/kpis/{kpi.code}/{query}").status_code == 404


def test_old_definition_stays_readable(client, unit):
    kpi = falling()
    kpis.redefine(kpi=kpi, reason="Counted anew", unit="incidents", by=make.BY, at=make.AT)
    assert "75 cases" not in page(client, kpi)
    text = page(client, kpi, "?version=1")
    assert "75 cases" in text
    assert "no longer in use" in text


def test_page_costs_the_same_for_a_long_history(client, unit):
    kpi = make.monthly_ratio(reporting_from=None)

    def add(first: str, parts: range) -> int:
        for series in (make.total(kpi), *(make.cell(kpi, f"trust=T{n}") for n in parts)):
            make.history(series, first, [make.share(90 - n, 100) for n in range(10)])
            make.target(series, first[:7], "95")
        detect()
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/kpis/{kpi.code}/")
        return len(queries)

    few = add("2017-01-01", range(2))
    assert add("2017-11-01", range(2, 6)) == few
    assert few < 35


def test_deviation_page_shows_every_signal_with_its_evidence(client, unit):
    kpi = make.kpi()
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    detect()
    deviation = Deviation.objects.get(series=series)
    assert f"/deviations/{deviation.pk}/" in page(client, kpi)
    text = plain(client.get(f"/deviations/{deviation.pk}/").text)
    assert "is 10 cases; the target for 2018 was 100 cases." in text
    assert "Default settings" in text
    client.force_login(people.outsider())
    assert client.get(f"/deviations/{deviation.pk}/").status_code == 404


# The chart


@pytest.mark.parametrize("query", ["", "?narrow=1", "?cell=trust%3DA"])
def test_chart_is_a_picture_without_styles_or_scripts(client, unit, query):
    kpi = make.monthly_ratio()
    for series in (make.total(kpi), make.cell(kpi, "trust=A")):
        make.history(series, "2018-01-01", [make.share(90 - n, 100) for n in range(5)])
    response = client.get(f"/kpis/{kpi.code}/chart.svg{query}")
    assert response["Content-Type"] == "image/svg+xml"
    assert response.text.startswith("<svg")
    for forbidden in ("style=", "<style", "<script", "onload"):
        assert forbidden not in response.text


def test_chart_has_one_sentence_in_its_place(client, unit):
    kpi = falling(name="Crime & fear")
    make.reading(make.total(kpi), "2017", "90")
    detect()
    text = page(client, kpi)
    assert "Chart of Crime &amp; fear: 2 values from 2017 to 2018;" in text
    assert SeriesStatus.objects.get(series=make.total(kpi)).status == "at_risk"


def test_deviation_of_a_milestone_has_a_page_too(client, unit):
    plan = make_labs.plan_in_force(milestones=1)
    rules.install_defaults(
        programme=plan.lab.area.programme,
        applies_from=make.datetime.date(2019, 1, 1),
        by=make.BY,
        at=make.AT,
    )
    detection.detect_due(at=make.AT + make.datetime.timedelta(days=60))
    deviation = Deviation.objects.get(plan=plan, rule__kind="milestone_late")
    text = plain(client.get(f"/deviations/{deviation.pk}/").text)
    assert "Step 1" in text
    assert "It was to be finished on 1 May 2019" in text
    client.force_login(people.outsider())
    assert client.get(f"/deviations/{deviation.pk}/").status_code == 404


def test_paired_kpi_is_named_to_those_who_may_read_it(client, unit):
    pair, kpi = make.kpi(name="Return visits"), falling()
    kpi.quality_pair = pair
    kpi.save()
    assert "Return visits" in page(client, kpi)
    kpis.restrict(kpi=pair, forums=[pair.area.home_forum], by=make.BY, at=make.AT)
    reader = people.outsider()
    for each in (pair, kpi):
        ProgrammeReader.objects.create(programme=each.area.programme, user=reader)
    client.force_login(reader)
    assert "Return visits" not in page(client, kpi)
