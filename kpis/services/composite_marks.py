"""Which composites are to be worked out: those whose definition has no ``composed_at``."""

from __future__ import annotations

from collections.abc import Sequence

from kpis.models import Component, Definition
from kpis.selectors import composites

CHUNK = 2000


def ask(series_ids: Sequence[int]) -> None:
    """Values of these series changed: the composites made of them are to be worked out anew.

    Writes whatever the column holds, so that a sweep at the same composite and the
    writer of a value wait for each other, and none goes unseen.
    """
    for start in range(0, len(series_ids), CHUNK):
        some = list(series_ids[start : start + CHUNK])
        concerned = Component.objects.filter(kpi__definitions__series__in=some)
        Definition.objects.filter(pk__in=concerned.values("definition")).update(composed_at=None)


def recheck() -> int:
    """Ask for every composite: finds what a lock or a refusal held back since. How many."""
    return Definition.objects.filter(
        pk__in=composites.in_use().values("pk"), composed_at__isnull=False
    ).update(composed_at=None)
