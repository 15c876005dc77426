"""What a run of detection did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """Series looked at, and what was new. ``more`` says that another run has work."""

    series: int = 0
    signals: int = 0
    opened: int = 0
    extended: int = 0
    closed: int = 0
    raised: int = 0
    deviations: list[int] = field(default_factory=list)
    more: bool = False

    def add(self, other: Counts) -> None:
        """Add another run's figures to these."""
        self.series += other.series
        self.signals += other.signals
        self.opened += other.opened
        self.extended += other.extended
        self.closed += other.closed
        self.raised += other.raised
        self.deviations += other.deviations
        self.more = other.more
