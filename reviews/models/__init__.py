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
from reviews.models.plans import (
    AllocationProposal,
    EndProposal,
    Handover,
    HoldLift,
    LabBrief,
    ObstacleAnswer,
)
from reviews.models.reviews import Explanation, Review, ReviewDeviation, ReviewProposal

__all__ = [
    "AllocationProposal",
    "BumpUp",
    "Dispute",
    "EndProposal",
    "Explanation",
    "Handover",
    "HoldLift",
    "InformationRequest",
    "LabBrief",
    "ObstacleAnswer",
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
