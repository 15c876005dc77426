"""Programmes, areas and labs, and a factory per state of a plan.

States are reached through the product's own services. ``draft_plan()`` and
``plan_in_force()`` give back the plan; ``part_keys`` finds a part by its title.
"""

from __future__ import annotations

import datetime
import uuid

import factory

from forums.models import Decision, Forum, Motion
from labs.models import (
    Intake,
    Lab,
    Lesson,
    Plan,
    Programme,
    ReferenceItem,
    ResultArea,
    Revision,
    Seat,
)
from labs.selectors import plans
from labs.services import intakes, lessons, revisions, stress_tests
from labs.services import labs as lab_services
from ledger.rules.actors import Actor
from people.models import Post
from tests.factories.people import OrganisationFactory, PostFactory

AT = datetime.datetime(2019, 1, 7, 2, 0, tzinfo=datetime.UTC)
SYSTEM = Actor.system("test")


class LabForumFactory(factory.django.DjangoModelFactory):
    """A forum with a chair and nothing else; tests/factories/forums.py has the rest."""

    class Meta:
        model = Forum

    name = factory.Sequence(lambda n: f"Steering committee {n}")
    chair = factory.SubFactory(PostFactory)


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme

    code = factory.Sequence(lambda n: f"programme-{n}")
    name = factory.Sequence(lambda n: f"Programme {n}")
    currency = "MYR"
    time_zone = "Asia/Kuala_Lumpur"


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ResultArea

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Result area {n}")
    lead = factory.SubFactory(OrganisationFactory)
    home_forum = factory.SubFactory(LabForumFactory)


class SeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Seat

    lab = factory.LazyFunction(lambda: open_lab())
    organisation = factory.SubFactory(OrganisationFactory)


def open_lab(area: ResultArea | None = None, **fields: object) -> Lab:
    """A lab with an empty draft of its first plan."""
    area = area or AreaFactory()
    given = {
        "title": "Reduce crime",
        "question": "How can street crime fall by half?",
        "starts_on": datetime.date(2018, 10, 1),
        "ends_on": datetime.date(2018, 11, 30),
        "steering": area.home_forum,
        "by": SYSTEM,
        "at": AT,
    }
    return lab_services.open(area=area, **{**given, **fields})


def intake(area: ResultArea | None = None, **fields: object) -> Intake:
    """A question that suits a lab; with ``outcome="not_suited"`` one that does not."""
    suited = fields.get("outcome", "suited") == "suited"
    given = {
        "title": "Reduce crime",
        "question": "How can street crime fall by half?",
        "shared_problem": suited,
        "shared_problem_why": "Everybody is robbed",
        "uncertainty": True,
        "uncertainty_why": "Nobody knows what works",
        "outcome": "suited",
        "method": "lab" if suited else "",
        "reason": "They need one another",
        "instead": "" if suited else "Bargain",
        "by": SYSTEM,
        "at": AT,
    }
    return intakes.record(area=area or AreaFactory(), **{**given, **fields})


def lesson(programme: Programme, **fields: object) -> Lesson:
    """A lesson of the programme."""
    given = {
        "title": "Patrols move crime next door",
        "text": "Count the streets around too.",
        "by": SYSTEM,
        "at": AT,
    }
    return lessons.add(programme=programme, **{**given, **fields})


def reference_item(list: str, code: str, **fields: object) -> ReferenceItem:  # noqa: A002
    """An entry of a reference list of its own."""
    given = {"label": code.replace("-", " ").capitalize(), "written_at": AT}
    return ReferenceItem.objects.create(list=list, code=code, **{**given, **fields})


def open_draft(plan: Plan) -> Revision:
    """The plan's newest draft."""
    return plan.revisions.filter(state=Revision.State.DRAFT).latest("pk")


def draft_plan(
    area: ResultArea | None = None, *, milestones: int = 2, owner: Post | None = None, **fields
) -> Plan:
    """A lab with a written draft: one goal, one initiative, some milestones."""
    plan = open_lab(area, **fields).plan
    SeatFactory(
        lab=plan.lab, organisation=plan.lab.area.lead, mandate="May commit the ministry's budget"
    )
    draft = open_draft(plan)
    goal = add(draft, "goal", title="Streets are safe", description="Fewer index crimes")
    initiative = add(
        draft,
        "initiative",
        goal_key=str(goal),
        title="More patrols",
        lead=str(PostFactory(organisation=plan.lab.area.lead).pk),
        starts_on="2019-01-01",
        finishes_on="2019-12-31",
        budget="1500000",
    )
    owner = owner or PostFactory()
    for number in range(1, milestones + 1):
        add(
            draft,
            "milestone",
            initiative_key=str(initiative),
            title=f"Step {number}",
            owner=str(owner.pk),
            starts_on="2019-02-01",
            finishes_on="2019-05-01",
        )
    return plan


def add(draft: Revision, part: str, reason: str = "because", **fields: object) -> uuid.UUID:
    """Write one part into a draft."""
    return revisions.edit(
        revision=draft, part=part, key=None, fields=fields, reason=reason, by=SYSTEM, at=AT
    )


def put(draft: Revision, at: datetime.datetime = AT) -> Motion:
    """A motion before the lab's steering committee that asks to adopt the draft."""
    motion = Motion.objects.create(
        forum=draft.plan.lab.steering,
        title=draft.title,
        text="Adopt the plan",
        reason="It is ready",
        quorum=1,
        at=at,
    )
    revisions.submit(revision=draft, motion=motion, by=SYSTEM, at=at)
    return motion


def decide(
    motion: Motion, outcome: str = "carried", at: datetime.datetime = AT, reason: str = "Agreed"
) -> Decision:
    """The forum's decision on a motion, without the sitting that leads to it."""
    Motion.objects.filter(pk=motion.pk).update(state=outcome)
    return Decision.objects.create(motion=motion, outcome=outcome, reason=reason, at=at)


def adopt(draft: Revision, at: datetime.datetime = AT) -> Revision:
    """Put a draft to its forum, let it carry, and bring it into force."""
    decision = decide(put(draft, at), at=at)
    draft.refresh_from_db()
    return revisions.adopt(revision=draft, decision=decision, by=SYSTEM, at=at)


def tested(draft: Revision) -> Revision:
    """The draft with a stress test that holds."""
    stress_tests.record(
        revision=draft,
        money="holds",
        people="holds",
        time="holds",
        capability="holds",
        verdict="holds",
        conclusion="It can be done",
        by=SYSTEM,
        at=AT,
    )
    return draft


def plan_in_force(area: ResultArea | None = None, **fields: object) -> Plan:
    """A lab whose first plan was tested and adopted."""
    plan = draft_plan(area, **fields)
    adopt(tested(open_draft(plan)))
    plan.refresh_from_db()
    return plan


def revision_of(plan: Plan, title: str = "Second thoughts") -> Revision:
    """A new draft on top of what is in force."""
    plan.refresh_from_db()
    return revisions.start(plan=plan, title=title, reason="It turned out so", by=SYSTEM, at=AT)


def key_of(plan: Plan, title: str) -> uuid.UUID:
    """The key of the part in force with this title."""
    return next(each.key for each in plans.content(plan) if each.title == title)
