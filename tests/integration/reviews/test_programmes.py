"""A programme is watched from the day it is opened, by whichever way."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kpis.models import Rule
from kpis.rules.rules_catalogue import KINDS
from labs.models import Programme
from tests.factories import people

pytestmark = pytest.mark.django_db


def open_programme(code: str) -> HttpResponse:
    client = Client()
    client.force_login(people.delivery_unit())
    fields = {"code": code, "name": "Trade 2030", "time_zone": "UTC", "fiscal_year_start": "1"}
    return client.post(reverse("reviews:programme_new"), fields)


def test_a_programme_opened_on_its_page_has_every_rule_switched_on() -> None:
    response = open_programme("trade-2030")
    programme = Programme.objects.get(code="trade-2030")
    assert response.headers["Location"] == reverse("labs:programme", args=["trade-2030"])
    rules = Rule.objects.filter(programme=programme, kpi=None)
    assert {rule.kind for rule in rules} == set(KINDS)
    assert all(rule.versions.get().enabled for rule in rules)


def test_a_programme_is_not_called_by_a_word_of_its_own_addresses() -> None:
    response = open_programme("new")
    assert "part of addresses" in response.content.decode()
    assert not Programme.objects.exists()
