"""What the chart of a series shows, as plain values in float64."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Mark = Literal["value", "provisional", "bound", "deviation"]


@dataclass(frozen=True, slots=True)
class Point:
    """One period of the series. Numbers that are not known are None; ``group`` is the baseline group."""

    start: date
    end: date
    label: str
    value: float | None = None
    high: float | None = None
    mark: Mark = "value"
    target: float | None = None
    target_high: float | None = None
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    group: int = 0

    def follows(self, other: Point | None) -> bool:
        """Whether no period lies between the other and this one."""
        return other is not None and self.start - other.end == timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """Something decided on a day, drawn as an upright line with a short name."""

    on: date
    name: str


@dataclass(frozen=True, slots=True)
class PathPoint:
    """What a path asks of the period that starts here; ``high`` is the upper edge of a range."""

    start: date
    low: float
    high: float | None = None


@dataclass(frozen=True, slots=True)
class PathLine:
    """A path: the one in force ("path") or one promised before ("promised"), with its name."""

    kind: Literal["path", "promised"]
    name: str
    points: Sequence[PathPoint]
    in_steps: bool = False


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """A chart: its points, oldest first, what was decided meanwhile, and the paths."""

    unit: str
    points: Sequence[Point]
    events: Sequence[Event] = ()
    has_limits: bool = True
    paths: Sequence[PathLine] = ()

    @property
    def is_empty(self) -> bool:
        return not any(p.value is not None or p.target is not None for p in self.points)
