"""Whoever breaks a fact past the services is found; where a constraint forbids it, it stays whole."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from forums.models import Action, Decision, Motion, Vote, Voter
from forums.services import actions
from kpis.models import (
    Definition,
    Deviation,
    LiveReading,
    Reading,
    RuleVersion,
    SeriesStatus,
    Signal,
    Target,
    Verification,
)
from kpis.services import kpis, readings
from labs.models import Change, Goal, Milestone, Plan, Revision, StressTest
from ledger.models import Event, Seal
from ledger.services import seals
from people.models import Organisation
from reviews.models import (
    BumpUp,
    Dispute,
    Position,
    Review,
    ReviewDeviation,
    RulingProposal,
    SettlementProposal,
    Tier,
)
from reviews.selectors import facts
from tests.factories import disputes as make_disputes
from tests.factories import forums as make_forums
from tests.factories import kpis as make_kpis
from tests.factories import reviews as make
from tests.factories.forums import held_post, person_in
from tests.factories.people import OrganisationFactory, actor

pytestmark = pytest.mark.django_db
AT = make.AT


def found(fact: int) -> list[str]:
    """What is wrong with one fact, in words."""
    broken = facts.broken(AT, [fact])
    assert all(each.fact == fact for each in broken)
    return [each.detail for each in broken]


@pytest.fixture
def review():
    """A plan in force, a value off its target, and the review that it opened."""
    return make.open_review()[0]


@pytest.fixture
def climbed():
    """A dispute at the second tier."""
    return make_disputes.at_tier(2)


def test_what_the_services_made_breaks_nothing(review, climbed):
    make_disputes.settled()
    make_disputes.ruled()
    make.carry(make.propose(review).motion)
    assert facts.broken(AT) == []
    assert facts.broken(AT, since=AT - datetime.timedelta(days=1)) == []


class TestSignals:
    """Fact 1."""

    def test_a_signal_without_evidence(self, review):
        Signal.objects.update(evidence={})
        assert "a signal without evidence" in found(1)

    def test_one_rule_that_fired_twice_for_a_period(self, review):
        signal = Signal.objects.first()
        newer = RuleVersion.objects.get(pk=signal.version_id)
        newer.pk, newer.version = None, 2
        newer.save()
        signal.pk, signal.version = None, newer
        signal.save()
        assert "one rule fired twice for one period" in found(1)

    def test_a_deviation_on_the_signal_of_another_rule(self, review):
        other = RuleVersion.objects.exclude(rule=Deviation.objects.first().rule).first()
        Signal.objects.update(version=other)
        assert "its first_signal is of another rule or subject" in found(1)

    def test_a_second_open_deviation_is_refused(self, review):
        deviation = Deviation.objects.first()
        deviation.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            deviation.save()


class TestReviews:
    """Fact 2."""

    def test_a_routed_deviation_in_no_review(self, review):
        ReviewDeviation.objects.all().delete()
        assert set(found(2)) == {
            "it was routed and is in no review",
            "a review without a deviation",
        }

    def test_a_deviation_in_the_review_of_another_subject(self, review):
        other = make_kpis.kpi(review.kpi.area, rules_from="")
        Review.objects.update(kpi=other)
        assert found(2) == ["it is in the review of another subject"]

    def test_one_opened_before_its_rule_applied(self, review):
        RuleVersion.objects.update(applies_from="2019-01-01")
        assert "opened by a period before its rule applied" in found(2)

    def test_one_opened_before_the_kpi_took_effect(self, review):
        Definition.objects.update(effective_from="2018-06-01")
        assert found(2) == ["opened by a period before the KPI took effect"]

    def test_one_opened_by_history(self, review):
        Reading.objects.update(backfilled=True)
        assert found(2) == ["opened by a value loaded as history"]

    def test_a_second_open_review_is_refused(self, review):
        review.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            review.save()


class TestReadings:
    """Fact 3."""

    @pytest.fixture
    def reading(self):
        return make_kpis.reading(make_kpis.total(make_kpis.kpi()), "2018", "5")

    def test_a_pointer_moved_to_another_period(self, reading):
        LiveReading.objects.update(period_start="2017-01-01")
        assert found(3) == ["it points to a reading of another place"]

    def test_a_pointer_back_to_what_was_corrected(self, reading):
        given = {"reason": "Counted again", "by": make_kpis.BY, "at": AT}
        readings.correct(reading=reading, observation=make_kpis.number("6"), **given)
        LiveReading.objects.update(reading=reading)
        assert set(found(3)) == {
            "it points to a reading that was corrected",
            "it stands and nothing points to it",
        }

    def test_a_pointer_to_what_was_taken_back(self, reading):
        live = LiveReading.objects.get()
        readings.retract(reading=reading, reason="Not ours", by=make_kpis.BY, at=AT)
        live.save(force_insert=True)
        assert found(3) == ["it points to a reading that was taken back"]

    def test_a_value_that_nothing_points_to(self, reading):
        LiveReading.objects.all().delete()
        assert found(3) == ["it stands and nothing points to it"]

    def test_a_period_of_which_no_value_counts(self, reading):
        LiveReading.objects.update(is_current=False)
        assert found(3) == ["no value of the period counts"]

    def test_a_second_current_value_is_refused(self, reading):
        make_kpis.reading(reading.series, "2018", "6", source="Another")
        with pytest.raises(IntegrityError), transaction.atomic():
            LiveReading.objects.update(is_current=True)


class TestRevisions:
    """Facts 4 and 5."""

    @pytest.fixture
    def draft(self, in_force):
        made = in_force
        Event.objects.filter(verb__startswith="kpi.").update(at=make.BEFORE)
        return made

    def test_a_change_edited_after_adoption(self, draft):
        Change.objects.filter(part="goal", field="title").update(after="Another goal")
        assert found(4) == ["its parts are not what its changes make of it"]

    def test_a_part_edited_in_place(self, draft):
        Milestone.objects.update(title="Another step")
        assert found(4) == ["its parts are not what its changes make of it"]

    def test_a_change_that_went(self, draft):
        Change.objects.filter(part="milestone", field="finishes_on").delete()
        assert "it has another number of changes than when adopted" in found(4)

    def test_a_plan_that_skips_a_number(self, draft):
        Revision.objects.update(number=3)
        assert found(4) == ["its revisions are not numbered through to the one in force"]

    def test_a_target_set_by_a_draft(self, draft):
        Revision.objects.update(state="draft", number=None, adopted_at=None)
        assert "no adopted change or source set it" in found(4)

    def test_a_target_without_origin_is_refused(self, draft):
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.update(change=None)

    def test_a_plan_without_stress_test(self, draft):
        StressTest.objects.all().delete()
        assert found(5) == ["without a stress test"]

    def test_one_whose_test_failed(self, draft):
        StressTest.objects.update(verdict="fails")
        assert found(5) == ["without a stress test"]

    def test_one_that_its_forum_did_not_approve(self, draft):
        Decision.objects.update(outcome="lost")
        assert found(5) == ["without its forum's approval"]

    def test_one_in_force_before_it_was_decided(self, draft):
        Revision.objects.update(adopted_at=F("adopted_at") - datetime.timedelta(days=1))
        assert found(5) == ["without its forum's approval"]

    def test_a_goal_whose_kpi_has_no_verifier(self, draft):
        type(draft.kpi).objects.update(verifier=None)
        assert found(5) == ["without a KPI that has owner, verifier and target"]

    def test_what_lapsed_later_breaks_nothing(self, draft):
        given = {"goal_key": draft.goal, "by": make_kpis.BY, "at": AT}
        kpis.assign(kpi=draft.kpi, owner=draft.place.owner, verifier=None, **given)
        assert found(5) == []

    def test_a_plan_in_force_without_a_goal(self, draft):
        Goal.objects.all().delete()
        assert found(5) == ["without a goal"]


class TestLadder:
    """Facts 6 and 7."""

    def test_a_step_that_went(self, climbed):
        BumpUp.objects.all().delete()
        assert "its tier is not one step up per bump-up" in found(6)

    def test_a_dispute_moved_back(self, climbed):
        Dispute.objects.update(tier=1)
        assert "it has a step from where it has not been" in found(6)

    def test_a_step_of_two_tiers_is_refused(self, climbed):
        with pytest.raises(IntegrityError), transaction.atomic():
            BumpUp.objects.update(to_tier=3)

    def test_a_tier_left_and_never_entered(self, climbed):
        Tier.objects.filter(number=1).update(left_at=None)
        assert found(6) == ["entered or left otherwise than the dispute climbed"]

    def test_a_tier_entered_at_another_time(self, climbed):
        Tier.objects.filter(number=2).update(entered_at=AT - datetime.timedelta(days=3))
        assert found(6) == ["entered at another time than its step was taken"]

    def test_a_step_before_the_one_below(self):
        dispute = make_disputes.at_tier(3)
        early = AT - datetime.timedelta(days=9)
        dispute.bump_ups.filter(from_tier=2).update(at=early)
        dispute.tiers.filter(number=3).update(entered_at=early)
        assert found(6) == ["a step taken before the one below it"]

    def test_a_deadline_moved_without_an_extension(self, climbed):
        Dispute.objects.update(deadline=F("deadline") + datetime.timedelta(days=30))
        assert found(6) == ["its last day is not the dispute's"]

    def test_one_overdue_at_a_top_where_it_is_not(self, climbed):
        Dispute.objects.update(overdue_at_top_since=AT.date())
        assert found(6) == ["overdue at the top, and not at the top"]

    def test_a_settlement_nobody_accepted(self):
        make_disputes.settled()
        SettlementProposal.objects.update(accepted_at=None)
        assert found(7) == ["settled, and no proposal was accepted"]

    def test_a_ruled_dispute_said_to_be_settled(self):
        make_disputes.ruled()
        Dispute.objects.update(state="settled")
        assert "a ruling was carried, and it did not end so" in found(7)

    def test_a_ruling_that_was_about_something_else(self):
        make_disputes.ruled()
        RulingProposal.objects.update(dispute=make_disputes.open_dispute())
        assert "ruled by a decision that was not about it" in found(7)

    def test_a_ruling_still_before_the_forum_of_an_ended_dispute(self, climbed):
        make_disputes.put_ruling(climbed)
        Dispute.objects.update(state="withdrawn", ended_at=AT, ended_because="Enough")
        assert found(7) == ["ended by its parties, and a ruling is still before a forum"]

    def test_a_ruling_without_a_decision_is_refused(self, climbed):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispute.objects.update(state="ruled", ended_at=AT, ended_because="So be it")


class TestDecisions:
    """Facts 8 and 9."""

    def test_a_revision_without_reasons(self):
        make.in_force()
        Revision.objects.update(number=2)
        Change.objects.update(reason="")
        assert "without a reason" in found(8)

    def test_a_motion_decided_otherwise_than_it_says(self):
        make.in_force()
        Motion.objects.update(state="lost")
        assert found(8) == ["its state is not what was decided"]

    def test_a_vote_told_to_all(self):
        make.in_force()
        Event.objects.filter(verb="vote.cast").update(restricted=False)
        assert set(found(8)) == {"a vote told to all readers"}

    def test_a_restricted_dispute_told_to_all(self, climbed):
        climbed.restricted_to.add(climbed.area.home_forum)
        assert set(found(8)) == {"a restricted dispute told to all readers"}

    @pytest.mark.parametrize("model", [Decision, Motion, BumpUp])
    def test_no_reason_is_refused(self, model, climbed):
        make.in_force()
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(reason="")

    def test_a_value_verified_by_who_entered_it(self, review):
        reading = Reading.objects.get()
        owner = person_in(review.kpi.owner)
        Reading.objects.update(by_user=owner)
        Verification.objects.create(reading=reading, by_user=owner, at=AT)
        assert found(9) == ["by who stands behind the value"]

    def test_an_action_verified_by_who_did_it_is_refused(self):
        post = held_post("Director")
        by = actor(person_in(post), post)
        given = {"owner": post, "due_on": AT.date(), "by": by, "at": AT}
        action = actions.open(title="Do it", **given)
        actions.done(action=action, note="Done", by=by, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.update(verified_by=F("done_by"), verified_at=AT)

    def test_a_vote_from_a_place_that_stands_aside(self):
        make.in_force()
        Voter.objects.filter(vote__isnull=False).update(
            presides=False, barred_because="has a share in it"
        )
        assert "from a place that stands aside" in found(9)

    def test_a_vote_of_somebody_with_an_interest(self):
        make.in_force()
        voter = Vote.objects.get().voter
        Motion.objects.update(interests={"posts": {str(voter.post_id): "owns it"}})
        assert found(9) == ["of somebody with an interest in the matter"]

    def test_two_votes_of_one_person(self):
        forum = make_forums.make_forum(members=2, quorum=2)
        motion = make_forums.put(forum, mode="unanimity")
        for seat in make_forums.core(forum):
            make_forums.cast(motion, seat)
        Vote.objects.update(by_user=Vote.objects.first().by_user)
        assert found(9) == ["a second vote of one person"]

    def test_a_party_that_ruled(self):
        dispute = make_disputes.ruled()
        post = Vote.objects.get().voter.post
        dispute.parties.filter(pk=make_disputes.party(dispute).pk).update(
            organisation=post.organisation
        )
        assert found(9) == ["of a party, on the ruling"]


class TestMissing:
    """Fact 10."""

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"value": None}, "on track, no value"),
            (
                {
                    "missing_period_start": datetime.date(2019, 1, 1),
                    "missing_period_end": datetime.date(2019, 3, 31),
                },
                "on track, and a newer value is missing",
            ),
        ],
    )
    def test_missing_data_on_track(self, review, change, said):
        SeriesStatus.objects.update(status="on_track", **change)
        assert found(10) == [said]

    def test_a_status_whose_value_went(self, review):
        SeriesStatus.objects.update(status="on_track")
        LiveReading.objects.all().delete()
        assert found(10) == ["on track, value gone"]


class TestWhole:
    """Fact 11: what a constraint forbids is found when the constraint is gone."""

    def test_who_when_and_what(self, climbed):
        names = {"review_closes_with_cause_outcome_reason_decision", "each_step_once"}
        assert not names & set(found(11))
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispute.objects.update(ended_at=AT)

    @pytest.mark.skipif(
        "connection.vendor != 'sqlite'", reason="SQLite can be told to look away for a moment"
    )
    def test_a_row_slipped_in_without_the_constraint(self, climbed):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            Dispute.objects.update(ended_at=AT)
            BumpUp.objects.update(reason="")
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        assert set(found(11)) == {
            "against the constraint dispute_ends_with_time_and_reason",
            "against the constraint step_has_a_reason",
        }


class TestLedger:
    """Fact 12, but for the chain, which ledger.services.verification walks."""

    @pytest.mark.parametrize(
        ("verb", "kind"),
        [
            ("dispute.opened", "dispute"),
            ("dispute.ruled", "dispute"),
            ("motion.put", "motion"),
            ("decision.taken", "decision"),
            ("vote.cast", "vote"),
        ],
    )
    def test_an_act_that_the_ledger_does_not_know(self, verb, kind):
        make_disputes.ruled()
        Event.objects.filter(verb=verb).update(verb="something.else")
        assert {each.key.partition(":")[0] for each in facts.broken(AT, [12])} == {kind}
        assert set(found(12)) == {f"the ledger has no {verb} of it"}

    def test_a_step_without_its_event(self, climbed):
        Event.objects.filter(verb="dispute.bumped_up").update(verb="something.else")
        assert found(12) == ["its event is not of a step"]

    def test_a_step_more_than_the_ledger_knows(self, climbed):
        BumpUp.objects.update(event=None)
        Event.objects.filter(verb="dispute.bumped_up").update(verb="something.else")
        assert found(12) == ["steps and their events differ in number"]

    def test_a_position_nobody_recorded(self, climbed):
        party = make_disputes.party(climbed)
        Position.objects.create(party=party, tier=2, text="Ours", at=AT)
        assert found(12) == ["the ledger has no position.stated of it"]

    def test_a_text_slipped_in(self, climbed):
        make_disputes.state_positions(climbed)
        Event.objects.filter(verb="position.stated").update(data={})
        assert set(found(12)) == {"its event has no digest of it"}


@pytest.mark.django_db(transaction=True)
def test_a_gap_in_numbers_and_seals():
    """Fact 12."""
    make_disputes.open_dispute()
    seals.seal_all(at=AT)
    assert found(12) == []
    Event.objects.filter(number=2).update(number=None, link="")
    Seal.objects.all().delete()
    assert set(found(12)) == {
        "a number is missing",
        "a seal is missing, or numbered events are in none",
    }


class TestVersions:
    """Fact 13."""

    def test_a_version_that_went(self, review):
        RuleVersion.objects.update(version=2)
        assert set(found(13)) == {"a version is missing"}

    def test_an_old_signal_under_a_later_setting(self, review):
        RuleVersion.objects.update(at=AT + datetime.timedelta(days=1))
        assert "it is older than the setting it is said to be of" in found(13)

    def test_a_setting_without_a_reason_is_refused(self, review):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleVersion.objects.update(reason="")

    def test_a_new_meaning_without_a_reason_is_refused(self, review):
        with pytest.raises(IntegrityError), transaction.atomic():
            Definition.objects.update(version=2)


def test_findings_name_nothing(review):
    """They go to the health page: ids and our own words, no title and no person."""
    OrganisationFactory(name="Secret Service")
    Signal.objects.update(evidence={})
    ReviewDeviation.objects.all().delete()
    text = " ".join(f"{each.key} {each.detail}" for each in facts.broken(AT))
    names = [*Organisation.objects.values_list("name", flat=True), review.kpi.name]
    assert not [name for name in names if name in text]


def test_all_questions_are_one_statement(review, django_assert_max_num_queries):
    facts.broken(AT)
    with django_assert_max_num_queries(60):
        facts.broken(AT)
    with django_assert_max_num_queries(14):
        facts.broken(AT, since=AT)
    assert Plan.objects.count() == 1
