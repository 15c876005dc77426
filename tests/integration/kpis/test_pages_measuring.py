"""The page of a KPI: progress, the year so far, the forecast, the control chart in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from kpis.models import Definition, Kpi
from kpis.services import detection, trajectories
from people.models import User
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


@pytest.mark.parametrize(("method", "value"), [("linear", "70"), ("linear", "79"), ("steps", "70")])
def test_detection_and_the_page_give_the_same_verdict(client, unit, method, value):
    kpi = make.kpi()
    make.target(make.total(kpi), "2016", "60")
    make.target(make.total(kpi), "2020", "100")
    path(kpi, method)
    make.reading(make.total(kpi), "2018", value)
    detection.detect(at=make.AT)
    page = client.get(f"/kpis/{kpi.code}/").context["page"]
    judged = page.history.latest.judgement
    assert page.status_row.status == judged.status
    assert float(page.status_row.progress) == pytest.approx(float(judged.progress))


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
    assert "times in the past for the value 1 period ahead" in text


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


def test_before_its_effect_date_a_kpi_shows_its_value_and_no_verdict(client, unit) -> None:
    kpi = make.kpi(effective_from=datetime.date(2020, 1, 1))
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    detection.detect(at=make.AT)
    said = page(client, kpi)
    assert "The newest value is" in said
    assert "takes effect on 1 January 2020; until then its values are shown and not judged" in said
    assert "How this was worked out" not in said
