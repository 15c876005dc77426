"""Writing in a draft: what is kept, what is refused."""

from __future__ import annotations

import datetime
import uuid

import pytest

from labs.models import Change, Revision
from labs.rules.revisions import described
from labs.selectors import plans
from labs.services import revisions
from tests.factories import labs as make
from tests.factories.people import PostFactory

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}


def move_finish(draft: Revision, key: uuid.UUID, day: str = "2019-06-01", reason="The tender fell"):
    return revisions.edit(
        revision=draft,
        part="milestone",
        key=key,
        fields={"finishes_on": day},
        reason=reason,
        **BY,
    )


def test_a_draft_before_its_forum_cannot_be_changed() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    make.put(draft)
    with pytest.raises(revisions.NotADraft):
        make.add(draft, "goal", title="One more")


def test_after_the_first_revision_each_change_needs_a_reason_before_it_is_put() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    move_finish(draft, make.key_of(plan, "Step 1"), reason="  ")
    with pytest.raises(revisions.ReasonMissing) as refused:
        make.put(draft)
    assert [change.field for change in refused.value.changes] == ["finishes_on"]


def test_a_value_put_back_is_no_change() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    key = make.key_of(plan, "Step 1")
    move_finish(draft, key)
    move_finish(draft, key, "2019-05-01", reason="")
    assert draft.changes.count() == 0


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
