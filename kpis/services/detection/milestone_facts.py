"""What the rules must know of milestones: planned, reported, blocked, done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kpis.rules.milestones import FinishReport, MilestoneFacts
from labs.models import Change, Milestone, MilestoneReport, Revision
from labs.models import Plan as LabPlan


@dataclass(slots=True)
class Reported:
    """What reports say of one milestone, taken in order of time."""

    finishes: list[tuple[datetime, date]] = field(default_factory=list)
    done_on: date | None = None
    blocked_since: date | None = None
    blocked_by: str = ""
    last: date | None = None

    def take(self, moment: datetime, day: date, state: str, finish: date | None, by: str) -> None:
        """One more report."""
        states = MilestoneReport.State
        self.last = day
        self.done_on = day if state == states.DONE else None
        if state != states.BLOCKED:
            self.blocked_since, self.blocked_by = None, ""
        else:
            self.blocked_since, self.blocked_by = self.blocked_since or day, by
        if finish is not None and state != states.DONE:
            self.finishes.append((moment, finish))


def facts_of(
    rows: Sequence[Milestone], plans: Mapping[int, LabPlan]
) -> dict[UUID, MilestoneFacts | None]:
    """The facts of each milestone; None where no finish is planned (two queries)."""
    zones = {row.key: ZoneInfo(plans[row.plan_id].lab.area.programme.time_zone) for row in rows}
    planned, reported = _planned(plans, zones), _reported(zones)
    return {
        row.key: None
        if row.finishes_on is None
        else _facts(row, row.finishes_on, planned[row.key], reported[row.key], zones[row.key])
        for row in rows
    }


def _facts(
    row: Milestone,
    finish: date,
    planned: Sequence[tuple[datetime, date]],
    reported: Reported,
    zone: ZoneInfo,
) -> MilestoneFacts:
    said = sorted([*planned, *reported.finishes], key=lambda each: each[0])
    in_plan = min((moment.astimezone(zone).date() for moment, _finish in planned), default=None)
    begins = [day for day in (in_plan, row.starts_on) if day is not None]
    return MilestoneFacts(
        planned_finish=finish,
        done_on=reported.done_on,
        finishes=tuple(FinishReport(moment.astimezone(zone).date(), day) for moment, day in said),
        blocked_since=reported.blocked_since,
        blocked_by=reported.blocked_by,
        last_report=reported.last,
        report_from=max(begins, default=None),
    )


def _planned(
    plans: Iterable[int], zones: Mapping[UUID, ZoneInfo]
) -> dict[UUID, list[tuple[datetime, date]]]:
    """The finishes that adopted revisions set."""
    changes = Change.objects.filter(
        part=Change.Part.MILESTONE,
        key__in=list(zones),
        field="finishes_on",
        revision__plan__in=list(plans),
        revision__state=Revision.State.ADOPTED,
    )
    found: dict[UUID, list[tuple[datetime, date]]] = defaultdict(list)
    for key, adopted_at, after in changes.values_list("key", "revision__adopted_at", "after"):
        if after and adopted_at:
            found[key].append((adopted_at, date.fromisoformat(after)))
    return found


def _reported(zones: Mapping[UUID, ZoneInfo]) -> dict[UUID, Reported]:
    """What was reported of each milestone."""
    reports = MilestoneReport.objects.filter(milestone_key__in=list(zones)).order_by("at", "pk")
    columns = ("milestone_key", "at", "state", "expected_finish", "blocked_by")
    found: dict[UUID, Reported] = defaultdict(Reported)
    for key, moment, state, finish, by in reports.values_list(*columns):
        found[key].take(moment, moment.astimezone(zones[key]).date(), state, finish, by)
    return found
