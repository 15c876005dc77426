"""Fact 5 through the pages: each condition broken alone is named, and its link mends it.

The delivery unit opens the gate of a plan of which one thing is missing, follows
the one link it finds, and posts there what is missing; the gate is then open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from forums.models import Motion
from kpis.models import Definition, Kpi, Target
from labs.models import Change, Lab, Revision, Seat, StressTest
from labs.services import stress_tests
from reviews.selectors import gate
from tests.factories import reviews as make
from tests.factories.people import actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

Break = Callable[[make.Draft], object]


def no_goal(draft: make.Draft) -> None:
    draft.revision.changes.all().delete()


def no_kpi(draft: make.Draft) -> None:
    Kpi.objects.filter(pk=draft.kpi.pk).update(goal_key=None)


def no_direction(draft: make.Draft) -> None:
    Definition.objects.filter(kpi=draft.kpi).update(direction="")


def no_owner(draft: make.Draft) -> None:
    Kpi.objects.filter(pk=draft.kpi.pk).update(owner=None)


def no_verifier(draft: make.Draft) -> None:
    Kpi.objects.filter(pk=draft.kpi.pk).update(verifier=None)


def no_target(draft: make.Draft) -> None:
    draft.revision.changes.filter(part=Change.Part.TARGET).delete()


def no_milestone_owner(draft: make.Draft) -> None:
    draft.revision.changes.filter(part=Change.Part.MILESTONE, field="owner").delete()


def milestone_ends_first(draft: make.Draft) -> None:
    draft.revision.changes.filter(part=Change.Part.MILESTONE, field="finishes_on").update(
        after="2018-01-01"
    )


def initiative_ends_first(draft: make.Draft) -> None:
    draft.revision.changes.filter(part=Change.Part.INITIATIVE, field="finishes_on").update(
        after="2018-01-01"
    )


def no_seats(draft: make.Draft) -> None:
    Seat.objects.all().delete()


def no_mandate(draft: make.Draft) -> None:
    Seat.objects.update(mandate="")


def no_problem(draft: make.Draft) -> None:
    Lab.objects.update(method="pdia")


def endless_trial(draft: make.Draft) -> None:
    Lab.objects.update(method="efa")


def no_stress_test(draft: make.Draft) -> None:
    StressTest.objects.all().delete()


def failing_stress_test(draft: make.Draft) -> None:
    stress_tests.record(
        revision=draft.revision,
        money="fails",
        money_note="There is none",
        people="holds",
        time="holds",
        capability="holds",
        verdict="fails",
        conclusion="It cannot be paid",
        by=actor(draft.place.unit),
        at=make.AT,
    )


HOLDS = {
    "money": "holds",
    "people": "holds",
    "time": "holds",
    "capability": "holds",
    "political": "holds",
    "verdict": "holds",
    "conclusion": "It can be done",
}
CASES: dict[str, tuple[Break, Callable[[make.Draft], dict[str, Any]]]] = {
    "goal": (no_goal, lambda draft: {"title": "Streets are safe"}),
    "goal_kpi": (
        no_kpi,
        lambda draft: {
            "name": "Street crime",
            "code": "street-crime",
            "unit": "cases",
            "direction": "decrease",
        },
    ),
    "kpi_direction": (
        no_direction,
        lambda draft: {"direction": "decrease", "reason": "Fewer is better"},
    ),
    "kpi_owner": (no_owner, lambda draft: {"owner": draft.place.owner.pk}),
    "kpi_verifier": (no_verifier, lambda draft: {"verifier": draft.place.verifier.pk}),
    "kpi_target": (no_target, lambda draft: {"new0-period": "2018", "new0-value": "50"}),
    "milestone_owner": (no_milestone_owner, lambda draft: {"owner": draft.place.owner.pk}),
    "milestone_dates": (milestone_ends_first, lambda draft: {"finishes_on": "2019-05-01"}),
    "initiative_dates": (initiative_ends_first, lambda draft: {"finishes_on": "2019-12-31"}),
    "lab_seats": (
        no_seats,
        lambda draft: {"organisation": draft.place.ministry.pk, "mandate": "May commit it"},
    ),
    "lab_mandate": (no_mandate, lambda draft: {"mandate": "May commit the ministry"}),
    "lab_problem": (no_problem, lambda draft: {"text": "Fear", "causes": "Dark streets"}),
    "trial_end": (endless_trial, lambda draft: {"expires_on": "2020-12-31"}),
    "stress_test": (no_stress_test, lambda draft: HOLDS),
    "stress_test_fails": (failing_stress_test, lambda draft: HOLDS),
}

# What is cured may ask for more: a new goal for a KPI, a KPI or definition for its target.
LEFT = {
    "goal": {"goal_kpi"},
    "goal_kpi": {"kpi_owner", "kpi_verifier", "kpi_target"},
    "kpi_direction": {"kpi_target"},
}


def gaps(draft: make.Draft) -> list[gate.Missing]:
    revision = Revision.objects.select_related("plan__lab").get(pk=draft.revision.pk)
    return [gap for gap in gate.missing(revision) if gap.blocks and gap.code != "approval"]


@pytest.mark.parametrize("code", list(CASES))
def test_each_condition_alone_keeps_the_plan_out_and_links_to_its_cure(
    code: str, client: Client
) -> None:
    spoil, cure = CASES[code]
    draft = make.complete_draft()
    assert gaps(draft) == []
    spoil(draft)
    found = gaps(draft)
    assert [gap.code for gap in found] == [code]

    client.force_login(draft.place.unit)
    address = f"/plans/{draft.revision.plan_id}/gate/"
    page = client.get(address).content.decode()
    assert f'href="{found[0].url.replace("&", "&amp;")}"' in page
    client.post(address, {"mode": "chair"})
    assert not Motion.objects.exists(), "an incomplete plan is not put to the forum"

    shown = client.get(found[0].url)
    assert shown.status_code == 200
    form = shown.context["form"]
    answer = client.post(found[0].url, filled(form) | cure(draft))
    assert answer.status_code == 302, answer.context["form"].errors
    assert {gap.code for gap in gaps(draft)} == LEFT.get(code, set())


def filled(form: Any) -> dict[str, Any]:
    """What a person sees in the form, as a browser would send it back."""
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, "", False, []):
            data[form.add_prefix(name)] = value
    return data


def test_approval_alone_is_missing_and_its_link_puts_the_plan(client: Client) -> None:
    draft = make.complete_draft()
    (gap,) = [gap for gap in gate.missing(draft.revision) if gap.blocks]
    assert gap.code == "approval"
    client.force_login(draft.place.unit)
    address = gap.url.partition("#")[0]
    assert client.get(address).status_code == 200
    answer = client.post(address, {"mode": "chair", "reason": "It is ready"})
    motion = Motion.objects.get()
    assert answer.url == f"/motions/{motion.pk}/"
    assert motion.forum == draft.place.steering
    make.carry(motion)
    draft.revision.refresh_from_db()
    assert draft.revision.state == Revision.State.ADOPTED
    assert Target.objects.filter(series=draft.series).exists()
