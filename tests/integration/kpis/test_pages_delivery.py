"""Pages of the delivery unit: new KPIs, definitions, targets in a draft, rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models import Definition, Kpi, RuleVersion
from kpis.services import targets
from labs.models import Change, Plan
from people.models import User
from tests.factories import kpis as make
from tests.factories import labs, people

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


@pytest.fixture
def plan() -> Plan:
    return labs.draft_plan()


def goal_of(plan: Plan):
    draft = labs.open_draft(plan)
    return draft, draft.changes.filter(part="goal", field="title").get().key


def kpi_fields(**fields) -> dict[str, object]:
    given = {
        "name": "Street crime",
        "code": "street-crime",
        "unit": "cases",
        "direction": "decrease",
        "kind": "number",
        "scale": "1",
        "level": "outcome",
        "frequency": "yearly",
        "reporting_days": "20",
    }
    return given | fields


def measuring(plan: Plan, **fields) -> Kpi:
    _draft, key = goal_of(plan)
    return make.kpi(plan.lab.area, goal_key=key, direction="decrease", **fields)


def grid(client, url: str) -> dict[str, str]:
    """What the browser would post from the grid as it is shown."""
    form = client.get(url).context["form"]
    found = {"reason": ""}
    for row in form.rows:
        for field in row:
            value = field.value()
            found[field.html_name] = "" if value in (None, False) else str(value)
    return {name: value for name, value in found.items() if not name.endswith("drop")}


# KPIs


def test_new_kpi_measures_the_goal_it_was_opened_for(client, unit, plan):
    draft, key = goal_of(plan)
    owner, verifier = people.PostFactory(), people.PostFactory()
    url = f"{reverse('kpis:kpi_new')}?goal={key}&revision={draft.pk}"
    assert "Goal: Streets are safe" in client.get(url).text
    response = client.post(url, kpi_fields(owner=owner.pk, verifier=verifier.pk))
    assert response.url == reverse("kpis:goal", args=[draft.pk, key])
    kpi = Kpi.objects.get()
    assert (kpi.goal_key, kpi.area, kpi.owner, kpi.verifier) == (
        key,
        plan.lab.area,
        owner,
        verifier,
    )
    # The gate names the goal only; the draft is found.
    assert "Goal: Streets are safe" in client.get(f"{reverse('kpis:kpi_new')}?goal={key}").text


def test_new_kpi_without_a_goal_asks_for_its_area(client, unit, plan):
    url = reverse("kpis:kpi_new")
    assert client.post(url, kpi_fields()).context["form"].errors["area"]
    client.post(url, kpi_fields(area=plan.lab.area_id))
    assert Kpi.objects.get().area == plan.lab.area


def test_new_kpi_says_what_is_wrong_and_keeps_what_was_typed(client, unit, plan):
    post = people.PostFactory()
    url = reverse("kpis:kpi_new")
    fields = kpi_fields(area=plan.lab.area_id, owner=post.pk, verifier=post.pk)
    response = client.post(url, fields)
    assert "Choose another post than the owner." in response.text
    assert "Street crime" in response.text
    assert client.post(url, fields | {"code": "new"}).context["form"].errors["code"]


def test_owner_and_verifier_are_named(client, unit, plan):
    kpi = measuring(plan)
    owner, verifier = people.PostFactory(), people.PostFactory()
    url = reverse("kpis:kpi_edit", args=[kpi.code])
    assert "Streets are safe" in client.get(url).text
    client.post(url, {"owner": owner.pk, "verifier": verifier.pk, "goal_key": kpi.goal_key})
    kpi.refresh_from_db()
    assert (kpi.owner, kpi.verifier) == (owner, verifier)


def test_redefining_needs_a_reason_and_starts_a_version(client, unit, plan):
    kpi = measuring(plan)
    url = reverse("kpis:kpi_redefine", args=[kpi.code])
    fields = kpi_fields(unit="incidents")
    assert client.post(url, fields).context["form"].errors["reason"]
    client.post(url, fields | {"reason": "Counted anew"})
    newest = Definition.objects.filter(kpi=kpi).latest("version")
    assert (newest.version, newest.unit, newest.reason) == (2, "incidents", "Counted anew")


# Targets in a draft


def test_targets_are_written_into_the_draft(client, unit, plan):
    kpi = measuring(plan)
    draft, key = goal_of(plan)
    url = reverse("kpis:target_edit", args=[draft.pk, kpi.code])
    form = grid(client, url) | {"row0-value": "50", "row0-baseline": "100"}
    assert form["row0-period"] == "2019"
    response = client.post(url, form)
    assert response.url == reverse("kpis:goal", args=[draft.pk, key])
    change = Change.objects.get(part="target")
    assert change.after == {"value": "50", "high": None, "baseline": "100"}
    assert (change.key, change.field) == (make.total(kpi).key, "2019-01-01/2019-12-31")
    assert kpi.name in change.label
    # Posting what is there already changes nothing and says so.
    again = client.post(url, grid(client, url))
    assert "Nothing would change" in again.text
    text = client.get(reverse("kpis:goal", args=[draft.pk, key])).text
    assert "from 100" in text


def test_a_period_written_in_two_lines_is_refused(client, unit, plan):
    kpi = measuring(plan)
    url = reverse("kpis:target_edit", args=[goal_of(plan)[0].pk, kpi.code])
    twice = {"row0-value": "50", "new0-period": "2019", "new0-value": "60"}
    response = client.post(url, grid(client, url) | twice)
    assert "This period stands in another line too" in response.text
    assert not Change.objects.filter(part="target").exists()


def test_decimal_comma_in_a_target_is_refused_beside_its_field(client, unit, plan):
    kpi = measuring(plan)
    url = reverse("kpis:target_edit", args=[goal_of(plan)[0].pk, kpi.code])
    response = client.post(url, grid(client, url) | {"row0-value": "12,5"})
    assert "Write the decimal sign as a point" in response.text
    assert 'value="12,5"' in response.text
    response = client.post(url, grid(client, url) | {"new0-value": "5"})
    assert "Write the period that this target is for." in response.text
    assert not Change.objects.filter(part="target").exists()


def test_change_of_a_plan_in_force_explains_the_target_by_its_reason(client, unit, plan):
    kpi = measuring(plan)
    draft, key = goal_of(plan)
    url = reverse("kpis:target_edit", args=[draft.pk, kpi.code])
    client.post(url, grid(client, url) | {"row0-value": "50"})
    first = labs.adopt(labs.tested(draft))
    targets.apply(revision=first, by=make.BY, at=make.AT)

    second = labs.revision_of(plan)
    url = reverse("kpis:target_edit", args=[second.pk, kpi.code])
    fields = grid(client, url) | {"row0-value": "60"}
    client.post(url, fields | {"reason": "Fewer patrols than planned"})
    adopted = labs.adopt(second)
    targets.apply(revision=adopted, by=make.BY, at=make.AT)

    text = " ".join(client.get(f"/kpis/{kpi.code}/").text.split())
    assert "Fewer patrols than planned" in text
    assert "Revision 2: Second thoughts" in text
    assert f'href="{reverse("forums:decision", args=[adopted.decision_id])}"' in text
    assert "<s>50 cases</s>" in text  # the target that was replaced, with what had set it
    assert "Revision 1: " in text


def test_dropping_a_target(client, unit, plan):
    kpi = measuring(plan)
    make.target(make.total(kpi), "2019", "50")
    draft, _key = goal_of(plan)
    url = reverse("kpis:target_edit", args=[draft.pk, kpi.code])
    client.post(url, grid(client, url) | {"row0-drop": "on"})
    assert Change.objects.get(part="target").after is None


def test_link_of_the_gate_leads_to_the_draft(client, unit, plan):
    kpi = measuring(plan)
    draft, _key = goal_of(plan)
    wanted = reverse("kpis:target_edit", args=[draft.pk, kpi.code])
    url = reverse("kpis:target_new", args=[kpi.code])
    assert client.get(f"{url}?revision={draft.pk}").url == wanted
    assert client.get(url).url == wanted


def test_targets_belong_to_a_plan_of_the_area(client, unit, plan):
    draft, _key = goal_of(plan)
    elsewhere = make.kpi()
    url = reverse("kpis:target_edit", args=[draft.pk, elsewhere.code])
    assert client.get(url).status_code == 404


def test_goal_page_costs_the_same_for_two_and_eight_kpis(client, unit, plan):
    draft, key = goal_of(plan)

    def add(count: int) -> int:
        for _ in range(count):
            make.target(make.total(measuring(plan)), "2019", "50")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("kpis:goal", args=[draft.pk, key]))
        return len(queries)

    assert add(2) == add(6)


@pytest.mark.parametrize("persona", [people.auditor, people.administrator])
def test_others_may_read_and_not_change(client, plan, persona):
    kpi = measuring(plan)
    draft, key = goal_of(plan)
    client.force_login(persona())
    assert client.get(reverse("kpis:goal", args=[draft.pk, key])).status_code == 200
    for url in (
        reverse("kpis:kpi_new"),
        reverse("kpis:kpi_edit", args=[kpi.code]),
        reverse("kpis:kpi_redefine", args=[kpi.code]),
        reverse("kpis:target_edit", args=[draft.pk, kpi.code]),
    ):
        assert client.get(url).status_code == 403


# Rules


def rule_fields(client, url: str) -> dict[str, str]:
    """The form as the browser would post it, with a reason."""
    found = {}
    for field in client.get(url).context["form"]:
        value = field.value()
        if value not in (None, False, ""):
            found[field.html_name] = "on" if value is True else str(value)
    return found | {"reason": "Noise", "applies_from": "2019-01-01"}


def test_rules_page_tells_every_version(client, unit):
    kpi = make.kpi()
    programme = kpi.area.programme
    url = reverse("kpis:rules", args=[programme.code])
    text = client.get(url).text
    for title in ("Off track against its target", "Outside its control limits", "Milestone late"):
        assert title in text
    assert "Default settings" in text


def test_stricter_rule_is_a_new_version(client, unit):
    rule = make.rule(make.kpi(), "control_limits")
    url = reverse("kpis:rule", args=[rule.programme.code, rule.pk])
    response = client.post(url, rule_fields(client, url) | {"min_points": "7"})
    assert response.status_code == 302
    newest = RuleVersion.objects.filter(rule=rule).latest("version")
    assert (newest.version, newest.parameters["min_points"], newest.reason) == (2, 7, "Noise")
    assert newest.by_user == unit


def test_more_lenient_rule_is_said_to_be_so_and_asks_again(client, unit):
    rule = make.rule(make.kpi(), "control_limits")
    url = reverse("kpis:rule", args=[rule.programme.code, rule.pk])
    fields = rule_fields(client, url) | {"min_points": "20", "severity": "note"}
    response = client.post(url, fields)
    said = " ".join(response.context["form"].errors["sure"])
    assert "values needed before limits are trusted, what follows when it fires" in said
    assert RuleVersion.objects.filter(rule=rule).count() == 1
    client.post(url, fields | {"sure": "on"})
    assert RuleVersion.objects.filter(rule=rule).count() == 2
    assert "More lenient" in client.get(reverse("kpis:rules", args=[rule.programme.code])).text


def test_rule_refuses_numbers_out_of_bounds_and_no_reason(client, unit):
    rule = make.rule(make.kpi(), "progress")
    url = reverse("kpis:rule", args=[rule.programme.code, rule.pk])
    fields = rule_fields(client, url)
    assert client.post(url, fields | {"on_track_from": "2"}).context["form"].errors["on_track_from"]
    assert client.post(url, fields | {"reason": ""}).context["form"].errors["reason"]
    assert "no later than on track" in client.post(url, fields | {"at_risk_from": "0.95"}).text
    assert "Nothing would change" in client.post(url, fields).text


def test_only_the_delivery_unit_changes_rules(client):
    rule = make.rule(make.kpi(), "progress")
    client.force_login(people.auditor())
    assert client.get(reverse("kpis:rules", args=[rule.programme.code])).status_code == 200
    url = reverse("kpis:rule", args=[rule.programme.code, rule.pk])
    assert client.get(url).status_code == 403
    client.force_login(people.outsider())
    assert client.get(url).status_code == 404
