"""Opening, settling, withdrawing, ruling: what ends a dispute and what does not."""

from __future__ import annotations

import datetime

import pytest

from forums.models import Action, Decision, Motion
from forums.selectors import motions as motion_selectors
from forums.services import forums, votes
from kpis.models import Hold
from ledger.models import Event, Notice
from people.models import Appointment
from reviews.models import Dispute
from reviews.services import (
    disputes,
    freezing,
    information,
    ladder,
    positions,
    rulings,
    settlements,
    voting,
    withdrawals,
)
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.disputes import DAY, by, officer_of, party
from tests.factories.forums import AT, SYSTEM, held_post, person_in
from tests.factories.labs import AreaFactory
from tests.factories.people import (
    AppointmentFactory,
    OrganisationFactory,
    actor,
    ministry_officer,
)

pytestmark = pytest.mark.django_db


class TestOpening:
    def test_the_ladder_is_frozen_from_the_home_forum_to_the_top(self, disputed):
        dispute = disputed
        home = dispute.area.home_forum
        tiers = list(dispute.tiers.order_by("number"))
        assert [tier.number for tier in tiers] == [1, 2, 3, 4]
        assert tiers[0].forum == home
        forums.change(forum=home, response_days=99, chair=held_post("New"), by=SYSTEM, at=AT)
        first = dispute.tiers.get(number=1)
        assert (first.response_days, first.chair) == (10, tiers[0].chair)

    def test_it_holds_the_kpi_and_tells_both_parties(self, disputed):
        dispute = disputed
        assert Hold.objects.get(kpi=dispute.kpi, lifted_at=None).ref == f"dispute:{dispute.pk}"
        event = Event.objects.get(verb="dispute.opened")
        for number in (0, 1):
            officer = officer_of(party(dispute, number))
            assert Notice.objects.filter(event=event, recipient=f"user:{officer.pk}").exists()

    def test_the_mark_of_a_restricted_dispute_tells_nothing_of_it(self):
        area = factory.make_area()
        dispute = factory.open_dispute(area, restricted_to=[area.home_forum])
        factory.answer(factory.propose(dispute))
        hold = Hold.objects.get(kpi=dispute.kpi)
        assert dispute.question not in hold.reason
        assert "We count together." not in hold.lifted_because

    def test_a_dispute_about_a_restricted_kpi_is_as_restricted(self):
        area = factory.make_area()
        kpi = factory.make_kpi(area)
        kpi.restricted_to.add(area.home_forum)
        dispute = factory.open_dispute(area, kpi=kpi)
        assert area.home_forum in dispute.restricted_to.all()
        assert Event.objects.get(verb="dispute.opened").restricted

    def test_the_deadline_counts_working_days_of_the_forums_country(self, disputed):
        """1 May is a holiday in Malaysia: ten working days from 17 April end a day later."""
        plain = disputed
        assert plain.deadline == datetime.date(2019, 5, 1)
        malaysian = factory.open_dispute(
            AreaFactory(
                home_forum=forum_factory.make_forum(
                    "Here", parent=forum_factory.make_forum("Above"), country="MY"
                )
            )
        )
        assert malaysian.deadline == datetime.date(2019, 5, 2)

    def test_it_starts_above_the_home_forums_of_all_areas_the_parties_lead(self):
        area = factory.make_area()
        steering = area.home_forum.parent
        other = forum_factory.make_forum("Other working committee", parent=steering)
        sister = AreaFactory(programme=area.programme, home_forum=other)
        dispute = factory.open_dispute(area, [area.lead, sister.lead])
        assert dispute.tiers.get(number=1).forum == steering

    def test_it_starts_at_home_when_all_parties_sit_there(self):
        area = factory.make_area()
        other = forum_factory.make_forum("Other", parent=area.home_forum.parent)
        sister = AreaFactory(programme=area.programme, home_forum=other)
        for organisation in (area.lead, sister.lead):
            area.home_forum.memberships.create(
                post=held_post("Member", organisation), starts_on=datetime.date(2018, 1, 1)
            )
        dispute = factory.open_dispute(area, [area.lead, sister.lead])
        assert dispute.tiers.get(number=1).forum == area.home_forum

    def test_it_never_starts_at_the_top(self):
        area = AreaFactory(home_forum=forum_factory.ladder(1)[0])
        with pytest.raises(freezing.NoLadder, match="found a forum below it"):
            factory.open_dispute(area)
        assert not Dispute.objects.exists()

    def test_parties_whose_ladders_never_meet_are_refused(self):
        area = factory.make_area()
        elsewhere = forum_factory.make_forum("B", parent=forum_factory.make_forum("Other top"))
        sister = AreaFactory(programme=area.programme, home_forum=elsewhere)
        with pytest.raises(freezing.NoLadder, match="never meet"):
            factory.open_dispute(area, [area.lead, sister.lead])

    def test_it_takes_two_parties_a_subject_and_an_open_programme(self):
        area, one = factory.make_area(), OrganisationFactory()
        kpi = factory.make_kpi(area)
        with pytest.raises(disputes.NeedsTwoParties):
            factory.open_dispute(area, [one, one], kpi=kpi)
        with pytest.raises(disputes.NeedsSubject):
            disputes.open(title="x", about="value", question="x", parties=[one], by=SYSTEM, at=AT)
        area.programme.closed_at, area.programme.closed_because = AT, "over"
        area.programme.save()
        with pytest.raises(disputes.ProgrammeClosed):
            factory.open_dispute(area, kpi=kpi)

    def test_a_start_forum_that_cannot_sit_is_entered_and_passed_on_the_record(self):
        area = factory.make_area()
        Appointment.objects.filter(post=area.home_forum.chair).delete()
        dispute = factory.open_dispute(area)
        dispute.refresh_from_db()
        step = dispute.bump_ups.get()
        assert (dispute.tier, step.trigger) == (2, "cannot_sit")
        first = dispute.tiers.get(number=1)
        assert first.entered_at == first.left_at == AT

    def test_a_home_forum_closed_since_passes_to_its_successor(self):
        area = factory.make_area()
        heir = forum_factory.make_forum("Heir", parent=area.home_forum.parent)
        forums.close(forum=area.home_forum, successor=heir, by=SYSTEM, at=AT)
        assert factory.open_dispute(area).tiers.get(number=1).forum == heir


class TestSettling:
    def test_the_last_assent_settles_and_lifts_the_hold(self, disputed):
        dispute = disputed
        proposal = factory.propose(dispute)
        factory.answer(proposal)
        dispute.refresh_from_db()
        assert (dispute.state, dispute.ended_because) == ("settled", "We count together.")
        proposal.refresh_from_db()
        assert proposal.accepted_at == AT
        assert not Hold.objects.filter(kpi=dispute.kpi, lifted_at=None).exists()
        assert Event.objects.filter(verb="dispute.settled").count() == 1

    def test_it_takes_every_remaining_party(self, disputed):
        dispute = disputed
        third = OrganisationFactory()
        ministry_officer(third)
        disputes.join(dispute=dispute, organisation=third, by=SYSTEM, at=AT)
        factory.answer(factory.propose(dispute), 1)
        dispute.refresh_from_db()
        assert dispute.state == "open"
        leaving = party(dispute, 2)
        withdrawals.withdraw(
            dispute=dispute, party=leaving, reason="Not ours", by=by(leaving), at=AT
        )
        dispute.refresh_from_db()
        assert dispute.state == "settled"

    def test_declining_ends_nothing(self, disputed):
        dispute = disputed
        factory.answer(factory.propose(dispute), assents=False)
        dispute.refresh_from_db()
        assert dispute.state == "open"

    def test_nobody_answers_twice_their_own_or_for_nothing(self, disputed):
        dispute = disputed
        proposal = factory.propose(dispute)
        with pytest.raises(settlements.YourOwnProposal):
            factory.answer(proposal, 0)
        factory.answer(proposal, 1, assents=False)
        with pytest.raises(settlements.AlreadyAnswered):
            factory.answer(proposal, 1)

    def test_no_settlement_after_a_ruling(self, disputed):
        dispute = disputed
        proposal = factory.propose(dispute)
        factory.rule(factory.put_ruling(dispute))
        with pytest.raises(ladder.Ended):
            factory.answer(proposal)

    def test_a_settlement_withdraws_the_ruling_before_the_forum(self, disputed):
        dispute = disputed
        ruling = factory.put_ruling(dispute)
        factory.answer(factory.propose(dispute))
        ruling.motion.refresh_from_db()
        assert ruling.motion.state == Motion.State.WITHDRAWN


class TestWithdrawing:
    def test_the_last_party_to_leave_ends_it(self, disputed):
        dispute = disputed
        for number in (0, 1):
            leaving = party(dispute, number)
            withdrawals.withdraw(
                dispute=dispute, party=leaving, reason="Over", by=by(leaving), at=AT
            )
        dispute.refresh_from_db()
        assert dispute.state == "withdrawn"
        assert not Hold.objects.filter(lifted_at=None).exists()

    def test_who_has_left_says_nothing_more(self, disputed):
        dispute = disputed
        leaving = party(dispute)
        withdrawals.withdraw(dispute=dispute, party=leaving, reason="Over", by=by(leaving), at=AT)
        with pytest.raises(positions.NoParty):
            positions.state(dispute=dispute, party=leaving, text="But", by=by(leaving), at=AT)


class TestRuling:
    def test_a_ruling_ends_it_with_the_forums_reason(self):
        dispute = factory.ruled()
        assert dispute.state == "ruled"
        assert dispute.decision.reason == dispute.ended_because == "Somebody must."
        assert not Hold.objects.filter(lifted_at=None).exists()

    def test_posts_of_the_parties_stand_aside_and_the_quorum_is_of_those_free(self):
        area = factory.make_area(quorum=2)
        organisation, other = OrganisationFactory(), OrganisationFactory()
        mine = held_post("Director, Planning", organisation)
        ministry_officer(other)
        area.home_forum.memberships.create(post=mine, starts_on=datetime.date(2018, 1, 1))
        dispute = factory.open_dispute(area, [organisation, other])
        ruling = factory.put_ruling(dispute)
        assert "is a party" in ruling.motion.voters.get(post=mine).barred_because
        member = forum_factory.core(area.home_forum)[0]
        for post in (member, area.home_forum.chair):
            voting.vote(
                motion=ruling.motion,
                post=post,
                choice="for",
                reason="x",
                by=actor(person_in(post), post),
                at=AT,
            )
        dispute.refresh_from_db()
        assert dispute.state == "ruled"
        assert any("is a party" in line for line in dispute.decision.stood_aside)

    def test_a_person_who_took_a_side_does_not_rule_after_changing_posts(self, disputed):
        """Fact 9 looks at the user too."""
        dispute = disputed
        officer = officer_of(party(dispute))
        factory.state_positions(dispute)
        Appointment.objects.filter(user=officer).update(ends_on=AT.date() - DAY)
        member = forum_factory.core(dispute.area.home_forum)[0]
        Appointment.objects.filter(post=member).delete()
        AppointmentFactory(post=member, user=officer)
        ruling = factory.put_ruling(dispute)
        assert "acted for a party" in ruling.motion.voters.get(post=member).barred_because

    def test_the_alternate_frozen_at_opening_presides_when_the_chair_is_of_a_party(self):
        area = factory.make_area(alternate=True)
        home = area.home_forum
        other = OrganisationFactory()
        ministry_officer(other)
        dispute = factory.open_dispute(area, [home.chair.organisation, other])
        forums.change(forum=home, alternate=None, by=SYSTEM, at=AT)
        ruling = factory.put_ruling(dispute)
        frozen = dispute.tiers.get(number=1).alternate
        assert ruling.motion.voters.get(presides=True).post == frozen

    def test_at_the_top_without_alternate_the_chair_rules_with_the_interest_stated(self):
        area = factory.make_area(2)
        top = area.home_forum.parent
        other = OrganisationFactory()
        ministry_officer(other)
        dispute = factory.at_tier(2, area=area, parties=[top.chair.organisation, other])
        factory.rule(factory.put_ruling(dispute))
        dispute.refresh_from_db()
        assert dispute.state == "ruled"
        assert motion_selectors.interests_stated().get().post == top.chair

    def test_a_forum_that_can_no_longer_sit_says_to_bump_up(self, disputed):
        dispute = disputed
        Appointment.objects.filter(post=dispute.area.home_forum.chair).delete()
        with pytest.raises(rulings.ForumCannotSit):
            factory.put_ruling(dispute)

    def test_a_lost_motion_ends_nothing(self, disputed):
        dispute = disputed
        decision = factory.rule(factory.put_ruling(dispute), choice="against")
        dispute.refresh_from_db()
        assert (decision.outcome, dispute.state) == ("lost", "open")

    def test_one_ruling_at_a_time(self, disputed):
        dispute = disputed
        factory.put_ruling(dispute)
        with pytest.raises(rulings.AlreadyBeforeTheForum):
            factory.put_ruling(dispute)

    def test_only_a_new_decision_supersedes_a_ruling(self):
        dispute = factory.ruled()
        first = dispute.decision
        second = factory.rule(factory.put_ruling(dispute, text="The ministry's count holds."))
        dispute.refresh_from_db()
        assert (dispute.state, dispute.decision) == ("ruled", second)
        second.refresh_from_db()
        assert second.supersedes == first

    def test_nothing_is_ruled_once_it_is_settled(self):
        with pytest.raises(rulings.NothingToRule):
            factory.put_ruling(factory.settled())

    def test_an_action_ruled_is_opened_with_the_decision(self, disputed):
        dispute = disputed
        owner = held_post("Director", party(dispute).organisation)
        due = AT.date() + 10 * DAY
        factory.rule(
            factory.put_ruling(
                dispute, action_title="Publish both", action_owner=owner, action_due=due
            )
        )
        action = Action.objects.get()
        assert (action.owner, action.due_on) == (owner, due)
        assert action.decision == Decision.objects.get()

    def test_who_joins_later_has_an_interest_in_a_ruling_put_before(self, disputed):
        dispute = disputed
        ruling = factory.put_ruling(dispute)
        chair = dispute.area.home_forum.chair
        disputes.join(dispute=dispute, organisation=chair.organisation, by=SYSTEM, at=AT)
        ruling.motion.refresh_from_db()
        assert ruling.motion.state == Motion.State.WITHDRAWN
        with pytest.raises(votes.NotOpen):
            factory.rule(ruling)


class TestInformation:
    def ask(self, dispute, **fields):
        mine, other = party(dispute, 0), party(dispute, 1)
        given = {"question": "How many?", "due_on": AT.date() + 5 * DAY, "asked_by": mine}
        return information.ask(
            dispute=dispute, organisation=other.organisation, by=by(mine), at=AT, **given | fields
        )

    def test_a_request_is_answered_once(self, disputed):
        dispute = disputed
        request = self.ask(dispute)
        reply = by(party(dispute, 1))
        information.answer(request=request, answer="Seven.", by=reply, at=AT)
        with pytest.raises(information.NotAwaited):
            information.refuse(request=request, reason="No", by=reply, at=AT)

    def test_it_leaves_time_and_asks_another(self, disputed):
        dispute = disputed
        with pytest.raises(information.NeedsTime):
            self.ask(dispute, due_on=AT.date())
        with pytest.raises(information.AskedOfYourself):
            self.ask(dispute, asked_by=party(dispute, 1))

    def test_in_a_restricted_dispute_only_the_parties_are_asked(self, disputed):
        dispute = disputed
        dispute.restricted_to.add(dispute.area.home_forum)
        with pytest.raises(information.AskPartiesOnly):
            information.ask(
                dispute=dispute,
                organisation=OrganisationFactory(),
                question="How many?",
                due_on=AT.date() + 5 * DAY,
                by=SYSTEM,
                at=AT,
            )
        self.ask(dispute)
