"""The one event of a load, with the digest of its file (fact 12)."""

from __future__ import annotations

from datetime import datetime

from kpis.models import ImportBatch, Kpi
from kpis.services.imports.summary import Summary
from ledger.rules.actors import Actor
from ledger.services import events


def finish(*, batch: ImportBatch, summary: Summary, by: Actor, at: datetime) -> None:
    """Record the load; one that brought nothing new leaves no trace.

    Whose rows are all known has no row that points to its batch.
    """
    readings, targets = batch.readings.count(), batch.targets.count()
    if not readings and not targets:
        batch.delete()
        return
    batch.summary = summary.as_dict()
    batch.save(update_fields=["summary"])
    kpis = Kpi.objects.filter(definitions__series__readings__batch=batch).distinct()
    programmes = sorted(
        set(kpis.values_list("area__programme", flat=True))
        | set(
            Kpi.objects.filter(definitions__series__targets__batch=batch).values_list(
                "area__programme", flat=True
            )
        )
    )
    events.record(
        verb="import.loaded",
        subject=batch,
        by=by,
        at=at,
        data={
            "kind": batch.kind,
            "digest": batch.sha256,
            "rows": summary.rows,
            "loaded": summary.loaded,
            "already": summary.already,
            "skipped": len(summary.skipped),
            "conflicts": len(summary.conflicts),
            "readings": readings,
            "targets": targets,
            "programmes": programmes,
        },
        texts={"file": batch.file_name},
        programme_id=programmes[0] if len(programmes) == 1 else None,
        restricted=kpis.filter(restricted_to__isnull=False).exists(),
    )
