"""Targets proposed in a draft of a plan. They come into force when the draft is adopted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.models import Series
from kpis.rules.periods import Period, label
from kpis.selectors import targets as target_selectors
from kpis.selectors.targets import Asked
from kpis.services import targets
from labs.models import Change, Revision
from labs.services import revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class NothingProposed(Refused):
    code = "unchanged"
    message = _("Nothing would change. Write a target, or change one.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a draft is to ask of a period; ``asked`` None drops its target."""

    period: Period
    asked: Asked | None


@transaction.atomic
def propose_targets(
    *,
    revision: Revision,
    series: Series,
    proposals: Sequence[Proposal],
    reason: str = "",
    by: Actor,
    at: datetime,
) -> list[Change]:
    """Write targets of one series into a draft, all of them or none.

    Each records its own event. A target that ends up as it is in force leaves no
    change. Raises NothingProposed, TargetRefused, NumberRefused and what
    labs.services.revisions.set_target raises.
    """
    if not proposals:
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
    return made


def words(series: Series, period: Period) -> str:
    """What a target is of, for readers of the revision: "Street crime, Selangor, 2012"."""
    kpi = series.definition.kpi
    parts = [kpi.name, "" if series.cell.is_total else series.cell.label]
    if kpi.restricted_to.exists():  # the plan may have other readers than the KPI
        parts = [gettext("A restricted KPI")]
    parts.append(label(period, kpi.area.programme.fiscal_year_start))
    return ", ".join(part for part in parts if part)
