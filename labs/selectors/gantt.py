"""A plan in force over time, a page at a time: bars, what comes first, and how finishes slipped."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator

from labs.models import Change, MilestoneReport, Plan, Revision
from labs.rules import gantt, slips
from labs.rules.milestones import BLOCKED, DONE, EXPECTED, LATE, PLANNED
from labs.rules.plans import InitiativeContent, MilestoneContent, PlanContent
from labs.rules.revisions import INITIATIVE, MILESTONE
from labs.selectors import plans
from people.models import Post

ROWS = 50  # of a page


@dataclass(frozen=True)
class Row:
    """An initiative or a step. ``state``: done, late, running or waiting; a word is shown for each.

    ``other_plans``: how many steps of other plans it waits for.
    """

    part: str
    key: uuid.UUID
    title: str
    owner: Post | None
    start: date | None
    finish: date | None
    slip: slips.Slip
    state: str
    comes_after: list[MilestoneContent]
    other_plans: int = 0
    bar: gantt.Placed | None = None

    @property
    def is_step(self) -> bool:
        return self.part == MILESTONE


@dataclass(frozen=True)
class View:
    """One page of the plan over time. ``picture`` is None where nothing has a day."""

    page: Page[Any]
    rows: list[Row]
    picture: gantt.Picture | None
    initiatives: list[InitiativeContent]
    chosen: InitiativeContent | None


Line = InitiativeContent | MilestoneContent


def view(plan: Plan, on: date, *, initiative: uuid.UUID | None, number: str | None) -> View:
    """Page ``number`` of the plan in force, or of one of its initiatives.

    A fixed number of queries, whatever the size of the plan.
    """
    content = plans.content(plan)
    page = Paginator(list(_lines(content, initiative)), ROWS).get_page(number)
    shown: list[Line] = list(page.object_list)
    keys = [line.key for line in shown]
    reports = plans.latest_reports(keys)
    said = _said(plan, keys)
    posts = plans.posts(content)
    rows = [_row(line, content, posts, reports, said.get(line.key, []), on) for line in shown]
    drawn = gantt.picture([_bar(row) for row in rows], on)
    return View(
        page=page,
        rows=[_with_bar(row, drawn) for row in rows],
        picture=drawn,
        initiatives=list(content.initiatives.values()),
        chosen=content.initiatives.get(initiative) if initiative else None,
    )


def _lines(content: PlanContent, initiative: uuid.UUID | None) -> Iterable[Line]:
    """Each initiative with its steps after it, by their days."""
    steps: dict[uuid.UUID, list[MilestoneContent]] = {}
    for step in content.milestones.values():
        steps.setdefault(step.initiative_key, []).append(step)
    for key, each in content.initiatives.items():
        if initiative is None or key == initiative:
            yield each
            yield from sorted(
                steps.get(key, []), key=lambda step: step.starts_on or step.finishes_on or date.max
            )


def _said(plan: Plan, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[slips.Promise]]:
    """What revisions promised and owners expected of these parts. Two queries."""
    wanted = list(keys)
    found: dict[uuid.UUID, list[slips.Promise]] = {}
    changes = Change.objects.filter(
        part__in=[INITIATIVE, MILESTONE],
        key__in=wanted,
        field="finishes_on",
        revision__plan=plan,
        revision__state=Revision.State.ADOPTED,
    ).select_related("revision")
    for change in changes.order_by("revision__number"):
        revision: Any = change.revision
        found.setdefault(change.key, []).append(
            slips.Promise(
                at=revision.adopted_at,
                source=PLANNED,
                finish=date.fromisoformat(change.after) if change.after else None,
                number=revision.number,
                revision=revision.pk,
                decision=revision.decision_id,
                title=change.reason,
            )
        )
    reports = MilestoneReport.objects.filter(milestone_key__in=wanted, plan=plan)
    for key, at, finish, note in reports.order_by("at", "pk").values_list(
        "milestone_key", "at", "expected_finish", "note"
    ):
        found.setdefault(key, []).append(slips.Promise(at, EXPECTED, finish, title=note))
    return found


def _row(
    line: Line,
    content: PlanContent,
    posts: Mapping[int, Post],
    reports: Mapping[uuid.UUID, MilestoneReport],
    said: list[slips.Promise],
    on: date,
) -> Row:
    if isinstance(line, InitiativeContent):
        return Row(
            part=INITIATIVE,
            key=line.key,
            title=line.title,
            owner=posts.get(line.lead_id or 0),
            start=line.starts_on,
            finish=line.finishes_on,
            slip=slips.slip(said),
            state=state_of(line.starts_on, line.finishes_on, "", on),
            comes_after=[],
        )
    report = reports.get(line.key)
    known = [content.milestones[key] for key in line.depends_on if key in content.milestones]
    return Row(
        part=MILESTONE,
        key=line.key,
        title=line.title,
        owner=posts.get(line.owner_id or 0),
        start=line.starts_on,
        finish=line.finishes_on,
        slip=slips.slip(said),
        state=state_of(line.starts_on, line.finishes_on, report.state if report else "", on),
        comes_after=known,
        other_plans=len(line.depends_on) - len(known),
    )


def state_of(start: date | None, finish: date | None, said: str, on: date) -> str:
    """Done, late (said to be, blocked, or past its finish), running, or waiting to begin."""
    if said == DONE:
        return "done"
    if said in (LATE, BLOCKED) or (finish is not None and finish < on):
        return "late"
    begun = bool(said and said != "not_started")
    return "running" if begun or (start is not None and start <= on) else "waiting"


def _bar(row: Row) -> gantt.Bar:
    marks: list[tuple[str, date]] = [("revised", day) for day in row.slip.revised]
    if row.slip.first is not None and row.slip.first != row.finish:
        marks.append(("first", row.slip.first))
    if row.slip.expected is not None and row.slip.expected != row.finish:
        marks.append(("expected", row.slip.expected))
    return gantt.Bar(
        key=row.key,
        start=row.start,
        finish=row.finish,
        marks=tuple(marks),
        waits_for=tuple(each.key for each in row.comes_after),
    )


def _with_bar(row: Row, drawn: gantt.Picture | None) -> Row:
    return row if drawn is None else replace(row, bar=drawn.bars[row.key])
