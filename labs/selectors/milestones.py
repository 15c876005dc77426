"""Milestones as their owners report them: newest report, what is due, how the finish moved."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, QuerySet, Subquery

from labs.models import Change, Milestone, MilestoneReport, Plan, Revision
from labs.rules import milestones as rules


def latest_reports(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, MilestoneReport]:
    """The newest report of each milestone that has one, in one query."""
    wanted = set(keys)
    if not wanted:
        return {}
    newer = MilestoneReport.objects.filter(milestone_key=OuterRef("key")).order_by("-at", "-pk")
    newest = (
        Milestone.objects.filter(key__in=wanted)
        .annotate(newest=Subquery(newer.values("pk")[:1]))
        .values("newest")
    )
    found = MilestoneReport.objects.filter(pk__in=newest)
    return {report.milestone_key: report for report in found}


def reports(key: uuid.UUID) -> QuerySet[MilestoneReport]:
    """Every report of a milestone, newest first."""
    return MilestoneReport.objects.filter(milestone_key=key).select_related(
        "by_user",
        "by_post__organisation",
        "principal",
        "principal_post__organisation",
        "evidence",
    )


def in_force(key: uuid.UUID) -> Milestone | None:
    """The milestone as it is in force, None if it is not (any more)."""
    return (
        Milestone.objects.filter(key=key, until_revision=None)
        .select_related("owner__organisation", "plan__lab__area__programme")
        .first()
    )


def said(key: uuid.UUID) -> list[rules.Said]:
    """Every finish that revisions planned and reports expected, for ``rules.moves``."""
    planned: Any = Change.objects.filter(
        part=Change.Part.MILESTONE,
        key=key,
        field="finishes_on",
        revision__state=Revision.State.ADOPTED,
    ).values_list("revision__adopted_at", "after")
    expected = MilestoneReport.objects.filter(milestone_key=key).values_list(
        "at", "expected_finish"
    )
    return [
        *(rules.Said(at, rules.PLANNED, _day(after)) for at, after in planned),
        *(rules.Said(at, rules.EXPECTED, finish) for at, finish in expected.order_by("at", "pk")),
    ]


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class DueMilestone:
    """A milestone whose owner is to report: since when, and what was said last."""

    key: uuid.UUID
    title: str
    plan: Plan
    owner_id: int
    finishes_on: date | None
    due_on: date
    report: MilestoneReport | None


def milestones_due(post_ids: Iterable[int], on: date) -> list[DueMilestone]:
    """The milestones of these posts for which a report is due on a day, longest due first.

    A report is due once in each cycle of the home forum, from the day the milestone
    starts (or came into force, if later) until it is done. Closed programmes and
    closed labs ask for nothing. Two queries.
    """
    rows = list(
        Milestone.objects.filter(
            owner__in=set(post_ids),
            until_revision=None,
            plan__lab__closed_at=None,
            plan__lab__area__programme__closed_at=None,
        )
        .select_related("plan__lab__area__programme", "plan__lab__area__home_forum")
        .annotate(in_force_since=F("from_revision__adopted_at"))
    )
    newest = latest_reports(row.key for row in rows)
    found = [due for row in rows if (due := _due(row, newest.get(row.key))) and due.due_on <= on]
    return sorted(found, key=lambda due: (due.due_on, due.title))


def _due(row: Any, report: MilestoneReport | None) -> DueMilestone | None:
    area = row.plan.lab.area
    zone = ZoneInfo(area.programme.time_zone)
    begins = local_day(row.in_force_since, zone)
    due_on = rules.report_due(
        begins=max(begins, row.starts_on) if row.starts_on else begins,
        latest=local_day(report.at, zone) if report else None,
        latest_state=report.state if report else None,
        every_days=area.home_forum.meets_every_days,
    )
    if due_on is None:
        return None
    return DueMilestone(
        key=row.key,
        title=row.title,
        plan=row.plan,
        owner_id=row.owner_id,
        finishes_on=row.finishes_on,
        due_on=due_on,
        report=report,
    )


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of a moment where the programme is."""
    return moment.astimezone(zone).date()
