"""Warnings, reminders and nags: once on their day, never after it is done."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.models import Action
from forums.services import actions, nags
from ledger.models import Event, Notice
from reviews.models import Dispute, Referral
from reviews.services import advancing, information, nudges, referrals, telling
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories import referrals as referral_factory
from tests.factories.disputes import DAY, by, officer_of, party
from tests.factories.forums import AT, SYSTEM, held_post, person_in
from tests.factories.people import PostFactory, actor, delivery_unit

pytestmark = pytest.mark.django_db


def noon(day: datetime.date) -> datetime.datetime:
    """Noon in Kuala Lumpur."""
    return datetime.datetime.combine(day, datetime.time(4), tzinfo=datetime.UTC)


def told_of(verb: str) -> dict[str, str]:
    """Titles by recipient of the newest event of a verb."""
    event = Event.objects.filter(verb=verb).order_by("-pk")[0]
    return dict(Notice.objects.filter(event=event).values_list("recipient", "title"))


class TestWarnings:
    def test_two_working_days_before_the_last_all_are_warned_once(self, disputed):
        dispute = disputed
        day = dispute.nudge_on
        assert nudges.nudge(at=noon(day - DAY)) == 0
        assert nudges.nudge(at=noon(day)) == 1
        assert nudges.nudge(at=noon(day) + DAY) == 0
        told = told_of("dispute.warned")
        for user in (officer_of(party(dispute)), person_in(factory.forum_at(dispute, 1).chair)):
            title = told[f"user:{user.pk}"]
            assert title.startswith("2 working days are left at Working committee")
            assert "decides knowing only the file" in title
            assert "Steering committee" in title
        decided_by = Notice.objects.filter(event__verb="dispute.warned", decide=True)
        chair = person_in(factory.forum_at(dispute, 1).chair)
        assert [each.recipient for each in decided_by] == [f"user:{chair.pk}"]

    def test_a_long_title_leaves_the_warning_whole(self):
        dispute = factory.open_dispute(title="Roads " * 33)
        nudges.nudge(at=noon(dispute.nudge_on))
        title = next(iter(told_of("dispute.warned").values()))
        assert len(title) <= 300
        assert title.endswith("decides knowing only the file.")

    def test_at_the_last_tier_nothing_is_above(self):
        dispute = factory.at_tier(4)
        nudges.nudge(at=noon(dispute.nudge_on))
        assert "Nothing is above it" in next(iter(told_of("dispute.warned").values()))

    def test_what_ended_is_not_warned_of(self):
        dispute = factory.settled()
        Dispute.objects.filter(pk=dispute.pk).update(nudge_on=AT.date())
        assert nudges.nudge(at=AT + DAY) == 0

    def test_a_warning_that_comes_too_late_is_none(self, disputed):
        dispute = disputed
        assert nudges.nudge(at=noon(dispute.deadline + DAY)) == 0
        dispute.refresh_from_db()
        assert dispute.nudge_on is None

    def test_nothing_to_do_is_one_query_each(self, django_assert_num_queries):
        factory.open_dispute()
        with django_assert_num_queries(4):
            nudges.nudge(at=AT)
            nudges.note_silence(at=AT)
            nudges.nag_of_referrals(at=AT)
            nags.nag(at=AT)


class TestReminders:
    def test_at_the_top_past_its_deadline_each_working_day_once(self):
        unit = delivery_unit()
        dispute = factory.at_tier(4)
        advancing.advance(at=noon(dispute.deadline + DAY))
        dispute.refresh_from_db()
        days = []
        day = dispute.overdue_at_top_since
        for _each in range(10):
            day += DAY
            for _again in range(2):
                if nudges.nudge(at=noon(day)):
                    days.append(day)
        assert len(days) == len(set(days))
        assert all(each.weekday() < 5 for each in days)
        assert 5 <= len(days) <= 8
        assert f"user:{unit.pk}" in told_of("dispute.reminded")

    def test_a_ruling_ends_the_reminders(self):
        dispute = factory.at_tier(4)
        advancing.advance(at=noon(dispute.deadline + DAY))
        factory.rule(factory.put_ruling(dispute))
        assert nudges.nudge(at=noon(dispute.deadline + 30 * DAY)) == 0


class TestSilence:
    def ask(self, dispute):
        mine, other = party(dispute), party(dispute, 1)
        return information.ask(
            dispute=dispute, organisation=other.organisation, question="How many?",
            due_on=AT.date() + 5 * DAY, asked_by=mine, by=by(mine), at=AT,
        )  # fmt: skip

    def test_silence_is_noted_once_and_told_to_both(self, disputed):
        dispute = disputed
        request = self.ask(dispute)
        assert nudges.note_silence(at=noon(request.due_on)) == 0
        assert nudges.note_silence(at=noon(request.due_on + DAY)) == 1
        assert nudges.note_silence(at=noon(request.due_on + 2 * DAY)) == 0
        request.refresh_from_db()
        assert request.silent_since == request.due_on + DAY
        told = told_of("information.silent")
        asker, asked = officer_of(party(dispute)), officer_of(party(dispute, 1))
        assert "a ground to go up" in told[f"user:{asker.pk}"]
        assert "It can still" in told[f"user:{asked.pk}"]

    def test_an_answer_in_time_is_no_silence(self, disputed):
        dispute = disputed
        request = self.ask(dispute)
        information.answer(request=request, answer="Seven", by=by(party(dispute, 1)), at=AT)
        assert nudges.note_silence(at=noon(request.due_on + DAY)) == 0


class TestNags:
    def overdue(self) -> Action:
        forum = forum_factory.make_forum()
        decision = forum_factory.cast(forum_factory.put(forum), forum.chair)
        return actions.open(
            title="Count anew", owner=held_post("Director"), due_on=AT.date() + DAY,
            decision=decision, by=SYSTEM, at=AT,
        )  # fmt: skip

    def test_the_owner_first_then_the_chair_too_until_it_is_done(self):
        action = self.overdue()
        owner, chair = person_in(action.owner), person_in(action.decision.motion.forum.chair)
        assert nags.nag(at=noon(action.nag_on - DAY)) == 0
        assert nags.nag(at=noon(action.nag_on)) == 1
        assert nags.nag(at=noon(action.nag_on)) == 0
        assert set(told_of("action.nagged")) == {f"user:{owner.pk}"}
        action.refresh_from_db()
        assert action.nags == 1
        assert nags.nag(at=noon(action.nag_on)) == 1
        assert set(told_of("action.nagged")) == {f"user:{owner.pk}", f"user:{chair.pk}"}
        action.refresh_from_db()
        actions.done(action=action, note="Counted.", by=actor(owner, action.owner), at=AT)
        assert nags.nag(at=AT + 60 * DAY) == 0

    def test_whose_post_is_vacant_the_delivery_unit_hears_of(self):
        action = self.overdue()
        unit = delivery_unit()
        action.owner.appointments.all().delete()
        nags.nag(at=noon(action.nag_on))
        assert set(told_of("action.nagged")) == {f"user:{unit.pk}"}


class TestNagsOfReferrals:
    def told(self, referral: Referral, at: datetime.datetime) -> dict[str, bool]:
        """Who is reminded at that time, and of whom it is to be answered."""
        assert nudges.nag_of_referrals(at=at) == 1
        event = Event.objects.filter(verb="referral.nagged").latest("pk")
        assert event.subject_id == str(referral.pk)
        return dict(Notice.objects.filter(event=event).values_list("recipient", "decide"))

    def test_whoever_is_to_answer_and_whoever_asked_and_nobody_else(self, opened):
        review, draft = opened
        organisation = referral_factory.ministry()
        beside = held_post("Clerk", organisation)
        post = organisation.posts.order_by("pk")[0]
        referral = referral_factory.asked(draft, review, organisation, post=post)
        told = self.told(referral, noon(referral.nag_on))
        asker = draft.place.owner_user
        assert told == {f"user:{person_in(post).pk}": True, f"user:{asker.pk}": False}
        assert f"user:{person_in(beside).pk}" not in told

    def test_everybody_in_office_there_where_nobody_holds_the_post(self, opened):
        review, draft = opened
        organisation = referral_factory.ministry()
        held_post("Clerk", organisation)
        empty = PostFactory(organisation=organisation, title="Nobody yet")
        referral = referral_factory.asked(draft, review, organisation, post=empty)
        told = self.told(referral, noon(referral.nag_on))
        offices = organisation.posts.exclude(pk=empty.pk)
        answering = {f"user:{person_in(post).pk}" for post in offices}
        assert {who for who, decide in told.items() if decide} == answering

    def test_from_the_day_after_it_was_due_every_second_working_day_until_answered(self, opened):
        review, draft = opened
        referral = referral_factory.asked(draft, review)
        assert referral.nag_on > referral.due_on
        assert nudges.nag_of_referrals(at=noon(referral.nag_on - DAY)) == 0
        days = []
        for number in range(8):
            day = referral.nag_on + number * DAY
            days += [number] * nudges.nag_of_referrals(at=noon(day))
            assert nudges.nag_of_referrals(at=noon(day)) == 0
        assert days[0] == 0
        assert len(days) == 3
        post = referral.organisation.posts.get()
        referrals.meet(referral=referral, text="Done", by=actor(person_in(post), post), at=AT)
        assert nudges.nag_of_referrals(at=noon(referral.due_on + 30 * DAY)) == 0


class TestTelling:
    def test_the_parties_and_both_forums_are_told_once(self, disputed):
        dispute = disputed
        advancing.advance(at=noon(dispute.deadline + DAY))
        assert not Notice.objects.filter(title__startswith="Bumped up").exists()
        assert telling.tell(at=noon(dispute.deadline + DAY)) == 1
        assert telling.tell(at=noon(dispute.deadline + DAY)) == 0
        told = told_of("dispute.step_told")
        below, above = (person_in(factory.forum_at(dispute, n).chair) for n in (1, 2))
        people = [below, above, officer_of(party(dispute)), officer_of(party(dispute, 1))]
        assert {f"user:{user.pk}" for user in people} <= set(told)
        deciding = Notice.objects.filter(event__verb="dispute.step_told", decide=True)
        assert [each.recipient for each in deciding] == [f"user:{above.pk}"]

    def test_a_step_by_a_person_is_told_at_once(self):
        dispute = factory.at_tier(2)
        step = dispute.bump_ups.get()
        assert (step.told_at, step.event.verb) == (AT, "dispute.bumped_up")
        assert telling.tell(at=AT) == 0

    def test_as_many_queries_for_many_as_for_few(self):
        area = factory.make_area()
        kpi = factory.make_kpi(area)
        made = [factory.open_dispute(area, kpi=kpi) for _ in range(8)]
        late = noon(made[0].deadline + DAY)
        advancing.advance(at=late)
        asked = []
        for count in (2, 6):
            with CaptureQueriesContext(connection) as queries:
                assert telling.tell(at=late, limit=count) == count
            asked.append(len(queries))
        assert asked[0] == asked[1]
