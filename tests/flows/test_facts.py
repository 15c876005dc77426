"""Attempts to break the facts of docs/architecture.md, each through the real services.

The walks take random steps, refusals and all, and look after each step whether what
must always hold still does; tests/flows/walks.py has the steps.
"""

from __future__ import annotations

import datetime
import os

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from forums.services import decisions, motions, votes
from forums.services import forums as forum_services
from kpis.models import Deviation, Reading, Series, Signal, Target
from kpis.rules.values import NumberRefused
from kpis.services import detection, entries, readings, rules
from labs.services import revisions
from ledger import content
from ledger.models import Event
from ledger.rules.errors import Refused
from people.models import Appointment
from people.services import documents
from reviews.selectors import standing
from reviews.services import advancing, approvals, disputes, routing
from tests.factories import disputes as make_disputes
from tests.factories import forums as make_forums
from tests.factories import kpis as make_kpis
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import SYSTEM, core, held_post, person_in
from tests.factories.people import AppointmentFactory, actor
from tests.flows.walks import DisputeWalk, PlanWalk, ReadingWalk, VoteWalk

pytestmark = pytest.mark.django_db
AT, ON = make.AT, make.ON
# Examples of each walk; WALKS=20 takes twenty times as many, anew each time.
LONGER = int(os.environ.get("WALKS", "1"))


def some(examples: int) -> settings:
    return settings(max_examples=examples * LONGER, derandomize=LONGER == 1)


def walk(kind, steps) -> None:
    """Take the steps in a world of their own, that is thrown away."""
    with transaction.atomic():
        world = kind()
        world.check()
        for step in steps:
            world.take(*step)
            world.check()
        transaction.set_rollback(True)


def steps_of(kind, least: int = 8, most: int = 14):
    """Steps of a walk: which act, and three numbers with which it chooses."""
    number = st.integers(0, 11)
    step = st.tuples(st.sampled_from(kind.ACTS), number, number, number)
    return st.lists(step, min_size=least, max_size=most)


@some(3)
@given(steps=steps_of(ReadingWalk))
def test_signals_episodes_and_readings_hold_through_any_history(steps):
    """Facts 1, 2, 3, 10 and 13."""
    walk(ReadingWalk, steps)


@some(4)
@given(steps=steps_of(PlanWalk))
def test_adopted_revisions_and_targets_hold_through_any_history(steps):
    """Facts 4 and 5."""
    walk(PlanWalk, steps)


@some(6)
@given(steps=steps_of(DisputeWalk))
def test_the_ladder_holds_through_any_history(steps):
    """Facts 6 and 7."""
    walk(DisputeWalk, steps)


@some(10)
@given(steps=steps_of(VoteWalk))
def test_votes_hold_through_any_history(steps):
    """Facts 8 and 9."""
    walk(VoteWalk, steps)


class TestOneFiring:
    """Facts 1 and 13."""

    def test_other_settings_do_not_fire_again_for_what_fired(self):
        series = make_kpis.total(make_kpis.kpi())
        for year in ("2016", "2017"):
            make_kpis.target(series, year, "100", baseline="0")
        make_kpis.history(series, "2016-01-01", ["10", "10"])
        detection.detect(at=AT)
        before = list(Signal.objects.order_by("pk").values())
        rule = make_kpis.rule(series.definition.kpi, "progress")
        rules.change(
            rule=rule,
            parameters={**rule.versions.get().parameters, "clear_periods": 3},
            severity="review",
            applies_from=datetime.date(2015, 1, 1),
            reason="Three clear years",
            by=make_kpis.BY,
            at=AT,
        )
        found = detection.detect(at=AT)
        assert (found.signals, found.opened, found.closed) == (0, 0, 0)
        assert list(Signal.objects.order_by("pk").values()) == before

    def test_a_period_that_other_settings_missed_fires_under_new_ones(self):
        series = make_kpis.total(make_kpis.kpi())
        make_kpis.target(series, "2018", "100", baseline="0")
        make_kpis.reading(series, "2018", "80")
        detection.detect(at=AT)
        assert not Signal.objects.exists()
        rule = make_kpis.rule(series.definition.kpi, "progress")
        rules.change(
            rule=rule,
            parameters={**rule.versions.get().parameters, "at_risk_from": "0.85"},
            severity="review",
            applies_from=datetime.date(2015, 1, 1),
            reason="Stricter",
            by=make_kpis.BY,
            at=AT,
        )
        detection.detect(at=AT)
        assert Signal.objects.get().version.version == 2
        assert Deviation.objects.filter(closed_at=None).count() == 1


SIXTEEN = "1234567.890123456"


class TestDigits:
    """Fifteen digits at most, whichever way a number comes in."""

    @pytest.mark.parametrize("name", ["value", "baseline"])
    def test_a_target_from_a_source(self, name):
        series = make_kpis.total(make_kpis.kpi())
        numbers = {"value": "1", "baseline": "1", name: SIXTEEN}
        with pytest.raises(NumberRefused):
            make_kpis.target(series, "2018", numbers["value"], baseline=numbers["baseline"])
        assert not Target.objects.exists()

    @pytest.mark.parametrize("name", ["value", "high", "baseline"])
    def test_a_target_in_a_draft(self, name):
        draft = make.complete_draft()
        with pytest.raises(Refused):
            revisions.set_target(
                revision=draft.revision,
                series_key=draft.series.key,
                period=make.YEAR_2019,
                before=None,
                after={"value": "1", "high": "9999999", "baseline": "1", name: SIXTEEN},
                by=SYSTEM,
                at=AT,
            )

    @pytest.mark.parametrize(
        "seen", [make_kpis.number(SIXTEEN), make_kpis.number("1", "range", SIXTEEN)]
    )
    def test_a_reading(self, seen):
        with pytest.raises(NumberRefused):
            make_kpis.reading(make_kpis.total(make_kpis.kpi()), "2018", seen)
        assert not Reading.objects.exists()

    def test_the_api(self):
        where = make.place()
        kpi = make_kpis.kpi(where.area, rules_from="", owner=where.owner)
        client = APIClient()
        client.force_login(where.owner_user)
        sent = {"kpi": kpi.code, "period": "2018", "value": SIXTEEN, "source": "Register"}
        assert client.post("/api/v1/readings/", sent, format="json").status_code == 400
        assert not Reading.objects.exists()


@pytest.mark.parametrize(("above", "below", "fires"), [(9499, 10000, True), (19, 20, False)])
def test_a_ratio_at_the_threshold_is_compared_exactly(above, below, fires):
    """94.99 per cent misses 95; 19 of 20 meets it although 0.95 is no binary number."""
    kpi = make_kpis.monthly_ratio()
    series = make_kpis.total(kpi)
    rule = make_kpis.rule(kpi, "progress")
    rules.change(
        rule=rule,
        parameters={
            **rule.versions.get().parameters,
            "on_track_within": "0",
            "at_risk_within": "0",
        },
        severity="review",
        applies_from=datetime.date(2015, 1, 1),
        reason="To the letter",
        by=make_kpis.BY,
        at=AT,
    )
    make_kpis.target(series, "2018-03", "95")
    make_kpis.reading(series, "2018-03", make_kpis.share(above, below))
    detection.detect(at=AT)
    assert Deviation.objects.exists() is fires


class TestNotTheSameHand:
    """Fact 9 looks at user, principal and post."""

    @pytest.fixture
    def where(self):
        return make.place()

    @pytest.fixture
    def entered_for_the_owner(self, where):
        """A value that the delivery unit entered on behalf of the owner's post."""
        kpi = make_kpis.kpi(where.area, rules_from="", owner=where.owner, verifier=where.verifier)
        series = make_kpis.total(kpi)
        return entries.record(
            series=series,
            period=make_kpis.period(series, "2018"),
            observation=make_kpis.number("5"),
            source="Letter",
            state="final",
            owner=where.owner,
            file=ContentFile(b"%PDF-1.4 letter", "letter.pdf"),
            by=actor(where.unit),
            at=AT,
        ).reading

    def test_the_owner_does_not_verify_through_another_post(self, where, entered_for_the_owner):
        AppointmentFactory(post=where.verifier, user=where.owner_user, acting=True)
        with pytest.raises(readings.OwnReading):
            readings.verify(
                reading=entered_for_the_owner, by=actor(where.owner_user, where.verifier), at=AT
            )

    def test_nor_once_they_have_left_the_post(self, where, entered_for_the_owner):
        owner = where.owner_user
        Appointment.objects.filter(user=owner).update(ends_on=ON)
        later = AT + datetime.timedelta(days=30)
        AppointmentFactory(post=where.verifier, user=owner, acting=True)
        with pytest.raises(readings.OwnReading):
            readings.verify(
                reading=entered_for_the_owner, by=actor(owner, where.verifier), at=later
            )

    def test_the_verifier_does(self, where, entered_for_the_owner):
        person = person_in(where.verifier)
        readings.verify(reading=entered_for_the_owner, by=actor(person, where.verifier), at=AT)
        entered_for_the_owner.refresh_from_db()
        assert entered_for_the_owner.verification.by_user == person

    def test_who_becomes_owner_after_the_motion_was_put_does_not_vote(self):
        review, draft = make.open_review()
        motion = make.propose(review, mode="majority").motion
        seat = core(review.forum)[0]
        AppointmentFactory(post=draft.place.owner, user=person_in(seat), acting=True)
        with pytest.raises(votes.HasInterest):
            make_forums.cast(motion, seat)

    def test_the_owner_does_not_vote_in_a_seat_taken_after_it(self):
        review, draft = make.open_review()
        motion = make.propose(review, mode="majority").motion
        seat = core(review.forum)[0]
        owner = draft.place.owner_user
        AppointmentFactory(post=seat, user=owner, acting=True)
        with pytest.raises(votes.HasInterest):
            votes.cast(
                motion=motion, post=seat, choice="for", reason="x", by=actor(owner, seat), at=AT
            )


class TestOneVoteEach:
    """One person has one vote, however many posts they hold."""

    def test_a_second_place_of_the_same_person_is_barred_from_the_start(self):
        forum = make_forums.make_forum(members=2, quorum=2)
        first, second = core(forum)
        Appointment.objects.filter(post=second).delete()
        AppointmentFactory(post=second, user=person_in(first), acting=True)
        motion = make_forums.put(forum, mode="majority")
        assert motion.voters.exclude(barred_because="").get().post == second

    def test_the_quorum_counts_persons(self):
        forum = make_forums.make_forum("Committee", members=1, quorum=2, parent=parent())
        (seat,) = core(forum)
        Appointment.objects.filter(post=seat).delete()
        AppointmentFactory(post=seat, user=person_in(forum.chair), acting=True)
        with pytest.raises(motions.CannotSit):
            make_forums.put(forum)

    def test_a_place_taken_after_voting_gives_no_second_vote(self):
        forum = make_forums.make_forum(members=2, quorum=2)
        first, second = core(forum)
        motion = make_forums.put(forum, mode="majority")
        make_forums.cast(motion, first)
        person = person_in(first)
        AppointmentFactory(post=second, user=person, acting=True)
        with pytest.raises(votes.OneVoteEach):
            votes.cast(
                motion=motion, post=second, choice="for", reason="x", by=actor(person), at=AT
            )


class TestMinute:
    """Acts on behalf of others are answered by those others."""

    def enter(self, motion, user, post, signed_by):
        by = actor(user, post)
        document = documents.store(file=ContentFile(b"%PDF-1.4 m", "m.pdf"), by=by, at=AT)
        return votes.record_minute(
            motion=motion,
            votes=[votes.MinutedVote(motion.forum.chair_id, "for", "As minuted")],
            reason="As minuted",
            dissent="",
            sources=[],
            document=document,
            principal_post=signed_by,
            by=by,
            at=AT,
        )

    def test_is_signed_by_somebody_with_a_place(self):
        motion = make_forums.put(make_forums.make_forum())
        secretary = motion.forum.secretary
        with pytest.raises(votes.SignedByOutsider):
            self.enter(motion, person_in(secretary), secretary, held_post("Friend"))

    def test_is_not_confirmed_by_who_entered_it(self):
        forum = make_forums.make_forum()
        chair = person_in(forum.chair)
        AppointmentFactory(post=forum.secretary, user=chair, acting=True)
        decision = self.enter(make_forums.put(forum), chair, forum.secretary, forum.chair)
        with pytest.raises(decisions.OwnEntry):
            decisions.confirm(decision=decision, reason="", by=actor(chair, forum.chair), at=AT)
        decisions.repudiate(
            decision=decision, reason="Wrong file", by=actor(chair, forum.chair), at=AT
        )


def parent():
    return make_forums.make_forum("Council")


def close(forum, successor=None):
    return forum_services.close(forum=forum, successor=successor, by=SYSTEM, at=AT)


class TestClosedForums:
    """Nothing is left before a forum that no longer sits (fact 6)."""

    def test_a_motion_is_decided_first(self):
        motion = make_forums.put(make_forums.make_forum(parent=parent()))
        with pytest.raises(forum_services.MotionsOpen):
            close(motion.forum)

    def test_without_a_named_successor_the_forum_above_takes_over(self):
        dispute = make_disputes.open_dispute()
        lowest, next_up = (make_disputes.forum_at(dispute, number) for number in (1, 2))
        close(lowest)
        assert standing.forum_of(standing.tier_of(dispute)) == next_up
        make_disputes.rule(make_disputes.put_ruling(dispute))
        dispute.refresh_from_db()
        assert dispute.state == "ruled"

    def test_a_review_goes_on_in_the_forum_above(self):
        review, _draft = make.open_review()
        close(review.forum)
        review.refresh_from_db()
        assert make.propose(review).motion.forum == review.forum.parent

    def test_a_top_that_others_answered_to_needs_a_named_one(self):
        dispute = make_disputes.at_tier(4)
        for number in (1, 2, 3):
            close(make_disputes.forum_at(dispute, number))
        with pytest.raises(forum_services.NeedsSuccessor):
            close(make_disputes.forum_at(dispute, 4))


class TestRestricted:
    """Fact 8: counted, never named."""

    def test_adopting_a_restricted_plan_leaves_no_open_event(self):
        where = make.place()
        draft = make.complete_draft(where)
        draft.revision.plan.lab.restricted_to.add(where.home)
        before = set(Event.objects.values_list("pk", flat=True))
        make.carry(approvals.submit(revision=draft.revision, by=actor(where.unit), at=AT))
        told = Event.objects.exclude(pk__in=before)
        assert told.count() > 3
        assert not told.filter(restricted=False).exists()


def fails(*_args, **_kwargs):
    raise OSError("the disk is full")


ACTS = {
    "a reading": lambda: make_kpis.reading(Series.objects.get(), "2017", "5"),
    "detection": lambda: detection.detect(at=AT),
    "a sweep": lambda: routing.route(at=AT),
    "a dispute": lambda: disputes.open(
        title="Count",
        about="value",
        question="Whose?",
        kpi=Series.objects.get().definition.kpi,
        parties=[held_post("One").organisation, held_post("Two").organisation],
        by=SYSTEM,
        at=AT,
    ),
}
ROWS = (Reading, Signal, Deviation, Target)


@pytest.mark.parametrize("act", ACTS)
def test_a_change_whose_event_cannot_be_written_did_not_happen(act, monkeypatch):
    """Fact 12."""
    make_area_with_news()
    if act == "a sweep":
        detection.detect(at=AT)
    before = everything()
    with monkeypatch.context() as broken:
        broken.setattr(content, "mac_of", fails)
        with pytest.raises(OSError), transaction.atomic():
            ACTS[act]()
    assert everything() == before
    ACTS[act]()
    assert everything() != before


def make_area_with_news():
    """A value off track that nobody has looked at."""
    area = make_labs.AreaFactory(home_forum=make_forums.ladder(2)[0])
    series = make_kpis.total(make_kpis.kpi(area))
    make_kpis.target(series, "2018", "100", baseline="0")
    make_kpis.reading(series, "2018", "10")


def everything() -> list[object]:
    """All rows that the acts of fact 12 write."""
    from kpis.models import Hold, LiveReading
    from ledger.models import Notice
    from reviews.models import Dispute, Review, Tier

    kinds = (*ROWS, Hold, LiveReading, Series, Dispute, Tier, Review, Event, Notice)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def test_a_step_of_the_ladder_and_its_event_are_one(monkeypatch):
    """Fact 12 for a sweep over several: what could not be told did not happen, and is taken up again."""
    dispute = make_disputes.open_dispute()
    late = AT + datetime.timedelta(days=60)
    with monkeypatch.context() as broken:
        broken.setattr(content, "mac_of", fails)
        with pytest.raises(OSError), transaction.atomic():
            advancing.advance(at=late)
    dispute.refresh_from_db()
    assert (dispute.tier, dispute.bump_ups.count()) == (1, 0)
    assert advancing.advance(at=late).moved == 1
