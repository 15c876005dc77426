"""Who decides, and what was decided. Knows no plan, KPI or dispute."""

from forums.models.actions import Action
from forums.models.forums import Forum, Membership, Purpose
from forums.models.meetings import Attendance, Cycle, Meeting
from forums.models.motions import Decision, DecisionSource, Mode, Motion, Vote, Voter

__all__ = [
    "Action",
    "Attendance",
    "Cycle",
    "Decision",
    "DecisionSource",
    "Forum",
    "Meeting",
    "Membership",
    "Mode",
    "Motion",
    "Purpose",
    "Vote",
    "Voter",
]
