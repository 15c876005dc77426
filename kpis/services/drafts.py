"""Targets and paths proposed in a draft of a plan. They come into force when it is adopted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.models import Series
from kpis.rules.periods import Period, label
from kpis.selectors import targets as target_selectors
from kpis.selectors import trajectories as trajectory_selectors
from kpis.selectors.targets import Asked
from kpis.selectors.trajectories import PathAsked
from kpis.services import targets, trajectories
from labs.models import Change, Revision
from labs.rules.revisions import PATH
from labs.services import revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class NothingProposed(Refused):
    code = "unchanged"
    message = _("Nothing would change. Write a target, or change one.")


class PathStartsLate(Refused):
    """A baseline that does not lie before the targets it is the start of."""

    code = "path_starts_late"
    message = _(
        "The baseline must lie before the first target."
        " A path that goes on from an earlier target has that as its start."
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a draft is to ask of a period; ``asked`` None drops its target."""

    period: Period
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class PathProposal:
    """How a draft is to let the path of a series run; ``asked`` None drops the path."""

    asked: PathAsked | None


@transaction.atomic
def propose_targets(
    *,
    revision: Revision,
    series: Series,
    proposals: Sequence[Proposal],
    path: PathProposal | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> list[Change]:
    """Write targets of one series, and its path if one is given, into a draft: all or nothing.

    Each records its own event. What ends up as it is in force leaves no change.
    Raises NothingProposed, TargetRefused, TrajectoryRefused, PathStartsLate,
    NumberRefused and what labs.services.revisions.set_target and set_path raise.
    """
    if not proposals and path is None:
        raise NothingProposed
    standing = target_selectors.in_force_by_key([series.key])
    made = []
    for proposal in proposals:
        if proposal.asked is not None:
            value, high, _baseline = targets.read(proposal.asked)
            targets.check(series, value, high)
        period = target_selectors.field_of(proposal.period.start, proposal.period.end)
        change = revisions.set_target(
            revision=revision,
            series_key=series.key,
            period=period,
            before=standing.get((series.key, period)),
            after=proposal.asked,
            reason=reason,
            label=words(series, proposal.period),
            by=by,
            at=at,
        )
        if change is not None:
            made.append(change)
    if path is not None:
        change = _propose_path(revision, series, path, reason, by, at)
        if change is not None:
            made.append(change)
    _check_start(revision, series)
    return made


def _propose_path(
    revision: Revision, series: Series, path: PathProposal, reason: str, by: Actor, at: datetime
) -> Change | None:
    if path.asked is not None:
        trajectories.check(series, trajectories.read(path.asked))
    return revisions.set_path(
        revision=revision,
        series_key=series.key,
        before=trajectory_selectors.in_force_by_key([series.key]).get(series.key),
        after=path.asked,
        reason=reason,
        label=words(series),
        by=by,
        at=at,
    )


def _check_start(revision: Revision, series: Series) -> None:
    """Whether the path, as the draft leaves it, starts before its first target. Raises PathStartsLate."""
    changes = {
        change.field: change.after
        for change in revision.changes.filter(part=Change.Part.TARGET, key=series.key)
    }
    now = trajectory_selectors.in_force_by_key([series.key]).get(series.key)
    path = changes.pop(PATH, now)
    if path is None or path["baseline_on"] is None:
        return
    asked = {field for _key, field in target_selectors.in_force_by_key([series.key])} | set(changes)
    left = [field for field in asked if field not in changes or changes[field] is not None]
    first = min((targets.period_of(field).start for field in left), default=None)
    if first is not None and date.fromisoformat(path["baseline_on"]) >= first:
        raise PathStartsLate(fields={"path_baseline": str(PathStartsLate.message)})


def words(series: Series, period: Period | None = None) -> str:
    """What a target or a path is of, for readers of the revision: "Street crime, Selangor, 2012"."""
    kpi = series.definition.kpi
    parts = [kpi.name, "" if series.cell.is_total else series.cell.label]
    if kpi.restricted_to.exists():  # the plan may have other readers than the KPI
        parts = [gettext("A restricted KPI")]
    if period is not None:
        parts.append(label(period, kpi.area.programme.fiscal_year_start))
    return ", ".join(part for part in parts if part)
