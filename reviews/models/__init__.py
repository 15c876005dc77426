"""What we do about it: reviews, disputes, information requests, agendas."""

from reviews.models.agendas import (
    AgendaItem,
)
from reviews.models.disputes import (
    BumpUp,
    Dispute,
    Extension,
    Party,
    Tier,
)
from reviews.models.panels import (
    Panel,
    PanelSeat,
    Validation,
)
from reviews.models.plans import (
    AllocationProposal,
    EndProposal,
    Handover,
    HoldLift,
    LabBrief,
    ObstacleAnswer,
)
from reviews.models.positions import (
    Exhibit,
    Position,
    SettlementAnswer,
    SettlementProposal,
    StayWaiver,
    TimeAsked,
    TimeDeclined,
)
from reviews.models.referrals import (
    ExplanationSource,
    Referral,
)
from reviews.models.reviews import (
    Explanation,
    Review,
    ReviewDeviation,
    ReviewProposal,
)
from reviews.models.rulings import (
    InformationRequest,
    RulingProposal,
)
from reviews.models.watching import (
    AuditRun,
    ConflictRoute,
    LessonAsk,
    Prompt,
    Stall,
)

__all__ = [
    "AgendaItem",
    "AllocationProposal",
    "AuditRun",
    "BumpUp",
    "ConflictRoute",
    "Dispute",
    "EndProposal",
    "Exhibit",
    "Explanation",
    "ExplanationSource",
    "Extension",
    "Handover",
    "HoldLift",
    "InformationRequest",
    "LabBrief",
    "LessonAsk",
    "ObstacleAnswer",
    "Panel",
    "PanelSeat",
    "Party",
    "Position",
    "Prompt",
    "Referral",
    "Review",
    "ReviewDeviation",
    "ReviewProposal",
    "RulingProposal",
    "SettlementAnswer",
    "SettlementProposal",
    "Stall",
    "StayWaiver",
    "Tier",
    "TimeAsked",
    "TimeDeclined",
    "Validation",
]
