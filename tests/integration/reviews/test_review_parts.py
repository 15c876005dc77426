"""The page of a review in full; actions it decides; nobody closes alone what they own."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from forums.models import Action, Motion
from forums.services import actions
from forums.services.votes import HasInterest
from kpis.models import Deviation
from kpis.services import detection
from labs.services import milestones
from people.models import Post
from people.services import appointments
from reviews.models import Review
from reviews.selectors import reviews as selectors
from reviews.services import routing, voting
from tests.factories import reviews as make
from tests.factories.forums import core, held_post, person_in
from tests.factories.people import actor, outsider
from tests.integration.reviews.test_routing import off_track_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
JUNE = datetime.date(2019, 6, 14)


def corrective(review: Review, draft: make.Draft, **fields) -> Motion:
    given = {
        "action_title": "Patrol at night",
        "action_owner": draft.place.owner,
        "action_due": JUNE,
    }
    return make.propose(review, outcome="corrective_action", **{**given, **fields}).motion


def action_of(review: Review) -> Action:
    return Action.objects.get(decision=Review.objects.get(pk=review.pk).decision)


class TestNobodyClosesAloneWhatTheyOwn:
    """Fact 9, by user, principal and post."""

    def vote(self, motion: Motion, post: Post, user) -> None:
        voting.vote(
            motion=motion, post=post, choice="for", reason="Mine.", by=actor(user, post), at=make.AT
        )

    def test_not_as_chair_in_a_second_post(self):
        """The same person holds the owning post and, in another organisation, the chair."""
        where = make.place(alternate=True)
        chair = where.home.chair
        both = person_in(where.owner)
        self.take_over(chair, both)
        review, _draft = make.open_review(where)
        motion = make.propose(review).motion
        assert motion.voters.get(post=chair).barred_because
        assert motion.voters.get(presides=True).post == where.home.alternate
        with pytest.raises(HasInterest):
            self.vote(motion, chair, both)
        assert Review.objects.get(pk=review.pk).state == Review.State.OPEN

    def test_not_as_acting_holder_of_what_is_reviewed(self):
        """Who only stands in for the owner has the owner's interest."""
        where = make.place(alternate=True)
        chair = person_in(where.home.chair)
        appointments.appoint(
            post=where.owner,
            user=chair,
            starts_on=make.BEFORE.date(),
            acting=True,
            by=actor(),
            at=make.BEFORE,
        )
        review, _draft = make.open_review(where)
        motion = make.propose(review).motion
        with pytest.raises(HasInterest):
            self.vote(motion, where.home.chair, chair)
        assert motion.voters.get(presides=True).post == where.home.alternate

    def test_not_by_taking_the_post_after_the_motion_was_put(self, opened):
        review, draft = opened
        motion = make.propose(review).motion
        voter = motion.voters.get(presides=True)
        appointments.appoint(
            post=draft.place.owner,
            user=person_in(voter.post),
            starts_on=make.ON,
            acting=True,
            by=actor(),
            at=make.AT,
        )
        with pytest.raises(HasInterest):
            self.vote(motion, voter.post, person_in(voter.post))

    def take_over(self, post: Post, user) -> None:
        post.appointments.all().delete()
        appointments.appoint(
            post=post, user=user, starts_on=make.BEFORE.date(), by=actor(), at=make.BEFORE
        )


class TestActions:
    def test_high_priority_names_another_to_verify_when_it_is_proposed(self, opened):
        review, draft = opened
        for verifier in (None, draft.place.owner):
            with pytest.raises(actions.NeedsVerifier):
                corrective(review, draft, action_priority="high", action_verifier=verifier)
        assert not Motion.objects.filter(state=Motion.State.OPEN).exists()

    def test_the_action_carries_priority_verifier_and_its_first_reminder(self, opened):
        review, draft = opened
        verifier = held_post("Head of audit")
        motion = corrective(review, draft, action_priority="high", action_verifier=verifier)
        make.carry(motion)
        action = action_of(review)
        assert (action.priority, action.verifier) == ("high", verifier)
        assert action.nag_on == datetime.date(2019, 6, 17), "the working day after a Friday"

    def test_once_all_is_done_the_forum_looks_again_before_its_day(self, opened):
        review, draft = opened
        make.carry(corrective(review, draft))
        action = action_of(review)
        assert not selectors.to_look_again(make.ON).exists()
        by = actor(person_in(action.owner), action.owner)
        actions.done(action=action, note="See the roster", by=by, at=make.AT)
        assert list(selectors.to_look_again(make.ON)) == [review]

    def test_high_priority_is_not_done_before_it_was_verified(self, opened):
        review, draft = opened
        verifier = held_post("Head of audit")
        make.carry(corrective(review, draft, action_priority="high", action_verifier=verifier))
        action = action_of(review)
        actions.done(action=action, note="Done", by=actor(person_in(action.owner)), at=make.AT)
        assert not selectors.to_look_again(make.ON).exists()
        actions.verify(action=action, by=actor(person_in(verifier), verifier), at=make.AT)
        assert selectors.to_look_again(make.ON).exists()

    def test_what_was_only_withdrawn_waits_for_its_day(self, opened):
        review, draft = opened
        make.carry(corrective(review, draft))
        actions.withdraw(action=action_of(review), reason="In error", by=actor(), at=make.AT)
        assert not selectors.to_look_again(make.ON).exists()
        assert selectors.to_look_again(JUNE).exists()


class TestPage:
    def test_it_says_what_opened_it_and_what_joined_when(self, client: Client, opened):
        review, draft = opened
        off_track_part(draft, "region=north")
        later = make.AT + datetime.timedelta(days=2)
        make.sweep(later)
        client.force_login(draft.place.owner_user)
        page = client.get(f"/reviews/{review.pk}/").content.decode()
        assert "Opened on 17 April 2019 by 1 deviation" in page
        assert "Joined since, without opening another review" in page
        assert "19 April 2019" in page

    def test_a_milestone_has_one_open_review_with_the_same_page(self, client: Client, in_force):
        draft = in_force
        plan = draft.revision.plan
        late = datetime.datetime(2019, 8, 1, 4, 0, tzinfo=datetime.UTC)
        for number, finish in enumerate(("2019-09-30", "2019-12-31"), start=1):
            at = late + datetime.timedelta(days=30 * number)
            milestones.report(
                plan=plan,
                milestone_key=draft.milestone,
                state="late",
                expected_finish=datetime.date.fromisoformat(finish),
                note="No crew",
                by=actor(draft.place.owner_user),
                at=at,
            )
            detection.detect_due(at=at)
            detection.detect(at=at)
            routing.route(at=at)
        review = Review.objects.get(milestone_key=draft.milestone)
        assert Deviation.objects.filter(milestone_key=draft.milestone).exists()
        client.force_login(draft.place.owner_user)
        page = client.get(f"/reviews/{review.pk}/").content.decode()
        assert "Opened on" in page
        sent = {"cause": "data", "text": "It was finished.", "asked": "Say so", "rows": "1"}
        answer = client.post(f"/reviews/{review.pk}/explain/", sent | {"answer_by": "2019-12-02"})
        assert answer.status_code == 302
        assert review.referrals.get().organisation == draft.place.ministry

    def test_everything_is_on_it(self, client: Client, opened):
        review, draft = opened
        make.carry(corrective(review, draft))
        client.force_login(draft.place.owner_user)
        page = client.get(f"/reviews/{review.pk}/").content.decode()
        for part in ("What was decided", "Patrol at night", "Explanations", "Proposals"):
            assert part in page
        client.force_login(outsider())
        assert client.get(f"/reviews/{review.pk}/").status_code == 404

    def test_it_takes_as_many_queries_for_more(self, client, django_assert_max_num_queries, opened):
        review, draft = opened
        client.force_login(draft.place.owner_user)
        page = f"/reviews/{review.pk}/"
        client.get(page)
        with django_assert_max_num_queries(90) as few:
            client.get(page)
        for part in ("north", "south", "east"):
            off_track_part(draft, f"region={part}")
        make.sweep()
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get(page)

    def test_the_proposal_form_offers_priority_and_who_verifies(self, client: Client, opened):
        review, draft = opened
        client.force_login(person_in(core(draft.place.home)[0]))
        page = f"/reviews/{review.pk}/propose/"
        assert 'name="action_verifier"' in client.get(page).content.decode()
        sent = {
            "cause": "means",
            "outcome": "corrective_action",
            "reason": "It helps",
            "mode": "chair",
            "action_title": "Patrol at night",
            "action_owner": draft.place.owner.pk,
            "action_due": "2019-06-14",
            "action_priority": "high",
        }
        assert client.post(page, sent).context["form"].errors["action_verifier"]
        sent["action_verifier"] = draft.place.verifier.pk
        assert client.post(page, sent).status_code == 302


def test_a_proposal_without_an_action_has_no_priority(opened):
    review, _draft = opened
    proposal = make.propose(review, action_priority="high")
    assert proposal.action_priority == Action.Priority.NORMAL
