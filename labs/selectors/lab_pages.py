"""All that the page of one lab shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from labs.models import Intake, Lab, Lesson, ProblemStatement, Revision, Seat
from labs.rules.composition import weeks
from labs.selectors import composition, labs, lessons, plans, problem_statements, seats
from labs.selectors.composition import Warned


@dataclass(frozen=True)
class Page:
    """A lab with its seats, warnings, problem, lessons and plan.

    ``lessons_kept``: lessons it began with that the reader may not see.
    """

    lab: Lab
    seats: list[Seat]
    warnings: list[Warned]
    weeks: int
    core_people: int
    problem: ProblemStatement | None
    lessons: list[Lesson]
    begins_with: list[Lesson]
    lessons_kept: int
    intake: Intake | None
    reconvenes: Lab | None
    reconvened: list[Lab]
    revisions: list[Revision]
    drafts: list[Revision]


def of(lab: Lab, user: Any, on: date) -> Page:
    """The page of a readable lab for one reader; other labs only as they may read them."""
    table = list(seats.listed(lab))
    begun = lessons.begun_with(lab, user, on)
    around = list(labs.readable(user, on).filter(_around(lab)))
    return Page(
        lab=lab,
        seats=table,
        warnings=composition.of_lab(lab, table, on),
        weeks=weeks(lab.starts_on, lab.ends_on),
        core_people=sum(seat.people for seat in table if seat.kind == Seat.Kind.CORE),
        problem=problem_statements.newest(lab),
        lessons=lessons.of_lab(lab, user, on),
        begins_with=begun,
        lessons_kept=lab.begins_with.count() - len(begun),
        intake=Intake.objects.filter(lab=lab).first(),
        reconvenes=next((each for each in around if each.pk == lab.reconvenes_id), None),
        reconvened=[each for each in around if each.reconvenes_id == lab.pk],
        revisions=list(labs.revisions(lab.plan)),
        drafts=list(plans.open_drafts(lab.plan)),
    )


def _around(lab: Lab) -> Q:
    """The lab it reconvenes, and those that reconvened it."""
    return Q(pk=lab.reconvenes_id) | Q(reconvenes=lab)
