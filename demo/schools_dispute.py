"""Who counts children in private pre-schools: the dispute in the story of demo/schools.py.

It and all words are illustrative.
"""

from __future__ import annotations

from datetime import datetime

from demo.stage import Stage
from reviews.models import Dispute
from reviews.services import disputes, positions, settlements

OTHER = "women_minister"


def begin(stage: Stage, *, owner: str, at: datetime) -> Dispute:
    """Two ministries disagree, and each says why."""
    dispute = disputes.open(
        title="Who counts children in private pre-schools",
        about="attribution",
        question="Which ministry reports the children of private pre-schools?",
        kpi=stage.kpis["schools"],
        parties=[stage.cast.organisations["education"], stage.cast.organisations["women"]],
        is_illustrative=True,
        by=stage.actor(owner),
        at=at,
    )
    for post, words in [
        (owner, "We license them, we count them."),
        (OTHER, "Our register is the complete one; use it or the figure is low."),
    ]:
        party = dispute.parties.get(organisation=stage.post(post).organisation)
        positions.state(dispute=dispute, party=party, text=words, by=stage.actor(post), at=at)
    return dispute


def settle(stage: Stage, dispute: Dispute, *, owner: str, at: datetime) -> None:
    """One offers terms, the other assents."""
    offer = settlements.propose(
        dispute=dispute,
        party=dispute.parties.get(organisation=stage.cast.organisations["education"]),
        terms="Education reports; both registers are matched each January.",
        reason="A ruling would give the count to one of us and the blame to both.",
        by=stage.actor(owner),
        at=at,
    )
    settlements.answer(
        proposal=offer,
        party=dispute.parties.get(organisation=stage.cast.organisations["women"]),
        assents=True,
        reason="The match shows what each of us misses.",
        by=stage.actor(OTHER),
        at=at,
    )
