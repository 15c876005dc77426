"""Pages of rules: what a programme has switched on, and what is set for one KPI."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models import Rule, RuleVersion
from kpis.rules.rules_catalogue import KINDS
from kpis.services import detection, kpis, rules
from kpis.templatetags import rules as words
from kpis.templatetags.rule_texts import ABOUT, GROUPS, HINTS, LABELS, TITLES
from tests.factories import kpis as make
from tests.factories import people
from tests.integration.kpis.test_rules import own, without

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(client):
    user = people.delivery_unit()
    client.force_login(user)
    return user


def fields_of(client, url: str) -> dict[str, str]:
    """The form as the browser would post it, with a reason."""
    found = {}
    for field in client.get(url).context["form"]:
        value = field.value()
        if value not in (None, False, ""):
            found[field.html_name] = "on" if value is True else str(value)
    return found | {"reason": "Noise", "applies_from": "2019-01-01"}


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


# Words


@pytest.mark.parametrize("key", KINDS)
def test_every_kind_of_rule_is_described_and_stands_in_one_group(key):
    assert TITLES[key]
    assert ABOUT[key]
    assert sum(key in kinds for _name, _title, kinds in GROUPS) == 1
    for parameter in KINDS[key].parameters:
        assert LABELS[parameter.name]
    assert set(HINTS) <= set(LABELS)


@pytest.mark.parametrize("key", KINDS)
def test_default_settings_are_said_in_words(key):
    assert words.said(key, KINDS[key].defaults()).endswith(".")


# The programme


def test_page_shows_every_kind_with_what_it_does_and_what_follows(client, unit):
    programme = make.kpi().area.programme
    text = client.get(reverse("kpis:rules", args=[programme.code])).text
    for key in KINDS:
        assert f'id="{key}"' in text
    assert "On track from 90% of the way to the target and at risk from 50%" in text
    assert "A review opens" in text
    assert "The delivery unit" in text
    assert "Not switched on" not in text
    assert "Rules at a glance" in text


def test_page_says_how_often_a_rule_fired(client, unit):
    kpi = make.kpi()
    make.target(make.total(kpi), "2018", "200", baseline="100")
    make.reading(make.total(kpi), "2018", "90")
    detection.detect(at=make.AT)
    page = client.get(reverse("kpis:rules", args=[kpi.area.programme.code]))
    assert "It fired 1 time; 1 deviation, 1 of them open" in page.text


def test_kind_that_is_not_switched_on_is_said_and_switched_on(client, unit):
    programme = make.kpi().area.programme
    without(programme, "missing")
    page = reverse("kpis:rules", args=[programme.code])
    assert "1 kind of rule is not switched on in this programme" in client.get(page).text
    url = reverse("kpis:rule_install", args=[programme.code, "missing"])
    assert url in client.get(page).text
    assert (
        client.post(url, fields_of(client, url) | {"reason": ""}).context["form"].errors["reason"]
    )
    response = client.post(url, fields_of(client, url) | {"grace_working_days": "4"})
    assert response.status_code == 302
    made = Rule.objects.get(programme=programme, kind="missing").versions.get()
    assert (made.parameters["grace_working_days"], made.by_user) == (4, unit)
    assert made.applies_from == datetime.date(2019, 1, 1)
    # Asked for again, the page leads to its settings.
    assert client.get(url).url == reverse("kpis:rule", args=[programme.code, made.rule_id])


def test_unknown_kind_of_rule_is_not_found(client, unit):
    programme = make.kpi().area.programme
    url = reverse("kpis:rule_install", args=[programme.code, "astrology"])
    assert client.get(url).status_code == 404


def test_owner_of_a_rule_is_changed_and_shown(client, unit):
    rule = make.rule(make.kpi(), "progress")
    post = people.PostFactory(title="Chief statistician")
    url = reverse("kpis:rule_owner", args=[rule.programme.code, rule.pk])
    assert client.post(url, {"owner": post.pk, "reason": ""}).status_code == 200
    assert client.post(url, {"owner": post.pk, "reason": "They know"}).status_code == 302
    text = client.get(reverse("kpis:rules", args=[rule.programme.code])).text
    assert "Chief statistician" in text


def test_rules_page_asks_no_more_for_more_kpis_with_their_own_setting(client, unit):
    kpi = make.kpi()
    own(kpi)
    url = reverse("kpis:rules", args=[kpi.area.programme.code])
    queries(client, url)
    before = queries(client, url)
    for _n in range(3):
        own(make.kpi(kpi.area))
    assert queries(client, url) == before


def test_own_setting_of_a_restricted_kpi_is_named_to_its_readers_alone(client):
    kpi = make.kpi(name="Secret sales")
    own(kpi)
    kpis.restrict(kpi=kpi, forums=[kpi.area.home_forum], by=make.BY, at=make.AT)
    url = reverse("kpis:rules", args=[kpi.area.programme.code])
    client.force_login(people.delivery_unit())
    assert "Secret sales" in client.get(url).text
    client.force_login(people.administrator())
    assert "Secret sales" not in client.get(url).text


# One KPI


def test_page_of_a_kpi_says_whose_setting_applies(client, unit):
    kpi = make.kpi()
    url = reverse("kpis:kpi_rules", args=[kpi.code])
    assert "Its own setting" not in client.get(url).text
    own(kpi)
    text = client.get(url).text
    assert "Its own setting" in text
    assert "at risk from 20%" in text
    assert (
        "In the programme: On track from 90% of the way to the target and at risk from 50%" in text
    )
    assert "Milestone late" not in text


def test_kpi_is_given_its_own_setting_and_said_to_be_more_lenient(client, unit):
    kpi = make.kpi()
    url = reverse("kpis:kpi_rule", args=[kpi.code, "progress"])
    fields = fields_of(client, url) | {"at_risk_from": "0.2"}
    said = " ".join(client.post(url, fields).context["form"].errors["sure"])
    assert "more lenient: at risk from this share of the way" in said
    assert not Rule.objects.filter(kpi=kpi).exists()
    assert client.post(url, fields | {"sure": "on"}).status_code == 302
    made = RuleVersion.objects.get(rule__kpi=kpi)
    assert (made.parameters["at_risk_from"], made.reason, made.by_user) == ("0.2", "Noise", unit)


def test_kpi_goes_back_to_the_programme_and_keeps_its_history(client, unit):
    kpi = make.kpi()
    own(kpi)
    url = reverse("kpis:kpi_rule_back", args=[kpi.code, "progress"])
    assert "at risk from 20%" in client.get(url).text
    fields = {"applies_from": "2019-01-01", "reason": "It has grown up"}
    assert client.post(url, fields).status_code == 302
    text = client.get(reverse("kpis:kpi_rules", args=[kpi.code])).text
    assert "Its own setting" not in text
    assert "2 versions of its own" in text
    assert "It has grown up" in text
    assert client.get(url).status_code == 302
    programme = reverse("kpis:rules", args=[kpi.area.programme.code])
    assert "KPIs with a setting of their own" not in client.get(programme).text


def test_rules_of_a_kpi_are_asked_in_the_same_number_of_queries(client, unit):
    kpi = make.kpi()
    url = reverse("kpis:kpi_rules", args=[kpi.code])
    queries(client, url)
    before = queries(client, url)
    for key, kind in KINDS.items():
        if kind.subject == "series":
            given = {"parameters": {}, "severity": "ask", "applies_from": datetime.date(2015, 1, 1)}
            rules.override(kpi=kpi, kind=key, reason="Why not", by=make.BY, at=make.AT, **given)
    assert queries(client, url) == before


def test_unit_member_who_owns_the_kpi_does_not_set_its_bar(client):
    """Fact 9: nobody sets the bar for what they own."""
    user = people.ministry_officer()
    people.RoleGrantFactory(user=user)
    kpi = make.kpi(owner=people.post_of(user))
    client.force_login(user)
    assert client.get(reverse("kpis:kpi_rules", args=[kpi.code])).status_code == 200
    assert client.get(reverse("kpis:kpi_rule", args=[kpi.code, "progress"])).status_code == 403
