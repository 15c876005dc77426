"""What became of each row of a file. Every row is counted exactly once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kpis.models import Deviation, LiveReading, Target
from kpis.services.detection import Counts

CHUNK = 1000


@dataclass(slots=True)
class Summary:
    """``rows`` = loaded + already + skipped + outside; conflicts are among the skipped."""

    rows: int
    loaded: int = 0
    already: int = 0
    outside: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    partly: list[dict[str, Any]] = field(default_factory=list)
    series: dict[str, int] = field(default_factory=dict)
    signals: int = 0
    deviations: int = 0
    reviews: int = 0
    dry_run: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def skip(self, row: int, reason: object) -> None:
        self.skipped.append({"row": row, "reason": str(reason)})

    def conflict(self, row: int, reason: object) -> None:
        self.conflicts.append({"row": row, "reason": str(reason)})
        self.skip(row, f"conflict: {reason}")

    def part(self, row: int, reason: object) -> None:
        """Say what of a loaded row was left out."""
        self.partly.append({"row": row, "reason": str(reason)})

    def found(self, counts: Counts) -> None:
        """What detection made of the load. A review is opened by the sweep, one for each KPI."""
        self.signals += counts.signals
        self.deviations += counts.opened
        self.reviews += (
            Deviation.objects.filter(pk__in=counts.deviations, severity="review", closed_at=None)
            .values("series__definition__kpi")
            .distinct()
            .count()
        )

    def as_dict(self) -> dict[str, Any]:
        """The summary as it is printed and stored."""
        return {
            "rows": self.rows,
            "loaded": self.loaded,
            "already": self.already,
            "outside": self.outside,
            "skipped": self.skipped,
            "conflicts": self.conflicts,
            "partly": self.partly,
            "series": self.series,
            "signals": self.signals,
            "deviations": self.deviations,
            "reviews": self.reviews,
            "dry_run": self.dry_run,
            **self.more,
        }


def counts_of(series_ids: Iterable[int]) -> dict[str, int]:
    """How many of these series have readings only, targets only, both."""
    wanted = sorted(set(series_ids))
    read: set[int] = set()
    asked: set[int] = set()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        read |= set(LiveReading.objects.filter(series__in=part).values_list("series_id", flat=True))
        asked |= set(
            Target.objects.filter(series__in=part, until_change=None).values_list(
                "series_id", flat=True
            )
        )
    return {
        "readings_only": len(read - asked),
        "targets_only": len(asked - read),
        "both": len(read & asked),
    }
