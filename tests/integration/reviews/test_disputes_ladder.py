"""Deadlines pass by themselves, once each; people bump up; the top has nowhere to climb."""

from __future__ import annotations

import datetime

import pytest

from forums.models import Action, Motion
from forums.rules.actions import NAGS_BEFORE_A_GROUND
from forums.services import actions, forums
from ledger.models import Event, Notice
from people.models import Appointment
from reviews.models import BumpUp, Dispute
from reviews.selectors import desk as desks
from reviews.selectors import disputes as selectors
from reviews.selectors import standing
from reviews.services import advancing, bump_ups, information
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.disputes import DAY, by, officer_of, party
from tests.factories.forums import AT, SYSTEM, held_post, person_in
from tests.factories.people import actor, delivery_unit

pytestmark = pytest.mark.django_db


def after(dispute: Dispute, days: int = 1) -> datetime.datetime:
    """Noon in Kuala Lumpur so many days after the deadline."""
    return datetime.datetime.combine(
        dispute.deadline + days * DAY, datetime.time(4), tzinfo=datetime.UTC
    )


class TestDeadlines:
    def test_a_deadline_that_passed_moves_the_dispute_up_once(self, disputed):
        dispute = disputed
        late = after(dispute)
        assert advancing.advance(at=late).moved == 1
        assert advancing.advance(at=late).moved == 0
        dispute.refresh_from_db()
        assert dispute.tier == 2
        step = dispute.bump_ups.get()
        assert (step.trigger, step.by_user, step.at) == ("deadline", None, late)
        assert dispute.deadline == datetime.date(2019, 5, 16)
        event = Event.objects.get(verb="disputes.advanced")
        assert (step.event, step.told_at, event.data["moved"]) == (event, None, 1)
        assert event.data["rows_digest"] == advancing.digest_of_event(event)

    def test_the_last_day_ends_where_the_programme_is(self, disputed):
        """Half past three in the afternoon UTC is still that day in Kuala Lumpur; 16:30 is not."""
        dispute = disputed
        midnight = datetime.datetime.combine(
            dispute.deadline, datetime.time(16), tzinfo=datetime.UTC
        )
        assert advancing.advance(at=midnight - datetime.timedelta(minutes=30)).moved == 0
        assert advancing.advance(at=midnight + datetime.timedelta(minutes=30)).moved == 1

    def test_after_a_long_night_each_sweep_takes_one_step(self, disputed):
        dispute = disputed
        late = after(dispute, 100)
        advancing.advance(at=late)
        dispute.refresh_from_db()
        assert dispute.tier == 2
        assert dispute.deadline > late.date()

    def test_it_climbs_to_the_top_and_is_overdue_there_once(self):
        unit = delivery_unit()
        dispute = factory.open_dispute()
        for _tier in range(3):
            assert advancing.advance(at=after(dispute)).moved == 1
            dispute.refresh_from_db()
        assert dispute.tier == 4
        late = after(dispute)
        assert advancing.advance(at=late) == advancing.Counts(moved=0, overdue_at_top=1)
        assert advancing.advance(at=late + DAY) == advancing.Counts()
        dispute.refresh_from_db()
        assert dispute.overdue_at_top_since == late.date()
        assert list(selectors.overdue_at_top()) == [dispute]
        event = Event.objects.get(verb="dispute.overdue_at_top")
        told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
        chair = person_in(factory.forum_at(dispute, 4).chair)
        officer = officer_of(party(dispute))
        assert {f"user:{user.pk}" for user in (unit, chair, officer)} <= told
        assert desks.desk(chair, late.date()).to_rule == [dispute]
        assert desks.desk(officer, late.date()).to_rule == [], "a party does not rule"

    def test_a_ruling_still_ends_what_is_overdue_at_the_top(self):
        dispute = factory.at_tier(4)
        advancing.advance(at=after(dispute))
        factory.rule(factory.put_ruling(dispute))
        assert not selectors.overdue_at_top().exists()

    @pytest.mark.parametrize("ended", [factory.settled, factory.ruled])
    def test_what_has_ended_is_left_alone(self, ended):
        dispute = ended()
        assert advancing.advance(at=after(dispute, 30)) == advancing.Counts()
        assert not BumpUp.objects.exists()

    def test_a_forum_that_cannot_sit_is_passed_in_the_same_sweep(self, disputed):
        dispute = disputed
        second = factory.forum_at(dispute, 2)
        Appointment.objects.filter(post=second.chair).delete()
        advancing.advance(at=after(dispute))
        dispute.refresh_from_db()
        assert dispute.tier == 3
        triggers = list(dispute.bump_ups.values_list("from_tier", "trigger"))
        assert triggers == [(1, "deadline"), (2, "cannot_sit")]
        passed = dispute.tiers.get(number=2)
        assert passed.entered_at == passed.left_at

    def test_an_acting_chair_lets_a_forum_sit(self, disputed):
        dispute = disputed
        second = factory.forum_at(dispute, 2)
        Appointment.objects.filter(post=second.chair).update(acting=True)
        advancing.advance(at=after(dispute))
        dispute.refresh_from_db()
        assert dispute.tier == 2

    def test_a_forum_closed_since_is_reached_at_its_successor(self, disputed):
        dispute = disputed
        second = factory.forum_at(dispute, 2)
        heir = forum_factory.make_forum("Heir", parent=second.parent)
        forums.close(forum=second, successor=heir, by=SYSTEM, at=AT)
        advancing.advance(at=after(dispute))
        dispute.refresh_from_db()
        assert dispute.tier == 2
        ruling = factory.put_ruling(dispute)
        assert ruling.motion.forum == heir
        assert ruling.motion.voters.get(presides=True).post == heir.chair

    def test_a_ruling_left_open_below_is_withdrawn_with_a_reason(self, disputed):
        dispute = disputed
        ruling = factory.put_ruling(dispute)
        advancing.advance(at=after(dispute))
        ruling.motion.refresh_from_db()
        assert ruling.motion.state == Motion.State.WITHDRAWN
        assert Event.objects.filter(verb="motion.withdrawn").count() == 1

    def test_more_than_one_batch_is_swept_in_one_run(self, monkeypatch):
        monkeypatch.setattr(advancing, "BATCH", 2)
        area = factory.make_area()
        kpi = factory.make_kpi(area)
        made = [factory.open_dispute(area, kpi=kpi) for _ in range(5)]
        assert advancing.advance(at=after(made[0])).moved == 5

    def test_a_run_with_a_limit_says_that_there_is_more(self):
        area = factory.make_area()
        kpi = factory.make_kpi(area)
        made = [factory.open_dispute(area, kpi=kpi) for _ in range(3)]
        late = after(made[0])
        assert advancing.advance(at=late, limit=2) == advancing.Counts(moved=2, more=True)
        assert advancing.advance(at=late, limit=2) == advancing.Counts(moved=1)

    def test_a_restricted_dispute_opens_itself_to_the_forum_it_reaches(self):
        unit = delivery_unit()
        area = factory.make_area(2)
        dispute = factory.open_dispute(area, restricted_to=[area.home_forum])
        chair = person_in(factory.forum_at(dispute, 2).chair)
        assert not selectors.readable(chair, AT.date()).exists()
        advancing.advance(at=after(dispute))
        assert selectors.readable(chair, AT.date()).get() == dispute
        dispute.refresh_from_db()
        advancing.advance(at=after(dispute))
        assert Event.objects.filter(restricted=False, subject_type="reviews.dispute").count() == 0
        assert not Notice.objects.filter(recipient=f"user:{unit.pk}").exists()

    def test_nothing_due_is_one_query(self, django_assert_num_queries):
        factory.open_dispute()
        with django_assert_num_queries(1):
            advancing.advance(at=AT)


class TestBumpingUp:
    def bump(self, dispute, trigger="deadlock", at=AT, number=0, **fields):
        mine = party(dispute, number)
        given = {"party": mine, "by": by(mine), "reason": "We cannot agree."}
        return bump_ups.bump_up(dispute=dispute, trigger=trigger, at=at, **{**given, **fields})

    def chair(self, dispute):
        post = dispute.tiers.get(number=dispute.tier).chair
        return {"party": None, "by_chair": True, "by": actor(person_in(post), post)}

    def test_the_chair_declares_deadlock_at_any_time(self, disputed):
        dispute = disputed
        self.bump(dispute, **self.chair(dispute))
        dispute.refresh_from_db()
        assert dispute.tier == 2

    def test_a_party_waits_states_and_tries_to_settle_first(self, disputed):
        dispute = disputed
        with pytest.raises(bump_ups.NotOpenToYou) as refused:
            self.bump(dispute)
        assert refused.value.codes == (
            "minimum_stay",
            "positions_missing",
            "no_settlement_answered",
        )
        factory.state_positions(dispute)
        factory.answer(factory.propose(dispute), assents=False)
        with pytest.raises(bump_ups.NotOpenToYou) as refused:
            self.bump(dispute)
        assert refused.value.codes == ("minimum_stay",)
        self.bump(dispute, at=AT + 10 * DAY)
        assert dispute.bump_ups.get().trigger == "deadlock"

    def test_without_a_minimum_stay_nobody_waits(self, disputed):
        dispute = disputed
        dispute.tiers.filter(number=dispute.tier).update(minimum_stay_days=0)
        assert standing.standing_of(dispute, AT).stay_is_over
        dispute.tiers.filter(number=dispute.tier).update(minimum_stay_days=1)
        assert not standing.standing_of(dispute, AT).stay_is_over

    def test_the_minimum_stay_falls_once_all_waive_it(self, disputed):
        dispute = disputed
        factory.state_positions(dispute)
        factory.answer(factory.propose(dispute), assents=False)
        bump_ups.waive(dispute=dispute, party=party(dispute), by=by(party(dispute)), at=AT)
        with pytest.raises(bump_ups.NotOpenToYou):
            self.bump(dispute)
        other = party(dispute, 1)
        bump_ups.waive(dispute=dispute, party=other, by=by(other), at=AT)
        self.bump(dispute)
        assert dispute.bump_ups.count() == 1

    def test_what_was_tried_below_does_not_count_at_the_next_tier(self, disputed):
        dispute = disputed
        factory.state_positions(dispute)
        factory.answer(factory.propose(dispute), assents=False)
        self.bump(dispute, at=AT + 10 * DAY)
        with pytest.raises(bump_ups.NotOpenToYou) as refused:
            self.bump(dispute, at=AT + 10 * DAY)
        assert "no_settlement_answered" in refused.value.codes

    @pytest.mark.parametrize("refuse", [True, False])
    def test_information_is_withheld_once_refused_or_met_by_silence(self, refuse, disputed):
        dispute = disputed
        mine, other = party(dispute), party(dispute, 1)
        later = AT + 10 * DAY
        request = information.ask(
            dispute=dispute,
            organisation=other.organisation,
            question="How many?",
            due_on=AT.date() + 5 * DAY,
            asked_by=mine,
            by=by(mine),
            at=AT,
        )
        with pytest.raises(bump_ups.NotOpenToYou):
            self.bump(dispute, "withheld")
        if refuse:
            information.refuse(request=request, reason="Secret", by=by(other), at=AT)
        self.bump(dispute, "withheld", at=later)
        assert dispute.bump_ups.get().trigger == "withheld"

    def test_an_answer_in_time_is_not_withheld(self, disputed):
        dispute = disputed
        mine, other = party(dispute), party(dispute, 1)
        request = information.ask(
            dispute=dispute, organisation=other.organisation, question="How many?",
            due_on=AT.date() + 5 * DAY, asked_by=mine, by=by(mine), at=AT,
        )  # fmt: skip
        information.answer(request=request, answer="Seven", by=by(other), at=AT)
        with pytest.raises(bump_ups.NotOpenToYou):
            self.bump(dispute, "withheld", at=AT + 10 * DAY)

    def test_an_overdue_action_of_a_party_is_a_ground(self, disputed):
        dispute = disputed
        motion = forum_factory.put(dispute.area.home_forum)
        decision = forum_factory.cast(motion, dispute.area.home_forum.chair)
        owner = held_post("Director", party(dispute, 1).organisation)
        actions.open(
            title="Count anew", owner=owner, due_on=AT.date() + DAY, decision=decision,
            by=SYSTEM, at=AT,
        )  # fmt: skip
        with pytest.raises(bump_ups.NotOpenToYou):
            self.bump(dispute, "overdue_action")
        with pytest.raises(bump_ups.NotOpenToYou):
            self.bump(dispute, "overdue_action", at=AT + 10 * DAY)  # nobody was reminded yet
        Action.objects.update(nags=NAGS_BEFORE_A_GROUND)
        self.bump(dispute, "overdue_action", at=AT + 10 * DAY)
        assert dispute.bump_ups.get().trigger == "overdue_action"

    def test_a_forum_that_lost_its_chair_meanwhile_need_not_be_waited_for(self, disputed):
        dispute = disputed
        with pytest.raises(bump_ups.NotOpenToYou):
            self.bump(dispute, "cannot_sit")
        Appointment.objects.filter(post=dispute.area.home_forum.chair).delete()
        self.bump(dispute, "cannot_sit")
        assert dispute.bump_ups.get().trigger == "cannot_sit"

    def test_nothing_climbs_from_the_top(self):
        dispute = factory.at_tier(4)
        with pytest.raises(bump_ups.NotOpenToYou) as refused:
            self.bump(dispute, **self.chair(dispute))
        assert refused.value.codes == ("at_top",)

    def test_a_step_needs_a_reason(self, disputed):
        dispute = disputed
        with pytest.raises(bump_ups.NeedsReason):
            self.bump(dispute, reason=" ", **self.chair(dispute))
