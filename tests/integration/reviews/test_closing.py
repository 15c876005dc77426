"""How a review ends: what each outcome does, and what a lost motion leaves."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forums.models import Action, Decision, Mode
from forums.services.votes import HasInterest, MinutedVote, UndecidedMinute
from kpis.models import Deviation, Kpi
from labs.models import Lab, Revision
from labs.services import revisions
from ledger.models import Notice
from people.models import Document
from reviews.models import Review
from reviews.selectors import reviews as selectors
from reviews.services import closing, explanations, minutes, proposals, voting
from reviews.services.gate import Incomplete
from tests.factories import kpis as make_kpis
from tests.factories import reviews as make
from tests.factories.forums import core, person_in
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
SEPTEMBER = datetime.date(2019, 9, 1)


def second_draft(draft: make.Draft) -> Revision:
    revision = revisions.start(
        plan=draft.revision.plan,
        title="Within reach",
        reason="The first year showed it",
        by=actor(draft.place.unit),
        at=make.AT,
    )
    make.set_target(revision, draft.series, make.YEAR_2019, "70")
    return revision


def test_no_action_leaves_the_deviation_open_until_it_is_looked_at_again(opened) -> None:
    review, _draft = opened
    make.carry(make.propose(review).motion)
    review.refresh_from_db()
    assert (review.state, review.look_again_on) == ("closed", SEPTEMBER)
    assert Deviation.objects.get().closed_at is None
    assert list(selectors.to_look_again(SEPTEMBER)) == [review]
    assert not selectors.to_look_again(datetime.date(2019, 8, 31)).exists()


def test_what_came_clear_is_not_looked_at_again(opened) -> None:
    review, draft = opened
    make.carry(make.propose(review).motion)
    later = datetime.datetime(2021, 3, 1, tzinfo=datetime.UTC)
    for year in ("2019", "2020"):
        make_kpis.target(draft.series, year, "50", baseline="100")
        make_kpis.reading(draft.series, year, "45", at=later)
    make.sweep(later)
    assert Deviation.objects.get().closed_as == Deviation.Closing.CLEARED
    assert not selectors.to_look_again(later.date()).exists()


def test_corrective_action_opens_an_action_that_its_owner_does_not_verify(opened) -> None:
    review, draft = opened
    due = datetime.date(2019, 6, 30)
    proposal = make.propose(
        review,
        outcome="corrective_action",
        action_title="Open a second shift",
        action_owner=draft.place.owner,
        action_due=due,
    )
    decision = make.carry(proposal.motion)
    action = Action.objects.get()
    assert (action.owner, action.due_on, action.decision) == (draft.place.owner, due, decision)
    assert action.verifier == draft.place.verifier
    review.refresh_from_db()
    assert review.look_again_on == due
    assert Deviation.objects.get().closed_at is None


@pytest.mark.parametrize("outcome", ["scale", "stop"])
def test_an_end_of_the_effort_settles_the_deviation(outcome: str, opened) -> None:
    review, _draft = opened
    make.carry(make.propose(review, outcome=outcome).motion)
    assert Deviation.objects.get().closed_as == Deviation.Closing.DECIDED


def test_a_lab_is_opened_on_the_question(opened) -> None:
    review, draft = opened
    make.carry(make.propose(review, outcome="lab").motion)
    review.refresh_from_db()
    lab = Lab.objects.get(is_mini=True)
    assert review.lab == lab
    assert (lab.area, lab.steering) == (draft.place.area, draft.place.steering)
    assert review.look_again_on == lab.ends_on


def test_a_lost_motion_leaves_the_review_open_and_refuses_its_revision(opened) -> None:
    review, draft = opened
    revision = second_draft(draft)
    proposal = make.propose(review, outcome="change_goal", cause="goal", revision=revision)
    voter = proposal.motion.voters.get(presides=True)
    voting.vote(
        motion=proposal.motion,
        post=voter.post,
        choice="against",
        reason="Too soon.",
        by=actor(person_in(voter.post), voter.post),
        at=make.AT,
    )
    review.refresh_from_db()
    revision.refresh_from_db()
    assert review.state == Review.State.OPEN
    assert revision.state == Revision.State.REJECTED
    assert Deviation.objects.get().closed_at is None
    assert make.propose(review), "another proposal may follow"


def test_a_vote_whose_outcome_cannot_be_applied_is_not_cast(opened) -> None:
    """The owner left meanwhile: the gate refuses, and the vote with it."""
    review, draft = opened
    proposal = make.propose(review, outcome="change_goal", revision=second_draft(draft))
    Kpi.objects.filter(pk=draft.kpi.pk).update(owner=None)
    with pytest.raises(Incomplete, match="has no owner"):
        make.carry(proposal.motion)
    assert not Decision.objects.filter(motion=proposal.motion).exists()
    assert proposal.motion.votes.count() == 0


def test_the_owner_of_the_subject_has_no_vote_in_any_post() -> None:
    """Fact 9: the chair who owns the KPI stands aside; the alternate presides."""
    where = make.place(alternate=True)
    where = make.Place(**{**where.__dict__, "owner": where.home.chair})
    review, _draft = make.open_review(where)
    motion = make.propose(review).motion
    voter = motion.voters.get(post=where.home.chair)
    assert voter.barred_because
    assert motion.voters.get(presides=True).post == where.home.alternate
    with pytest.raises(HasInterest):
        voting.vote(
            motion=motion,
            post=where.home.chair,
            choice="for",
            reason="Mine.",
            by=actor(person_in(where.home.chair), where.home.chair),
            at=make.AT,
        )


def test_one_proposal_at_a_time(opened) -> None:
    review, _draft = opened
    make.propose(review)
    with pytest.raises(proposals.AlreadyProposed):
        make.propose(review)


def test_a_proposal_names_what_it_lacks(opened) -> None:
    review, _draft = opened
    with pytest.raises(proposals.BadProposal) as refused:
        make.propose(review, outcome="change_goal")
    assert set(refused.value.fields or {}) == {"revision"}


def test_a_closed_review_takes_nothing_more(opened) -> None:
    review, draft = opened
    proposal = make.propose(review)
    decision = make.carry(proposal.motion)
    with pytest.raises(explanations.ReviewClosed):
        make.propose(review)
    with pytest.raises(explanations.ReviewClosed):
        explanations.explain(
            review=review, cause="means", text="Late.", by=actor(draft.place.unit), at=make.AT
        )
    with pytest.raises(explanations.ReviewClosed):
        closing.close(proposal=proposal, decision=decision, by=actor(), at=make.AT)
    assert Review.objects.filter(state="closed").count() == 1


def test_a_written_procedure_is_closed_by_time_and_applied(opened) -> None:
    review, draft = opened
    closes = make.AT + datetime.timedelta(days=3)
    proposal = make.propose(review, mode=Mode.WRITTEN, closes_at=closes)
    for post in [draft.place.home.chair, *core(draft.place.home)][:2]:
        voting.vote(
            motion=proposal.motion,
            post=post,
            choice="for",
            reason="Agreed.",
            by=actor(person_in(post), post),
            at=make.AT,
        )
    assert voting.close_due(at=make.AT) == []
    decisions = voting.close_due(at=closes)
    assert [decision.outcome for decision in decisions] == ["carried"]
    review.refresh_from_db()
    assert review.state == Review.State.CLOSED
    assert voting.close_due(at=closes) == []


def test_a_motion_that_cannot_be_applied_does_not_hold_up_the_others(opened) -> None:
    stuck_review, stuck = opened
    other_review, other = make.open_review(make.place())
    closes = make.AT + datetime.timedelta(days=3)
    for review, fields in (
        (stuck_review, {"outcome": "change_goal", "revision": second_draft(stuck)}),
        (other_review, {}),
    ):
        motion = make.propose(review, mode=Mode.WRITTEN, closes_at=closes, **fields).motion
        post = motion.voters.select_related("post").get(presides=True).post
        voting.vote(
            motion=motion,
            post=post,
            choice="for",
            reason="Agreed.",
            by=actor(person_in(post), post),
            at=make.AT,
        )
    Kpi.objects.filter(pk=stuck.kpi.pk).update(owner=None)
    decided = voting.close_due(at=closes)
    assert [decision.motion.title for decision in decided] == [
        f"Review of {other.kpi.name}: no action"
    ]
    stuck_review.refresh_from_db()
    assert stuck_review.state == Review.State.OPEN


def test_a_minute_enters_the_votes_and_awaits_the_chair(opened) -> None:
    review, draft = opened
    home = draft.place.home
    motion = make.propose(review).motion
    secretary = person_in(home.secretary)
    members = core(home)
    decision = minutes.enter(
        motion=motion,
        minuted=[
            MinutedVote(members[0].pk, "against", "Too late."),
            MinutedVote(home.chair_id, "for", "One quarter more."),
        ],
        reason="The committee heard the director.",
        dissent="One member would have acted now.",
        sources=[("Police statistics", datetime.date(2019, 3, 1))],
        file=SimpleUploadedFile("minute.pdf", b"%PDF-1.7 signed"),
        principal_post=home.chair,
        by=actor(secretary, home.secretary),
        at=make.AT,
    )
    assert (decision.outcome, decision.standing) == ("carried", "awaited")
    assert decision.evidence == Document.objects.get()
    review.refresh_from_db()
    assert (review.state, review.reason) == ("closed", "The committee heard the director.")
    chair = person_in(home.chair)
    assert Notice.objects.filter(
        recipient=f"user:{chair.pk}", url=f"/decisions/{decision.pk}/"
    ).exists()


def test_a_minute_that_decides_nothing_keeps_nothing(opened) -> None:
    review, draft = opened
    home = draft.place.home
    motion = make.propose(review).motion
    with pytest.raises(UndecidedMinute):
        minutes.enter(
            motion=motion,
            minuted=[MinutedVote(core(home)[0].pk, "for", "Yes.")],
            reason="Heard.",
            dissent="",
            sources=[],
            file=SimpleUploadedFile("minute.pdf", b"%PDF-1.7 signed"),
            principal_post=home.chair,
            by=actor(person_in(home.secretary), home.secretary),
            at=make.AT,
        )
    assert not Document.objects.exists()
    assert motion.votes.count() == 0
