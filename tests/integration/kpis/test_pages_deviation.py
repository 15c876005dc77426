"""The page of a deviation: what was looked at, how it was set, whether it still adds up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Deviation, Signal
from kpis.services import detection, rules
from ledger.services import events
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unit(client):
    user = people.delivery_unit()
    client.force_login(user)
    return user


def off_track(**fields) -> Deviation:
    kpi = make.kpi(name="Cases solved")
    make.target(make.total(kpi), "2018", "200", baseline="100")
    make.reading(make.total(kpi), "2018", "90", **fields)
    detection.detect(at=make.AT)
    return Deviation.objects.get(rule__kind="progress")


def page(client, deviation) -> str:
    response = client.get(f"/deviations/{deviation.pk}/")
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_page_shows_inputs_setting_owner_and_that_the_verdict_holds(client):
    deviation = off_track()
    post = people.PostFactory(title="Chief statistician")
    rules.set_owner(rule=deviation.rule, owner=post, reason="Knows", by=make.BY, at=make.AT)
    text = page(client, deviation)
    for words in ("What was looked at", "90 cases", "On track from 90% of the way", "It holds"):
        assert words in text
    assert "Chief statistician" in text
    assert "Set for the programme." in text
    assert f"/programmes/{deviation.rule.programme.code}/rules/#progress" in text


def test_page_says_when_the_stored_inputs_do_not_fire(client):
    deviation = off_track()
    signal = Signal.objects.get(pk=deviation.first_signal_id)
    Signal.objects.filter(pk=signal.pk).update(evidence={**signal.evidence, "value": "199"})
    assert "It differs" in page(client, deviation)
    Signal.objects.filter(pk=signal.pk).update(evidence={"target": "200"})
    assert "Cannot be said" in page(client, deviation)


def test_page_lists_the_values_of_a_control_chart(client):
    kpi = make.kpi(name="Cases solved")
    values = ["50", "52", "49", "51", "53", "50", "48", "52", "51", "49", "50", "52", "40"]
    make.history(make.total(kpi), "2006-01-01", values)
    detection.detect(at=make.AT)
    text = page(client, Deviation.objects.get(rule__kind="control_limits"))
    assert "Values that were looked at" in text
    assert "it fired here" in text
    assert "below the lower limit" in text
    assert "It holds" in text


def test_page_says_that_a_provisional_value_holds_the_review_back(client):
    deviation = off_track(state="provisional")
    assert deviation.severity == "ask"
    text = page(client, deviation)
    assert "The value is provisional, so no more than this follows for now." in text
    assert "The rule says: A review opens." in text
    Deviation.objects.filter(pk=deviation.pk).update(severity="review")
    events.record(
        verb="deviation.raised",
        subject=deviation,
        by=make.BY,
        at=make.AT,
        data={"from": "ask", "to": "review"},
    )
    text = page(client, deviation)
    assert "so no more than this follows" not in text
    assert "It was raised on 17 April 2019" in text


def test_page_of_a_rule_set_for_one_kpi_leads_to_that_kpi(client):
    kpi = make.kpi(name="Cases solved")
    make.own_rule(kpi)
    make.target(make.total(kpi), "2018", "200", baseline="100")
    make.reading(make.total(kpi), "2018", "90")
    detection.detect(at=make.AT)
    text = page(client, Deviation.objects.get(rule__kind="progress"))
    assert "Set for this KPI alone." in text
    assert f"/kpis/{kpi.code}/rules/#progress" in text


def test_page_asks_no_more_for_more_signals(client):
    deviation = off_track()
    counts = []
    for year in ("2017", "2016", "2015"):
        with CaptureQueriesContext(connection) as seen:
            page(client, deviation)
        counts.append(len(seen))
        signal = Signal.objects.get(pk=deviation.first_signal_id)
        signal.pk, signal._state.adding = None, True
        signal.period_start = signal.period_start.replace(year=int(year))
        signal.period_end = signal.period_end.replace(year=int(year))
        signal.save()
        Deviation.objects.filter(pk=deviation.pk).update(first_signal=signal)
    assert len(set(counts[1:])) == 1
