"""A day in each open dispute: argued, terms offered and answered, ruled."""

from __future__ import annotations

from typing import Any

from reviews.models import Dispute, Party
from reviews.selectors import standing
from reviews.services import positions, rulings, settlements
from simulator import climbing, opening
from simulator.parties import days_here, level_of, offices, voice
from simulator.world import World, in_order

TRACKED = 0.4  # share of terms with an action that one party is to carry out


def go_on_with_disputes(world: World) -> None:
    """A day in each open dispute."""
    climbing.answer_requests(world)
    for dispute in in_order(Dispute.objects.filter(state=Dispute.State.OPEN)):
        for step in STEPS:
            now = Dispute.objects.select_related("area__programme", "kpi").get(pk=dispute.pk)
            if now.state != Dispute.State.OPEN:
                break
            step(world, now)


def _argue(world: World, dispute: Dispute) -> None:
    for party in standing.parties(dispute):
        if party.positions.filter(tier=dispute.tier).exists():
            continue
        day = world.chance.whole(1, 5, "position", party.pk, dispute.tier)
        by = voice(world, party.organisation_id)
        if by is not None and days_here(world, dispute) >= day:
            text = "It was not our doing."
            world.do(positions.state, dispute=dispute, party=party, text=text, by=by)


def _settle(world: World, dispute: Dispute) -> None:
    """Terms at each tier; how soon they are taken is said tier by tier in the scenario."""
    parties = standing.parties(dispute)
    if len(parties) < 2:
        return
    here = dispute.settlements.filter(tier=dispute.tier, answers=None).order_by("pk").last()
    willing = world.scenario.settlement[level_of(world, dispute) - 1]
    agreed = world.chance.happens(willing, "agreed", dispute.pk, world.day)
    if here is None:
        made = dispute.settlements.filter(tier=dispute.tier).count()
        day = world.chance.whole(2, 6, "terms", dispute.pk, dispute.tier) + 10 * made
        if agreed or days_here(world, dispute) == day:
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
    tracked = world.chance.happens(TRACKED, "tracked", dispute.pk, world.day)
    if by is not None:
        world.do(
            settlements.propose,
            dispute=dispute,
            party=party,
            terms="Each carries half of it.",
            reason="Nobody above us knows it better.",
            by=by,
            **(_tracked(world, party) if tracked else {}),
        )


def _tracked(world: World, party: Party) -> dict[str, Any]:
    return {
        "action_title": "Carry our half",
        "action_owner": offices(world, party.organisation_id)[-1],
        "action_due": world.working_days_from(world.day, 20),
    }


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
    with_action = world.chance.happens(0.5, "ruled action", dispute.pk, world.day)
    action = {
        "action_title": "Carry out the ruling",
        "action_owner": offices(world, party.organisation_id)[-1],
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


STEPS = (
    opening.take_back,
    opening.send_on,
    opening.join,
    _argue,
    _settle,
    climbing.ask,
    climbing.give_time,
    _rule,
    climbing.bump_up,
    opening.withdraw,
)
