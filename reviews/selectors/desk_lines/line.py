"""One line: what waits, where it is dealt with, and whether it is theirs to decide."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise

KPI, PLAN, DISPUTE = "kpi", "plan", "dispute"


@dataclass(frozen=True)
class Line:
    """One thing that waits. ``key`` is the same for as long as it is the same thing.

    ``about``: the KPI, plan or dispute whose restriction is that of the line.
    """

    key: str
    title: str
    url: str
    part: str = ""
    heading: str | Promise = ""
    decide: bool = False
    due_on: datetime.date | None = None
    restricted: bool = False
    about: tuple[str, int] | None = None

    @property
    def label(self) -> str:
        """The heading of the part it stands in, in the language in use."""
        return str(self.heading)
