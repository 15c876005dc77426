"""Milestones that are late or blocked, for the board."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import F, QuerySet

from labs.models import Milestone, MilestoneReport, Plan
from labs.selectors.milestones import latest_reports

TROUBLED = {MilestoneReport.State.LATE, MilestoneReport.State.BLOCKED}


@dataclass(frozen=True)
class LateMilestone:
    """A milestone that is past its finish, or that its owner calls late or blocked."""

    milestone: Milestone
    report: MilestoneReport | None
    days: int

    @property
    def state(self) -> str:
        """The word its status shows."""
        if self.report is not None and self.report.state in TROUBLED:
            return str(self.report.state)
        return "late"


def late(plans: QuerySet[Plan], on: datetime.date) -> list[LateMilestone]:
    """Milestones in force of these plans that are late on the day, latest first. Two queries."""
    rows = list(
        Milestone.objects.filter(until_revision=None, plan__in=plans.order_by().values("pk"))
        .select_related("owner__organisation")
        .order_by(F("finishes_on").asc(nulls_last=True), "pk")
    )
    reports = latest_reports(row.key for row in rows)
    found = [item for row in rows if (item := _late(row, reports.get(row.key), on))]
    return sorted(found, key=lambda item: -item.days)


def _late(
    row: Milestone, report: MilestoneReport | None, on: datetime.date
) -> LateMilestone | None:
    state = report.state if report else None
    if state == MilestoneReport.State.DONE:
        return None
    days = (on - row.finishes_on).days if row.finishes_on else 0
    if days > 0 or state in TROUBLED:
        return LateMilestone(milestone=row, report=report, days=max(days, 0))
    return None
