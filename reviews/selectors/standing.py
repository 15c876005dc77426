"""Where a dispute stands on its ladder: who holds it, who may decide, what may move it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from forums.models import Action, Forum
from forums.rules.actions import NAGS_BEFORE_A_GROUND
from forums.rules.interests import Interests
from forums.rules.sitting import Sitting
from forums.selectors import ladders, members, sitting
from ledger import once
from people.models import Act, Organisation, Post
from people.selectors import calendars, continuity, people
from reviews.models import (
    BumpUp,
    Dispute,
    Exhibit,
    InformationRequest,
    Party,
    Position,
    Review,
    SettlementAnswer,
    SettlementProposal,
    StayWaiver,
    Tier,
    TimeAsked,
)
from reviews.rules import ladder, nudges

# Where whoever acts for a party leaves a row, with the way from it to the dispute.
ACTS_FOR_A_PARTY: tuple[tuple[type[Act], str], ...] = (
    (Dispute, "pk"),
    (Position, "party__dispute"),
    (SettlementProposal, "dispute"),
    (SettlementAnswer, "proposal__dispute"),
    (Exhibit, "party__dispute"),
    (TimeAsked, "party__dispute"),
)


def today(dispute: Dispute, at: datetime) -> date:
    """The business date where the programme is: last days end at its midnight."""
    return at.astimezone(ZoneInfo(dispute.area.programme.time_zone)).date()


def tiers(dispute: Dispute) -> list[Tier]:
    """The frozen ladder, lowest first."""
    return list(
        dispute.tiers.select_related(
            "forum", "chair__organisation", "alternate__organisation"
        ).order_by("number")
    )


@once.once
def tier_of(dispute: Dispute, number: int | None = None) -> Tier:
    """One rung, by default the one that holds the dispute."""
    return dispute.tiers.select_related("forum", "chair", "alternate").get(
        number=number or dispute.tier
    )


@once.once
def is_top(tier: Tier) -> bool:
    """Whether there is nothing above this rung."""
    return not Tier.objects.filter(dispute=tier.dispute_id, number__gt=tier.number).exists()


def forum_of(tier: Tier) -> Forum:
    """The forum of a rung; once it is closed, its named successor."""
    return tier.forum if tier.forum.closed_on is None else ladders.sitting_for(tier.forum)


def offices_of(tier: Tier) -> sitting.Offices:
    """Chair, alternate and quorum as frozen; those of the successor once the forum closed."""
    top = is_top(tier)
    if tier.forum.closed_on is None:
        return sitting.Offices(tier.chair, tier.alternate, tier.quorum, top)
    forum = forum_of(tier)
    return sitting.Offices(forum.chair, forum.alternate, forum.quorum, top)


@once.once
def parties(dispute: Dispute) -> list[Party]:
    """Those who still take part."""
    return list(
        dispute.parties.filter(withdrew_at=None).select_related("organisation").order_by("pk")
    )


@once.once
def interests(dispute: Dispute) -> Interests:
    """Who stands aside: every post of a party, and whoever acted for one (fact 9).

    An organisation that withdrew keeps its interest in the outcome, and whoever took the
    place of a party has it, too.
    """
    names = dict(dispute.parties.values_list("organisation", "organisation__name"))
    names = {pk: names[party] for pk, party in continuity.with_successors(names).items()}
    organisations = {pk: _("%(name)s is a party") % {"name": name} for pk, name in names.items()}
    acted = _("acted for a party in this dispute")
    users = dict.fromkeys(_acted_for_a_party(dispute, set(names)), acted)
    return Interests(organisations=organisations, users=users)


def _acted_for_a_party(dispute: Dispute, organisation_ids: set[int]) -> set[int]:
    """Principals, and users who acted in a post of a party, also if they moved on since."""
    acts = [model._default_manager.filter(**{path: dispute.pk}) for model, path in ACTS_FOR_A_PARTY]
    found: list[QuerySet[Any, Any]] = []
    for rows in acts:
        plain = rows.order_by()
        found.append(plain.exclude(principal=None).values_list("principal", flat=True))
        in_their_post = plain.filter(by_post__organisation__in=organisation_ids)
        found.append(in_their_post.exclude(by_user=None).values_list("by_user", flat=True))
    return set(found[0].union(*found[1:]))


@once.once
def can_sit(dispute: Dispute, tier: Tier, on: date) -> Sitting:
    """Whether the forum of a rung can sit over this dispute."""
    return sitting.can_sit(forum_of(tier), interests(dispute), on, offices_of(tier))


def frozen(dispute: Dispute, tier: Tier, on: date) -> tuple[Sitting, list[sitting.Place]]:
    """Who would preside, vote and stand aside at a rung, as a ruling put now would freeze it."""
    return sitting.frozen(forum_of(tier), interests(dispute), on, offices_of(tier))


def presiding(dispute: Dispute, on: date, number: int | None = None) -> set[int]:
    """Users whose it is to decide at a rung, by default the one that holds the dispute.

    Who holds the chair, acting ones too, or the alternate where the chair is vacant or
    stands aside; nobody where the forum cannot sit.
    """
    sitting = can_sit(dispute, tier_of(dispute, number), on)
    if not sitting.ok or sitting.presides is None:
        return set()
    return people.user_ids_holding([sitting.presides], on)


def deadline_of(tier: Tier, start: date) -> date:
    """The last day at a rung entered on ``start``, in working days of its forum."""
    return calendars.deadline(start, tier.response_days, forum_of(tier).country)


def nudge_day(tier: Tier, deadline: date, today: date) -> date | None:
    """The day people around a dispute at this rung are warned next, or reminded.

    Whoever sets a dispute's deadline sets its ``nudge_on`` to this; see reviews.rules.nudges.
    """
    days_off = calendars.holidays(forum_of(tier).country, today.year - 1, deadline.year + 1)
    return nudges.next_day(deadline, today, is_top(tier), days_off)


@once.once
def stay_until(dispute: Dispute, tier: Tier) -> date:
    """Last day of the minimum stay at the current rung; without one, the day before it came.

    A party that joined since is heard as long as the others were: its stay counts from the
    day it joined, and ends with the last day here at the latest.
    """
    came = [tier.entered_at or dispute.at]
    joined = dispute.parties.filter(withdrew_at=None).aggregate(newest=Max("joined_at"))["newest"]
    entered = today(dispute, max([*came, joined] if joined else came))
    if tier.minimum_stay_days == 0:
        return entered - timedelta(days=1)
    stay = calendars.deadline(entered, tier.minimum_stay_days, forum_of(tier).country)
    last = tier.deadline or stay
    return stay if dispute.overdue_at_top_since else min(stay, last)


@once.once
def case_of(dispute: Dispute) -> ladder.Case:
    """The dispute as the pure ladder sees it."""
    steps = BumpUp.objects.filter(dispute=dispute).values_list("from_tier", "trigger")
    return ladder.Case(
        tier=dispute.tier,
        top=dispute.tiers.count(),
        state=dispute.state,
        steps=tuple(ladder.Step(*step) for step in steps.order_by("from_tier")),
        overdue_at_top=dispute.overdue_at_top_since is not None,
    )


def standing_of(
    dispute: Dispute, at: datetime, *, by_chair: bool = False, party: Party | None = None
) -> ladder.Standing:
    """All that decides which triggers are open to somebody now."""
    tier = tier_of(dispute)
    still_in = parties(dispute)
    stated = set(
        Position.objects.filter(party__in=still_in, tier=dispute.tier).values_list(
            "party", flat=True
        )
    )
    waived = StayWaiver.objects.filter(party__in=still_in, tier=dispute.tier).count()
    day = today(dispute, at)
    return ladder.Standing(
        case=case_of(dispute),
        today=day,
        stay_until=stay_until(dispute, tier),
        by_chair=by_chair,
        by_party=party is not None,
        waived_by_all=bool(still_in) and waived == len(still_in),
        positions_missing=len(still_in) - len(stated),
        settlement_answered=SettlementAnswer.objects.filter(
            proposal__dispute=dispute, at__gte=tier.entered_at or dispute.at
        ).exists(),
        information_withheld=withheld(dispute, day).exists(),
        action_overdue=bool(overdue_actions(dispute, day)),
        can_sit=can_sit(dispute, tier, day).ok,
    )


def withheld(dispute: Dispute, on: date):  # type: ignore[no-untyped-def]
    """Requests that were refused, or that passed their day in silence."""
    silent = Q(state=InformationRequest.State.OPEN, due_on__lt=on)
    return dispute.requests.filter(Q(state=InformationRequest.State.REFUSED) | silent)


@once.once
def overdue_actions(dispute: Dispute, on: date) -> list[Action]:
    """What a party should have done by now, and was reminded of: decided about the same
    subject, or by a forum of this ladder since the dispute opened."""
    organisations = [party.organisation_id for party in parties(dispute)]
    here = dispute.tiers.values("forum")
    same = _same_subject(dispute)
    reviewed = Review.objects.filter(same).exclude(decision=None).values("decision")
    disputed = Dispute.objects.filter(same).exclude(decision=None).values("decision")
    settled = SettlementProposal.objects.filter(dispute__in=Dispute.objects.filter(same))
    about = Q(decision__in=reviewed) | Q(decision__in=disputed)
    about |= Q(pk__in=settled.exclude(action=None).values("action"))
    about |= Q(decision__motion__forum__in=here, at__gte=dispute.at)
    return list(
        Action.objects.filter(
            about,
            state=Action.State.OPEN,
            due_on__lt=on,
            nags__gte=NAGS_BEFORE_A_GROUND,
            owner__organisation__in=organisations,
        ).select_related("owner__organisation")
    )


def _same_subject(dispute: Dispute) -> Q:
    """Filter on reviews and disputes about what this dispute is about."""
    if dispute.kpi_id:
        return Q(kpi=dispute.kpi_id)
    if dispute.milestone_key:
        return Q(milestone_key=dispute.milestone_key)
    return Q(plan=dispute.plan_id)


def party_of(dispute: Dispute, organisation: Organisation | int) -> Party | None:
    """The organisation's place in the dispute, unless it withdrew."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    return dispute.parties.filter(organisation=pk, withdrew_at=None).first()


def people_around(dispute: Dispute, on: date) -> set[int]:
    """Users to be told: holders of posts in the parties, and the forum that holds it."""
    organisations = [party.organisation_id for party in parties(dispute)]
    posts = set(Post.objects.filter(organisation__in=organisations).values_list("pk", flat=True))
    return people.user_ids_holding(posts, on) | forum_around(dispute, on)


def forum_around(dispute: Dispute, on: date, tier: Tier | None = None) -> set[int]:
    """Users who sit in the forum of a rung, by default the one that holds the dispute."""
    forum = forum_of(tier or tier_of(dispute))
    return people.user_ids_holding(members.posts_around(forum, on), on)
