"""Whether a dispute was, or could still be, sent to a conflict forum."""

from __future__ import annotations

from collections.abc import Iterable

from forums.models import Forum
from forums.selectors import ladders
from reviews.models import ConflictRoute, Dispute


def route_of(dispute: Dispute) -> ConflictRoute | None:
    """How it came to a conflict forum; None when it is where it would be anyway."""
    rows = ConflictRoute.objects.filter(dispute=dispute)
    return rows.select_related("away_from", "by_user", "by_post__organisation").first()


def routes_of(disputes: Iterable[int]) -> dict[int, ConflictRoute]:
    """Those of several disputes, by dispute, in one query."""
    return {route.dispute_id: route for route in ConflictRoute.objects.filter(dispute__in=disputes)}


def may_still_go(dispute: Dispute) -> bool:
    """Whether it is open, where it was opened, and was not sent before."""
    if dispute.state != Dispute.State.OPEN or dispute.tier != 1:
        return False
    if dispute.bump_ups.exists():
        return False
    return not ConflictRoute.objects.filter(dispute=dispute).exists()


def forum_of(dispute: Dispute) -> Forum | None:
    """The conflict forum of the area, or its successor."""
    forum = dispute.area.conflict_forum
    if forum is None:
        return None
    return forum if forum.closed_on is None else ladders.sitting_for(forum)
