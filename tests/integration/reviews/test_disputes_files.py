"""The file and the time of a dispute: evidence, more time, what is taken back, where it goes."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forums.models import Action
from ledger.models import Event, Notice
from ledger.rules.errors import Refused
from people.models import Appointment
from reviews.models import (
    ConflictRoute,
    Dispute,
    InformationRequest,
    Referral,
    Tier,
    TimeAsked,
)
from reviews.selectors import conflict_routes as routes
from reviews.selectors import consequences, standing
from reviews.selectors import extensions as times
from reviews.services import (
    advancing,
    bump_ups,
    conflict_routes,
    disputes,
    exhibits,
    extensions,
    freezing,
    information,
    ladder,
    positions,
    referrals,
    settlements,
    withdrawals,
)
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.disputes import DAY, by, officer_of, party
from tests.factories.forums import AT, SYSTEM, held_post, person_in
from tests.factories.people import OrganisationFactory, actor, delivery_unit, ministry_officer

pytestmark = pytest.mark.django_db


def chair(dispute: Dispute):
    """Whoever chairs the forum that holds it, as an actor."""
    post = standing.tier_of(dispute).chair
    return actor(person_in(post), post)


class TestEvidence:
    def show(self, dispute, **given):
        mine = party(dispute)
        fields = {
            "title": "Police count",
            "dated": AT.date(),
            "where": "Gazette, page 3",
            "party": mine,
            "by": by(mine),
        }
        return exhibits.add(dispute=dispute, at=AT, **{**fields, **given})

    def test_of_a_party_and_of_the_forum_in_the_order_of_their_days(self, disputed):
        dispute = disputed
        later = self.show(dispute)
        earlier = self.show(dispute, dated=AT.date() - 9 * DAY, party=None, by=chair(dispute))
        assert list(dispute.exhibits.all()) == [earlier, later]
        assert Event.objects.filter(verb="exhibit.added").count() == 2

    def test_a_file_is_kept_with_it(self):
        file = SimpleUploadedFile("count.txt", b"1, 2, 3")
        shown = self.show(factory.open_dispute(), where="", file=file)
        assert shown.document is not None
        assert shown.document.name == "count.txt"

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"title": " "}, "exhibit_needs_title"),
            ({"dated": AT.date() + 2 * DAY}, "exhibit_dated_ahead"),
            ({"where": " "}, "exhibit_cannot_be_found"),
        ],
    )
    def test_what_is_refused(self, given, code):
        with pytest.raises(Refused) as refused:
            self.show(factory.open_dispute(), **given)
        assert refused.value.code == code

    def test_nothing_is_shown_in_what_has_ended(self):
        with pytest.raises(ladder.Ended):
            self.show(factory.settled())


class TestMoreTime:
    def test_once_and_at_most_half_of_the_tiers_own_days(self, disputed):
        dispute = disputed
        before = dispute.deadline
        with pytest.raises(Refused, match="At most 5 working days"):
            extensions.grant(dispute=dispute, days=6, reason="Eid", by=chair(dispute), at=AT)
        given = extensions.grant(dispute=dispute, days=5, reason="Eid", by=chair(dispute), at=AT)
        dispute.refresh_from_db()
        assert (given.before, given.after) == (before, dispute.deadline)
        assert dispute.deadline > before
        assert dispute.nudge_on is not None
        assert before < dispute.nudge_on <= dispute.deadline
        assert standing.tier_of(dispute).deadline == dispute.deadline
        with pytest.raises(Refused, match="once only"):
            extensions.grant(dispute=dispute, days=1, reason="More", by=chair(dispute), at=AT)

    def test_a_tier_above_may_be_given_time_of_its_own(self, disputed):
        dispute = disputed
        extensions.grant(dispute=dispute, days=1, reason="Eid", by=chair(dispute), at=AT)
        ladder.climb(dispute=dispute, trigger="deadlock", reason="Stuck", by=SYSTEM, at=AT)
        extensions.grant(dispute=dispute, days=1, reason="Eid", by=chair(dispute), at=AT)
        assert [each.tier for each in dispute.extensions.all()] == [1, 2]

    def test_not_after_the_last_day_and_never_for_what_is_overdue_at_the_top(self):
        dispute = factory.at_tier(4)
        late = datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())
        with pytest.raises(Refused, match="has passed"):
            extensions.grant(dispute=dispute, days=1, reason="Eid", by=chair(dispute), at=late)
        advancing.advance(at=late)
        dispute.refresh_from_db()
        assert dispute.overdue_at_top_since
        with pytest.raises(Refused):
            extensions.grant(dispute=dispute, days=1, reason="Eid", by=chair(dispute), at=late)

    def test_a_sweep_leaves_it_where_it_is_until_the_new_last_day_is_over(self, disputed):
        dispute = disputed
        before = dispute.deadline
        stale = Dispute.objects.select_related("area__programme").get(pk=dispute.pk)
        extensions.grant(dispute=dispute, days=3, reason="Eid", by=chair(dispute), at=AT)
        after_first = datetime.datetime.combine(before + DAY, AT.timetz())
        assert advancing.advance(at=after_first).moved == 0
        with pytest.raises(ladder.AlreadyMoved):
            ladder.climb(dispute=stale, trigger="deadline", reason="x", by=SYSTEM, at=after_first)
        after_second = datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())
        assert advancing.advance(at=after_second).moved == 1

    def test_a_party_asks_and_whoever_presides_is_told_that_it_is_theirs(self, disputed):
        dispute = disputed
        mine = party(dispute)
        before = dispute.deadline
        extensions.ask(dispute=dispute, party=mine, days=2, reason="Census", by=by(mine), at=AT)
        dispute.refresh_from_db()
        assert dispute.deadline == before
        told = Notice.objects.get(
            event__verb="dispute.time_asked", recipient=f"user:{chair(dispute).user_id}"
        )
        assert told.decide
        with pytest.raises(extensions.AskedBefore):
            extensions.ask(dispute=dispute, party=mine, days=1, reason="x", by=by(mine), at=AT)


class TestMoreTimeAnswered:
    def asked(self, dispute, number=0, at=AT):
        mine = party(dispute, number)
        return extensions.ask(
            dispute=dispute, party=mine, days=2, reason="Census", by=by(mine), at=at
        )

    def fates(self, dispute, at=AT):
        dispute.refresh_from_db()
        return [each.fate for each in times.requests(dispute, at)]

    def decline(self, request, at=AT, reason="The census is public"):
        dispute = request.party.dispute
        return extensions.decline(request=request, reason=reason, by=chair(dispute), at=at)

    def test_declined_with_a_reason_and_whoever_asked_is_told(self, disputed):
        dispute = disputed
        before, request = dispute.deadline, self.asked(dispute)
        assert self.fates(dispute) == ["waiting"]
        with pytest.raises(extensions.DeclineNeedsReason):
            self.decline(request, reason=" ")
        declined = self.decline(request)
        assert self.fates(dispute) == ["declined"]
        assert dispute.deadline == before
        event = Event.objects.get(verb="dispute.time_declined")
        assert event.subject_id == str(declined.pk)
        told = Notice.objects.filter(event=event).values_list("recipient", "decide")
        assert (f"user:{officer_of(request.party).pk}", False) in told
        with pytest.raises(extensions.NotWaiting):
            self.decline(request)

    def test_time_given_answers_all_who_waited_and_none_who_was_declined(self, disputed):
        dispute = disputed
        self.decline(self.asked(dispute))
        other = self.asked(dispute, 1)
        extensions.grant(dispute=dispute, days=1, reason="Eid", by=chair(dispute), at=AT)
        assert self.fates(dispute) == ["declined", "given"]
        assert times.open_requests(dispute, AT) == []
        with pytest.raises(extensions.NotWaiting):
            self.decline(other)

    def test_lapsed_once_the_day_is_past_the_dispute_went_up_or_ended(self, disputed):
        dispute = disputed
        request = self.asked(dispute)
        late = datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())
        assert self.fates(dispute, late) == ["lapsed"]
        stale = TimeAsked.objects.select_related("party__dispute").get(pk=request.pk)
        ladder.climb(dispute=dispute, trigger="deadlock", reason="Stuck", by=SYSTEM, at=AT)
        assert self.fates(dispute) == ["lapsed"]
        with pytest.raises(ladder.AlreadyMoved):
            self.decline(stale)
        with pytest.raises(extensions.NotWaiting):
            self.decline(request)
        factory.answer(factory.propose(dispute))
        assert self.fates(dispute) == ["lapsed"]

    def test_lapsed_where_the_party_left(self, disputed):
        dispute = disputed
        mine = self.asked(dispute).party
        withdrawals.withdraw(dispute=dispute, party=mine, reason="Settled", by=by(mine), at=AT)
        assert self.fates(dispute) == ["lapsed"]


class TestTakenBack:
    def opened(self):
        """By an officer of the first party, in their post."""
        mine, other = OrganisationFactory(), OrganisationFactory()
        for each in (mine, other):
            ministry_officer(each)
        post = mine.posts.get()
        return factory.open_dispute(parties=[mine, other], by=actor(person_in(post), post))

    def test_whoever_opened_it_takes_back_what_was_opened_in_error(self):
        dispute = self.opened()
        positions.state(
            dispute=dispute, party=party(dispute), text="Ours", by=by(party(dispute)), at=AT
        )
        withdrawals.take_back(dispute=dispute, reason="Wrong KPI", by=by(party(dispute)), at=AT)
        dispute.refresh_from_db()
        assert (dispute.state, dispute.ended_because) == ("withdrawn", "Wrong KPI")
        assert not dispute.kpi.holds.filter(lifted_at=None).exists()

    def test_not_once_another_party_has_taken_a_side(self):
        dispute = self.opened()
        other = party(dispute, 1)
        positions.state(dispute=dispute, party=other, text="No", by=by(other), at=AT)
        with pytest.raises(withdrawals.TakenUp):
            withdrawals.take_back(dispute=dispute, reason="x", by=by(party(dispute)), at=AT)

    def test_by_nobody_else_and_not_without_a_reason(self):
        dispute = self.opened()
        with pytest.raises(withdrawals.NotTheOpener):
            withdrawals.take_back(dispute=dispute, reason="x", by=by(party(dispute, 1)), at=AT)
        with pytest.raises(withdrawals.NeedsReason):
            withdrawals.take_back(dispute=dispute, reason=" ", by=by(party(dispute)), at=AT)

    def test_a_question_asked_in_error_is_no_ground_any_more(self, disputed):
        dispute = disputed
        asked = information.ask(
            dispute=dispute,
            organisation=party(dispute, 1).organisation,
            question="How many?",
            due_on=AT.date() + 2 * DAY,
            asked_by=party(dispute),
            by=by(party(dispute)),
            at=AT,
        )
        late = AT + 5 * DAY
        assert standing.withheld(dispute, late.date()).exists()
        information.withdraw(request=asked, reason="Known already", by=by(party(dispute)), at=late)
        assert not standing.withheld(dispute, late.date()).exists()
        asked.refresh_from_db()
        assert (asked.state, asked.answer) == (InformationRequest.State.WITHDRAWN, "Known already")
        with pytest.raises(information.NotAwaited):
            information.answer(request=asked, answer="7", by=by(party(dispute, 1)), at=late)


class TestConflictForum:
    def area(self):
        """A home forum of four tiers, and a conflict forum beside it under the same top."""
        area = factory.make_area()
        top = area.home_forum.parent.parent.parent
        area.conflict_forum = forum_factory.make_forum(
            "Conflict forum", parent=top, purpose="conflict"
        )
        area.save()
        return area

    def test_who_gains_and_who_pays_begins_there_and_it_is_said_away_from_where(self):
        area = self.area()
        dispute = factory.open_dispute(
            area, is_distributional=True, route_reason="Fisheries pay, ports gain."
        )
        forums = [tier.forum for tier in standing.tiers(dispute)]
        assert [forum.name for forum in forums] == ["Conflict forum", "Council of ministers"]
        route = ConflictRoute.objects.get(dispute=dispute)
        assert (route.away_from, route.reason) == (area.home_forum, "Fisheries pay, ports gain.")

    def test_it_needs_a_reason_and_a_conflict_forum_under_the_same_top(self):
        with pytest.raises(conflict_routes.NeedsReason):
            factory.open_dispute(self.area(), is_distributional=True)
        with pytest.raises(freezing.NoLadder, match="can name one"):
            factory.open_dispute(is_distributional=True, route_reason="x")
        area = self.area()
        area.conflict_forum = forum_factory.make_forum("Elsewhere")
        area.save()
        with pytest.raises(freezing.NoLadder, match="same top"):
            factory.open_dispute(area, is_distributional=True, route_reason="x")

    def test_the_chair_sends_an_open_one_there_once_and_its_time_begins_anew(self):
        dispute = factory.open_dispute(self.area())
        ruling = factory.put_ruling(dispute)
        home, left = standing.tier_of(dispute).forum, list(dispute.tiers.values_list("forum"))
        later = AT + 3 * DAY
        conflict_routes.send(dispute=dispute, reason="Money", by=chair(dispute), at=later)
        dispute.refresh_from_db()
        here = standing.tier_of(dispute)
        assert (dispute.tier, here.forum.name, here.entered_at) == (1, "Conflict forum", later)
        assert dispute.is_distributional
        assert dispute.deadline == here.deadline == standing.deadline_of(here, later.date())
        assert routes.route_of(dispute).away_from == home
        event = Event.objects.get(verb="dispute.routed_to_conflict_forum")
        assert [(pk,) for pk in event.data["tiers_left"]] == left
        ruling.motion.refresh_from_db()
        assert ruling.motion.state == "withdrawn"
        with pytest.raises(conflict_routes.NotFromHere):
            conflict_routes.send(dispute=dispute, reason="x", by=chair(dispute), at=later)

    def test_not_after_it_has_climbed(self):
        dispute = factory.at_tier(2, area=self.area())
        with pytest.raises(conflict_routes.NotFromHere):
            conflict_routes.send(dispute=dispute, reason="x", by=chair(dispute), at=AT)

    def test_a_step_read_before_it_was_sent_there_takes_the_ladder_that_holds_now(self):
        """On the same day both ladders give the same last day: the rung tells them apart."""
        dispute = factory.open_dispute(self.area())
        stale = Dispute.objects.select_related("area__programme").get(pk=dispute.pk)
        rung = Tier.objects.get(dispute=dispute, number=2)
        conflict_routes.send(dispute=dispute, reason="Money", by=chair(dispute), at=AT)
        assert stale.deadline == Dispute.objects.get(pk=dispute.pk).deadline
        assert not Tier.objects.filter(pk=rung.pk).exists()
        ladder.climb(dispute=stale, trigger="deadlock", reason="Stuck", by=SYSTEM, at=AT)
        second = standing.tier_of(Dispute.objects.get(pk=dispute.pk))
        assert (second.forum.name, second.entered_at) == ("Council of ministers", AT)


class TestWhatFollows:
    def test_a_settlement_opens_the_action_it_names_once_all_assent(self, disputed):
        dispute = disputed
        owner = party(dispute, 1).organisation.posts.first()
        terms = factory.propose(
            dispute,
            action_title="Count together",
            action_owner=owner,
            action_due=AT.date() + 30 * DAY,
        )
        assert not Action.objects.exists()
        factory.answer(terms)
        terms.refresh_from_db()
        assert (terms.action.owner, terms.action.title) == (owner, "Count together")
        dispute.refresh_from_db()
        became = consequences.of(dispute, officer_of(party(dispute)), AT.date())
        assert became.actions == [terms.action]

    @pytest.mark.parametrize(
        "given",
        [
            {"action_title": "Count"},
            {"action_due": AT.date()},
        ],
    )
    def test_an_action_needs_what_who_and_by_when(self, given):
        with pytest.raises(settlements.IncompleteAction):
            factory.propose(factory.open_dispute(), **given)

    def test_a_restricted_dispute_names_no_action(self):
        area = factory.make_area()
        dispute = factory.open_dispute(area, restricted_to=[area.home_forum])
        with pytest.raises(settlements.ActionWouldBeNamed):
            factory.propose(
                dispute,
                action_title="Count",
                action_owner=area.home_forum.chair,
                action_due=AT.date() + DAY,
            )

    def test_a_ruling_asks_whoever_answers_for_the_data_to_correct_them(self, disputed):
        dispute = disputed
        owner = held_post("Statistician")
        dispute.kpi.owner = owner
        dispute.kpi.save()
        ruling = factory.put_ruling(
            dispute, correction="Strike out March", correction_by=AT.date() + 10 * DAY
        )
        assert not Referral.objects.exists()
        factory.rule(ruling)
        asked = Referral.objects.get(dispute=dispute)
        assert (asked.kind, asked.post, asked.text) == ("correction", owner, "Strike out March")
        assert asked.decision_id == Dispute.objects.get(pk=dispute.pk).decision_id
        referrals.meet(referral=asked, text="Struck out", by=actor(person_in(owner), owner), at=AT)
        dispute.refresh_from_db()
        became = consequences.of(dispute, person_in(owner), AT.date())
        assert [line.referral.state for line in became.corrections] == ["met"]

    def test_a_lost_ruling_asks_for_nothing(self, disputed):
        dispute = disputed
        ruling = factory.put_ruling(
            dispute, correction="Strike out March", correction_by=AT.date() + 10 * DAY
        )
        factory.rule(ruling, choice="against")
        assert not Referral.objects.exists()


class TestLateAndAtTheTop:
    def test_a_party_that_joins_late_is_heard_as_long_as_the_others(self, disputed):
        dispute = disputed
        first_stay = standing.stay_until(dispute, standing.tier_of(dispute))
        late = AT + 4 * DAY
        newcomer = OrganisationFactory()
        user = ministry_officer(newcomer)
        disputes.join(
            dispute=dispute, organisation=newcomer, by=actor(user, newcomer.posts.get()), at=late
        )
        dispute.refresh_from_db()
        after = standing.stay_until(dispute, standing.tier_of(dispute))
        assert first_stay < after <= dispute.deadline
        factory.answer(factory.propose(dispute), assents=False)
        for number in (0, 1):
            mine = party(dispute, number)
            positions.state(dispute=dispute, party=mine, text="Ours.", by=by(mine), at=late)
        over = datetime.datetime.combine(after + DAY, AT.timetz())
        with pytest.raises(bump_ups.NotOpenToYou) as refused:
            bump_ups.bump_up(
                dispute=dispute,
                trigger="deadlock",
                reason="x",
                by=by(party(dispute)),
                at=over,
                party=party(dispute),
            )
        assert refused.value.codes == ("positions_missing",)

    def test_a_silent_party_delays_nothing_beyond_the_last_day(self, disputed):
        dispute = disputed
        late = datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())
        assert advancing.advance(at=late).moved == 1

    def test_settlement_stays_open_at_the_top_past_its_deadline(self):
        delivery_unit()
        dispute = factory.at_tier(4)
        late = datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())
        advancing.advance(at=late)
        dispute.refresh_from_db()
        assert dispute.overdue_at_top_since == late.date()
        assert dispute.state == Dispute.State.OPEN
        assert dispute.kpi.holds.filter(lifted_at=None).exists()
        factory.answer(factory.propose(dispute, at=late), at=late)
        dispute.refresh_from_db()
        assert dispute.state == Dispute.State.SETTLED

    def test_the_top_rules_without_a_chair_and_without_an_alternate(self):
        dispute = factory.at_tier(4)
        top = standing.tier_of(dispute).forum
        Appointment.objects.filter(post=top.chair).delete()
        sitting = standing.can_sit(dispute, standing.tier_of(dispute), AT.date())
        assert sitting.ok
        assert sitting.presides == forum_factory.core(top)[0].pk
        factory.rule(factory.put_ruling(dispute))
        dispute.refresh_from_db()
        assert dispute.state == Dispute.State.RULED


@pytest.mark.parametrize("tiers", [2, 3])
def test_any_ladder_climbs_to_its_top_and_stops(tiers):
    dispute = factory.open_dispute(factory.make_area(tiers))
    for _tier in range(tiers - 1):
        late = datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())
        assert advancing.advance(at=late).moved == 1
        dispute.refresh_from_db()
    assert dispute.tier == tiers
    late = datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())
    assert advancing.advance(at=late).overdue_at_top == 1


def test_several_roots_do_not_meet():
    """Each of five tiers of one ladder; a party that leads an area under another root."""
    area = factory.make_area()
    below = forum_factory.make_forum("District", parent=area.home_forum)
    area.home_forum = below
    area.save()
    dispute = factory.open_dispute(area)
    assert dispute.tiers.count() == 5
    elsewhere = forum_factory.make_forum("Harbour", parent=forum_factory.make_forum("Senate"))
    stranger = OrganisationFactory()
    type(area).objects.create(
        programme=area.programme, name="Harbours", lead=stranger, home_forum=elsewhere
    )
    with pytest.raises(freezing.NoLadder, match="never meet"):
        factory.open_dispute(
            area,
            kpi=factory.make_kpi(area, code="second", name="Second"),
            parties=[stranger, OrganisationFactory()],
        )
