"""Whether a tier may be given more time, how much, and who asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from reviews.models import Dispute, Extension, Party, TimeAsked, TimeDeclined
from reviews.rules import extensions as rules
from reviews.selectors import standing

WORDS = {
    "ended": _("This dispute has ended. Its page says how."),
    "last_day_passed": _("The last day at this tier has passed: it can no longer be moved."),
    "extended_before": _("This tier was given more time once. It is given once only."),
}


def longest(dispute: Dispute) -> int:
    """The most working days that the tier which holds the dispute may be given."""
    return rules.longest(standing.tier_of(dispute).response_days)


def asked(dispute: Dispute, at: datetime, days: int = 0) -> rules.Asked:
    """The case as the pure rules see it."""
    today = standing.today(dispute, at)
    tier = standing.tier_of(dispute)
    return rules.Asked(
        is_open=dispute.state == Dispute.State.OPEN,
        today=today,
        deadline=dispute.deadline or today,
        own_days=tier.response_days,
        extended=dispute.extensions.filter(tier=tier.number, forum=tier.forum_id).exists(),
        days=days,
    )


def is_possible(dispute: Dispute, at: datetime) -> bool:
    """Whether the tier may be given some more time now."""
    return not rules.obstacles(asked(dispute, at))


@dataclass(frozen=True, slots=True)
class Request:
    """What a party asked for, and what became of it: one of reviews.rules.extensions.FATES."""

    row: TimeAsked
    fate: str
    declined: TimeDeclined | None


def requests(dispute: Dispute, at: datetime) -> list[Request]:
    """Everything parties asked for in the dispute, oldest first. A fixed number of queries."""
    rows = TimeAsked.objects.filter(party__dispute=dispute).select_related(
        *("party__organisation", "by_user", "by_post__organisation"),
        *("declined__by_user", "declined__by_post__organisation"),
    )
    extended = set(Extension.objects.filter(dispute=dispute).values_list("tier", "forum"))
    may_come = rules.may_be_given(asked(dispute, at))
    holds = standing.tier_of(dispute)
    found = []
    for row in rows:
        declined = getattr(row, "declined", None)
        # Sent to the conflict forum, it stands at tier 1 again, with time of its own.
        here = (row.tier, row.forum_id) == (holds.number, holds.forum_id)
        fate = rules.fate(
            declined=declined is not None,
            extended=(row.tier, row.forum_id) in extended,
            may_come=may_come and here and row.party.withdrew_at is None,
        )
        found.append(Request(row, fate, declined))
    return found


def open_requests(dispute: Dispute, at: datetime) -> list[TimeAsked]:
    """What the chair has yet to give or decline."""
    return [each.row for each in requests(dispute, at) if each.fate == rules.WAITING]


def is_waiting(request: TimeAsked, at: datetime) -> bool:
    """Whether the chair has yet to give this time or decline it."""
    return any(row.pk == request.pk for row in open_requests(request.party.dispute, at))


def may_ask(dispute: Dispute, party: Party) -> bool:
    """Whether the party has not asked the forum that holds it for time at this tier yet."""
    tier = standing.tier_of(dispute)
    return not party.time_asked.filter(tier=tier.number, forum=tier.forum_id).exists()
