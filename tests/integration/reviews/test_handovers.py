"""Duties pass from post to post in one act; records of the past keep the old owner."""

from __future__ import annotations

import datetime

import pytest

from forums.models import Action
from forums.services import actions, memberships
from kpis.models import Kpi
from labs.models import Milestone, Revision, Seat
from ledger.models import Event, Notice
from people.models import Post
from reviews.models import Handover
from reviews.services import handovers as services
from tests.factories import forums as make_forums
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import held_post
from tests.factories.people import OrganisationFactory, PostFactory, actor

pytestmark = pytest.mark.django_db
AT, ON = make.AT, make.AT.date()
SOON = ON + datetime.timedelta(days=30)


def hand_over(before: Post, after: Post, **given: object) -> Handover:
    fields = {"on": ON, "today": ON, "reason": "A new government", "by": actor(), "at": AT}
    return services.hand_over(from_post=before, to_post=after, **fields | given)


def again(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_kpis_and_steps_pass_in_one_recorded_revision_and_the_old_version_stays(in_force) -> None:
    draft = in_force
    before = draft.place.owner
    after = held_post("Director, Safety", draft.place.ministry)
    made = hand_over(before, after)
    assert Kpi.objects.get(pk=draft.kpi.pk).owner == after
    plan = again(draft.revision.plan)
    assert (plan.in_force.number, plan.in_force.route) == (2, Revision.Route.OWNER)
    assert plan.in_force.decision is None
    rows = Milestone.objects.filter(key=draft.milestone)
    assert rows.get(until_revision=None).owner == after
    assert rows.get(until_revision=plan.in_force).owner == before
    assert set(plan.in_force.changes.values_list("reason", flat=True)) == {"A new government"}
    assert made.told["kinds"]["milestones"]["count"] == 1
    assert Event.objects.filter(verb="post.handed_over").count() == 1


def test_open_actions_pass_and_done_ones_keep_who_did_them() -> None:
    before, after = held_post("Old"), held_post("New")
    give = {"due_on": SOON, "by": actor(), "at": AT}
    waiting = actions.open(title="Build", owner=before, **give)
    over = actions.open(title="Plan", owner=before, **give)
    Action.objects.filter(pk=over.pk).update(
        state="done", done_at=AT, done_note="Yes", done_by=make_forums.person_in(before)
    )
    checks = actions.open(title="Count", owner=PostFactory(), verifier=before, **give)
    hand_over(before, after)
    assert (again(waiting).owner, again(over).owner) == (after, before)
    assert again(checks).verifier == after


def test_nobody_verifies_what_they_own_after_a_handover() -> None:
    place = make.place()
    draft = make.in_force(place)
    own = actions.open(
        title="Count", owner=place.owner, verifier=place.verifier, due_on=SOON, by=actor(), at=AT
    )
    hand_over(place.owner, place.verifier)
    kpi = again(draft.kpi)
    assert (kpi.owner, kpi.verifier) == (place.verifier, None)
    assert (again(own).owner, again(own).verifier) == (place.verifier, None)


def test_places_and_offices_in_forums_pass() -> None:
    before, after = held_post("Old"), held_post("New")
    forum = make_forums.make_forum(chair=before, alternate=after)
    other = make_forums.make_forum("Council", members=[before])
    memberships.add(forum=other, post=after, kind="invited", by=actor(), at=AT)
    hand_over(before, after)
    forum = again(forum)
    assert (forum.chair, forum.alternate) == (after, None)
    open_places = other.memberships.filter(ends_on=None, post__in=[before, after])
    assert list(open_places.values_list("post", "kind")) == [(after.pk, "core")]


def test_a_seat_passes_within_its_organisation_and_else_waits_for_a_post() -> None:
    ministry = OrganisationFactory()
    before = held_post("Old", ministry)
    seat = Seat.objects.create(lab=make_labs.open_lab(), organisation=ministry, post=before)
    hand_over(before, middle := held_post("Same roof", ministry))
    assert again(seat).post == middle
    made = hand_over(middle, held_post("Elsewhere"))
    assert again(seat).post is None
    assert made.told["kinds"]["left_seats"]["count"] == 1


def test_handing_over_twice_does_it_once(in_force) -> None:
    draft = in_force
    before, after = draft.place.owner, held_post("New")
    hand_over(before, after)
    with pytest.raises(services.NothingToPass):
        hand_over(before, after)
    assert Handover.objects.count() == 1
    assert again(draft.revision.plan).in_force.number == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"on": ON + datetime.timedelta(days=1)}, "not_yet"),
        ({"reason": ""}, "handover_needs_reason"),
        ({"same": True}, "same_post"),
        ({"abolished": True}, "abolished"),
    ],
)
def test_what_cannot_be_is_refused(given: dict, code: str) -> None:
    before, after = held_post("Old"), held_post("New")
    actions.open(title="Build", owner=before, due_on=SOON, by=actor(), at=AT)
    if given.pop("abolished", False):
        after.abolished_on = ON
    to = before if given.pop("same", False) else after
    with pytest.raises(services.Refused) as refused:
        hand_over(before, to, **given)
    assert refused.value.code == code


def test_both_holders_are_told(in_force) -> None:
    draft = in_force
    after = held_post("New")
    hand_over(draft.place.owner, after)
    told = Notice.objects.filter(event__verb="post.handed_over")
    assert told.count() == 2


def test_nothing_of_a_closed_programme_passes(in_force) -> None:
    draft = in_force
    make.close_programme(draft.place)
    with pytest.raises(services.NothingToPass):
        hand_over(draft.place.owner, held_post("New"))
    assert again(draft.kpi).owner == draft.place.owner
