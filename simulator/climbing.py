"""What moves a dispute: information asked for and withheld, time asked and given, steps up."""

from __future__ import annotations

from ledger.rules.actors import Actor
from reviews.models import Dispute, InformationRequest, Party
from reviews.rules import ladder as rules
from reviews.selectors import extensions as selectors
from reviews.selectors import standing
from reviews.services import bump_ups, extensions, information
from simulator.parties import days_here, voice
from simulator.world import World, in_order

IN_ERROR = 0.05  # share of questions that are taken back the next day
PATIENCE = 3  # working days for an answer
MORE_DAYS = 3
ASKED_ON, GIVEN_ON = 3, 5  # working days at a tier


def ask(world: World, dispute: Dispute) -> None:
    """Now and then a party asks another for what it knows."""
    question = ("asks", dispute.pk, dispute.tier)
    rate = world.scenario.asked
    if days_here(world, dispute) != 1 or not world.chance.happens(rate, *question):
        return
    parties = standing.parties(dispute)
    if len(parties) < 2:
        return
    first = world.chance.one_of(parties, "who asks", dispute.pk, dispute.tier)
    other = next(each for each in parties if each.pk != first.pk)
    by = voice(world, first.organisation_id)
    if by is not None:
        world.do(
            information.ask,
            dispute=dispute,
            organisation=other.organisation,
            question="How many were there?",
            due_on=world.working_days_from(world.day, PATIENCE),
            asked_by=first,
            by=by,
        )


def answer_requests(world: World) -> None:
    """Answered, refused, met by silence, answered late; or taken back, when asked in error."""
    rows = InformationRequest.objects.filter(
        state=InformationRequest.State.OPEN, dispute__state=Dispute.State.OPEN
    ).select_related("dispute__area__programme")
    for request in in_order(rows):
        age = world.age(request.at)
        if age == 1 and world.chance.happens(IN_ERROR, "asked in error", request.pk):
            by = world.in_post(request.by_post_id)
            if by is not None:
                reason = "It is in the file"
                world.do(information.withdraw, request=request, reason=reason, by=by)
            continue
        by = voice(world, request.organisation_id)
        if by is not None:
            _answer(world, request, age, by)


def _answer(world: World, request: InformationRequest, age: int, by: Actor) -> None:
    chance = world.chance
    withheld = chance.happens(world.scenario.withheld, "withheld", request.pk)
    refused = withheld and chance.happens(0.5, "refused", request.pk)
    late = chance.whole(8, 40, "late", request.pk)
    if refused and age == 2:
        world.do(information.refuse, request=request, reason="It is confidential.", by=by)
    elif age == (late if withheld else 2):
        world.do(information.answer, request=request, answer="There were nine.", by=by)


def give_time(world: World, dispute: Dispute) -> None:
    """A party asks for more time, once at a forum; the chair gives it or lets the day stand."""
    chance, here = world.chance, days_here(world, dispute)
    key = (dispute.pk, dispute.tier)
    if here not in (ASKED_ON, GIVEN_ON):
        return
    parties = standing.parties(dispute)
    days = min(MORE_DAYS, selectors.longest(dispute))
    if here == ASKED_ON and chance.happens(world.scenario.time_asked, "time", *key):
        party = chance.one_of(parties, "who needs time", *key)
        by = voice(world, party.organisation_id)
        if by is not None:
            given = {"days": days, "reason": "Our figures come next week"}
            world.do(extensions.ask, dispute=dispute, party=party, by=by, **given)
    elif here == GIVEN_ON and not all(selectors.may_ask(dispute, each) for each in parties):
        by = world.in_post(standing.offices_of(standing.tier_of(dispute)).chair)
        if by is not None and chance.happens(world.scenario.extension, "gives time", *key):
            given = {"days": days, "reason": "They are near an agreement"}
            world.do(extensions.grant, dispute=dispute, by=by, **given)


def bump_up(world: World, dispute: Dispute) -> None:
    """A party with a ground against another goes up soon; without one, tired of it, seldom."""
    parties = standing.parties(dispute)
    party = world.chance.one_of(parties, "who", dispute.pk, world.day)
    grounds = _grounds(world, dispute, party)
    rate = world.scenario.bump_up_on_ground if grounds else world.scenario.bump_up
    if not world.chance.happens(rate, "up", dispute.pk, world.day):
        return
    by = voice(world, party.organisation_id)
    if by is None:
        return
    case = standing.standing_of(dispute, world.clock.now(), party=party)
    wanted = (*grounds, rules.DEADLOCK)
    trigger = next((each for each in wanted if not rules.obstacles(each, case)), None)
    if trigger is not None:
        reason = "We do not come further here"
        world.do(
            bump_ups.bump_up, dispute=dispute, trigger=trigger, reason=reason, party=party, by=by
        )
    elif not grounds and not party.waivers.filter(tier=dispute.tier).exists():
        world.do(bump_ups.waive, dispute=dispute, party=party, by=by)


def _grounds(world: World, dispute: Dispute, party: Party) -> list[str]:
    """What others owe this party, each cited once: nobody goes up for what it withheld itself."""
    cited = {step.trigger: step.at for step in dispute.bump_ups.order_by("from_tier")}
    found = []
    withheld = standing.withheld(dispute, world.day).filter(asked_by=party)
    if rules.WITHHELD in cited:
        withheld = withheld.filter(at__gt=cited[rules.WITHHELD])
    if withheld.exists():
        found.append(rules.WITHHELD)
    if rules.OVERDUE_ACTION not in cited and any(
        action.owner.organisation_id != party.organisation_id
        for action in standing.overdue_actions(dispute, world.day)
    ):
        found.append(rules.OVERDUE_ACTION)
    return found
