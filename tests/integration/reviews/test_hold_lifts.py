"""While a KPI is disputed its goal changes only through the dispute, or when its forum lets it."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from forums.models import Decision, Motion
from kpis.models import Hold, Target
from kpis.services import kpis
from labs.models import Plan, Revision
from labs.services import revisions
from ledger.models import Event
from reviews.models import Dispute, HoldLift
from reviews.services import approvals, hold_lifts, ladder, routes, voting
from tests.factories import disputes as make_disputes
from tests.factories import reviews as make
from tests.factories.forums import person_in
from tests.factories.people import actor
from tests.worlds import Kept, Worlds

BY = {"by": actor(), "at": make.AT}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def plan() -> make.Draft:
    return make.in_force(make.place(tiers=4))


def disputed_plan() -> tuple[make.Draft, Dispute]:
    draft = plan()
    return draft, make_disputes.open_dispute(area=draft.place.area, kpi=draft.kpi)


@pytest.fixture(scope="session")
def kept_alone(worlds: Worlds) -> Kept:
    return worlds.keep(plan)


@pytest.fixture
def undisputed(db: None, kept_alone: Kept) -> make.Draft:
    return kept_alone.again()


@pytest.fixture(scope="session")
def kept(worlds: Worlds) -> Kept:
    return worlds.keep(disputed_plan)


@pytest.fixture
def disputed_draft(db: None, kept: Kept) -> tuple[make.Draft, Dispute]:
    return kept.again()


@pytest.fixture
def draft(disputed_draft) -> make.Draft:
    return disputed_draft[0]


@pytest.fixture
def dispute(disputed_draft) -> Dispute:
    return disputed_draft[1]


def revision_of(draft: make.Draft, *, goal: bool = False) -> Revision:
    """A draft with another target of the KPI, or another name of the goal it measures."""
    plan = Plan.objects.get(pk=draft.revision.plan_id)
    revision = revisions.start(plan=plan, title="Other", reason="Learned", by=actor(), at=make.AT)
    if goal:
        revisions.edit(
            revision=revision,
            part="goal",
            key=draft.goal,
            fields={"title": "Safer"},
            reason="Clearer",
            by=actor(),
            at=make.AT,
        )
    else:
        make.set_target(revision, draft.series, make.YEAR_2019, "60")
    return revision


def submit(revision: Revision, draft: make.Draft) -> Motion:
    return approvals.submit(revision=revision, by=actor(draft.place.unit), at=make.AT)


def put(dispute: Dispute, **more) -> HoldLift:
    given = {"reason": "It cannot wait", "by": actor(), "at": make.AT}
    return hold_lifts.put(dispute=dispute, **{**given, **more})


def held() -> bool:
    return Hold.objects.filter(lifted_at=None).exists()


@pytest.mark.parametrize("goal", [False, True])
def test_a_disputed_kpi_and_its_goal_do_not_change_meanwhile(draft, dispute, goal) -> None:
    revision = revision_of(draft, goal=goal)
    with pytest.raises(routes.Held) as refused:
        submit(revision, draft)
    assert draft.kpi.name in str(refused.value)
    assert str(draft.place.home) in str(refused.value)


def test_a_disputed_kpi_is_not_moved_to_another_goal(draft, dispute) -> None:
    given = {"owner": draft.kpi.owner, "verifier": draft.kpi.verifier, **BY}
    with pytest.raises(kpis.KpiRefused) as refused:
        kpis.assign(kpi=draft.kpi, goal_key=uuid.uuid4(), **given)
    assert "in dispute" in str(refused.value.fields["goal_key"])
    draft.kpi.refresh_from_db()
    assert draft.kpi.goal_key == draft.goal
    kpis.assign(kpi=draft.kpi, goal_key=draft.goal, **given)


def test_execution_changes_while_a_kpi_is_disputed(draft, dispute) -> None:
    plan = Plan.objects.get(pk=draft.revision.plan_id)
    revision = revisions.start(plan=plan, title="Other", reason="So", by=actor(), at=make.AT)
    revisions.edit(
        revision=revision,
        part="milestone",
        key=draft.milestone,
        fields={"finishes_on": "2019-06-01"},
        reason="Late",
        by=actor(),
        at=make.AT,
    )
    make.carry(submit(revision, draft))


def test_the_forum_lifts_the_hold_with_a_reason_and_the_dispute_goes_on(draft, dispute) -> None:
    motion = put(dispute).motion
    assert motion.forum == draft.place.home
    make.carry(motion)
    hold = Hold.objects.get()
    assert (hold.lifted_at, hold.lifted_because) == (make.AT, "The case is made.")
    dispute.refresh_from_db()
    assert dispute.state == Dispute.State.OPEN
    make.carry(submit(revision_of(draft), draft))
    assert Target.objects.filter(until_change=None, value=60).exists()
    assert Event.objects.filter(verb="hold.lifted").count() == 1


def test_a_lost_motion_lifts_nothing_and_another_may_be_put(draft, dispute) -> None:
    motion = put(dispute).motion
    with pytest.raises(hold_lifts.AlreadyBefore):
        put(dispute)
    make_disputes.rule(HoldLift.objects.get(motion=motion), choice="against")
    assert held()
    assert put(dispute).motion != motion


def test_parties_do_not_vote_on_it(undisputed) -> None:
    draft = undisputed
    member = draft.place.home.memberships.first().post
    dispute = make_disputes.open_dispute(
        area=draft.place.area,
        kpi=draft.kpi,
        parties=[member.organisation, draft.place.verifier.organisation],
    )
    voter = put(dispute).motion.voters.get(post=member)
    assert "is a party" in voter.barred_because


def test_when_the_dispute_climbs_the_motion_of_the_lower_forum_is_withdrawn(draft, dispute) -> None:
    motion = put(dispute).motion
    ladder.climb(dispute=dispute, trigger="deadlock", reason="Stuck", by=actor(), at=make.AT)
    motion.refresh_from_db()
    assert motion.state == Motion.State.WITHDRAWN
    assert put(Dispute.objects.get(pk=dispute.pk)).motion.forum == draft.place.steering


def test_a_hold_lapses_when_its_dispute_ends_and_the_motion_with_it(draft, dispute) -> None:
    motion = put(dispute).motion
    make_disputes.answer(make_disputes.propose(dispute))
    motion.refresh_from_db()
    assert (held(), motion.state) == (False, Motion.State.WITHDRAWN)
    with pytest.raises(ladder.Ended):
        put(Dispute.objects.get(pk=dispute.pk))


def test_there_is_nothing_to_lift_twice(draft, dispute) -> None:
    make.carry(put(dispute).motion)
    with pytest.raises(hold_lifts.NothingHeld):
        put(Dispute.objects.get(pk=dispute.pk))


def test_a_ruling_brings_its_revision_into_force(undisputed) -> None:
    draft = undisputed
    dispute = make_disputes.at_tier(2, area=draft.place.area, kpi=draft.kpi)
    revision = revision_of(draft)
    ruling = make_disputes.put_ruling(dispute, revision=revision)
    revision.refresh_from_db()
    assert (revision.state, revision.motion) == ("submitted", ruling.motion)
    make_disputes.rule(ruling)
    revision.refresh_from_db()
    dispute.refresh_from_db()
    assert (revision.number, revision.decision, held()) == (2, dispute.decision, False)
    assert Target.objects.filter(until_change=None, value=60).exists()


def test_a_ruling_that_is_lost_refuses_its_revision(undisputed) -> None:
    draft = undisputed
    dispute = make_disputes.at_tier(2, area=draft.place.area, kpi=draft.kpi)
    revision = revision_of(draft)
    make_disputes.rule(make_disputes.put_ruling(dispute, revision=revision), choice="against")
    revision.refresh_from_db()
    assert (revision.state, held()) == ("rejected", True)


def test_a_ruling_of_a_forum_that_does_not_decide_the_revision_is_refused(draft, dispute) -> None:
    with pytest.raises(routes.WrongForum) as refused:
        make_disputes.put_ruling(dispute, revision=revision_of(draft))
    assert refused.value.forum == draft.place.steering


def test_a_settlement_before_the_ruling_gives_the_draft_back(undisputed) -> None:
    draft = undisputed
    dispute = make_disputes.at_tier(2, area=draft.place.area, kpi=draft.kpi)
    revision = revision_of(draft)
    make_disputes.put_ruling(dispute, revision=revision)
    make_disputes.answer(make_disputes.propose(dispute))
    revision.refresh_from_db()
    assert (revision.state, revision.motion) == ("draft", None)
    make.carry(submit(revision, draft))


def test_the_settled_draft_goes_to_its_forum_by_itself(draft, dispute) -> None:
    revision = revision_of(draft)
    make_disputes.answer(make_disputes.propose(dispute, revision=revision))
    revision.refresh_from_db()
    assert (revision.state, revision.motion.forum) == ("submitted", draft.place.steering)
    make.carry(revision.motion)
    revision.refresh_from_db()
    assert revision.number == 2


def test_a_settlement_stands_although_its_draft_cannot_be_put_yet(draft, dispute) -> None:
    revision = revision_of(draft)
    revision.changes.update(reason="")
    make_disputes.answer(make_disputes.propose(dispute, revision=revision))
    dispute.refresh_from_db()
    revision.refresh_from_db()
    assert (dispute.state, revision.state) == ("settled", "draft")


def test_the_page_asks_the_forum(draft, dispute) -> None:
    client = Client()
    client.force_login(person_in(draft.place.home.secretary))
    page = client.get(reverse("reviews:dispute", args=[dispute.pk])).content.decode()
    assert "Ask the forum to lift the hold on the KPI" in page
    url = reverse("reviews:dispute_lift_hold", args=[dispute.pk])
    page = client.post(url, {"mode": "chair"}).content.decode()
    assert "This field is required." in page
    client.post(url, {"mode": "chair", "reason": "It cannot wait"})
    motion = HoldLift.objects.get().motion
    assert motion.by_user == person_in(draft.place.home.secretary)
    assert client.get(reverse("reviews:subject", args=[motion.pk])).status_code == 302
    assert (
        "is asked to lift the hold"
        in client.get(reverse("reviews:dispute", args=[dispute.pk])).content.decode()
    )
    post = motion.voters.get(presides=True).post
    decision = voting.vote(
        motion=motion,
        post=post,
        choice="for",
        reason="Right",
        by=actor(person_in(post), post),
        at=make.AT,
    )
    assert decision == Decision.objects.get(motion=motion)
    assert not held()
