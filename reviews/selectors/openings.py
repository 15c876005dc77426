"""Who opened a dispute, and whether anybody else has taken it up since."""

from __future__ import annotations

from reviews.models import Dispute, Position, SettlementAnswer, SettlementProposal


def opened_by(dispute: Dispute, *, user_id: int | None, post_id: int | None) -> bool:
    """Whether this user opened it, or acts in the post it was opened in."""
    if user_id is not None and user_id in {dispute.by_user_id, dispute.principal_id}:
        return True
    return post_id is not None and post_id in {dispute.by_post_id, dispute.principal_post_id}


def is_taken_up(dispute: Dispute) -> bool:
    """Whether a party other than the opener's said what it wants: a position, terms, an answer."""
    post = dispute.principal_post or dispute.by_post
    own = post.organisation_id if post else None
    said = (
        Position.objects.filter(party__dispute=dispute),
        SettlementProposal.objects.filter(dispute=dispute),
        SettlementAnswer.objects.filter(proposal__dispute=dispute),
    )
    return any(rows.exclude(party__organisation=own).exists() for rows in said)
