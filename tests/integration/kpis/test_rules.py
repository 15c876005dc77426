"""Rules: switched on one by one, owned, set for one KPI and given back to the programme."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Deviation, Rule, RuleVersion
from kpis.rules.rules_catalogue import KINDS
from kpis.selectors.pages import facts
from kpis.services import baselines, detection, kpis, rules
from labs.services import programmes
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db
WHEN = {"by": make.BY, "at": make.AT}
SINCE = datetime.date(2015, 1, 1)


def without(programme, kind: str) -> None:
    """The programme as one that was set up before there was this kind of rule."""
    RuleVersion.objects.filter(rule__programme=programme, rule__kind=kind).delete()
    Rule.objects.filter(programme=programme, kind=kind).delete()


def own(kpi, **fields):
    given = {"parameters": {"at_risk_from": "0.2"}, "severity": "ask", "applies_from": SINCE}
    return rules.override(
        kpi=kpi, kind="progress", reason="A young KPI", **{**given, **fields}, **WHEN
    )


def back(kpi, **fields):
    given = {"kind": "progress", "applies_from": SINCE, "reason": "It has grown up"}
    return rules.follow_programme(kpi=kpi, **{**given, **fields}, **WHEN)


# Switching on


def test_a_kind_is_switched_on_once_at_given_settings():
    programme = make.kpi().area.programme
    without(programme, "missing")
    version = rules.install(
        programme=programme,
        kind="missing",
        parameters={"grace_working_days": "3"},
        applies_from=SINCE,
        reason="Back-tested",
        **WHEN,
    )
    assert (version.version, version.severity) == (1, KINDS["missing"].severity)
    assert version.parameters["grace_working_days"] == 3
    assert Event.objects.filter(verb="rules.installed").latest("pk").data["kinds"] == ["missing"]
    with pytest.raises(rules.RuleRefused) as refused:
        rules.install(
            programme=programme, kind="missing", applies_from=SINCE, reason="Again", **WHEN
        )
    assert refused.value.code == "installed"


def test_a_kind_is_not_switched_on_without_a_reason_or_in_a_closed_programme():
    programme = make.kpi().area.programme
    without(programme, "missing")
    with pytest.raises(rules.RuleRefused):
        rules.install(programme=programme, kind="missing", applies_from=SINCE, reason=" ", **WHEN)
    programmes.close(programme=programme, because="It is over", **WHEN)
    programme.refresh_from_db()
    with pytest.raises(rules.RuleRefused) as refused:
        rules.install(programme=programme, kind="missing", applies_from=SINCE, reason="Now", **WHEN)
    assert refused.value.code == "programme_closed"
    assert not Rule.objects.filter(programme=programme, kind="missing").exists()


# Who answers for a rule


def test_the_owner_of_a_rule_changes_with_a_reason_and_an_event():
    rule = make.rule(make.kpi(), "progress")
    post = people.PostFactory()
    rules.set_owner(rule=rule, owner=post, reason="They know the numbers", **WHEN)
    rule.refresh_from_db()
    assert rule.owner == post
    event = Event.objects.get(verb="rule.owner_changed")
    assert (event.data["from"], event.data["to"]) == (None, post.pk)
    assert rule.versions.count() == 1


@pytest.mark.parametrize(
    ("abolished_on", "reason"), [(None, " "), (datetime.date(2019, 1, 1), "They know")]
)
def test_an_owner_without_a_reason_or_in_an_abolished_post_is_refused(abolished_on, reason):
    rule = make.rule(make.kpi(), "progress")
    with pytest.raises(rules.RuleRefused):
        rules.set_owner(
            rule=rule, owner=people.PostFactory(abolished_on=abolished_on), reason=reason, **WHEN
        )
    rule.refresh_from_db()
    assert rule.owner is None


def test_of_two_who_change_the_owner_at_once_the_second_is_told():
    seen = make.rule(make.kpi(), "progress")
    rules.set_owner(
        rule=make.Rule.objects.get(pk=seen.pk), owner=people.PostFactory(), reason="One", **WHEN
    )
    with pytest.raises(rules.RuleRefused) as refused:
        rules.set_owner(rule=seen, owner=people.PostFactory(), reason="Two", **WHEN)
    assert refused.value.code == "stale"


# A KPI's own setting


def test_a_kpi_follows_its_programme_again_and_its_own_versions_stay():
    kpi = make.kpi()
    own(kpi)
    assert str(facts.settings(kpi, ["progress"])["progress"]["at_risk_from"]) == "0.2"
    version = back(kpi)
    assert version.version == 2
    assert version.follows_programme
    assert str(facts.settings(kpi, ["progress"])["progress"]["at_risk_from"]) == "0.5"
    assert version.rule.versions.count() == 2
    event = Event.objects.filter(verb="rule.changed").latest("pk")
    assert event.data["follows_programme"] is True


def test_what_the_programme_changes_later_applies_to_a_kpi_that_follows_it():
    kpi = make.kpi()
    own(kpi)
    back(kpi)
    rule = make.rule(kpi, "progress")
    rules.change(
        rule=rule,
        parameters={"at_risk_from": "0.3"},
        severity="review",
        applies_from=SINCE,
        reason="All are young",
        **WHEN,
    )
    assert str(facts.settings(kpi, ["progress"])["progress"]["at_risk_from"]) == "0.3"


def test_detection_goes_by_the_programme_once_the_kpi_follows_it_again():
    kpi = make.kpi()
    own(kpi, enabled=False)
    make.target(make.total(kpi), "2018", "200", baseline="100")
    make.reading(make.total(kpi), "2018", "90")
    detection.detect(at=make.AT)
    assert not Deviation.objects.filter(rule__kind="progress").exists()
    back(kpi)
    detection.detect(at=make.AT)
    assert Deviation.objects.get(rule__kind="progress").rule.kpi is None


@pytest.mark.parametrize("reason", ["", "They asked"])
def test_only_a_kpi_with_its_own_setting_goes_back_and_only_with_a_reason(reason):
    kpi = make.kpi()
    if not reason:
        own(kpi)
    with pytest.raises(rules.RuleRefused):
        back(kpi, reason=reason)


def test_a_kpi_that_went_back_may_have_its_own_setting_anew():
    kpi = make.kpi()
    own(kpi)
    back(kpi)
    version = own(kpi)
    assert (version.version, version.follows_programme) == (3, False)
    assert str(facts.settings(kpi, ["progress"])["progress"]["at_risk_from"]) == "0.2"


def test_a_rule_about_milestones_is_not_set_for_one_kpi():
    with pytest.raises(rules.RuleRefused):
        rules.override(
            kpi=make.kpi(),
            kind="milestone_late",
            parameters={},
            severity="ask",
            applies_from=SINCE,
            reason="No",
            **WHEN,
        )


# The API


def rows(client, path: str) -> list[dict]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    return answer.json()["results"]


def test_api_shows_rules_with_every_version(client):
    client.force_login(people.delivery_unit())
    kpi = make.kpi()
    own(kpi)
    back(kpi)
    listed = rows(client, f"rules/?kpi={kpi.code}")
    assert [(row["kind"], row["kpi"], row["owner"]) for row in listed] == [
        ("progress", kpi.code, None)
    ]
    told = rows(client, f"rule-versions/?kpi={kpi.code}")
    assert [(row["version"], row["reason"], row["follows_programme"]) for row in told] == [
        (1, "A young KPI", False),
        (2, "It has grown up", True),
    ]
    programme = kpi.area.programme.code
    general = rows(client, f"rule-versions/?programme={programme}&kind=missing")
    assert [row["parameters"]["grace_working_days"] for row in general] == [0]


def test_api_shows_statuses_by_hand_and_baselines_that_stand_and_that_stood(client):
    client.force_login(people.delivery_unit())
    kpi = make.kpi()
    series = make.total(kpi)
    make.by_hand(series)
    make.by_hand(series, "on_track", reason="Over")
    listed = rows(client, f"hand-statuses/?kpi={kpi.code}")
    assert sorted(row["reason"] for row in listed) == ["A strike", "Over"]
    assert [row["reason"] for row in rows(client, "hand-statuses/?standing=true")] == ["Over"]
    made = make.baseline(series, "2018")
    assert [row["starts_on"] for row in rows(client, "baselines/?standing=true")] == ["2018-01-01"]
    baselines.withdraw(baseline=made, reason="A pilot", **WHEN)
    assert rows(client, "baselines/?standing=true") == []
    assert [row["withdrawn_because"] for row in rows(client, "baselines/")] == ["A pilot"]


@pytest.mark.parametrize("path", ["rules", "rule-versions", "hand-statuses", "baselines"])
def test_api_shows_nothing_of_a_kpi_that_is_not_readable(client, path):
    kpi = make.kpi()
    own(kpi)
    make.by_hand(make.total(kpi))
    make.baseline(make.total(kpi), "2018")
    client.force_login(people.outsider())
    assert rows(client, f"{path}/") == []
    # A restricted KPI not even to those who read its programme.
    kpis.restrict(kpi=kpi, forums=[kpi.area.home_forum], **WHEN)
    client.force_login(people.administrator())
    assert [row["kpi"] for row in rows(client, f"{path}/?kpi={kpi.code}")] == []


@pytest.mark.parametrize("path", ["rules", "rule-versions", "hand-statuses", "baselines"])
def test_api_lists_ask_no_more_for_more_rows(client, path):
    client.force_login(people.delivery_unit())
    area = make.kpi().area
    counts = []
    for _n in range(2):
        for _m in range(2):
            kpi = make.kpi(area)
            own(kpi)
            make.by_hand(make.total(kpi))
            make.baseline(make.total(kpi), "2018")
        rows(client, f"{path}/")
        with CaptureQueriesContext(connection) as seen:
            rows(client, f"{path}/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
