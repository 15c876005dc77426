"""Trajectories: set by an adopted revision, or loaded with their source; never edited (fact 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Series, Target, Trajectory
from kpis.models.kpis import Direction
from kpis.rules.periods import parse_date
from kpis.rules.values import to_decimal
from kpis.selectors import trajectories as selectors
from kpis.services import series as series_service
from kpis.services import sources
from labs.models import Change
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class TrajectoryRefused(Refused):
    """A path that cannot be set as asked."""

    code = "trajectory"


class TrajectoryConflict(TrajectoryRefused):
    """Another path is in force for the series."""

    code = "trajectory_conflict"
    message = _(
        "Another path is in force for this KPI or part."
        " A path changes by a revision of the plan, with its reason."
    )


class TrajectoryStale(TrajectoryRefused):
    """What the change says it replaces is not what is in force."""

    code = "stale"
    message = _(
        "A path changed since this revision was written."
        " Look at the path in force and write the change anew."
    )


@dataclass(frozen=True, slots=True)
class Course:
    """How a path runs, and where it starts; the baseline's day is the last of its period."""

    method: str
    baseline: Decimal | None = None
    baseline_on: date | None = None


def from_source(
    *,
    series: Series,
    method: str,
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
    source: str,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Trajectory:
    """Load a path that was set outside the system. The same again adds nothing.

    Raises TrajectoryConflict when another one is in force, TrajectoryRefused,
    NumberRefused, SourceRefused.
    """
    course = Course(method, baseline, baseline_on)
    with transaction.atomic():
        check(series, course)
        known = Trajectory.objects.filter(series=series, source__name=source.strip())
        for each in known.order_by("pk"):
            if course_of(each) == course:
                return each
        named = sources.ensure(name=source)
        made = _row(series, course, at)
        made.source, made.note = named, note
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise TrajectoryConflict from error
        series_service.touch(series_ids=[series.pk], at=at, since=_since(series, [course]))
        events.record(
            verb="trajectory.loaded",
            subject=made,
            by=by,
            at=at,
            data={
                "series": series.pk,
                "source": named.pk,
                **selectors.asked(method, baseline, baseline_on),
            },
            texts={"note": note},
            programme_id=series.definition.kpi.area.programme_id,
            restricted=series.definition.kpi.restricted_to.exists(),
        )
        return made


def apply_changes(
    *, changes: Sequence[Change], by_key: Mapping[Any, Series], at: datetime
) -> list[Change]:
    """Bring the paths of an adopted revision into force; what each replaces is closed.

    Called by targets.apply in the transaction of the adoption, which records the event.
    The changes that were still to do; applying the same again adds nothing. Raises TrajectoryStale when the path in
    force is not the one that a change set out to replace, TrajectoryRefused.
    """
    made = []
    with transaction.atomic():
        fresh = _still_to_do(changes)
        for change in fresh:
            series = by_key.get(change.key)
            if series is None:
                raise TrajectoryRefused(
                    _("A path of this revision is for a KPI or part that does not exist.")
                )
            standing = _close(change, series)
            courses = [course_of(standing)] if standing else []
            if change.after is not None:
                course = read(change.after)
                check(series, course)
                row = _row(series, course, at)
                row.change = change
                made.append(row)
                courses.append(course)
            series_service.touch(series_ids=[series.pk], at=at, since=_since(series, courses))
        Trajectory.objects.bulk_create(made)
    return fresh


def check(series: Series, course: Course) -> None:
    """Whether a path fits the KPI. Raises TrajectoryRefused, NumberRefused."""
    if course.method not in Trajectory.Method.values:
        message = str(_("Choose one of the ways in which a path can run."))
        raise TrajectoryRefused(message, fields={"method": message})
    if series.definition.direction == Direction.CONTEXT:
        raise TrajectoryRefused(_("A KPI for context only has no path. Give it a direction first."))
    if (course.baseline is None) != (course.baseline_on is None):
        message = str(_("Give the baseline and the period that it is of, or neither."))
        raise TrajectoryRefused(message, fields={"baseline": message})
    if course.baseline is not None:
        to_decimal(course.baseline, field="baseline")


def read(after: Mapping[str, Any]) -> Course:
    """A path as a change writes it. Raises NumberRefused, PeriodRefused."""
    baseline, day = after.get("baseline"), after.get("baseline_on")
    return Course(
        method=str(after.get("method") or ""),
        baseline=None if baseline in (None, "") else to_decimal(str(baseline), field="baseline"),
        baseline_on=None if day in (None, "") else parse_date(str(day), field="baseline_on"),
    )


def course_of(trajectory: Trajectory) -> Course:
    """What a stored path says."""
    return Course(trajectory.method, trajectory.baseline, trajectory.baseline_on)


def _still_to_do(changes: Sequence[Change]) -> list[Change]:
    set_by = Trajectory.objects.filter(change__in=changes).values_list("change_id", flat=True)
    ended = Trajectory.objects.filter(until_change__in=changes)
    done = {*set_by, *ended.values_list("until_change_id", flat=True)}
    return [change for change in changes if change.pk not in done]


def _close(change: Change, series: Series) -> Trajectory | None:
    """End the path in force by a change that knew it; the one that was. Raises TrajectoryStale."""
    standing = Trajectory.objects.filter(series=series, until_change=None).first()
    now = None if standing is None else course_of(standing)
    if now != (None if change.before is None else read(change.before)):
        raise TrajectoryStale
    if standing is None:
        return None
    open_one = Trajectory.objects.filter(pk=standing.pk, until_change=None)
    if open_one.update(until_change=change) != 1:
        raise TrajectoryStale
    return standing


def _since(series: Series, courses: Sequence[Course]) -> date | None:
    """The first day of which another path can ask something else."""
    first = (
        Target.objects.filter(series=series, until_change=None)
        .order_by("period_start")
        .values_list("period_start", flat=True)
        .first()
    )
    days = [course.baseline_on for course in courses if course.baseline_on is not None]
    return min(filter(None, [first, *days]), default=None)


def _row(series: Series, course: Course, at: datetime) -> Trajectory:
    return Trajectory(
        series=series,
        method=course.method,
        baseline=course.baseline,
        baseline_on=course.baseline_on,
        set_at=at,
    )
