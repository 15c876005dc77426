"""Keeping what was typed into cells: each by itself, so that one that is refused stops no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.grid import Entry, observe
from kpis.models import Series
from kpis.selectors.pages import cells, grid
from kpis.selectors.pages.cells import Cell
from kpis.services.grid import cells as service
from kpis.services.grid.cells import Changed
from ledger.rules.errors import Refused
from people.models import Document
from people.selectors.actors import acting


@dataclass(slots=True)
class Outcome:
    """What became of one entry: saved, refused (why), or changed by somebody else."""

    key: str
    outcome: str
    message: str = ""
    code: str = ""
    meanings: tuple[str, ...] = ()
    is_new: bool = False
    entry: Entry | None = field(default=None, repr=False)


def reportable_series(request: HttpRequest, at: datetime) -> QuerySet[Series]:
    """The series that the reader may write into."""
    return grid.series_of(permissions.reportable(request.user, on=at.date()))


def user_id_of(request: HttpRequest) -> int:
    """Who asks: somebody who is signed in, or the page would not have been reached."""
    return int(request.user.pk or 0)


def keep_all(
    request: HttpRequest, series: QuerySet[Series], entries: list[Entry], at: datetime
) -> list[Outcome]:
    """Keep each entry by itself, and say in the same order what became of it."""
    found = cells.named(series, [each.key for each in entries], at)
    sources = grid.last_sources([cell.series for cell in found.values()])
    proofs = _proofs(request, entries)
    outcomes = [_keep(request, found.get(each.key), each, sources, proofs, at) for each in entries]
    if any(each.is_new for each in outcomes):
        hurry(tasks.detect_changed)
    return outcomes


def _keep(
    request: HttpRequest,
    cell: Cell | None,
    entry: Entry,
    sources: dict[int, str],
    proofs: dict[int, Document],
    at: datetime,
) -> Outcome:
    if cell is None:
        message = _("This KPI is not yours to report, or takes no values any more.")
        return Outcome(entry.key, "refused", message, "not_yours", entry=entry)
    kpi = cell.series.definition.kpi
    post = permissions.reporting_post(request.user, kpi, on=at.date())
    try:
        kept = service.keep(
            series=cell.series,
            period=cell.period,
            observation=observe(cell, entry),
            version=entry.version,
            source=entry.source or sources.get(cell.series.pk, ""),
            state=entry.state,
            reason=entry.reason,
            owner=kpi.owner if post is None else None,
            evidence=proofs.get(entry.evidence or 0),
            by=acting(request.user, post),
            at=at,
        )
    except Refused as refused:
        told = "changed" if isinstance(refused, Changed) else "refused"
        meanings = getattr(refused, "meanings", ())
        return Outcome(entry.key, told, str(refused), refused.code, meanings, entry=entry)
    return Outcome(entry.key, "saved", is_new=kept.is_new, entry=entry)


def _proofs(request: HttpRequest, entries: list[Entry]) -> dict[int, Document]:
    """The documents that entries name, of those this user sent."""
    asked = {each.evidence for each in entries if each.evidence is not None}
    if not asked:
        return {}
    return Document.objects.filter(uploaded_by=request.user.pk).in_bulk(asked)
