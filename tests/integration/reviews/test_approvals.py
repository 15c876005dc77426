"""A plan before its steering committee: what lets it through, and what does not."""

from __future__ import annotations

import pytest

from forums.models import Motion
from forums.services.votes import HasInterest
from kpis.services import holds
from labs.models import Revision, StressTest
from labs.services import revisions
from reviews.services import adoptions, approvals, gate, routes, voting
from tests.factories import reviews as make
from tests.factories.forums import core, person_in
from tests.factories.labs import decide
from tests.factories.people import actor

pytestmark = pytest.mark.django_db


def submit(draft: make.Draft) -> Motion:
    return approvals.submit(revision=draft.revision, by=actor(draft.place.unit), at=make.BEFORE)


def blocking(revision: Revision) -> list[str]:
    return [gap.code for gap in gate.missing(revision) if gap.blocks]


def test_only_the_approval_is_missing_until_the_motion_carries() -> None:
    draft = make.complete_draft()
    assert blocking(draft.revision) == ["approval"]
    motion = submit(draft)
    draft.revision.refresh_from_db()
    assert blocking(draft.revision) == ["approval"]
    make.carry(motion, make.BEFORE)
    draft.revision.refresh_from_db()
    assert blocking(draft.revision) == []


def test_an_incomplete_plan_is_not_put() -> None:
    draft = make.complete_draft()
    StressTest.objects.all().delete()
    with pytest.raises(gate.Incomplete) as refused:
        submit(draft)
    assert [gap.code for gap in refused.value.gaps] == ["stress_test"]
    assert not Motion.objects.exists()


def test_a_submitted_plan_is_not_put_twice() -> None:
    draft = make.complete_draft()
    submit(draft)
    draft.revision.refresh_from_db()
    with pytest.raises(approvals.NotADraft):
        submit(draft)


def test_who_puts_the_plan_does_not_vote_on_it() -> None:
    """Also not in another post: fact 9 looks at the person."""
    draft = make.complete_draft()
    member = core(draft.place.steering)[0]
    person = person_in(member)
    motion = approvals.submit(
        revision=draft.revision, by=actor(person, draft.place.owner), at=make.BEFORE
    )
    with pytest.raises(HasInterest):
        voting.vote(
            motion=motion,
            post=member,
            choice="for",
            reason="Mine.",
            by=actor(person, member),
            at=make.BEFORE,
        )


def test_a_lost_motion_refuses_the_plan() -> None:
    draft = make.complete_draft()
    motion = submit(draft)
    voter = motion.voters.get(presides=True)
    voting.vote(
        motion=motion,
        post=voter.post,
        choice="against",
        reason="No money.",
        by=actor(person_in(voter.post), voter.post),
        at=make.BEFORE,
    )
    draft.revision.refresh_from_db()
    assert draft.revision.state == Revision.State.REJECTED
    assert draft.revision.plan.in_force is None


def test_a_later_revision_needs_no_stress_test_of_its_own(in_force) -> None:
    draft = in_force
    second = revisions.start(
        plan=draft.revision.plan, title="Next", reason="Learned", by=actor(), at=make.AT
    )
    assert blocking(second) == ["approval"]


def test_a_target_of_a_kpi_in_dispute_does_not_come_into_force() -> None:
    draft = make.complete_draft()
    motion = submit(draft)
    holds.open(kpi=draft.kpi, ref="dispute:1", reason="Who counts?", by=actor(), at=make.BEFORE)
    with pytest.raises(routes.Held):
        make.carry(motion, make.BEFORE)
    motion.refresh_from_db()
    assert motion.state == Motion.State.OPEN


def test_a_lost_decision_adopts_nothing() -> None:
    draft = make.complete_draft()
    motion = submit(draft)
    decision = decide(motion, outcome="lost")
    with pytest.raises(adoptions.NotCarried):
        adoptions.adopt(revision=draft.revision, decision=decision, by=actor(), at=make.BEFORE)


def test_a_withdrawn_motion_gives_the_draft_back() -> None:
    draft = make.complete_draft()
    motion = submit(draft)
    voting.withdraw(
        motion=motion, reason="A figure is wrong", by=actor(draft.place.unit), at=make.BEFORE
    )
    draft.revision.refresh_from_db()
    assert (draft.revision.state, draft.revision.motion) == (Revision.State.DRAFT, None)
    make.carry(submit(draft), make.BEFORE)
    draft.revision.refresh_from_db()
    assert draft.revision.number == 1
