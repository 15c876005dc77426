"""All that the page of a dispute shows: its ladder, words, offers, questions, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from forums.models import Action, Forum, Motion
from forums.selectors import members
from people.models import Post, User
from people.selectors import people
from reviews.models import (
    BumpUp,
    Dispute,
    InformationRequest,
    Party,
    Position,
    RulingProposal,
    SettlementAnswer,
    SettlementProposal,
    Tier,
)
from reviews.selectors import standing, subjects
from reviews.selectors.obstacles import Option, options
from reviews.selectors.subjects import Subject

PASSED, HERE, AHEAD = "passed", "here", "ahead"


@dataclass(frozen=True, slots=True)
class Rung:
    """One tier: where it is on the way, who would decide there, by when, knowing what.

    ``latest`` is the last day there, for a tier still ahead if every deadline before
    it runs out. ``knowing`` of ``free`` members also sit in the home forum.
    """

    tier: Tier
    forum: Forum
    place: str
    is_top: bool
    presides: Post | None
    holders: list[User]
    interest_stated: str
    latest: date | None
    free: int
    knowing: int
    step: BumpUp | None


@dataclass(frozen=True, slots=True)
class Voice:
    """A party with what it said, newest last."""

    party: Party
    positions: list[Position]
    has_spoken_here: bool
    has_waived: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything about one dispute."""

    dispute: Dispute
    subject: Subject | None
    rungs: list[Rung]
    voices: list[Voice]
    settlements: list[SettlementProposal]
    requests: list[InformationRequest]
    rulings: list[RulingProposal]
    history: list[dict[str, Any]]
    overdue_actions: list[Action]
    stay_until: date
    stay_is_over: bool

    @property
    def here(self) -> Rung:
        """The tier that holds the dispute."""
        return next(rung for rung in self.rungs if rung.place == HERE)

    @property
    def next_up(self) -> Rung | None:
        """The tier above."""
        return next((rung for rung in self.rungs if rung.place == AHEAD), None)

    @property
    def one_party_left(self) -> Party | None:
        """The only party that still takes part, where the others left or merged into it."""
        left = [voice.party for voice in self.voices if voice.party.withdrew_at is None]
        return left[0] if len(left) == 1 else None


def page(dispute: Dispute, at: datetime) -> Page:
    """The page of a dispute loaded by ``loaded``."""
    on = standing.today(dispute, at)
    last_of_stay = standing.stay_until(dispute, standing.tier_of(dispute))
    steps = list(dispute.bump_ups.select_related("by_user", "by_post__organisation"))
    return Page(
        dispute=dispute,
        subject=subject_of(dispute),
        rungs=_rungs(dispute, steps, on),
        voices=_voices(dispute),
        settlements=_settlements(dispute),
        requests=list(
            dispute.requests.select_related(
                "organisation",
                "asked_by__organisation",
                "by_user",
                "by_post__organisation",
                "answered_by",
            )
        ),
        rulings=list(dispute.rulings.select_related("motion__forum", "motion__decision")),
        history=_history(steps),
        overdue_actions=standing.overdue_actions(dispute, on),
        stay_until=last_of_stay,
        stay_is_over=on > last_of_stay,
    )


def loaded():  # type: ignore[no-untyped-def]
    """Disputes with what their page needs beside the parts."""
    return Dispute.objects.select_related(
        *("area__programme", "area__lead", "area__home_forum", "kpi", "plan__lab"),
        *("review", "decision__motion__forum", "by_user", "by_post__organisation"),
    )


def subject_of(dispute: Dispute) -> Subject | None:
    """The KPI or milestone in dispute; None for a whole plan."""
    if dispute.kpi_id:
        return subjects.of_kpi(subjects.kpis().get(pk=dispute.kpi_id))
    if dispute.milestone_key:
        plan = subjects.plans().get(pk=dispute.plan_id)
        return subjects.of_milestone(plan, dispute.milestone_key)
    return None


def bump_up_options(
    dispute: Dispute, at: datetime, *, party: Party | None, by_chair: bool
) -> list[Option]:
    """Every trigger, open now or with the reasons why not."""
    return options(standing.standing_of(dispute, at, by_chair=by_chair, party=party))


def _rungs(dispute: Dispute, steps: list[BumpUp], on: date) -> list[Rung]:
    home = {post.pk for post in members.members(dispute.area.home_forum, on)}
    tiers = standing.tiers(dispute)
    by_step = {step.from_tier: step for step in steps}
    latest = dispute.deadline
    found = []
    for tier in tiers:
        place = PASSED if tier.number < dispute.tier else AHEAD
        place = HERE if tier.number == dispute.tier else place
        if place == AHEAD and latest is not None:
            latest = standing.deadline_of(tier, max(latest, on))
        last_day = latest if place == AHEAD else tier.deadline
        found.append(_rung(dispute, tier, place, tiers[-1], last_day, by_step, home, on))
    return found


def _rung(
    dispute: Dispute,
    tier: Tier,
    place: str,
    top: Tier,
    latest: date | None,
    steps: dict[int, BumpUp],
    home: set[int],
    on: date,
) -> Rung:
    forum = standing.forum_of(tier)
    sitting, places = standing.frozen(dispute, tier, on)
    free = [each.post for each in places if not each.barred_because]
    presides = next((each for each in places if each.presides), None)
    return Rung(
        tier=tier,
        forum=forum,
        place=place,
        is_top=tier.pk == top.pk,
        presides=presides.post if presides else None,
        holders=people.holders(presides.post, on) if presides else [],
        interest_stated=sitting.interest_stated,
        latest=latest,
        free=len(free),
        knowing=sum(post.pk in home for post in free),
        step=steps.get(tier.number),
    )


def _voices(dispute: Dispute) -> list[Voice]:
    positions = Position.objects.select_related("by_user", "by_post__organisation")
    parties = dispute.parties.select_related("organisation").prefetch_related(
        Prefetch("positions", positions.select_related("principal", "principal_post")), "waivers"
    )
    return [
        Voice(
            party=party,
            positions=list(party.positions.all()),
            has_spoken_here=any(each.tier == dispute.tier for each in party.positions.all()),
            has_waived=any(each.tier == dispute.tier for each in party.waivers.all()),
        )
        for party in parties
    ]


def _settlements(dispute: Dispute) -> list[SettlementProposal]:
    answers = SettlementAnswer.objects.select_related(
        "party__organisation", "by_user", "by_post__organisation"
    )
    return list(
        dispute.settlements.select_related(
            "party__organisation", "by_user", "by_post__organisation", "revision"
        )
        .prefetch_related(Prefetch("answers", answers))
        .order_by("-at", "-pk")
    )


def _history(steps: list[BumpUp]) -> list[dict[str, Any]]:
    """The steps, oldest first, as the timeline component wants them."""
    return [
        {
            "at": step.at,
            "act": step,
            "title": _("Tier %(lower)d to tier %(upper)d: %(trigger)s")
            % {
                "lower": step.from_tier,
                "upper": step.to_tier,
                "trigger": step.get_trigger_display(),
            },
            "text": step.reason,
        }
        for step in steps
    ]


def open_ruling(dispute: Dispute) -> RulingProposal | None:
    """The ruling that is before the forum now."""
    return dispute.rulings.filter(motion__state=Motion.State.OPEN).select_related("motion").first()


def answerable(dispute: Dispute, party: Party | None) -> set[int]:
    """Proposals of others that the party has not answered yet."""
    if party is None:
        return set()
    offers = dispute.settlements.exclude(party=party).exclude(answers__party=party)
    return set(offers.values_list("pk", flat=True))


def may_waive(dispute: Dispute, party: Party) -> bool:
    """Whether the party has not yet waived the minimum stay at this tier."""
    return not party.waivers.filter(tier=dispute.tier).exists()
