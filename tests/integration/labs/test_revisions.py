"""From a first draft to the second revision in force."""

from __future__ import annotations

import datetime
import uuid

import pytest

from labs.models import Goal, Milestone, Plan, Revision
from labs.selectors import plans
from labs.services import revisions
from ledger.models import Event
from tests.factories import labs as make

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}


def rows(plan: Plan) -> int:
    return Goal.objects.filter(plan=plan).count() + Milestone.objects.filter(plan=plan).count()


def move_finish(draft: Revision, key: uuid.UUID, day: str = "2019-06-01", reason="The tender fell"):
    return revisions.edit(
        revision=draft,
        part="milestone",
        key=key,
        fields={"finishes_on": day},
        reason=reason,
        **BY,
    )


def test_opening_a_lab_makes_a_plan_and_a_draft() -> None:
    lab = make.open_lab()
    assert lab.plan.in_force is None
    assert [each.state for each in lab.plan.revisions.all()] == ["draft"]
    assert Event.objects.filter(verb="lab.opened").count() == 1


def test_first_revision_comes_into_force() -> None:
    plan = make.draft_plan(milestones=2)
    drafted = plans.draft(make.open_draft(plan))
    revision = make.adopt(make.open_draft(plan))
    plan.refresh_from_db()
    assert (revision.number, plan.in_force) == (1, revision)
    assert plans.content(plan) == drafted
    assert [each.title for each in plans.content(plan).milestones.values()] == ["Step 1", "Step 2"]
    assert Event.objects.filter(verb="revision.adopted", subject_id=str(revision.pk)).count() == 1


def test_nothing_is_in_force_before_adoption() -> None:
    plan = make.draft_plan()
    assert not list(plans.content(plan))
    assert list(plans.draft(make.open_draft(plan)))


def test_second_revision_writes_only_what_changed() -> None:
    plan = make.plan_in_force(milestones=3)
    before = rows(plan)
    draft = make.revision_of(plan)
    key = make.key_of(plan, "Step 2")
    move_finish(draft, key)
    assert draft.changes.count() == 1
    make.adopt(draft)
    assert rows(plan) == before + 1
    assert Milestone.objects.filter(plan=plan, key=key).count() == 2
    assert Milestone.objects.filter(plan=plan, until_revision=None).count() == 3


def test_each_revision_reads_as_it_was() -> None:
    plan = make.plan_in_force()
    first = plans.content(plan)
    draft = make.revision_of(plan)
    step = make.key_of(plan, "Step 1")
    revisions.remove(
        revision=draft,
        part="milestone",
        key=make.key_of(plan, "Step 2"),
        reason="Not needed",
        **BY,
    )
    move_finish(draft, step)
    revisions.edit(
        revision=draft,
        part="goal",
        key=next(iter(first.goals)),
        fields={"description": ""},
        reason="Said twice",
        **BY,
    )
    second = plans.draft(draft)
    make.adopt(draft)
    third_draft = make.revision_of(plan)
    move_finish(third_draft, step, "2019-08-01")
    make.adopt(third_draft)
    plan.refresh_from_db()
    assert plans.content(plan, 1) == first
    assert plans.content(plan, 2) == second
    assert plans.content(plan, 3) == plans.content(plan)
    assert plans.content(plan).milestones[step].finishes_on == datetime.date(2019, 8, 1)
    assert plans.content(plan, 2).milestones.keys() == {step}


def test_parts_keep_their_place_when_they_change() -> None:
    plan = make.plan_in_force(milestones=3)
    draft = make.revision_of(plan)
    move_finish(draft, make.key_of(plan, "Step 1"))
    make.add(
        draft,
        "milestone",
        title="Step 4",
        initiative_key=str(next(iter(plans.content(plan).initiatives))),
    )
    make.adopt(draft)
    plan.refresh_from_db()
    titles = [each.title for each in plans.content(plan).milestones.values()]
    assert titles == ["Step 1", "Step 2", "Step 3", "Step 4"]


def test_an_adopted_revision_never_changes() -> None:
    plan = make.plan_in_force()
    adopted = plan.in_force
    key = make.key_of(plan, "Step 1")
    with pytest.raises(revisions.NotADraft):
        move_finish(adopted, key)
    with pytest.raises(revisions.NotADraft):
        revisions.remove(revision=adopted, part="milestone", key=key, reason="x", **BY)
    with pytest.raises(revisions.NotADraft):
        revisions.withdraw(revision=adopted, **BY)
    with pytest.raises(revisions.NotADraft):
        revisions.set_target(
            revision=adopted,
            series_key=uuid.uuid4(),
            period="2019-01-01/2019-12-31",
            before=None,
            after={"value": "1"},
            reason="x",
            **BY,
        )
    with pytest.raises(revisions.NotADraft):
        make.tested(adopted)


def test_adopting_twice_is_refused() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    decision = make.decide(make.put(draft))
    draft.refresh_from_db()
    revisions.adopt(revision=draft, decision=decision, **BY)
    with pytest.raises(revisions.NotADraft):
        revisions.adopt(revision=draft, decision=decision, **BY)


def test_only_the_decision_on_its_own_motion_adopts() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    motion = make.put(draft)
    draft.refresh_from_db()
    other = make.decide(make.put(make.open_draft(make.draft_plan())))
    with pytest.raises(revisions.NotDecided):
        revisions.adopt(revision=draft, decision=other, **BY)
    with pytest.raises(revisions.NotDecided):
        revisions.adopt(revision=draft, decision=make.decide(motion, "lost"), **BY)


def test_every_step_has_its_event() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    move_finish(draft, make.key_of(plan, "Step 1"))
    revisions.withdraw(revision=draft, reason="Changed our minds", **BY)
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "lab.opened",
        "goal.added",
        "initiative.added",
        "milestone.added",
        "milestone.added",
        "stress_test.recorded",
        "revision.submitted",
        "revision.adopted",
        "revision.started",
        "milestone.edited",
        "revision.withdrawn",
    ]
    last = Event.objects.get(verb="milestone.edited")
    assert last.data["finishes_on"] == "2019-06-01"
    assert last.texts.get().text == "The tender fell"
    assert last.programme_id == str(plan.lab.area.programme_id)


@pytest.mark.parametrize("milestones", [10, 20])
def test_reading_a_plan_costs_the_same_at_any_size(
    milestones: int, django_assert_num_queries
) -> None:
    plan = make.plan_in_force(milestones=milestones)
    with django_assert_num_queries(9):
        tree = plans.tree(plans.content(plan))
    assert len(tree[0].initiatives[0].milestones) == milestones


def test_why_a_field_is_as_it_is() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    key = make.key_of(plan, "Step 1")
    move_finish(draft, key)
    make.adopt(draft)
    withdrawn = make.revision_of(plan)
    move_finish(withdrawn, key, "2019-09-01")
    revisions.withdraw(revision=withdrawn, **BY)
    chain = plans.history(key, "finishes_on")
    assert [(each.after, each.revision.number) for each in chain] == [
        ("2019-05-01", 1),
        ("2019-06-01", 2),
    ]
    assert chain[1].revision.decision.reason == "Agreed"
