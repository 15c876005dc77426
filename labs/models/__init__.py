"""What we intend: programmes, labs, plans and their revisions."""

from labs.models.labs import Lab, Seat
from labs.models.plans import (
    Change,
    Goal,
    Initiative,
    Milestone,
    MilestoneReport,
    Plan,
    Revision,
    StressTest,
)
from labs.models.programmes import Programme, ProgrammeReader, ResultArea

__all__ = [
    "Change",
    "Goal",
    "Initiative",
    "Lab",
    "Milestone",
    "MilestoneReport",
    "Plan",
    "Programme",
    "ProgrammeReader",
    "ResultArea",
    "Revision",
    "Seat",
    "StressTest",
]
