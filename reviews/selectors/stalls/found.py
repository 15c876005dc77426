"""What a check looked at, and what of it should have moved and did not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

# How long the slowest sweep of its kind may be late before it counts as stuck.
SWEEPS = timedelta(minutes=10)
HOURS = timedelta(hours=2)
DAYS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is stuck. ``key`` names it for good, as in "dispute:17".

    ``title`` is what people read; of something restricted nothing but its count is shown.
    """

    key: str
    title: str
    url: str = ""
    restricted: bool = False
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """How many things a check looked at, and which of them are stuck, by key."""

    at: int
    found: list[Finding]


Check = Callable[[datetime], Looked]
