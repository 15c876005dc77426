"""Motions, votes and decisions, and who may not take part (fact 9)."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.base import ContentFile

from forums.models import Decision, Motion, Vote
from forums.rules.interests import Interests
from forums.selectors import motions as selectors
from forums.services import decisions, motions, votes
from ledger.models import Event, Notice
from people.models import Appointment
from people.services import documents
from tests.factories.forums import AT, ON, cast, core, held_post, make_forum, person_in, put
from tests.factories.people import AppointmentFactory, actor, holder

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(days=3)


@pytest.fixture
def forum():
    return make_forum(quorum=2)


def minute(motion, lines, *, by, post=None, **fields):
    document = documents.store(file=ContentFile(b"%PDF-1.4 minute", "minute.pdf"), by=by, at=AT)
    given = {"reason": "As minuted.", "dissent": "", "sources": [("Census", ON)]}
    return votes.record_minute(
        motion=motion,
        votes=[votes.MinutedVote(*line) for line in lines],
        document=document,
        principal_post=post,
        by=by,
        at=AT,
        **{**given, **fields},
    )


def test_the_chair_decides_with_their_own_reason_and_dissent_is_kept(forum):
    motion = put(forum)
    assert cast(motion, core(forum)[0], "against", "Too dear.") is None
    decision = cast(motion, forum.chair, "for", "The clinic needs it.")
    assert (decision.outcome, decision.reason) == ("carried", "The clinic needs it.")
    assert "Too dear." in decision.dissent
    assert str(core(forum)[0]) in decision.present
    motion.refresh_from_db()
    assert motion.state == Motion.State.CARRIED


def test_quorum_and_places_are_frozen_when_the_motion_is_put(forum):
    motion = put(forum)
    forum.quorum = 3
    forum.save()
    newcomer = held_post("Newcomer")
    forum.memberships.create(post=newcomer, starts_on=ON)
    with pytest.raises(votes.NoPlace):
        cast(motion, newcomer)
    cast(motion, core(forum)[0])
    assert cast(motion, forum.chair).outcome == "carried"


def test_every_step_leaves_an_event_and_tells_those_concerned(forum):
    motion = put(forum)
    cast(motion, core(forum)[0])
    cast(motion, forum.chair)
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-4:] == ["motion.put", "vote.cast", "vote.cast", "decision.taken"]
    secretary = f"user:{person_in(forum.secretary).pk}"
    assert Notice.objects.filter(recipient=secretary).count() == 2


def test_a_vote_is_given_once_and_needs_a_reason(forum):
    motion = put(forum)
    member = core(forum)[0]
    with pytest.raises(votes.VoteNeedsReason):
        cast(motion, member, "for", " ")
    cast(motion, member, "abstain", "")
    with pytest.raises(votes.AlreadyVoted):
        cast(motion, member, "for")


def test_the_one_who_presides_cannot_abstain_from_deciding(forum):
    with pytest.raises(votes.PresidingDecides):
        cast(put(forum), forum.chair, "abstain")


def test_only_the_holder_of_a_post_votes_in_it(forum):
    motion, member = put(forum), core(forum)[0]
    stranger = actor(holder())
    with pytest.raises(votes.NotHeld):
        votes.cast(motion=motion, post=member, choice="for", reason="x", by=stranger, at=AT)


def test_an_acting_holder_votes_in_a_vacant_post(forum):
    Appointment.objects.filter(post=forum.chair).update(ends_on=ON - datetime.timedelta(days=1))
    deputy = AppointmentFactory(post=forum.chair, acting=True).user
    motion = put(forum)
    assert motion.voters.get(presides=True).post == forum.chair
    cast(motion, core(forum)[0])
    decision = votes.cast(
        motion=motion, post=forum.chair, choice="for", reason="x", by=actor(deputy), at=AT
    )
    assert decision.outcome == "carried"


def test_a_vacant_chair_gives_way_to_the_alternate_and_without_one_the_forum_cannot_sit():
    top = make_forum("Top")
    forum = make_forum("Below", parent=top, alternate=True)
    Appointment.objects.filter(post=forum.chair).delete()
    assert put(forum).voters.get(presides=True).post == forum.alternate
    Appointment.objects.filter(post=forum.alternate).delete()
    with pytest.raises(motions.CannotSit):
        put(forum)


class TestInterests:
    """Fact 9 looks at post, organisation, user and principal."""

    def test_a_barred_post_has_a_place_but_no_vote(self, forum):
        member = core(forum)[0]
        motion = put(forum, barred={member.pk: "owns what is reviewed"})
        with pytest.raises(votes.HasInterest, match="owns what is reviewed"):
            cast(motion, member)

    def test_an_organisation_bars_all_its_posts(self, forum):
        member = core(forum)[0]
        motion = put(forum, barred=Interests(organisations={member.organisation_id: "is a party"}))
        assert motion.voters.get(post=member).barred_because == "is a party"

    def test_a_person_who_also_holds_a_barred_post_does_not_vote_in_another(self, forum):
        elsewhere, member = held_post("Director"), core(forum)[0]
        AppointmentFactory(post=elsewhere, user=person_in(member), acting=True)
        motion = put(forum, barred={elsewhere.pk: "owns what is reviewed"})
        assert motion.voters.get(post=member).barred_because == "owns what is reviewed"

    def test_an_interest_taken_on_after_the_motion_was_put_counts_too(self, forum):
        elsewhere, member = held_post("Director"), core(forum)[0]
        motion = put(forum, barred={elsewhere.pk: "owns what is reviewed"})
        AppointmentFactory(post=elsewhere, user=person_in(member), acting=True)
        with pytest.raises(votes.HasInterest):
            cast(motion, member)

    def test_neither_the_principal_nor_who_enters_a_minute_may_have_an_interest(self, forum):
        secretary, member = person_in(forum.secretary), core(forum)[0]
        motion = put(forum, barred=Interests(users={secretary.pk: "put the plan"}))
        with pytest.raises(votes.HasInterest):
            minute(motion, [(member.pk, "for", "x")], by=actor(secretary))
        motion = put(forum, barred=Interests(users={person_in(member).pk: "put the plan"}))
        with pytest.raises(votes.HasInterest):
            minute(motion, [(member.pk, "for", "x")], by=actor(secretary))

    def test_the_chair_of_the_top_rules_with_the_interest_stated_and_listed(self):
        top = make_forum("Top", members=1)
        why = {top.chair.organisation_id: "is a party"}
        motion = put(top, barred=Interests(organisations=why))
        decision = cast(motion, top.chair)
        assert decision.outcome == "carried"
        assert "is a party" in decision.stood_aside[0]
        assert [voter.motion for voter in selectors.interests_stated()] == [motion]

    def test_the_alternate_presides_at_the_top_when_there_is_one(self):
        top = make_forum("Top", alternate=True, members=0)
        motion = put(top, barred={top.chair_id: "is a party"})
        assert motion.voters.get(presides=True).post == top.alternate
        assert not selectors.interests_stated().exists()


class TestMinutes:
    def test_the_secretary_enters_votes_for_those_who_cast_them(self, forum):
        motion, member = put(forum), core(forum)[0]
        secretary = person_in(forum.secretary)
        lines = [(member.pk, "against", "Dear"), (forum.chair_id, "for", "Needed")]
        decision = minute(motion, lines, by=actor(secretary))
        vote = Vote.objects.get(voter__post=member)
        assert (vote.by_user, vote.principal) == (secretary, person_in(member))
        assert vote.evidence is not None
        assert (decision.outcome, decision.standing) == ("carried", "awaited")
        assert decision.principal == person_in(forum.chair)
        assert [source.title for source in decision.sources.all()] == ["Census"]
        told = Notice.objects.get(
            recipient=f"user:{person_in(forum.chair).pk}", event__verb="decision.taken"
        )
        assert "confirm or repudiate" in told.title

    def test_a_minute_that_decides_nothing_leaves_nothing(self, forum):
        motion, member = put(forum), core(forum)[0]
        with pytest.raises(votes.UndecidedMinute):
            minute(motion, [(member.pk, "for", "x")], by=actor(person_in(forum.secretary)))
        assert not Vote.objects.exists()
        motion.refresh_from_db()
        assert motion.state == Motion.State.OPEN

    def test_only_the_principal_confirms_or_repudiates_and_only_once(self, forum):
        motion = put(forum)
        lines = [(core(forum)[0].pk, "for", "x"), (forum.chair_id, "for", "x")]
        secretary, chair = actor(person_in(forum.secretary)), actor(person_in(forum.chair))
        decision = minute(motion, lines, by=secretary)
        with pytest.raises(decisions.NotThePrincipal):
            decisions.confirm(decision=decision, reason="", by=secretary, at=LATER)
        with pytest.raises(decisions.RepudiationNeedsReason):
            decisions.repudiate(decision=decision, reason=" ", by=chair, at=LATER)
        decisions.repudiate(decision=decision, reason="I voted against.", by=chair, at=LATER)
        assert decision.standing == Decision.Standing.REPUDIATED
        with pytest.raises(decisions.NotAwaited):
            decisions.confirm(decision=decision, reason="", by=chair, at=LATER)


class TestClosing:
    def test_a_written_procedure_closes_by_itself_once(self, forum):
        motion = put(forum, mode="written", closes_at=LATER)
        cast(motion, forum.chair)
        cast(motion, core(forum)[0])
        assert votes.close_due(at=LATER - datetime.timedelta(seconds=1)) == []
        (decision,) = votes.close_due(at=LATER)
        assert decision.outcome == "carried"
        assert votes.close_due(at=LATER) == []

    def test_without_a_quorum_it_lapses_with_a_reason(self, forum):
        put(forum, mode="written", closes_at=LATER)
        (decision,) = votes.close_due(at=LATER)
        assert decision.outcome == "lapsed"
        assert decision.reason

    def test_nobody_votes_after_the_closing_time(self, forum):
        motion = put(forum, mode="written", closes_at=LATER)
        with pytest.raises(motions.NotOpen):
            cast(motion, forum.chair, at=LATER)

    def test_a_written_procedure_needs_a_closing_time(self, forum):
        with pytest.raises(motions.NeedsClosingTime):
            put(forum, mode="written")

    def test_a_withdrawn_motion_takes_no_votes_and_is_not_withdrawn_twice(self, forum):
        motion = put(forum)
        motions.withdraw(motion=motion, reason="Put too early", by=actor(), at=AT)
        with pytest.raises(motions.NotOpen):
            cast(motion, forum.chair)
        with pytest.raises(motions.NotOpen):
            motions.withdraw(motion=motion, reason="Again", by=actor(), at=AT)
