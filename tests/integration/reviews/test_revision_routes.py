"""A revision before the forum that decides it; nobody approves their own; voters are told."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from forums.models import Motion
from forums.services.votes import HasInterest
from labs.models import Plan, Revision
from labs.selectors import plans
from labs.services import revisions
from ledger.models import Event, Notice
from people.models import Post, User
from reviews.services import approvals, gate, recording, routes, voting
from tests.factories import reviews as make
from tests.factories.forums import core, held_post, person_in
from tests.factories.people import actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def draft() -> make.Draft:
    """A plan in force; its ladder has four forums, of which the second steers."""
    return make.in_force(make.place(tiers=4))


def second(draft: make.Draft, by=None, title: str = "Second thoughts") -> Revision:
    plan = Plan.objects.get(pk=draft.revision.plan_id)
    return revisions.start(plan=plan, title=title, reason="Learned", by=by or actor(), at=make.AT)


def aim(revision: Revision, draft: make.Draft, period: str, value: str = "60") -> None:
    before = make.numbers("50") if period == make.YEAR_2018 else None
    make.set_target(revision, draft.series, period, value, before=before)


def finish(revision: Revision, draft: make.Draft, day: str, by=None) -> None:
    revisions.edit(
        revision=revision,
        part="milestone",
        key=draft.milestone,
        fields={"finishes_on": day},
        reason="The rains",
        by=by or actor(),
        at=make.AT,
    )


def submit(revision: Revision, draft: make.Draft, **more) -> Motion:
    return approvals.submit(revision=revision, by=actor(draft.place.unit), at=make.AT, **more)


def vote(motion: Motion, post, user: User | None = None, choice: str = "for"):
    user = user or person_in(post)
    return voting.vote(
        motion=motion,
        post=post,
        choice=choice,
        reason="I see it so",
        by=actor(user, post),
        at=make.AT,
    )


def test_a_goal_change_is_put_to_the_forum_for_goals_and_the_motion_says_why(draft) -> None:
    revision = second(draft)
    aim(revision, draft, make.YEAR_2019)
    motion = submit(revision, draft)
    assert motion.forum == draft.place.steering
    assert "1 change of a goal or target" in motion.text


def test_a_target_of_an_ended_period_is_decided_one_forum_higher(draft) -> None:
    revision = second(draft)
    aim(revision, draft, make.YEAR_2018)
    above = draft.place.steering.parent
    with pytest.raises(routes.WrongForum) as refused:
        submit(revision, draft, forum=draft.place.steering)
    assert refused.value.forum == above
    assert above.name in str(refused.value)
    motion = submit(revision, draft)
    assert motion.forum == above
    make.carry(motion)
    revision.refresh_from_db()
    assert revision.number == 2


def test_a_higher_forum_may_be_chosen(draft) -> None:
    revision = second(draft)
    aim(revision, draft, make.YEAR_2019)
    top = draft.place.steering.parent.parent
    assert submit(revision, draft, forum=top).forum == top


def test_a_period_that_ends_before_the_vote_is_no_longer_for_that_forum(draft) -> None:
    revision = second(draft)
    aim(revision, draft, make.YEAR_2019)
    motion = submit(revision, draft)
    with pytest.raises(routes.WrongForum):
        make.carry(motion, make.AT + datetime.timedelta(days=300))
    motion.refresh_from_db()
    assert motion.state == Motion.State.OPEN


def test_a_review_goes_with_its_revision_to_the_forum_that_decides_it() -> None:
    where = make.place(tiers=4)
    review, draft = make.open_review(where)
    revision = second(draft)
    aim(revision, draft, make.YEAR_2019)
    proposal = make.propose(review, outcome="change_goal", cause="goal", revision=revision)
    assert review.forum == where.home
    assert proposal.motion.forum == where.steering
    make.carry(proposal.motion)
    review.refresh_from_db()
    assert (review.state, review.outcome) == ("closed", "change_goal")


def test_a_fixed_contract_in_force_is_not_put_with_other_goals(draft) -> None:
    lab = draft.revision.plan.lab
    type(lab).objects.filter(pk=lab.pk).update(method="fixed")
    revision = second(draft)
    aim(revision, draft, make.YEAR_2019)
    with pytest.raises(routes.GoalsFixed):
        submit(Revision.objects.get(pk=revision.pk), draft)


def test_changes_without_a_reason_are_listed_each_with_its_link(draft) -> None:
    revision = second(draft)
    finish(revision, draft, "2019-09-01")
    revision.changes.update(reason="")
    with pytest.raises(gate.Incomplete) as refused:
        submit(revision, draft)
    (gap,) = refused.value.gaps
    assert gap.code == "reason"
    assert gap.url.startswith(reverse("labs:reasons", args=[revision.pk]))


@pytest.mark.parametrize("role", ["began", "wrote", "wrote before", "reasoned", "submitted"])
def test_nobody_approves_their_own(draft, role: str) -> None:
    """Also in another post, and where somebody else wrote the same field after them."""
    seat = core(draft.place.steering)[0]
    person = person_in(seat)
    elsewhere = actor(person, held_post("Elsewhere"))
    revision = second(draft, by=elsewhere if role == "began" else None)
    by = elsewhere if role in ("wrote", "wrote before") else None
    finish(revision, draft, "2019-09-01", by=by)
    if role == "wrote before":
        finish(revision, draft, "2019-10-01")
    if role == "reasoned":
        revisions.give_reason(
            revision=revision,
            changes=[revision.changes.get().pk],
            reason="Ours",
            by=elsewhere,
            at=make.AT,
        )
    motion = approvals.submit(
        revision=revision,
        by=elsewhere if role == "submitted" else actor(draft.place.unit),
        at=make.AT,
    )
    with pytest.raises(HasInterest):
        vote(motion, seat, person)


def test_who_only_withdrew_an_earlier_motion_still_votes(draft) -> None:
    revision = second(draft)
    finish(revision, draft, "2019-09-01")
    chair = draft.place.steering.chair
    voting.withdraw(
        motion=submit(revision, draft),
        reason="Not yet",
        by=actor(person_in(chair), chair),
        at=make.AT,
    )
    revision.refresh_from_db()
    assert vote(submit(revision, draft), chair).outcome == "carried"


def test_the_post_that_wrote_stands_aside_whoever_holds_it(draft) -> None:
    seat = core(draft.place.steering)[0]
    revision = second(draft)
    finish(revision, draft, "2019-09-01", by=actor(person_in(seat), seat))
    motion = submit(revision, draft)
    assert motion.voters.get(post=seat).barred_because == "wrote in this revision"


def test_an_owners_change_is_recorded_and_everybody_is_told(draft) -> None:
    owner = draft.place.owner
    by = actor(draft.place.owner_user, owner)
    revision = second(draft, by=by)
    finish(revision, draft, "2019-06-01", by=by)
    Notice.objects.all().delete()
    recording.record(revision=revision, by=by, at=make.AT)
    revision.refresh_from_db()
    assert (revision.route, revision.number, revision.decision) == ("owner", 2, None)
    assert Event.objects.filter(verb="plan.in_force").latest("pk").data["decision"] is None
    assert Notice.objects.filter(title__contains="Revision 2").exists()


def test_the_owner_records_on_the_page_and_the_history_says_so(draft) -> None:
    by = actor(draft.place.owner_user, draft.place.owner)
    revision = second(draft, by=by)
    finish(revision, draft, "2019-06-01", by=by)
    client = Client()
    client.force_login(draft.place.owner_user)
    page = client.get(reverse("labs:revision", args=[revision.pk])).content.decode()
    assert "This is yours to make" in page
    url = reverse("reviews:revision_record", args=[revision.pk])
    assert "1 June 2019" in client.get(url).content.decode()
    client.post(url)
    page = client.get(reverse("labs:revision", args=[revision.pk])).content.decode()
    assert f"Recorded by {draft.place.owner}" in page
    history = client.get(reverse("labs:plan", args=[revision.plan_id])).content.decode()
    assert f"recorded by {draft.place.owner}" in history
    assert client.post(url).status_code == 302
    assert Revision.objects.filter(state="adopted").count() == 2


def outdated(draft: make.Draft, *, clashing: bool) -> tuple[Revision, Motion]:
    """A revision before its forum, whose plan changed since."""
    waiting, other = second(draft, title="Waiting"), second(draft, title="Other")
    aim(waiting, draft, make.YEAR_2019)
    finish(waiting, draft, "2019-09-01")
    motion = submit(waiting, draft)
    if clashing:
        finish(other, draft, "2019-08-01")
    else:
        revisions.edit(
            revision=other,
            part="goal",
            key=draft.goal,
            fields={"title": "Safer streets"},
            reason="Clearer",
            by=actor(),
            at=make.AT,
        )
    make.carry(submit(other, draft))
    return Revision.objects.get(pk=waiting.pk), motion


def free_of(motion: Motion, *, but: Post) -> list[Post]:
    """Those who may vote on it, without one who has voted."""
    return [each.post for each in motion.voters.filter(barred_because="").exclude(post=but)]


def page_of(motion: Motion) -> str:
    client = Client()
    client.force_login(person_in(motion.forum.chair))
    return client.get(reverse("forums:motion", args=[motion.pk])).content.decode()


def test_what_clashes_meanwhile_refuses_the_vote_that_would_carry_it(draft) -> None:
    waiting, motion = outdated(draft, clashing=True)
    assert "in 1 of the same places" in page_of(motion)
    with pytest.raises(revisions.Stale) as refused:
        make.carry(motion)
    assert "Withdraw its motion" in str(refused.value)
    motion.refresh_from_db()
    assert motion.state == Motion.State.OPEN
    with pytest.raises(revisions.Conflicted):
        approvals.bring_up_to_date(revision=waiting, by=actor(draft.place.unit), at=make.AT)


def test_what_does_not_clash_is_brought_up_to_date_and_keeps_its_motion_and_votes(draft) -> None:
    waiting, motion = outdated(draft, clashing=False)
    assert "Nothing in it clashes" in page_of(motion)
    member = core(motion.forum)[0]
    vote(motion, member)
    client = Client()
    client.force_login(draft.place.unit)
    Notice.objects.all().delete()
    client.post(reverse("reviews:revision_merge", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.motion, waiting.base.number) == ("submitted", motion, 2)
    assert Event.objects.filter(verb="motion.brought_up_to_date").count() == 1
    told = Notice.objects.filter(title__startswith="Brought up to date")
    assert {notice.recipient for notice in told} >= {f"user:{person_in(member).pk}"}
    still_to_vote = {f"user:{person_in(post).pk}" for post in free_of(motion, but=member)}
    assert {notice.recipient for notice in told if notice.decide} == still_to_vote
    assert motion.votes.count() == 1
    assert "Nothing in it clashes" not in page_of(motion)
    make.carry(motion)
    plan = Plan.objects.get(pk=waiting.plan_id)
    content = plans.content(plan)
    assert content.milestones[draft.milestone].finishes_on == datetime.date(2019, 9, 1)
    assert content.goals[draft.goal].title == "Safer streets"


def test_the_second_of_two_is_adopted_without_being_brought_up_to_date_first(draft) -> None:
    waiting, motion = outdated(draft, clashing=False)
    make.carry(motion)
    waiting.refresh_from_db()
    assert (waiting.number, waiting.base.number) == (3, 2)


def test_interests_are_forecast_before_it_is_put(draft) -> None:
    """The page says in advance who will stand aside."""
    seat = core(draft.place.steering)[0]
    revision = second(draft)
    finish(revision, draft, "2019-09-01", by=actor(person_in(seat), seat))
    client = Client()
    client.force_login(draft.place.unit)
    url = reverse("reviews:plan_gate", args=[revision.plan_id])
    page = client.get(url, {"revision": revision.pk}).content.decode()
    assert "rote in this revision" in page
