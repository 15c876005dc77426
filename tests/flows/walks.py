"""Worlds in which random steps are taken through the product's own services.

``take(act, a, b, c)`` does one act with numbers to choose by; what the rules refuse
is part of the walk. ``check()`` asserts what must hold whatever came before.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Count, Q

from forums.models import Decision, Motion, Vote
from forums.services import forums
from kpis.models import (
    Deviation,
    Hold,
    LiveReading,
    Reading,
    Rule,
    Series,
    SeriesStatus,
    Signal,
    Target,
)
from kpis.services import detection, readings, rules
from kpis.services import series as series_service
from labs.models import Change, Revision
from labs.selectors import plans
from labs.services import revisions
from ledger.models import Event
from ledger.rules.errors import Refused
from people.models import Appointment
from people.selectors import people
from reviews.models import BumpUp, Review, ReviewDeviation
from reviews.services import (
    advancing,
    approvals,
    bump_ups,
    positions,
    routing,
    rulings,
    settlements,
    voting,
    withdrawals,
)
from tests.factories import disputes as make_disputes
from tests.factories import forums as make_forums
from tests.factories import kpis as make_kpis
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import SYSTEM, core, person_in
from tests.factories.people import AppointmentFactory, OrganisationFactory, actor

T = TypeVar("T")
DAY = datetime.timedelta(days=1)


def pick(choices: Sequence[T], number: int) -> T | None:
    """One of the choices, None when there is none."""
    return choices[number % len(choices)] if choices else None


class Walk:
    """A world, its clock and the acts that can be taken in it."""

    ACTS: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.at = make.AT

    def take(self, act: str, a: int, b: int, c: int) -> None:
        """One act; a refusal is an answer and changes nothing."""
        try:
            getattr(self, act)(a, b, c)
        except Refused:
            pass

    def check(self) -> None:
        """What must hold now."""
        raise NotImplementedError


class Unchanging:
    """Remembers rows that must never change, and tells when one did."""

    def __init__(self, **columns: Any) -> None:
        self.kinds = columns
        self.seen: dict[tuple[str, int], dict[str, Any]] = {}

    def check(self) -> None:
        for name, (model, free) in self.kinds.items():
            rows = {row["id"]: row for row in model.objects.values()}
            gone = {pk for kind, pk in self.seen if kind == name} - set(rows)
            assert not gone, f"{name} {gone} disappeared"
            for pk, row in rows.items():
                kept = {key: value for key, value in row.items() if key not in free}
                assert self.seen.setdefault((name, pk), kept) == kept


class ReadingWalk(Walk):
    """One KPI by year with targets, two sources, and people who change their minds."""

    ACTS = ("record", "correct", "retract", "verify", "choose", "change_rule", "sweep", "settle")
    YEARS = ("2015", "2016", "2017", "2018")
    VALUES = ("10", "60", "95", "120")

    def __init__(self) -> None:
        super().__init__()
        where = make.place()
        self.kpi = make_kpis.kpi(
            where.area,
            rules_from="",
            owner=where.owner,
            verifier=where.verifier,
            reporting_from=datetime.date(2015, 1, 1),
        )
        Rule.objects.get(kind="progress").versions.update(applies_from=datetime.date(2015, 1, 1))
        self.where = where
        self.series = make_kpis.total(self.kpi)
        for year in self.YEARS:
            make_kpis.target(self.series, year, "100", baseline="0")
        self.unchanging = Unchanging(
            reading=(Reading, ()),
            signal=(Signal, ()),
            target=(Target, ("until_change_id",)),
        )

    def live(self, number: int) -> Reading | None:
        pointers = LiveReading.objects.order_by("pk").select_related("reading")
        found = pick(pointers, number)
        return found and found.reading

    def record(self, a: int, b: int, c: int) -> None:
        make_kpis.reading(
            self.series,
            self.YEARS[a % 4],
            self.VALUES[b % 4],
            source=f"Source {c % 2}",
            by=actor(self.where.owner_user, self.where.owner),
        )

    def correct(self, a: int, b: int, c: int) -> None:
        reading = pick(Reading.objects.order_by("pk"), a)
        if reading:
            seen = make_kpis.number(self.VALUES[b % 4])
            readings.correct(
                reading=reading, observation=seen, reason="Typing", by=SYSTEM, at=self.at
            )

    def retract(self, a: int, b: int, c: int) -> None:
        if reading := self.live(a):
            readings.retract(reading=reading, reason="Wrong", by=SYSTEM, at=self.at)

    def verify(self, a: int, b: int, c: int) -> None:
        if reading := self.live(a):
            post = pick([self.where.owner, self.where.verifier], b)
            readings.verify(reading=reading, by=actor(person_in(post), post), at=self.at)

    def choose(self, a: int, b: int, c: int) -> None:
        if reading := self.live(a):
            readings.choose(reading=reading, reason="Better", by=SYSTEM, at=self.at)

    def change_rule(self, a: int, b: int, c: int) -> None:
        rule = Rule.objects.get(kind="progress")
        rules.change(
            rule=rule,
            parameters={
                **rule.versions.order_by("-version")[0].parameters,
                "at_risk_from": ("0.3", "0.5", "0.7")[a % 3],
                "clear_periods": 1 + b % 2,
            },
            severity=("review", "ask")[c % 2],
            applies_from=datetime.date(2015, 1, 1),
            reason="Agreed",
            by=SYSTEM,
            at=self.at,
        )

    def sweep(self, a: int, b: int, c: int) -> None:
        make.sweep(self.at)

    def settle(self, a: int, b: int, c: int) -> None:
        review = Review.objects.filter(state="open").first()
        if review:
            make.carry(make.propose(review).motion, self.at)

    def check(self) -> None:
        self.unchanging.check()
        self._check_pointers()
        self.sweep(0, 0, 0)
        self._check_episodes()
        self._check_again_adds_nothing()
        self._check_status()

    def _check_pointers(self) -> None:
        place = ("series", "period_start", "period_end")
        groups = LiveReading.objects.values(*place).annotate(
            current=Count("pk", filter=Q(is_current=True))
        )
        assert {group["current"] for group in groups} <= {1}
        own = Reading.objects.filter(
            verification__by_user__isnull=False, by_user__isnull=False
        ).select_related("verification")
        assert all(one.by_user_id != one.verification.by_user_id for one in own)

    def _check_episodes(self) -> None:
        assert Deviation.objects.filter(closed_at=None).count() <= Rule.objects.count()
        assert not Deviation.objects.filter(routed_at=None).exists()
        wanted = set(Deviation.objects.filter(severity="review").values_list("pk", flat=True))
        joined = list(ReviewDeviation.objects.values_list("deviation", flat=True))
        assert sorted(joined) == sorted(wanted)
        assert Review.objects.filter(state="open").count() <= 1

    def _check_again_adds_nothing(self) -> None:
        rows = [Signal.objects.count(), Deviation.objects.count(), Review.objects.count()]
        series_service.touch(series_ids=Series.objects.values_list("pk", flat=True), at=self.at)
        found = detection.detect(at=self.at)
        assert (found.signals, found.opened, found.extended, found.closed) == (0, 0, 0, 0)
        assert routing.route(at=self.at).routed == 0
        assert [Signal.objects.count(), Deviation.objects.count(), Review.objects.count()] == rows

    def _check_status(self) -> None:
        newest = LiveReading.objects.filter(period_end="2018-12-31", is_current=True).first()
        status = SeriesStatus.objects.get(series=self.series).status
        assert (status == "missing") is (newest is None)
        if newest is not None:
            assert (status == "on_track") is (newest.reading.value >= 90)


class PlanWalk(Walk):
    """A plan in force, drafts beside one another, and a committee that decides."""

    ACTS = ("start", "retitle", "aim", "submit", "decide", "take_back", "refresh", "meddle")

    def __init__(self) -> None:
        super().__init__()
        self.draft = make.in_force()
        self.plan = self.draft.revision.plan
        self.read: dict[int, Any] = {}
        self.unchanging = Unchanging(target=(Target, ("until_change_id",)))

    def revision(self, number: int, *states: str) -> Revision | None:
        found = Revision.objects.filter(state__in=states).order_by("pk")
        return pick(found.select_related("plan__lab__area__programme", "motion"), number)

    def start(self, a: int, b: int, c: int) -> None:
        make_labs.revision_of(self.plan, f"Thought {a}")

    def retitle(self, a: int, b: int, c: int) -> None:
        if revision := self.revision(a, "draft"):
            self._edit(revision, b)

    def meddle(self, a: int, b: int, c: int) -> None:
        """Edit what must not be edited any more."""
        revision = self.revision(a, "adopted", "submitted", "rejected")
        if revision:
            before = list(revision.changes.order_by("pk").values())
            for act in (self._edit, self._aim):
                try:
                    act(revision, b)
                except revisions.NotADraft:
                    continue
                raise AssertionError("a revision that is no draft was edited")
            assert list(revision.changes.order_by("pk").values()) == before

    def _edit(self, revision: Revision, number: int) -> None:
        revisions.edit(
            revision=revision,
            part="goal",
            key=self.draft.goal,
            fields={"title": f"Safe streets {number}"},
            reason="Clearer",
            by=SYSTEM,
            at=self.at,
        )

    def aim(self, a: int, b: int, c: int) -> None:
        if revision := self.revision(a, "draft"):
            self._aim(revision, b)

    def _aim(self, revision: Revision, number: int) -> None:
        standing = Target.objects.filter(until_change=None, period_start="2019-01-01").first()
        make.set_target(
            revision,
            self.draft.series,
            make.YEAR_2019,
            str(40 + number),
            before=None if standing is None else make.numbers(f"{standing.value.normalize():f}"),
        )

    def submit(self, a: int, b: int, c: int) -> None:
        if revision := self.revision(a, "draft"):
            approvals.submit(revision=revision, by=actor(self.draft.place.unit), at=self.at)

    def decide(self, a: int, b: int, c: int) -> None:
        revision = self.revision(a, "submitted")
        if revision:
            voter = revision.motion.voters.select_related("post").get(presides=True)
            voting.vote(
                motion=revision.motion,
                post=voter.post,
                choice=("for", "for", "against")[b % 3],
                reason="Weighed",
                by=actor(person_in(voter.post), voter.post),
                at=self.at,
            )

    def take_back(self, a: int, b: int, c: int) -> None:
        revision = self.revision(a, "submitted")
        if revision:
            voting.withdraw(motion=revision.motion, reason="Not yet", by=SYSTEM, at=self.at)

    def refresh(self, a: int, b: int, c: int) -> None:
        if revision := self.revision(a, "draft"):
            revisions.bring_up_to_date(revision=revision, by=SYSTEM, at=self.at)

    def check(self) -> None:
        self.unchanging.check()
        adopted = list(Revision.objects.filter(state="adopted").order_by("number"))
        assert [one.number for one in adopted] == list(range(1, len(adopted) + 1))
        self.plan.refresh_from_db()
        assert self.plan.in_force == adopted[-1]
        for one in adopted:
            assert one.decision.outcome == "carried"
            assert one.motion_id == one.decision.motion_id
            now = (plans.content(self.plan, one.number), list(one.changes.order_by("pk").values()))
            assert self.read.setdefault(one.number, now) == now
        for target in Target.objects.filter(until_change=None).select_related("change__revision"):
            assert target.change.revision.state == "adopted"
        closing = Change.objects.filter(pk__in=Target.objects.values("until_change"))
        assert {change.revision.state for change in closing} <= {"adopted"}


class DisputeWalk(Walk):
    """A dispute on four tiers; parties, chairs and the clock do what they like."""

    ACTS = (
        *("wait", "wait", "bump_up", "state", "propose", "answer", "withdraw", "put", "rule"),
        *("waive", "vacate", "close_forum"),
    )
    TRIGGERS = ("deadlock", "withheld", "overdue_action", "cannot_sit", "deadline")

    def __init__(self) -> None:
        super().__init__()
        self.dispute = make_disputes.open_dispute()
        self.frozen = self._ladder()
        self.ended: tuple[str, Any] | None = None
        self.tier = 1

    def _ladder(self) -> list[tuple[Any, ...]]:
        columns = ("number", "forum", "response_days", "minimum_stay_days", "chair", "alternate")
        return list(self.dispute.tiers.order_by("number").values_list(*columns, "quorum"))

    def take(self, act: str, a: int, b: int, c: int) -> None:
        self.dispute.refresh_from_db()
        super().take(act, a, b, c)

    def party(self, number: int) -> Any:
        return make_disputes.party(self.dispute, number % 2)

    def wait(self, a: int, b: int, c: int) -> None:
        self.at += DAY * (a * 3)
        advancing.advance(at=self.at)
        again = advancing.advance(at=self.at)
        assert (again.moved, again.overdue_at_top) == (0, 0)

    def bump_up(self, a: int, b: int, c: int) -> None:
        party = None if b % 2 else self.party(a)
        bump_ups.bump_up(
            dispute=self.dispute,
            trigger=self.TRIGGERS[c % 5],
            reason="It stands still",
            party=party,
            by_chair=party is None,
            by=SYSTEM if party is None else make_disputes.by(party),
            at=self.at,
        )

    def state(self, a: int, b: int, c: int) -> None:
        party = self.party(a)
        positions.state(
            dispute=self.dispute, party=party, text="Ours", by=make_disputes.by(party), at=self.at
        )

    def propose(self, a: int, b: int, c: int) -> None:
        make_disputes.propose(self.dispute, a % 2, at=self.at)

    def answer(self, a: int, b: int, c: int) -> None:
        proposal = self.dispute.settlements.order_by("-pk").first()
        if proposal:
            party = self.party(a)
            settlements.answer(
                proposal=proposal,
                party=party,
                assents=b % 3 == 0,
                reason="So be it",
                by=make_disputes.by(party),
                at=self.at,
            )

    def withdraw(self, a: int, b: int, c: int) -> None:
        if b % 3 == 0:
            party = self.party(a)
            withdrawals.withdraw(
                dispute=self.dispute,
                party=party,
                reason="Enough",
                by=make_disputes.by(party),
                at=self.at,
            )

    def put(self, a: int, b: int, c: int) -> None:
        rulings.put(
            dispute=self.dispute, text="This count", reason="The law", by=SYSTEM, at=self.at
        )

    def rule(self, a: int, b: int, c: int) -> None:
        proposal = self.dispute.rulings.order_by("-pk").first()
        if proposal is None:
            return
        post = proposal.motion.voters.select_related("post").get(presides=True).post
        holder = people.holders(post, self.at.date())
        if holder:
            voting.vote(
                motion=proposal.motion,
                post=post,
                choice=("for", "against")[b % 2],
                reason="Somebody must",
                by=actor(holder[0], post),
                at=self.at,
            )

    def waive(self, a: int, b: int, c: int) -> None:
        party = self.party(a)
        bump_ups.waive(dispute=self.dispute, party=party, by=make_disputes.by(party), at=self.at)

    def vacate(self, a: int, b: int, c: int) -> None:
        """A chair further up goes; nobody acts."""
        number = 2 + a % 3
        if b % 2:
            chair = make_disputes.forum_at(self.dispute, number).chair
            Appointment.objects.filter(post=chair).update(ends_on=self.at.date() - DAY)

    def close_forum(self, a: int, b: int, c: int) -> None:
        if c % 3 == 0:
            forum = make_disputes.forum_at(self.dispute, 1 + a % 4)
            forums.close(forum=forum, successor=None, by=SYSTEM, at=self.at)

    def check(self) -> None:
        dispute = self.dispute
        dispute.refresh_from_db()
        steps = list(BumpUp.objects.order_by("from_tier", "pk"))
        assert [step.from_tier for step in steps] == list(range(1, dispute.tier))
        assert all(step.to_tier == step.from_tier + 1 and step.reason for step in steps)
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        assert self._ladder() == self.frozen
        assert dispute.tier >= self.tier
        self.tier = dispute.tier
        for tier in dispute.tiers.all():
            assert (tier.entered_at is not None) is (tier.number <= dispute.tier)
            assert (tier.left_at is not None) is (tier.number < dispute.tier)
        # A step by a person has an event of its own; those of one sweep share theirs.
        own = set(Event.objects.filter(verb="dispute.bumped_up").values_list("pk", flat=True))
        swept = Event.objects.filter(verb="disputes.advanced")
        told = {step.event_id for step in steps}
        assert told == own | set(swept.filter(pk__in=told).values_list("pk", flat=True))
        assert sum(step.event_id in own for step in steps) == len(own)
        if dispute.overdue_at_top_since:
            assert dispute.tier == len(self.frozen)
        assert Hold.objects.filter(lifted_at=None).exists() is (dispute.state == "open")
        self._check_ending()

    def _check_ending(self) -> None:
        dispute = self.dispute
        if self.ended is not None:
            assert dispute.state == self.ended[0]
            if dispute.decision_id != self.ended[1]:
                assert dispute.decision.supersedes_id == self.ended[1]
        if dispute.state != "open":
            self.ended = (dispute.state, dispute.decision_id)
            assert dispute.ended_because
        if dispute.state in {"settled", "withdrawn"}:
            assert not Motion.objects.filter(state="open").exists()
            assert dispute.decision is None
        parties = set(dispute.parties.values_list("organisation", flat=True))
        ruled = Vote.objects.exclude(choice="stood_aside")
        assert not ruled.filter(voter__post__organisation__in=parties).exists()


class VoteWalk(Walk):
    """A committee in which people hold each other's posts, and one of them owns the matter."""

    ACTS = ("put", "cast", "cast", "cast", "stand_in", "leave", "wait")

    def __init__(self) -> None:
        super().__init__()
        self.party = OrganisationFactory()
        self.forum = make_forums.make_forum(members=4, quorum=2, alternate=True)
        self.seats = [self.forum.chair, self.forum.alternate, *core(self.forum)]
        self.users = [person_in(post) for post in self.seats]
        self.owner = core(self.forum)[0]

    def put(self, a: int, b: int, c: int) -> None:
        mode = ("chair", "majority", "unanimity", "written")[a % 4]
        make_forums.put(
            self.forum,
            mode=mode,
            barred={self.owner.pk: "owns it"},
            closes_at=self.at + DAY * 7,
            at=self.at,
        )

    def cast(self, a: int, b: int, c: int) -> None:
        motion = Motion.objects.order_by("-pk").first()
        if motion is None:
            return
        user = self.users[a % len(self.users)]
        held = people.posts_of(user, self.at.date())
        post = pick([*held, *self.seats], b)
        choice = ("for", "against", "abstain", "stood_aside")[c % 4]
        voting.vote(
            motion=motion,
            post=post,
            choice=choice,
            reason="As I see it",
            by=actor(user, post),
            at=self.at,
        )

    def stand_in(self, a: int, b: int, c: int) -> None:
        user, post = self.users[a % len(self.users)], self.seats[b % len(self.seats)]
        if not Appointment.objects.filter(user=user, post=post).exists():
            AppointmentFactory(post=post, user=user, acting=True)

    def leave(self, a: int, b: int, c: int) -> None:
        rows = Appointment.objects.filter(user=self.users[a % len(self.users)]).order_by("pk")
        row = pick(rows.select_related("user"), b)
        if row and rows.count() > 1:
            user = row.user
            row.delete()
            people.forget(user)
            self.users = [person if person.pk != user.pk else user for person in self.users]

    def wait(self, a: int, b: int, c: int) -> None:
        self.at += DAY * (a % 4)
        voting.close_due(at=self.at)
        assert voting.close_due(at=self.at) == []

    def check(self) -> None:
        for motion in Motion.objects.all():
            cast = list(motion.votes.select_related("voter"))
            users = [vote.by_user_id for vote in cast]
            assert len(users) == len(set(users)), "somebody voted twice"
            counted = [vote for vote in cast if vote.choice != "stood_aside"]
            assert all(vote.voter.post_id != self.owner.pk for vote in counted)
            assert not any(vote.voter.barred_because for vote in counted)
            decision = Decision.objects.filter(motion=motion).first()
            assert (decision is not None) is (motion.state in {"carried", "lost", "lapsed"})
            if decision is not None:
                assert decision.reason
                assert decision.outcome == motion.state
            if decision is not None and decision.outcome == "carried":
                assert len(counted) >= motion.quorum
