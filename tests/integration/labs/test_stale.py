"""Drafts side by side: what merges and what clashes."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from forums.models import Motion
from labs.models import Revision
from labs.selectors import changes, conflicts, plans
from labs.services import revisions
from tests.factories import labs as make
from tests.factories.people import delivery_unit

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


def decide(draft: Revision, take: str, **more: object) -> Revision:
    """Decide every clash of a draft in the same way."""
    fresh = Revision.objects.get(pk=draft.pk)
    choices = {
        each.pk: revisions.Choice(take, reason="All the same", **more)
        for each in conflicts.reading(fresh).clashes
    }
    seen = fresh.plan.in_force_id
    return revisions.resolve(revision=fresh, choices=choices, seen=seen, **BY)


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
    with pytest.raises(revisions.Conflicted):
        revisions.bring_up_to_date(revision=other, **BY)
    decide(other, "mine")
    assert not changes.stale(Revision.objects.get(pk=other.pk))
    assert other.changes.get().before == "2019-06-01"
    make.adopt(other)
    plan.refresh_from_db()
    assert plans.content(plan).milestones[key].finishes_on == datetime.date(2019, 7, 1)


def test_giving_up_what_is_gone_drops_its_changes() -> None:
    plan = make.plan_in_force()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    key = make.key_of(plan, "Step 1")
    revisions.remove(revision=one, part="milestone", key=key, reason="Not needed", **BY)
    move_finish(other, key)
    make.adopt(one)
    decide(other, "theirs")
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


def test_a_revision_whose_motion_is_withdrawn_is_a_draft_again() -> None:
    draft = make.open_draft(make.draft_plan())
    motion = make.put(draft)
    draft.refresh_from_db()
    with pytest.raises(revisions.NotDecided):
        revisions.release(revision=draft, **BY)
    Motion.objects.filter(pk=motion.pk).update(state="withdrawn")
    draft = Revision.objects.get(pk=draft.pk)
    revisions.release(revision=draft, **BY)
    assert make.adopt(Revision.objects.get(pk=draft.pk)).number == 1


@pytest.mark.parametrize("page", ["revision_withdraw", "revision_refresh"])
def test_a_form_of_a_draft_that_is_one_no_longer_leads_to_the_revision_with_a_word(page) -> None:
    draft = make.revision_of(make.plan_in_force())
    revisions.withdraw(revision=draft, **BY)
    client = Client()
    client.force_login(delivery_unit())
    answer = client.post(reverse(f"labs:{page}", args=[draft.pk]), {"reason": "x"}, follow=True)
    assert answer.redirect_chain == [(reverse("labs:revision", args=[draft.pk]), 302)]
    assert "no longer a draft" in answer.content.decode()
