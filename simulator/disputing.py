"""Disputes: opened, argued, settled, bumped up, ruled."""

from __future__ import annotations

from people.models import Organisation, Post
from reviews.models import Dispute, Explanation, InformationRequest, Party
from reviews.rules import ladder as rules
from reviews.selectors import standing
from reviews.services import (
    bump_ups,
    disputes,
    extensions,
    information,
    positions,
    rulings,
    settlements,
    withdrawals,
)
from simulator.world import World, in_order

MANY = 0.2  # share of tiers at which somebody asks for information
QUARRELSOME = ("coordination", "external_policy")
BY_PARTIES = (rules.DEADLOCK, rules.WITHHELD, rules.OVERDUE_ACTION)


def open_disputes(world: World) -> None:
    """Some of what was explained by the doings of others becomes a dispute with them."""
    rows = Explanation.objects.filter(
        review__state="open", review__kpi__isnull=False, review__disputes=None
    ).select_related("review__kpi__owner__organisation")
    for explanation in in_order(rows):
        rate = world.scenario.opened_per_review
        if explanation.cause in QUARRELSOME:
            rate *= 2
        review = explanation.review
        asked = ("disputed", explanation.pk)
        if world.age(explanation.at) != 2 or not world.chance.happens(rate, *asked):
            continue
        _open(world, review)


def _open(world: World, review) -> None:  # type: ignore[no-untyped-def]
    """Between ministries, or between the agencies of two of them: then it starts at home."""
    mine = next(
        each
        for each in world.ministries
        if each.organisation.pk == review.kpi.owner.organisation_id
    )
    others = [each for each in world.ministries if each.number != mine.number]
    other = world.chance.one_of(others, "against", review.pk)
    agencies = world.chance.happens(0.5, "agencies", review.pk)
    parties = [mine.agency, other.agency] if agencies else [mine.organisation, other.organisation]
    by = world.in_post(mine.agency_head if agencies else mine.director)
    if by is None:
        return
    world.do(
        disputes.open,
        title=f"Who answers for {review.kpi.name}",
        about=world.chance.one_of(("value", "attribution", "resource"), "about", review.pk),
        question="Whose doing is it?",
        parties=parties,
        kpi=review.kpi,
        review=review,
        by=by,
    )


def go_on_with_disputes(world: World) -> None:
    """A day in each open dispute."""
    _answer_requests(world)
    for dispute in in_order(Dispute.objects.filter(state=Dispute.State.OPEN)):
        for step in (_argue, _settle, _ask, _extend, _rule, _bump_up, _withdraw):
            now = Dispute.objects.select_related("area__programme", "kpi").get(pk=dispute.pk)
            if now.state != Dispute.State.OPEN:
                break
            step(world, now)


def level_of(world: World, dispute: Dispute) -> int:
    """How high the forum stands that holds it: 1 working committee to 4 top."""
    return world.levels[standing.forum_of(standing.tier_of(dispute)).pk]


def voice(world: World, organisation: Organisation | int):  # type: ignore[no-untyped-def]
    """Who speaks for an organisation today: the highest of its posts that is held."""
    for post in Post.objects.filter(organisation=organisation).order_by("rank", "pk"):
        if by := world.in_post(post):
            return by
    return None


def _here(world: World, dispute: Dispute) -> int:
    """Working days at the current tier."""
    return world.age(standing.tier_of(dispute).entered_at or dispute.at)


def _argue(world: World, dispute: Dispute) -> None:
    for party in standing.parties(dispute):
        if party.positions.filter(tier=dispute.tier).exists():
            continue
        day = world.chance.whole(1, 5, "position", party.pk, dispute.tier)
        by = voice(world, party.organisation_id)
        if by is not None and _here(world, dispute) >= day:
            text = "It was not our doing."
            world.do(positions.state, dispute=dispute, party=party, text=text, by=by)


def _settle(world: World, dispute: Dispute) -> None:
    """Terms at each tier; the higher it stands the sooner they are taken."""
    parties = standing.parties(dispute)
    here = dispute.settlements.filter(tier=dispute.tier, answers=None).order_by("pk").last()
    willing = world.scenario.settlement[level_of(world, dispute) - 1]
    agreed = world.chance.happens(willing, "agreed", dispute.pk, world.day)
    if here is None:
        made = dispute.settlements.filter(tier=dispute.tier).count()
        day = world.chance.whole(2, 6, "terms", dispute.pk, dispute.tier) + 10 * made
        if agreed or _here(world, dispute) == day:
            _offer(world, dispute, parties[made % len(parties)])
        return
    age = world.age(here.at)
    if not agreed and age < world.chance.whole(3, 6, "declined", here.pk):
        return
    for party in parties:
        by = voice(world, party.organisation_id)
        if party.pk != here.party_id and by is not None:
            here.dispute = dispute
            world.do(
                settlements.answer,
                proposal=here,
                party=party,
                assents=agreed,
                reason="Better than a ruling" if agreed else "We cannot carry that",
                by=by,
            )


def _offer(world: World, dispute: Dispute, party: Party) -> None:
    by = voice(world, party.organisation_id)
    if by is not None:
        world.do(
            settlements.propose,
            dispute=dispute,
            party=party,
            terms="Each carries half of it.",
            reason="Nobody above us knows it better.",
            by=by,
        )


def _ask(world: World, dispute: Dispute) -> None:
    """Now and then a party asks the other for what it knows."""
    question = ("asks", dispute.pk, dispute.tier)
    if _here(world, dispute) != 2 or not world.chance.happens(MANY, *question):
        return
    first, second, *_others = standing.parties(dispute)
    by = voice(world, first.organisation_id)
    if by is not None:
        world.do(
            information.ask,
            dispute=dispute,
            organisation=second.organisation,
            question="How many were there?",
            due_on=world.working_days_from(world.day, 4),
            asked_by=first,
            by=by,
        )


def _answer_requests(world: World) -> None:
    """Answered, refused, or met by silence."""
    rows = InformationRequest.objects.filter(
        state=InformationRequest.State.OPEN, dispute__state=Dispute.State.OPEN
    ).select_related("dispute__area__programme")
    for request in in_order(rows):
        if world.age(request.at) != 3:
            continue
        by = voice(world, request.organisation_id)
        if by is None:
            continue
        if not world.chance.happens(world.scenario.withheld, "withheld", request.pk):
            world.do(information.answer, request=request, answer="There were nine.", by=by)
        elif world.chance.happens(0.5, "refused", request.pk):
            world.do(information.refuse, request=request, reason="It is confidential.", by=by)


def _extend(world: World, dispute: Dispute) -> None:
    """The chair gives more time, once."""
    if _here(world, dispute) != 6 or dispute.extensions.filter(tier=dispute.tier).exists():
        return
    tier = standing.tier_of(dispute)
    by = world.in_post(standing.offices_of(tier).chair)
    rate = world.scenario.extension
    if by is not None and world.chance.happens(rate, "time", dispute.pk, dispute.tier):
        reason = "They are near an agreement"
        world.do(extensions.grant, dispute=dispute, days=3, reason=reason, by=by)


def _rule(world: World, dispute: Dispute) -> None:
    """The forum that holds it is asked to rule, by its secretary."""
    rate = world.scenario.ruling[level_of(world, dispute) - 1]
    if dispute.rulings.filter(motion__state="open").exists():
        return
    tier = standing.tier_of(dispute)
    by = world.in_post(standing.forum_of(tier).secretary_id)
    if by is None or not world.chance.happens(rate, "ruling", dispute.pk, world.day):
        return
    if not standing.can_sit(dispute, tier, world.day).ok:
        return
    party = standing.parties(dispute)[0]
    owner = Post.objects.filter(organisation=party.organisation_id).order_by("-rank", "pk").first()
    with_action = world.chance.happens(0.5, "ruled action", dispute.pk, world.day)
    action = {
        "action_title": "Carry out the ruling",
        "action_owner": owner,
        "action_due": world.working_days_from(world.day, 30),
    }
    world.do(
        rulings.put,
        dispute=dispute,
        text="The first party answers for it.",
        reason="Somebody must.",
        by=by,
        **(action if with_action else {}),
    )


def _bump_up(world: World, dispute: Dispute) -> None:
    """A party, where a ground is open to it; the chair now and then declares deadlock."""
    if not world.chance.happens(world.scenario.bump_up, "up", dispute.pk, world.day):
        return
    party = world.chance.one_of(standing.parties(dispute), "who", dispute.pk, world.day)
    case = standing.standing_of(dispute, world.clock.now(), party=party)
    by = voice(world, party.organisation_id)
    trigger = next((each for each in BY_PARTIES if not rules.obstacles(each, case)), None)
    if trigger is not None and by is not None:
        reason = "We do not come further here"
        world.do(
            bump_ups.bump_up, dispute=dispute, trigger=trigger, reason=reason, party=party, by=by
        )
    elif by is not None and not party.waivers.filter(tier=dispute.tier).exists():
        world.do(bump_ups.waive, dispute=dispute, party=party, by=by)


def _withdraw(world: World, dispute: Dispute) -> None:
    """Rarely a party lets it be."""
    if not world.chance.happens(0.002, "lets be", dispute.pk, world.day):
        return
    party = standing.parties(dispute)[-1]
    by = voice(world, party.organisation_id)
    if by is not None:
        reason = "It is not worth it"
        world.do(withdrawals.withdraw, dispute=dispute, party=party, reason=reason, by=by)
