"""The pages on which a programme is started from a template."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from labs.models import Programme
from starters.selectors import templates
from tests.factories.people import delivery_unit, ministry_officer

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Schools first",
    "code": "schools",
    "starts_on": "2019-04-17",
    "country": "MY",
    "currency": "MYR",
    "time_zone": "Asia/Kuala_Lumpur",
    "language": "en",
    "lead": "",
}


@pytest.fixture
def client() -> Iterator[Client]:
    """The delivery unit, on a day of 2019."""
    with time_machine.travel(datetime.datetime(2019, 4, 17, 8, tzinfo=datetime.UTC), tick=False):
        signed_in = Client()
        signed_in.force_login(delivery_unit())
        yield signed_in


def page(client: Client, code: str = "pemandu", **kwargs) -> str:
    return client.get(reverse("starters:template", args=[code]), **kwargs).content.decode()


def test_the_chooser_says_what_each_is_for(client: Client) -> None:
    shown = client.get(reverse("starters:index")).content.decode()
    for each in templates():
        assert reverse("starters:template", args=[each.code]) in shown
    assert "For one sector in which firms" in shown
    assert reverse("reviews:programme_new") in shown, "the empty programme stays"


@pytest.mark.parametrize("template", templates(), ids=lambda each: each.code)
def test_each_preview_opens(client: Client, template) -> None:
    shown = page(client, template.code)
    assert template.forums[0].name.said().partition(",")[0].split("'")[0] in shown
    assert template.sources[0].figures.partition("'")[0].partition("&")[0] in shown


def test_the_preview_says_what_there_is_already(client: Client) -> None:
    assert "used as it is" not in page(client)
    client.post(reverse("starters:template", args=["pemandu"]), FORM)
    assert "used as it is" in page(client)


def test_it_starts_and_leads_to_the_programme(client: Client) -> None:
    answer = client.post(reverse("starters:template", args=["pemandu"]), FORM, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("labs:programme", args=["schools"])
    assert "appoint people" in answer.content.decode()
    assert Programme.objects.get(code="schools").template == "pemandu"


def test_what_was_typed_stays_when_it_cannot_start(client: Client) -> None:
    address = reverse("starters:template", args=["pemandu"])
    client.post(address, FORM)
    shown = client.post(address, {**FORM, "name": "Second thoughts"}).content.decode()
    assert "was started from this template under this code" in shown
    assert "Second thoughts" in shown
    wrong = client.post(
        address, {**FORM, "code": "other", "country": "XX", "starts_on": "soon"}
    ).content.decode()
    assert 'value="soon"' in wrong
    wrong = client.post(
        address, {**FORM, "code": "other", "name": "Other", "country": "XX"}
    ).content.decode()
    assert "There is no calendar for this country" in wrong
    assert Programme.objects.count() == 1


def test_it_is_read_in_spanish(client: Client) -> None:
    shown = page(client, "mesas", headers={"accept-language": "es"})
    assert "Mesa ejecutiva sectorial" in shown


def test_a_page_asks_the_same_whatever_the_template_holds(
    client: Client, django_assert_max_num_queries
) -> None:
    for code in ("incentive", "clusters"):
        page(client, code)
        with django_assert_max_num_queries(14):
            page(client, code)


def test_there_is_no_such_template(client: Client) -> None:
    assert client.get(reverse("starters:template", args=["none"])).status_code == 404


def test_an_officer_starts_no_programme(client: Client) -> None:
    client.force_login(ministry_officer())
    for address in (reverse("starters:index"), reverse("starters:template", args=["pemandu"])):
        assert client.get(address).status_code == 403
    assert client.post(reverse("starters:template", args=["pemandu"]), FORM).status_code == 403
    assert not Programme.objects.exists()
