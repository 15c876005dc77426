"""The ladder of a dispute, frozen: forums, chairs, alternates, quorum and days as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy

from forums.models import Forum
from ledger.rules.errors import Refused
from people.models import Organisation
from reviews.models import Dispute, Tier
from reviews.rules import ladder as rules
from reviews.selectors import standing, starts


class NoLadder(Refused):
    code = "no_ladder"
    WORDS = {
        "nothing_below_the_top": gettext_lazy(
            "The home forum stands at the top. A dispute never starts there: found a forum below it"
            " first."
        ),
        "ladders_never_meet": gettext_lazy(
            "The ladders of these parties never meet. Place their home forums under one another"
            " first."
        ),
        "no_conflict_forum": gettext_lazy(
            "This result area has no conflict forum. The delivery unit can name one on the page of"
            " the programme; until then open the dispute in the forum for common work."
        ),
        "conflict_forum_elsewhere": gettext_lazy(
            "The conflict forum of this result area does not end at the same top as the parties'"
            " own ladder. Place it under that top, or name another one."
        ),
        "conflict_forum_at_the_top": gettext_lazy(
            "The conflict forum of this result area stands at the top. A dispute never starts"
            " there: name a forum below it."
        ),
    }


def ladder(
    dispute: Dispute, parties: Sequence[Organisation], at: datetime, *, conflict: bool
) -> tuple[list[Forum], Forum]:
    """The forums to climb, lowest first, and where it would begin were it for common work.

    ``conflict``: from the conflict forum of the area. Raises NoLadder.
    """
    try:
        common = starts.ladder(dispute.area, parties, at.date())
        forums = starts.conflict_ladder(dispute.area, common) if conflict else common
    except rules.Illegal as illegal:
        raise NoLadder(NoLadder.WORDS[illegal.code], code=illegal.code) from illegal
    return forums, common[0]


def freeze(dispute: Dispute, forums: Sequence[Forum], at: datetime) -> None:
    """Write the tiers and enter the first, in the rows and on ``dispute`` itself."""
    Tier.objects.bulk_create(
        Tier(
            dispute=dispute,
            number=number,
            forum=forum,
            response_days=forum.response_days,
            minimum_stay_days=forum.minimum_stay_days,
            chair=forum.chair,
            alternate=forum.alternate,
            quorum=forum.quorum,
        )
        for number, forum in enumerate(forums, start=1)
    )
    first = standing.tier_of(dispute, 1)
    day = standing.today(dispute, at)
    dispute.deadline = standing.deadline_of(first, day)
    dispute.nudge_on = standing.nudge_day(first, dispute.deadline, day)
    Dispute.objects.filter(pk=dispute.pk).update(
        deadline=dispute.deadline, nudge_on=dispute.nudge_on
    )
    Tier.objects.filter(pk=first.pk).update(entered_at=at, deadline=dispute.deadline)
