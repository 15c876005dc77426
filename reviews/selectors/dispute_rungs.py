"""The ladder of a dispute as its page shows it: who decides where, when, knowing what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from forums.models import Forum
from forums.rules.sitting import Sitting
from forums.selectors import ladders, members, rooms, sitting
from forums.selectors.sitting import Place
from people.models import Appointment, Post
from people.selectors import people
from reviews.models import BumpUp, Dispute, Extension, Tier
from reviews.rules import outlook
from reviews.selectors import knowing, standing
from reviews.selectors.climbing import seats

PASSED, HERE, AHEAD = "passed", "here", "ahead"


@dataclass(frozen=True, slots=True)
class Rung:
    """One tier: where it is on the way, who would decide there, by when, knowing what.

    ``ahead``: when the dispute would be there if every deadline before ran out.
    ``knowing`` of ``free`` members also sit in the home forum.
    """

    tier: Tier
    forum: Forum
    place: str
    is_top: bool
    presides: Post | None
    holder: Appointment | None
    interest_stated: str
    ahead: outlook.Ahead | None
    free: int
    knowing: int
    step: BumpUp | None
    extension: Extension | None

    @property
    def cannot_sit(self) -> bool:
        """Nobody may preside, or too few are free: it would be entered and passed."""
        return self.presides is None

    @property
    def knowledge(self) -> str:
        """How many are free to decide there, and know the work."""
        return knowing.in_words(self.free, self.knowing)

    @property
    def in_the_chairs_place(self) -> bool:
        """Whether somebody other than the chair presides: the alternate, or a member at the top."""
        chair = self.forum.chair_id if self.forum.pk != self.tier.forum_id else self.tier.chair_id
        return self.presides is not None and self.presides.pk != chair


def rungs(
    dispute: Dispute, steps: list[BumpUp], extensions: list[Extension], on: date
) -> list[Rung]:
    """Every tier, lowest first."""
    home = {post.pk for post in members.members(dispute.area.home_forum, on)}
    tiers = standing.tiers(dispute)
    seats_of = _seats(tiers)
    seated = _seated(dispute, seats_of, on)
    ahead = _ahead(dispute, tiers, {number: found[0].ok for number, found in seated.items()}, on)
    presiding = [
        each.post for _sitting, places in seated.values() for each in places if each.presides
    ]
    holders = people.first_holders(presiding, on)
    by_step = {step.from_tier: step for step in steps}
    longer = {(each.tier, each.forum_id): each for each in extensions}
    return [
        _rung(
            tier,
            _place(dispute, tier),
            tier.pk == tiers[-1].pk,
            seats_of[tier.number].forum,
            seated[tier.number],
            home,
            holders,
            ahead=ahead.get(tier.number),
            step=by_step.get(tier.number),
            extension=longer.get((tier.number, tier.forum_id)),
        )
        for tier in tiers
    ]


def _seats(tiers: list[Tier]) -> dict[int, seats.Seat]:
    """Which forum sits at each rung and under which offices, by number; they are the whole ladder."""
    forums = ladders.sitting_for_each({tier.forum_id for tier in tiers})
    return {
        tier.number: seats.seat(
            forums[tier.forum_id],
            tier.forum_id,
            tier.chair_id,
            tier.alternate_id,
            tier.quorum,
            tier.pk == tiers[-1].pk,
        )
        for tier in tiers
    }


def _seated(
    dispute: Dispute, seats_of: dict[int, seats.Seat], on: date
) -> dict[int, tuple[Sitting, list[Place]]]:
    """``standing.frozen`` of every rung, in as many queries as of one."""
    aside = standing.interests(dispute)
    loaded = rooms.load({seat.offices for seat in seats_of.values()}, on)
    return {
        number: sitting.frozen_in(loaded[seat.offices], aside, seat.quorum, seat.is_top)
        for number, seat in seats_of.items()
    }


def _place(dispute: Dispute, tier: Tier) -> str:
    if tier.number == dispute.tier:
        return HERE
    return PASSED if tier.number < dispute.tier else AHEAD


def _ahead(
    dispute: Dispute, tiers: list[Tier], can_sit: dict[int, bool], on: date
) -> dict[int, outlook.Ahead]:
    """When each tier above would be reached, by number."""
    if dispute.state != Dispute.State.OPEN or dispute.deadline is None:
        return {}
    above = [tier for tier in tiers if tier.number > dispute.tier]
    projected = outlook.project(
        dispute.deadline,
        on,
        [
            outlook.Rung(
                number=tier.number,
                last_day=_last_day(tier),
                can_sit=can_sit[tier.number],
                is_top=tier.pk == tiers[-1].pk,
            )
            for tier in above
        ],
    )
    return {each.number: each for each in projected}


def _last_day(tier: Tier) -> Callable[[date], date]:
    def last_day(entered: date) -> date:
        return standing.deadline_of(tier, entered)

    return last_day


def _rung(
    tier: Tier,
    place: str,
    is_top: bool,
    forum: Forum,
    seated: tuple[Sitting, list[Place]],
    home: set[int],
    holders: dict[int, Appointment],
    *,
    ahead: outlook.Ahead | None,
    step: BumpUp | None,
    extension: Extension | None,
) -> Rung:
    sat, places = seated
    free = [each.post for each in places if not each.barred_because]
    presides = next((each.post for each in places if each.presides), None)
    return Rung(
        tier=tier,
        forum=forum,
        place=place,
        is_top=is_top,
        presides=presides,
        holder=holders.get(presides.pk) if presides else None,
        interest_stated=sat.interest_stated,
        ahead=ahead,
        free=len(free),
        knowing=sum(post.pk in home for post in free),
        step=step,
        extension=extension,
    )
