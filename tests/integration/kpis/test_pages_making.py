"""The page of a KPI: what its value is made of, components of a composite and parts of a total."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Definition, Kpi
from kpis.services import composites, kpis
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


def test_a_part_that_had_ended_is_not_missed(client, unit):
    kpi = broken_down(over_parts="sum")
    west = make.cell(kpi, "region=west").cell
    type(west).objects.filter(pk=west.pk).update(ends_on=datetime.date(2017, 12, 31))
    make.reading(make.total(kpi), "2018", "9")
    page(client, kpi)
    found = client.get(f"/kpis/{kpi.code}/").context["breakdowns"][0]
    assert (found.missing, found.check.agrees) == ([], True)


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
