"""The loop as people walk it: every step by a page, each by whoever takes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from forums.models import Decision, Motion
from kpis.models import Deviation, Kpi, Target
from labs.models import Intake, Lab, MilestoneReport, Plan, Revision
from people.models import User
from reviews.models import Review
from tests.factories import reviews as make
from tests.factories.forums import person_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


class Person:
    """Somebody at a browser: opens pages, sends forms, follows where they lead."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def reads(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def sends(self, address: str, **given: Any) -> str:
        """Fill in the form at an address and send it; where the browser goes next."""
        page = self.client.get(address)
        assert page.status_code == 200, (address, page.status_code)
        data = {name.replace("__", "-"): value for name, value in given.items()}
        answer = self.client.post(address, filled(page.context["form"]) | data)
        assert answer.status_code == 302, (address, answer.context["form"].errors)
        return answer.url


def filled(form: Any) -> dict[str, Any]:
    """What the form shows, as a browser would send it back."""
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in shown.items() if value not in (None, "", False, [])}


def write_the_plan(unit: Person, where: make.Place) -> Plan:
    """The delivery unit: lab, goal, initiative, milestone, KPI, target, stress test."""
    asked = {
        "title": "Safer streets",
        "question": "How can street crime fall by half?",
        "shared_problem": "yes",
        "shared_problem_why": "Everybody is robbed.",
        "uncertainty": "yes",
        "uncertainty_why": "Nobody knows what works.",
    }
    unit.sends(
        f"/areas/{where.area.pk}/intake/", **asked, outcome="suited", method="lab", reason="So"
    )
    unit.sends(
        f"/labs/new/?intake={Intake.objects.get().pk}",
        starts_on="2019-01-07",
        ends_on="2019-03-01",
        steering=where.steering.pk,
    )
    lab = Lab.objects.get()
    unit.sends(f"/labs/{lab.pk}/seats/new/", organisation=where.ministry.pk, mandate="Its budget")
    plan = lab.plan
    draft = f"/revisions/{plan.revisions.get().pk}"
    unit.sends(f"{draft}/goals/new/", title="Streets are safe")
    goal = key(plan, "goal")
    assert "has no KPI" in unit.reads(f"/plans/{plan.pk}/gate/")
    unit.sends(f"{draft}/goals/{goal}/initiatives/new/", title="More patrols", lead=where.owner.pk)
    unit.sends(
        f"{draft}/initiatives/{key(plan, 'initiative')}/milestones/new/",
        title="Train 200 officers",
        owner=where.owner.pk,
        starts_on="2019-04-01",
        finishes_on="2019-09-30",
    )
    unit.sends(
        f"/kpis/new/?goal={goal}&revision={plan.revisions.get().pk}",
        name="Street crime cases",
        code="street-crime",
        unit="cases",
        direction="decrease",
        owner=where.owner.pk,
        verifier=where.verifier.pk,
        effective_from="2018-01-01",
        reporting_from="2018-01-01",
    )
    unit.sends(
        f"{draft}/kpis/street-crime/targets/",
        new0__period="2018",
        new0__value="50",
        new0__baseline="100",
    )
    holds = dict.fromkeys(
        ["money", "people", "time", "capability", "political", "verdict"], "holds"
    )
    unit.sends(f"{draft}/stress-test/", **holds, conclusion="It can be done")
    return plan


def key(plan: Plan, part: str) -> str:
    return str(plan.revisions.get().changes.get(part=part, field="title").key)


def test_each_persona_walks_the_loop() -> None:
    where = make.place()
    unit, owner = Person(where.unit), Person(where.owner_user)
    committee = Person(person_in(where.steering.chair))
    home = Person(person_in(where.home.chair))

    plan = write_the_plan(unit, where)
    unit.sends(f"/plans/{plan.pk}/gate/", reason="It is ready")
    motion = Motion.objects.get()
    assert motion.title in committee.reads("/desk/")
    committee.sends(f"/motions/{motion.pk}/vote/", choice="for", reason="The plan holds.")
    plan.refresh_from_db()
    assert plan.in_force.number == 1
    assert "Streets are safe" in owner.reads(f"/plans/{plan.pk}/")

    assert "Street crime cases" in owner.reads("/desk/"), "the value of 2018 is owed"
    owner.sends(
        "/kpis/street-crime/readings/new/",
        value="90",
        source="Police",
        period="",
        other_period="2018",
    )
    make.sweep()
    review = Review.objects.get()
    desk = owner.reads("/desk/")
    assert f"/reviews/{review.pk}/" in desk
    assert "Off track" in home.reads("/")
    owner.sends(f"/reviews/{review.pk}/explain/", cause="goal", text="Half was never within reach.")

    change_the_goal(unit, plan, review)
    assert "Half was never within reach." in home.reads(f"/reviews/{review.pk}/")
    motion = review.proposals.get().motion
    # A change of goal is for the forum that the limits name: the steering committee.
    committee.sends(f"/motions/{motion.pk}/vote/", choice="for", reason="We asked too much.")
    review.refresh_from_db()
    assert (review.state, review.outcome) == ("closed", "change_goal")
    assert Deviation.objects.get().closed_as == "decided"
    both_plans_read_as_they_were(owner, plan)

    milestone = plan.milestones.get()
    owner.sends(f"/milestones/{milestone.key}/report/", state="on_course")
    assert MilestoneReport.objects.get().state == "on_course"


def change_the_goal(unit: Person, plan: Plan, review: Review) -> None:
    """A revision with a target within reach, proposed as the end of the review."""
    unit.sends(
        f"/plans/{plan.pk}/revisions/new/", title="Within reach", reason="The first year showed it"
    )
    second = plan.revisions.get(state=Revision.State.DRAFT)
    unit.sends(
        f"/revisions/{second.pk}/kpis/street-crime/targets/",
        new0__period="2019",
        new0__value="70",
        new0__baseline="100",
        reason="Half was too much",
    )
    unit.sends(
        f"/reviews/{review.pk}/propose/",
        cause="goal",
        outcome="change_goal",
        reason="The goal was out of reach.",
        revision=second.pk,
    )


def both_plans_read_as_they_were(owner: Person, plan: Plan) -> None:
    plan.refresh_from_db()
    assert plan.in_force.number == 2
    assert "Streets are safe" in owner.reads(f"/plans/{plan.pk}/?revision=1")
    kpi = Kpi.objects.get()
    targets = Target.objects.filter(series__definition__kpi=kpi, until_change=None)
    assert {(row.period_start.year, int(row.value)) for row in targets} == {(2018, 50), (2019, 70)}
    page = owner.reads(f"/kpis/{kpi.code}/")
    for decision in Decision.objects.all():
        assert f"/decisions/{decision.pk}/" in page, "each target names the decision that set it"
        assert decision.reason in owner.reads(f"/decisions/{decision.pk}/")
