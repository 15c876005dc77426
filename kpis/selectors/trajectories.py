"""Trajectories: which is in force for a series, what set it, and what went before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from kpis.models import Series, Trajectory
from kpis.rules.values import to_text

PathAsked = dict[str, str | None]


def in_force(series: Series) -> Trajectory | None:
    """The trajectory in force of one series, with what set it."""
    return with_origin(Trajectory.objects.filter(series=series, until_change=None)).first()


def history(series_ids: Iterable[int]) -> QuerySet[Trajectory]:
    """Every trajectory ever set of these series, newest first; nothing is dropped."""
    rows = Trajectory.objects.filter(series__in=list(series_ids))
    return with_origin(rows).order_by("series_id", "-set_at", "-pk")


def with_origin(rows: QuerySet[Trajectory]) -> QuerySet[Trajectory]:
    """Trajectories with the change, revision and decision, or the source, that set them."""
    return rows.select_related(
        "source",
        "change__revision__decision__motion__forum",
        "change__revision__plan__lab",
        "until_change__revision__decision__motion__forum",
    )


def in_force_by_key(keys: Iterable[UUID]) -> dict[UUID, PathAsked]:
    """The path in force by series key: the ``before`` of a change."""
    rows = Trajectory.objects.filter(series__key__in=list(keys), until_change=None).values_list(
        "series__key", "method", "baseline", "baseline_on"
    )
    return {key: asked(method, baseline, on) for key, method, baseline, on in rows}


def asked(method: str, baseline: Decimal | None, baseline_on: date | None) -> PathAsked:
    """A path as a change writes it."""
    return {
        "method": str(method),
        "baseline": None if baseline is None else to_text(baseline),
        "baseline_on": None if baseline_on is None else baseline_on.isoformat(),
    }
