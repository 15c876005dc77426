"""External validation: convened, seated with outsiders, scored KPI by KPI, reported on."""

from reviews.services.panels.scores import (
    BadScore,
    NeedsReport,
    NothingScored,
    report,
    score,
)
from reviews.services.panels.seats import (
    BadPanel,
    BadSeat,
    ProgrammeClosed,
    SeatedAlready,
    convene,
    seat,
    unseat,
)
from reviews.services.panels.work import HasReported, NotOutside, NotSeated

__all__ = [
    "BadPanel",
    "BadScore",
    "BadSeat",
    "HasReported",
    "NeedsReport",
    "NotOutside",
    "NotSeated",
    "NothingScored",
    "ProgrammeClosed",
    "SeatedAlready",
    "convene",
    "report",
    "score",
    "seat",
    "unseat",
]
