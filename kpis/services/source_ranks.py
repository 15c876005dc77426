"""The order in which the sources of a KPI count where several have a value for one period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi, Series, Source, SourceRank
from kpis.services import readings, tracks
from kpis.services.readings import checks
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act


class RankRefused(Refused):
    """A list of sources that cannot be kept."""

    code = "sources"


@transaction.atomic
def rank(
    *, kpi: Kpi, sources: Sequence[Source], reason: str, by: Actor, at: datetime
) -> list[SourceRank]:
    """Let these sources count in this order; one not among them comes after all of them.

    Takes effect at once for every period that is not locked and in which nobody chose. An
    empty list leaves what counts now. Raises RankRefused or ProgrammeClosed.
    """
    reason = reason.strip()
    if not reason:
        message = _("Say why the sources count in this order.")
        raise RankRefused(message, fields={"reason": str(message)})
    wanted = [source.pk for source in sources]
    if len(set(wanted)) < len(wanted):
        raise RankRefused(_("Name each source once."))
    checks.hold_programmes([kpi.area.programme_id])
    Kpi.objects.select_for_update(no_key=True).get(pk=kpi.pk)
    standing = list(kpi.source_ranks.values_list("source", flat=True))
    if standing == wanted:
        raise RankRefused(_("This is the order already. Nothing was changed."), code="unchanged")
    kpi.source_ranks.all().delete()
    made = SourceRank.objects.bulk_create(
        SourceRank(kpi=kpi, source=source, rank=place, reason=reason, at=at, **Act.fields_of(by))
        for place, source in enumerate(sources, start=1)
    )
    _take_effect(kpi, at)
    events.record(
        verb="kpi.sources_ranked",
        subject=kpi,
        by=by,
        at=at,
        data={"before": standing, "sources": wanted},
        texts={"reason": reason},
        programme_id=kpi.area.programme_id,
        restricted=kpi.restricted_to.exists(),
    )
    return made


def _take_effect(kpi: Kpi, at: datetime) -> None:
    concerned = Series.objects.filter(definition__kpi=kpi).values_list("pk", flat=True)
    moved = readings.settle(series_ids=concerned)
    if moved:
        tracks.changed(series_ids=moved, at=at)
