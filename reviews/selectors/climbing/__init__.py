"""Which disputes are due to climb, and what would become of each, read for many at once."""

from reviews.selectors.climbing.due import first_due, latest_day, passed
from reviews.selectors.climbing.plans import Mark, Move, Plan, plan

__all__ = ["Mark", "Move", "Plan", "first_due", "latest_day", "passed", "plan"]
