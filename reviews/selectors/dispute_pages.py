"""All that the page of a dispute shows: its ladder, words, offers, questions, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from forums.models import Action, Motion
from people.models import Post
from reviews.models import (
    ConflictRoute,
    Dispute,
    Exhibit,
    InformationRequest,
    Party,
    Position,
    RulingProposal,
    SettlementAnswer,
    SettlementProposal,
)
from reviews.rules.extensions import WAITING
from reviews.selectors import (
    conflict_routes,
    dispute_history,
    dispute_rungs,
    extensions,
    standing,
    subjects,
)
from reviews.selectors.dispute_rungs import AHEAD, HERE, Rung
from reviews.selectors.obstacles import Option, options
from reviews.selectors.subjects import Subject


@dataclass(frozen=True, slots=True)
class Voice:
    """A party with what it said, newest last."""

    party: Party
    positions: list[Position]
    has_spoken_here: bool
    has_waived: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything about one dispute, on a day where its programme is."""

    dispute: Dispute
    on: date
    subject: Subject | None
    rungs: list[Rung]
    voices: list[Voice]
    settlements: list[SettlementProposal]
    requests: list[InformationRequest]
    rulings: list[RulingProposal]
    history: list[dict[str, Any]]
    exhibits: list[Exhibit]
    time_asked: list[extensions.Request]
    route: ConflictRoute | None
    owner: Post | None
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
    def above(self) -> list[Rung]:
        """The tiers ahead, lowest first."""
        return [rung for rung in self.rungs if rung.place == AHEAD]

    @property
    def time_waiting(self) -> list[extensions.Request]:
        """Requests for more time that the chair has yet to answer."""
        return [each for each in self.time_asked if each.fate == WAITING]

    @property
    def silent(self) -> list[InformationRequest]:
        """Questions whose day passed without an answer: who kept silent is on the record."""
        return [each for each in self.requests if _is_silent(each, self.on)]

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
    longer = list(dispute.extensions.select_related("by_user", "by_post__organisation"))
    route = conflict_routes.route_of(dispute)
    time_asked = extensions.requests(dispute, at)
    subject = subject_of(dispute)
    return Page(
        dispute=dispute,
        on=on,
        subject=subject,
        rungs=dispute_rungs.rungs(dispute, steps, longer, on),
        voices=_voices(dispute),
        settlements=_settlements(dispute),
        requests=_requests(dispute, on),
        rulings=list(dispute.rulings.select_related("motion__forum", "motion__decision")),
        history=dispute_history.entries(steps, longer, time_asked, route),
        exhibits=list(
            dispute.exhibits.select_related(
                "party__organisation", "document", "by_user", "by_post__organisation"
            )
        ),
        time_asked=time_asked,
        route=route,
        owner=subject.owner if subject else None,
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
            "party__organisation",
            "by_user",
            "by_post__organisation",
            "revision",
            "action_owner__organisation",
        )
        .prefetch_related(Prefetch("answers", answers))
        .order_by("-at", "-pk")
    )


def _requests(dispute: Dispute, on: date) -> list[InformationRequest]:
    """The questions, each with ``days_silent``: how long after its day nobody has answered."""
    related = ("organisation", "asked_by__organisation", "by_user", "by_post__organisation")
    found = list(dispute.requests.select_related(*related, "answered_by"))
    if dispute.ended_at is not None:
        on = min(on, standing.today(dispute, dispute.ended_at))
    for request in found:
        late = (on - request.due_on).days if _is_silent(request, on) else 0
        request.days_silent = late  # type: ignore[attr-defined]
    return found


def _is_silent(request: InformationRequest, on: date) -> bool:
    return request.state == InformationRequest.State.OPEN and request.due_on < on


def owner_of(dispute: Dispute) -> Post | None:
    """Who answers for what is in dispute, and goes on answering meanwhile; None for a plan."""
    subject = subject_of(dispute)
    return subject.owner if subject else None


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
