"""Entering, correcting, taking back, verifying and choosing values over the pages."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from kpis.models import Kpi, LiveReading, Reading
from kpis.services import kpis
from people.models import Post, User
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The business time is that of the factories: 17 April 2019."""
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def owner(client) -> User:
    user = people.ministry_officer()
    client.force_login(user)
    return user


def owned(by: User, verifier: Post | None = None, **fields) -> Kpi:
    given = {"reporting_from": datetime.date(2016, 1, 1), **fields}
    return make.kpi(owner=people.post_of(by), verifier=verifier, **given)


def form(**fields) -> dict[str, str]:
    given = {
        "period": "2018-01-01/2018-12-31",
        "value": "41.3",
        "comparator": "=",
        "state": "final",
        "source": "Annual report",
    }
    return given | fields


def new(client, kpi: Kpi, query: str = "", **fields):
    return client.post(f"/kpis/{kpi.code}/readings/new/{query}", form(**fields), follow=True)


def test_owner_enters_a_value(client, owner):
    kpi = owned(owner)
    response = new(client, kpi, vintage="2019-02-01", note="As printed")
    assert response.redirect_chain[-1][0] == f"/kpis/{kpi.code}/"
    assert "The value is recorded." in response.text
    reading = Reading.objects.get()
    assert (reading.value, reading.source.name, reading.note) == (
        make.Decimal("41.3"),
        "Annual report",
        "As printed",
    )
    assert (reading.by_user, reading.by_post) == (owner, people.post_of(owner))
    assert reading.at == make.AT


def test_posting_the_same_again_adds_nothing_and_says_so(client, owner):
    kpi = owned(owner)
    new(client, kpi)
    assert "already recorded" in new(client, kpi).text
    assert Reading.objects.count() == 1


def test_another_value_from_the_same_source_leads_to_its_correction(client, owner):
    kpi = owned(owner)
    new(client, kpi)
    response = new(client, kpi, value="50")
    reading = Reading.objects.get()
    assert f"/kpis/{kpi.code}/readings/{reading.pk}/correct/" in response.text
    assert 'value="50"' in response.text  # what was typed stays


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("41,3", "Write the decimal sign as a point: 12.5, not 12,5."),
        ("1,250,000", "Write thousands without a separator"),
        ("97%", "Leave out the percent sign"),
        ("1.2345678901234567", "Round to at most"),
        ("", "required"),
    ],
)
def test_number_that_could_mean_two_things_is_refused(client, owner, typed, said):
    response = new(client, owned(owner), value=typed)
    assert said in response.text
    assert not Reading.objects.exists()


def test_owed_periods_are_offered_oldest_first_choice(client, owner):
    kpi = owned(owner)
    make.reading(make.total(kpi), "2016", "1")
    text = client.get(f"/kpis/{kpi.code}/readings/new/").text
    assert '<option value="2017-01-01/2017-12-31" selected>' in text
    assert '<option value="2018-01-01/2018-12-31">' in text
    assert "2016-01-01/2016-12-31" not in text


def test_any_other_period_may_be_written(client, owner):
    kpi = owned(owner)
    new(client, kpi, period="", other_period="2018-01-01/2018-08-31")
    assert Reading.objects.get().complete is False
    refused = new(client, kpi, period="", other_period="last year")
    assert "Write the period as" in refused.text
    refused = new(client, kpi, period="", other_period="2019")
    assert "The period has not ended yet." in refused.text


def test_ratio_takes_its_two_parts(client, owner):
    kpi = owned(owner, kind="ratio", scale=100, unit="%")
    new(client, kpi, numerator="29", denominator="40")
    assert Reading.objects.get().value == make.Decimal("72.5")
    refused = new(client, kpi, numerator="29", denominator="0", source="Other")
    assert refused.context["form"].errors["denominator"]


def test_range_needs_both_ends(client, owner):
    kpi = owned(owner)
    assert new(client, kpi, comparator="range").context["form"].errors["high"]
    new(client, kpi, comparator="range", high="50")
    reading = Reading.objects.get()
    assert (reading.comparator, reading.high) == ("range", make.Decimal(50))


def test_value_of_a_part(client, owner):
    kpi = owned(owner)
    make.cell(kpi, "region=north")
    response = new(client, kpi, "?cell=region%3Dnorth")
    assert response.redirect_chain[-1][0] == f"/kpis/{kpi.code}/?cell=region=north"
    assert Reading.objects.get().series.cell.key == "region=north"


def test_delivery_unit_enters_for_the_owner_with_the_document(client, owner):
    kpi = owned(owner)
    client.force_login(people.delivery_unit())
    refused = new(client, kpi)
    assert refused.context["form"].errors["document"]
    file = SimpleUploadedFile("letter.pdf", b"%PDF-1.4 value")
    new(client, kpi, document=file)
    reading = Reading.objects.get()
    assert reading.principal_post == people.post_of(owner)
    assert reading.evidence.name == "letter.pdf"


@pytest.mark.parametrize("persona", [people.auditor, people.administrator])
def test_readers_may_not_enter(client, owner, persona):
    kpi = owned(owner)
    client.force_login(persona())
    assert new(client, kpi).status_code == 403
    assert not Reading.objects.exists()


def test_correction_supersedes_and_keeps_the_reason(client, owner):
    kpi = owned(owner)
    old = make.reading(make.total(kpi), "2018", "41")
    url = f"/kpis/{kpi.code}/readings/{old.pk}/correct/"
    assert 'value="41"' in client.get(url).text
    fields = {"value": "42", "comparator": "=", "state": "final"}
    assert client.post(url, fields).context["form"].errors["reason"]
    client.post(url, fields | {"reason": "Typing error"})
    now = LiveReading.objects.get().reading
    assert (now.corrects, now.value, now.note) == (old, 42, "Typing error")
    late = client.post(url, fields | {"value": "43", "reason": "Again"})
    assert "corrected or taken back meanwhile" in late.text


def test_taking_back_needs_a_reason(client, owner):
    kpi = owned(owner)
    reading = make.reading(make.total(kpi), "2018", "41")
    url = f"/kpis/{kpi.code}/readings/{reading.pk}/retract/"
    assert client.post(url, {"reason": " "}).context["form"].errors["reason"]
    client.post(url, {"reason": "Wrong year"})
    assert reading.retraction.reason == "Wrong year"
    assert not LiveReading.objects.exists()


def test_verifier_confirms_what_the_owner_entered(client, owner):
    checker = people.verifier()
    kpi = owned(owner, people.post_of(checker))
    new(client, kpi)
    reading = Reading.objects.get()
    url = f"/kpis/{kpi.code}/readings/{reading.pk}/verify/"
    assert client.get(url).status_code == 403  # nobody verifies what they entered
    client.force_login(checker)
    client.post(url, {"note": "Seen the register"})
    assert reading.verification.by_post == people.post_of(checker)
    assert "verified already" in client.post(url, {}).text


def test_delivery_unit_chooses_among_sources(client, owner):
    kpi = owned(owner)
    series = make.total(kpi)
    first = make.reading(series, "2018", "41", source="Ministry")
    other = make.reading(series, "2018", "44", source="Statistics office")
    url = f"/kpis/{kpi.code}/readings/{other.pk}/choose/"
    assert client.get(url).status_code == 403  # the owner has a stake in it
    client.force_login(people.delivery_unit())
    assert client.post(url, {}).context["form"].errors["reason"]
    client.post(url, {"reason": "It is audited"})
    assert LiveReading.objects.get(is_current=True).reading == other
    assert LiveReading.objects.get(is_current=False).reading == first


def test_reading_of_another_kpi_is_not_found(client, owner):
    kpi, other = owned(owner), owned(owner)
    reading = make.reading(make.total(other), "2018", "41")
    for act in ("correct", "retract", "verify", "choose"):
        url = f"/kpis/{kpi.code}/readings/{reading.pk}/{act}/"
        assert client.get(url).status_code == 404


def test_closed_programme_takes_no_value(client, owner):
    kpi = owned(owner)
    kpis.assign(kpi=kpi, owner=kpi.owner, verifier=None, by=make.BY, at=make.AT)
    programme = kpi.area.programme
    programme.closed_at, programme.closed_because = make.AT, "Over"
    programme.save()
    assert new(client, kpi).status_code == 403
