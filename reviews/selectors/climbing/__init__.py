"""Which disputes are due to climb, and what would become of each, read for many at once."""

from reviews.selectors.climbing.due import After, Due, any_due, held, latest_day, passed
from reviews.selectors.climbing.plans import Mark, Move, Plan, plan

__all__ = [
    "After",
    "Due",
    "Mark",
    "Move",
    "Plan",
    "any_due",
    "held",
    "latest_day",
    "passed",
    "plan",
]
