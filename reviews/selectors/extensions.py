"""Whether a tier may be given more time, how much, and who asked for it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from reviews.models import Dispute, Extension, Party, TimeAsked
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
    return rules.Asked(
        is_open=dispute.state == Dispute.State.OPEN,
        today=today,
        deadline=dispute.deadline or today,
        own_days=standing.tier_of(dispute).response_days,
        extended=Extension.objects.filter(dispute=dispute, tier=dispute.tier).exists(),
        days=days,
    )


def is_possible(dispute: Dispute, at: datetime) -> bool:
    """Whether the tier may be given some more time now."""
    return not rules.obstacles(asked(dispute, at))


def requests_here(dispute: Dispute) -> list[TimeAsked]:
    """What parties asked for at the tier that holds the dispute."""
    rows = TimeAsked.objects.filter(party__dispute=dispute, tier=dispute.tier)
    return list(rows.select_related("party__organisation", "by_user", "by_post__organisation"))


def may_ask(dispute: Dispute, party: Party) -> bool:
    """Whether the party has not asked for time at this tier yet."""
    return not party.time_asked.filter(tier=dispute.tier).exists()
