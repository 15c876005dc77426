"""What we do about it: reviews, disputes, information requests."""

from reviews.models.disputes import (
    BumpUp,
    Dispute,
    InformationRequest,
    Party,
    Position,
    RulingProposal,
    SettlementAnswer,
    SettlementProposal,
    StayWaiver,
    Tier,
)
from reviews.models.reviews import Explanation, Review, ReviewDeviation, ReviewProposal

__all__ = [
    "BumpUp",
    "Dispute",
    "Explanation",
    "InformationRequest",
    "Party",
    "Position",
    "Review",
    "ReviewDeviation",
    "ReviewProposal",
    "RulingProposal",
    "SettlementAnswer",
    "SettlementProposal",
    "StayWaiver",
    "Tier",
]
