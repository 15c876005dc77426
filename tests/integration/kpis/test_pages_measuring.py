"""The page of a KPI: progress, year so far, forecast, control chart, what a value is made of."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Definition, Kpi
from kpis.services import composites, kpis, trajectories
from people.models import User
from tests.factories import composites as compose
from tests.factories import forums as make_forums
from tests.factories import kpis as make
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


def page(client, kpi: Kpi, query: str = "") -> str:
    response = client.get(f"/kpis/{kpi.code}/{query}")
    assert response.status_code == 200
    return " ".join(response.text.replace("\N{NO-BREAK SPACE}", " ").split())


def define(kpi: Kpi, **fields) -> Kpi:
    Definition.objects.filter(kpi=kpi).update(**fields)
    return kpi


# Progress


def test_progress_of_a_falling_kpi_is_shown_with_its_arithmetic(client, unit):
    kpi = make.kpi(direction="decrease")
    make.target(make.total(kpi), "2018", "50", baseline="100")
    make.reading(make.total(kpi), "2018", "75")
    text = page(client, kpi)
    assert "(75 − 100) ÷ (50 − 100) = 50%" in text
    assert "there are 50 to cover; at 75 cases it has covered 25 of them" in text


def test_progress_the_wrong_way_says_so(client, unit):
    kpi = make.kpi()
    make.target(make.total(kpi), "2018", "50", baseline="20")
    make.reading(make.total(kpi), "2018", "14")
    assert "at 14 cases it stands 6 further away than where it started" in page(client, kpi)


def test_progress_from_a_provisional_value_says_so(client, unit):
    kpi = make.kpi()
    make.target(make.total(kpi), "2018", "50", baseline="20")
    make.reading(make.total(kpi), "2018", "30", state="provisional")
    assert "from a provisional value" in page(client, kpi)


def test_without_a_baseline_progress_says_why_it_is_not_shown(client, unit):
    kpi = make.kpi()
    make.target(make.total(kpi), "2018", "50")
    make.reading(make.total(kpi), "2018", "30")
    assert "no baseline is set" in page(client, kpi)


def path(kpi: Kpi, method: str = "linear", baseline: str | None = "50") -> None:
    trajectories.from_source(
        series=make.total(kpi),
        method=method,
        baseline=None if baseline is None else Decimal(baseline),
        baseline_on=None if baseline is None else datetime.date(2015, 12, 31),
        source="Roadmap",
        by=make.BY,
        at=make.AT,
    )


def test_a_period_on_the_path_is_judged_by_the_path(client, unit):
    kpi = make.kpi()
    make.target(make.total(kpi), "2020", "100")
    path(kpi)
    make.reading(make.total(kpi), "2018", "70")
    text = page(client, kpi)
    assert "The path asked for 80 cases by then: 50 + (100 − 50) × 3 ÷ 5." in text
    assert "(70 − 50) ÷ (100 − 50) = 40%" in text
    assert '80 cases<br><span class="makmal-note">by the path' in text
    judged = client.get(f"/kpis/{kpi.code}/").context["page"].history.latest.judgement
    assert judged.status == "at_risk"


def test_steps_go_on_being_asked(client, unit):
    kpi = make.kpi()
    make.target(make.total(kpi), "2016", "60")
    path(kpi, "steps", None)
    make.reading(make.total(kpi), "2018", "60")
    judged = client.get(f"/kpis/{kpi.code}/").context["page"].history.latest.judgement
    assert judged.status == "on_track"


# The year, and its forecast


def test_year_to_date_with_its_arithmetic_and_what_is_missing(client, unit):
    kpi = define(make.kpi(frequency="monthly"), over_periods="sum")
    for month, value in (("2019-01", "10"), ("2019-03", "12")):
        make.reading(make.total(kpi), month, value)
    text = page(client, kpi)
    assert "Year to date, 2019" in text
    assert "10 + 12 = 22 cases." in text
    assert "not counted as zero: February 2019." in text
    assert "9 periods of the year have not ended." in text


def test_ratio_of_sums_adds_numerators_and_denominators(client, unit):
    kpi = define(make.monthly_ratio(), over_periods="ratio_of_sums")
    make.reading(make.total(kpi), "2019-01", make.share(1, 2))
    make.reading(make.total(kpi), "2019-02", make.share(1, 8))
    assert "2 of 10 is 20%" in page(client, kpi)


def test_earlier_years_stand_below(client, unit):
    kpi = define(make.kpi(frequency="quarterly"), over_periods="average")
    make.history(make.total(kpi), "2018-01-01", ["1", "2", "3", "6", "5"])
    text = page(client, kpi)
    assert "Earlier years" in text
    assert "(1 + 2 + 3 + 6) ÷ 4 = 3 cases." in text


def test_a_yearly_kpi_has_no_year_to_date(client, unit):
    kpi = make.kpi()
    make.reading(make.total(kpi), "2018", "1")
    assert "Year to date" not in page(client, kpi)


def test_forecast_with_interval_and_method(client, unit):
    kpi = make.kpi()
    make.history(make.total(kpi), "2012-01-01", ["10", "12", "11", "13", "12", "14", "13"])
    text = page(client, kpi)
    assert "With a chance of 80 per cent the value of 2019 will lie from" in text
    assert "Method:" in text
    assert "on the past" in text


def test_too_few_values_for_a_forecast_say_so(client, unit):
    kpi = make.kpi()
    make.history(make.total(kpi), "2014-01-01", ["10", "12", "11", "13", "12"])
    assert "Not shown: a forecast needs 6 values and there are 5." in page(client, kpi)


def test_a_milestone_has_no_forecast(client, unit):
    kpi = make.kpi(kind="milestone", unit="done / not done")
    make.history(make.total(kpi), "2012-01-01", ["0"] * 7)
    assert "Forecast" not in page(client, kpi)


def test_a_gap_in_the_year_is_why_there_is_no_forecast(client, unit):
    kpi = define(make.kpi(frequency="monthly"), over_periods="sum")
    make.history(make.total(kpi), "2018-01-01", ["10"] * 13)
    make.reading(make.total(kpi), "2019-03", "10")
    assert (
        "Not shown: the year cannot be added up while there is no value for February 2019"
        in page(client, kpi)
    )


# The control chart in words


def test_control_chart_in_words(client, unit):
    kpi = make.kpi()
    make.target(make.total(kpi), "2018", "90", baseline="0")
    make.history(make.total(kpi), "2004-01-01", ["10", "12"] * 7 + ["11"])
    text = page(client, kpi)
    assert "The newest value lies within what chance alone would bring." in text
    assert "what is asked cannot be met: something has to change" in text


# Composites


@pytest.fixture
def two() -> tuple[Kpi, Kpi]:
    first = make.kpi(name="Doctors")
    return first, make.kpi(first.area, name="Nurses")


def test_a_composite_shows_components_weights_and_arithmetic(client, unit, two):
    first, second = two
    whole = compose.composite((first, "3"), (second, "1"))
    make.reading(make.total(first), "2017", "80")
    make.reading(make.total(second), "2017", "60")
    composites.work_out(at=make.AT)
    text = page(client, whole)
    assert "Worked out from components" in text
    assert "(80 × 3 + 60 × 1) ÷ 4 = 75 points." in text
    assert f'href="/kpis/{first.code}/"' in text
    assert f'href="/kpis/{whole.code}/"' in page(client, first)


def test_a_composite_names_the_components_it_waits_for(client, unit, two):
    first, second = two
    whole = compose.composite((first, "3"), (second, "1"))
    make.reading(make.total(first), "2017", "80")
    assert "still to come: Nurses." in page(client, whole)


def test_restricted_components_are_counted_and_not_named(client, two):
    first, second = two
    whole = compose.composite((first, "3"), (second, "1"))
    for kpi in two:
        make.reading(make.total(kpi), "2017", "80")
    composites.work_out(at=make.AT)
    kpis.restrict(kpi=second, forums=[make_forums.make_forum()], by=make.BY, at=make.AT)
    reader = people.ministry_officer(whole.area.lead)
    client.force_login(reader)
    text = page(client, whole)
    assert "1 component is restricted and not shown." in text
    assert "Nurses" not in text
    assert "80 × 1" not in text


# Parts and total


def broken_down(**fields) -> Kpi:
    kpi = define(make.kpi(), **fields)
    for cell, value in (("region=north", "4"), ("region=south", "5")):
        make.reading(make.cell(kpi, cell), "2018", value)
    return kpi


def test_parts_that_make_the_total_agree(client, unit):
    kpi = broken_down(over_parts="sum")
    make.reading(make.total(kpi), "2018", "9")
    text = page(client, kpi)
    assert "The parts sum to 9 cases; reported as total is 9 cases. There is no difference." in text
    assert "Agree" in text


def test_parts_that_differ_say_by_how_much(client, unit):
    kpi = broken_down(over_parts="sum")
    make.reading(make.total(kpi), "2018", "10")
    text = page(client, kpi)
    assert "Difference: −1 cases." in text
    assert "Differ" in text


def test_missing_parts_are_named(client, unit):
    kpi = broken_down(over_parts="sum")
    make.cell(kpi, "region=west")
    make.reading(make.total(kpi), "2018", "9")
    text = page(client, kpi)
    assert "1 part has no value, and is not counted as zero: " in text
    assert client.get(f"/kpis/{kpi.code}/").context["breakdowns"][0].check.agrees is None


def test_shares_must_sum_to_a_hundred(client, unit):
    kpi = broken_down(parts_check="hundred", kind="percentage", unit="%")
    assert "The shares sum to 9%; they must sum to 100. Difference: −91%." in page(client, kpi)


def test_parts_cut_in_two_ways_are_added_up_apart(client, unit):
    kpi = broken_down(over_parts="sum")
    make.reading(make.cell(kpi, "size=small"), "2018", "9")
    make.reading(make.total(kpi), "2018", "9")
    client.get(f"/kpis/{kpi.code}/")
    found = client.get(f"/kpis/{kpi.code}/").context["breakdowns"]
    assert [(each.dimensions, each.check.agrees) for each in found] == [
        ("region", True),
        ("size", True),
    ]


def test_queries_do_not_grow_with_values_parts_and_components(client, unit, two):
    first, second = two
    whole = define(compose.composite((first, "1"), (second, "1")), over_parts="sum")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page(client, whole)
        return len(found)

    for kpi in two:
        make.reading(make.total(kpi), "2001", "1")
        make.reading(make.cell(kpi, "region=a"), "2001", "1")
    composites.work_out(at=make.AT)
    queries()
    few = queries()
    for kpi in two:
        make.history(make.total(kpi), "2002-01-01", ["1"] * 12)
        for name in "bcdef":
            make.reading(make.cell(kpi, f"region={name}"), "2001", "1")
    composites.work_out(at=make.AT)
    assert queries() <= few
