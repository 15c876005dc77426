"""From a first draft to the second revision in force."""

from __future__ import annotations

import datetime
import uuid

import pytest

from labs.models import Change, Goal, Milestone, Plan, Revision
from labs.rules.revisions import described
from labs.selectors import changes, plans
from labs.services import revisions
from ledger.models import Event
from tests.factories import labs as make
from tests.factories.people import PostFactory

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


def test_a_draft_before_its_forum_cannot_be_changed() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    make.put(draft)
    with pytest.raises(revisions.NotADraft):
        make.add(draft, "goal", title="One more")


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


def test_after_the_first_revision_each_change_needs_a_reason() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    with pytest.raises(revisions.ReasonMissing) as refused:
        move_finish(draft, make.key_of(plan, "Step 1"), reason="  ")
    assert set(refused.value.fields) == {"reason"}
    assert draft.changes.count() == 0


def test_a_value_put_back_is_no_change() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    key = make.key_of(plan, "Step 1")
    move_finish(draft, key)
    move_finish(draft, key, "2019-05-01", reason="")
    assert draft.changes.count() == 0


def test_parallel_drafts_that_do_not_meet_are_both_adopted() -> None:
    plan = make.plan_in_force()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    move_finish(one, make.key_of(plan, "Step 1"))
    move_finish(other, make.key_of(plan, "Step 2"), "2019-07-01")
    make.adopt(one)
    make.adopt(other)
    plan.refresh_from_db()
    finishes = {each.title: each.finishes_on for each in plans.content(plan).milestones.values()}
    assert finishes == {"Step 1": datetime.date(2019, 6, 1), "Step 2": datetime.date(2019, 7, 1)}
    assert plan.in_force.number == 3


def test_a_stale_revision_is_refused_with_its_conflicts() -> None:
    plan = make.plan_in_force()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    key = make.key_of(plan, "Step 1")
    move_finish(one, key)
    move_finish(other, key, "2019-07-01")
    decision = make.decide(make.put(other))
    make.adopt(one)
    other.refresh_from_db()
    with pytest.raises(revisions.Stale) as refused:
        revisions.adopt(revision=other, decision=decision, **BY)
    (conflict,) = refused.value.conflicts
    assert (conflict.change.after, conflict.now) == ("2019-07-01", "2019-06-01")
    plan.refresh_from_db()
    other.refresh_from_db()
    assert (plan.in_force, other.state) == (one, "submitted")


def test_a_stale_draft_can_be_brought_up_to_date() -> None:
    plan = make.plan_in_force()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    key = make.key_of(plan, "Step 1")
    move_finish(one, key)
    move_finish(other, key, "2019-07-01")
    make.adopt(one)
    assert changes.stale(Revision.objects.get(pk=other.pk))
    revisions.bring_up_to_date(revision=other, **BY)
    assert not changes.stale(Revision.objects.get(pk=other.pk))
    assert other.changes.get().before == "2019-06-01"
    make.adopt(other)
    plan.refresh_from_db()
    assert plans.content(plan).milestones[key].finishes_on == datetime.date(2019, 7, 1)


def test_bringing_up_to_date_drops_changes_of_what_is_gone() -> None:
    plan = make.plan_in_force()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    key = make.key_of(plan, "Step 1")
    revisions.remove(revision=one, part="milestone", key=key, reason="Not needed", **BY)
    move_finish(other, key)
    make.adopt(one)
    revisions.bring_up_to_date(revision=other, **BY)
    assert other.changes.count() == 0


def test_a_part_another_revision_took_away_leaves_no_hanging_link() -> None:
    plan = make.plan_in_force()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    step = make.key_of(plan, "Step 1")
    revisions.remove(revision=one, part="milestone", key=step, reason="Not needed", **BY)
    make.add(
        other,
        "milestone",
        title="After step 1",
        initiative_key=str(next(iter(plans.content(plan).initiatives))),
        depends_on=[str(step)],
    )
    decision = make.decide(make.put(other))
    make.adopt(one)
    other.refresh_from_db()
    with pytest.raises(revisions.Stale):
        revisions.adopt(revision=other, decision=decision, **BY)


def test_targets_of_two_drafts_conflict() -> None:
    plan = make.plan_in_force()
    series = uuid.uuid4()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    for draft, value in ((one, "80"), (other, "85")):
        revisions.set_target(
            revision=draft,
            series_key=series,
            period="2019-01-01/2019-12-31",
            before={"value": "90"},
            after={"value": value},
            reason="Out of reach",
            label="Index crimes",
            **BY,
        )
    make.adopt(one)
    (conflict,) = changes.stale(Revision.objects.get(pk=other.pk))
    assert conflict.now["value"] == "80"


def test_a_first_plan_has_one_draft() -> None:
    plan = make.draft_plan()
    with pytest.raises(revisions.DraftOpen):
        revisions.start(plan=plan, title="Another", reason="", **BY)


def test_a_rejected_plan_can_be_taken_up_again() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    written = plans.draft(draft)
    decision = make.decide(make.put(draft), "lost", reason="Too dear")
    draft.refresh_from_db()
    revisions.reject(revision=draft, decision=decision, **BY)
    assert plans.draft(Revision.objects.get(pk=draft.pk)) == written
    again = revisions.start(plan=plan, title="Cheaper", reason="", copy_of=draft, **BY)
    assert plans.draft(again) == written
    assert make.adopt(again).number == 1


def test_what_others_rest_on_stays() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    goal = next(iter(plans.draft(draft).goals))
    with pytest.raises(revisions.StillNeeded):
        revisions.remove(revision=draft, part="goal", key=goal, **BY)


def test_a_part_added_and_removed_leaves_nothing() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    key = make.add(draft, "goal", title="Passing thought")
    revisions.remove(revision=draft, part="goal", key=key, **BY)
    assert draft.changes.count() == 0


def test_a_removal_can_be_taken_back() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    key = make.key_of(plan, "Step 1")
    revisions.remove(revision=draft, part="milestone", key=key, reason="Not needed", **BY)
    removal = draft.changes.get()
    assert removal.before == described(
        {
            "title": "Step 1",
            "initiative_key": str(next(iter(plans.content(plan).initiatives))),
            "owner": str(plans.content(plan).milestones[key].owner_id),
            "starts_on": "2019-02-01",
            "finishes_on": "2019-05-01",
        }
    )
    revisions.take_back(revision=draft, part="milestone", key=key, **BY)
    assert plans.draft(draft) == plans.content(plan)


def test_two_people_at_the_same_field() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    key = next(iter(plans.draft(draft).milestones))
    began = {"title": "Step 1", "finishes_on": "2019-05-01"}
    move_finish(draft, key, "2019-06-01")
    with pytest.raises(revisions.EditedMeanwhile) as refused:
        revisions.edit(
            revision=draft,
            part="milestone",
            key=key,
            fields={"title": "Step 1", "finishes_on": "2019-07-01"},
            started_from=began,
            **BY,
        )
    assert set(refused.value.fields) == {"finishes_on"}
    assert "2019-06-01" in refused.value.fields["finishes_on"]


def test_two_people_at_different_fields() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    key = next(iter(plans.draft(draft).milestones))
    move_finish(draft, key, "2019-06-01")
    revisions.edit(
        revision=draft,
        part="milestone",
        key=key,
        fields={"title": "First step", "finishes_on": "2019-05-01"},
        started_from={"title": "Step 1", "finishes_on": "2019-05-01"},
        **BY,
    )
    milestone = plans.draft(draft).milestones[key]
    assert milestone.title == "First step"
    assert milestone.finishes_on == datetime.date(2019, 6, 1)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"finishes_on": "2018-01-01"}, "finishes_on"),
        ({"owner": "999999"}, "owner"),
        ({"title": ""}, "title"),
        ({"initiative_key": str(uuid.uuid4())}, "initiative_key"),
        ({"budget": "1"}, "budget"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(fields: dict, field: str) -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    key = next(iter(plans.draft(draft).milestones))
    count = Change.objects.count()
    with pytest.raises(revisions.PartRefused) as refused:
        revisions.edit(revision=draft, part="milestone", key=key, fields=fields, **BY)
    assert set(refused.value.fields) == {field}
    assert Change.objects.count() == count


def test_an_abolished_post_cannot_own() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    post = PostFactory(abolished_on=datetime.date(2018, 1, 1))
    with pytest.raises(revisions.PartRefused):
        revisions.edit(
            revision=draft,
            part="milestone",
            key=next(iter(plans.draft(draft).milestones)),
            fields={"owner": str(post.pk)},
            **BY,
        )


@pytest.mark.parametrize(
    ("after", "field"),
    [
        ({"value": "1,000"}, "value"),
        ({"value": ""}, "value"),
        ({"value": "5", "high": "4"}, "high"),
        ({"value": "1.12345678901"}, "value"),
        ({"value": "1", "baseline": "1e3"}, "baseline"),
    ],
)
def test_targets_are_strict(after: dict, field: str) -> None:
    draft = make.open_draft(make.draft_plan())
    with pytest.raises(revisions.TargetRefused) as refused:
        revisions.set_target(
            revision=draft,
            series_key=uuid.uuid4(),
            period="2019-01-01/2019-12-31",
            before=None,
            after=after,
            **BY,
        )
    assert set(refused.value.fields) == {field}


def test_a_target_back_at_what_is_in_force_is_no_change() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    given = {
        "revision": draft,
        "series_key": uuid.uuid4(),
        "period": "2019-01-01/2019-12-31",
        "before": {"value": "90.0", "high": None, "baseline": "77"},
        **BY,
    }
    change = revisions.set_target(after={"value": "87", "baseline": "77"}, reason="x", **given)
    assert change.before == {"value": "90", "high": None, "baseline": "77"}
    assert change.touches == "goal"
    assert revisions.set_target(after={"value": "90", "baseline": "77"}, **given) is None
    assert draft.changes.count() == 0


def test_an_empty_draft_cannot_be_put() -> None:
    draft = make.open_draft(make.open_lab().plan)
    with pytest.raises(revisions.Incomplete):
        make.put(draft)


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
    with django_assert_num_queries(5):
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
