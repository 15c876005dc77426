"""Provisional, final, verified; how long provisional; bounds and the indeterminate in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine

from kpis.models import LiveReading, Reading, Series
from kpis.selectors.pages import beside
from kpis.services import detection, readings
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(make.AT, tick=False):
        yield


def provisional(series: Series, value: str = "41.3", **fields) -> Reading:
    return make.reading(series, "2018", value, state="provisional", **fields)


def test_as_it_stands_a_value_becomes_final_without_a_reason_as_a_further_row():
    old = provisional(make.total(make.kpi()), vintage=datetime.date(2019, 2, 1))
    new = readings.finalise(reading=old, by=make.BY, at=make.AT)
    assert (new.state, new.value, new.corrects, new.vintage) == (
        "final",
        old.value,
        old,
        old.vintage,
    )
    assert LiveReading.objects.get().reading == new
    old.refresh_from_db()
    assert old.state == "provisional"
    event = Event.objects.get(verb="reading.finalised")
    assert event.data["corrects"] == old.pk


def test_a_ratio_becomes_final_with_its_parts():
    old = make.reading(
        make.total(make.monthly_ratio()), "2018-03", make.share(19, 21), state="provisional"
    )
    new = readings.finalise(reading=old, by=make.BY, at=make.AT)
    assert (new.numerator, new.denominator, new.value) == (19, 21, old.value)


def test_another_final_value_needs_a_reason():
    old = provisional(make.total(make.kpi()))
    with pytest.raises(readings.ReadingRefused) as refused:
        readings.finalise(reading=old, observation=make.number("44"), by=make.BY, at=make.AT)
    assert refused.value.code == "reason"
    new = readings.finalise(
        reading=old,
        observation=make.number("44"),
        reason="All clinics are in",
        by=make.BY,
        at=make.AT,
    )
    assert (new.value, new.note) == (44, "All clinics are in")


def test_what_is_final_is_not_made_final_again():
    old = provisional(make.total(make.kpi()))
    new = readings.finalise(reading=old, by=make.BY, at=make.AT)
    with pytest.raises(readings.NotProvisional):
        readings.finalise(reading=new, by=make.BY, at=make.AT)
    with pytest.raises(readings.NotLive):
        readings.finalise(reading=old, by=make.BY, at=make.AT)


def test_verifying_a_provisional_value_asks_for_detection_and_a_final_one_does_not():
    series = make.total(make.kpi())
    value = provisional(series)
    detection.detect(at=make.AT)
    Series.objects.update(changed_at=None)
    readings.verify(reading=value, by=people.actor(people.verifier()), at=make.AT)
    assert Series.objects.filter(changed_at__isnull=False).exists()
    Series.objects.update(changed_at=None)
    final = make.reading(series, "2017", "1")
    Series.objects.update(changed_at=None)
    readings.verify(reading=final, by=people.actor(people.verifier()), at=make.AT)
    assert not Series.objects.filter(changed_at__isnull=False).exists()


def test_working_days_provisional_are_counted_where_the_programme_is():
    series = make.total(make.kpi(provisional_days=3))
    entered = datetime.datetime(2019, 4, 11, 16, 30, tzinfo=datetime.UTC)  # Friday there
    value = provisional(series, at=entered)
    waiting = beside.waiting(series, [value], datetime.date(2019, 4, 17))[value.pk]
    assert (waiting.days, waiting.allowed, waiting.overdue) == (3, 3, False)
    later = beside.waiting(series, [value], datetime.date(2019, 4, 18))[value.pk]
    assert (later.days, later.overdue) == (4, True)


class TestPages:
    @pytest.fixture
    def owner(self, client):
        user = people.ministry_officer()
        client.force_login(user)
        return user

    def test_owner_makes_a_value_final_with_one_click(self, client, owner):
        kpi = make.kpi(owner=people.post_of(owner), provisional_days=10)
        old = provisional(make.total(kpi), at=make.AT - datetime.timedelta(days=2))
        page = client.get(f"/kpis/{kpi.code}/").text
        assert "provisional for 2 working days, 10 allowed" in page
        url = f"/kpis/{kpi.code}/readings/{old.pk}/final/"
        assert f'href="{url}"' in page
        said = client.post(url, {"same": "1"}, follow=True).text
        assert "The value is final." in said
        assert "provisional, since made final" in said
        assert Reading.objects.get(corrects=old).by_post == people.post_of(owner)
        assert (
            "corrected or taken back meanwhile" in client.post(url, {"same": "1"}, follow=True).text
        )

    def test_another_final_value_is_entered_on_the_same_page(self, client, owner):
        kpi = make.kpi(owner=people.post_of(owner))
        old = provisional(make.total(kpi))
        url = f"/kpis/{kpi.code}/readings/{old.pk}/final/"
        fields = {"value": "44", "comparator": "="}
        assert client.post(url, fields).context["form"].errors["reason"]
        client.post(url, fields | {"reason": "All in"})
        assert LiveReading.objects.get().reading.value == 44

    def test_delivery_unit_needs_the_document(self, client, owner):
        kpi = make.kpi(owner=people.post_of(owner))
        old = provisional(make.total(kpi))
        client.force_login(people.delivery_unit())
        url = f"/kpis/{kpi.code}/readings/{old.pk}/final/"
        client.post(url, {"same": "1"})
        assert (
            client.post(url, {"value": "41.3", "comparator": "="})
            .context["form"]
            .errors["document"]
        )
        assert LiveReading.objects.get().reading == old

    def test_too_long_provisional_says_so(self, client, owner):
        kpi = make.kpi(owner=people.post_of(owner), provisional_days=1)
        provisional(make.total(kpi), at=make.AT - datetime.timedelta(days=9))
        page = client.get(f"/kpis/{kpi.code}/").text
        assert "Too long:" in page
        assert "1 allowed" in page

    @pytest.mark.parametrize(
        ("comparator", "high", "said"),
        [
            ("<", None, "less than 40"),
            (">", None, "more than 40"),
            ("≈", None, "about 40"),
            ("range", "60", "somewhere from 40 to 60"),
        ],
    )
    def test_a_bound_is_said_in_words(self, client, owner, comparator, high, said):
        kpi = make.kpi(owner=people.post_of(owner))
        make.reading(make.total(kpi), "2018", make.number("40", comparator, high))
        assert said in client.get(f"/kpis/{kpi.code}/").text

    def test_indeterminate_is_explained(self, client, owner):
        kpi = make.kpi(owner=people.post_of(owner))
        series = make.total(kpi)
        make.target(series, "2018", "50", baseline="0")
        make.reading(series, "2018", make.number("10", "range", "60"))
        text = client.get(f"/kpis/{kpi.code}/").text
        assert "Indeterminate: what is known leaves open" in text
