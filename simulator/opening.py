"""How disputes begin, go where they belong, grow, and are taken back when opened in error."""

from __future__ import annotations

from forums.models import Action
from forums.rules.actions import NAGS_BEFORE_A_GROUND
from kpis.models import Kpi
from reviews.models import Dispute, Explanation, Review
from reviews.selectors import conflict_routes as routes
from reviews.selectors import standing
from reviews.services import conflict_routes, disputes, withdrawals
from simulator.parties import days_here, voice
from simulator.world import Ministry, World, in_order

QUARRELSOME = ("coordination", "external_policy")
SENT = 0.5  # share of distributional disputes that the chair sends on; others are opened so
WHY = "One of them pays for what the other gains"


def open_disputes(world: World) -> None:
    """About what was explained by the doings of others, and about what was not done."""
    _over_explanations(world)
    _over_actions(world)


def _over_explanations(world: World) -> None:
    rows = Explanation.objects.filter(
        review__state="open", review__kpi__isnull=False, review__disputes=None
    ).select_related("review__kpi__owner__organisation")
    for explanation in in_order(rows):
        rate = world.scenario.opened_per_review
        if explanation.cause in QUARRELSOME:
            rate *= 2
        review = explanation.review
        asked = ("disputed", explanation.pk)
        if world.age(explanation.at) == 2 and world.chance.happens(rate, *asked):
            assert review.kpi is not None, "only reviews of KPIs were asked for"
            _open(world, review.kpi, review)


def _over_actions(world: World) -> None:
    """Whoever waits for an action that lies about, owner reminded, goes to its forum."""
    rows = Action.objects.filter(state=Action.State.OPEN, nags__gte=NAGS_BEFORE_A_GROUND)
    for action in in_order(rows):
        day = world.chance.whole(5, 9, "waited", action.pk)
        if world.age(action.due_on) != day or not world.chance.happens(
            world.scenario.opened_per_overdue, "waits", action.pk
        ):
            continue
        reviewed = Review.objects.filter(decision=action.decision_id).values("kpi")
        kpi = Kpi.objects.filter(pk__in=reviewed).select_related("owner").first()
        if kpi is not None and not Dispute.objects.filter(kpi=kpi, state="open").exists():
            _open(world, kpi, None)


def _open(world: World, kpi: Kpi, review: Review | None) -> None:
    """Between ministries, or between the agencies of two of them: then it starts at home."""
    chance, key = world.chance, review.pk if review else f"{kpi.pk} {world.day}"
    assert kpi.owner is not None, "every KPI here has an owner"
    mine = next(
        each for each in world.ministries if each.organisation.pk == kpi.owner.organisation_id
    )
    other = chance.one_of([each for each in world.ministries if each is not mine], "against", key)
    agencies = review is not None and chance.happens(0.5, "agencies", key)
    parties = [mine.agency, other.agency] if agencies else [mine.organisation, other.organisation]
    post = mine.agency_head if agencies else mine.director
    by = world.in_post(post) if review else voice(world, other.organisation)
    if by is None:
        return
    apart = _is_distributional(world, f"{kpi.pk} {world.day}", sent=False)
    world.do(
        disputes.open,
        title=f"Who answers for {kpi.name}",
        about=chance.one_of(("value", "attribution", "resource"), "about", key),
        question="Whose doing is it?",
        parties=parties,
        kpi=kpi,
        review=review,
        is_distributional=apart,
        route_reason=WHY if apart else "",
        by=by,
    )


def _is_distributional(world: World, key: str, *, sent: bool) -> bool:
    """Whether it is about who gains and who pays, and is found to be so then or later."""
    if not world.chance.happens(world.scenario.distributional, "distributional", key):
        return False
    return world.chance.happens(SENT, "sent", key) is sent


def send_on(world: World, dispute: Dispute) -> None:
    """The chair sends what is about burdens to the forum for conflicts."""
    key = f"{dispute.kpi_id} {dispute.at.date()}"
    if days_here(world, dispute) != 2 or not _is_distributional(world, key, sent=True):
        return
    by = world.in_post(standing.offices_of(standing.tier_of(dispute)).chair)
    if by is not None and routes.may_still_go(dispute):
        world.do(conflict_routes.send, dispute=dispute, reason=WHY, by=by)


def join(world: World, dispute: Dispute) -> None:
    """Now and then a third organisation finds that it is concerned, too."""
    chance = world.chance
    if not chance.happens(world.scenario.joined_late, "joined", dispute.pk):
        return
    if world.age(dispute.at) != chance.whole(3, 20, "joins", dispute.pk):
        return
    there = {each.organisation_id for each in dispute.parties.all()}
    others = [each for each in world.ministries if there.isdisjoint(_of(each))]
    if not others:
        return
    organisation = chance.one_of(others, "who joins", dispute.pk).organisation
    by = voice(world, organisation)
    if by is not None:
        world.do(disputes.join, dispute=dispute, organisation=organisation, by=by)


def _of(ministry: Ministry) -> tuple[int, int]:
    return ministry.organisation.pk, ministry.agency.pk


def take_back(world: World, dispute: Dispute) -> None:
    """Whoever opened it in error withdraws it the next day, unless others took it up."""
    wrong = world.chance.happens(world.scenario.opened_in_error, "in error", dispute.pk)
    by = world.in_post(dispute.by_post_id)
    if wrong and by is not None and world.age(dispute.at) == 1:
        reason = "It is about another indicator"
        world.do(withdrawals.take_back, dispute=dispute, reason=reason, by=by)


def withdraw(world: World, dispute: Dispute) -> None:
    """A party lets it be; whoever is left alone then does so, too."""
    parties = standing.parties(dispute)
    alone = len(parties) == 1
    rate = 0.5 if alone else world.scenario.given_up
    if not world.chance.happens(rate, "lets be", dispute.pk, world.day):
        return
    party = parties[-1]
    by = voice(world, party.organisation_id)
    if by is not None:
        reason = "Nobody is left to quarrel with" if alone else "It is not worth it"
        world.do(withdrawals.withdraw, dispute=dispute, party=party, reason=reason, by=by)
