"""What finish was promised when: by each revision, and as the owner last expected it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from labs.rules.milestones import EXPECTED, PLANNED


@dataclass(frozen=True, slots=True)
class Promise:
    """A finish named by a revision (``number``, ``revision``, ``decision``) or by a report."""

    at: datetime
    source: str
    finish: date | None
    number: int | None = None
    revision: int | None = None
    decision: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """``first``: the first promise; ``promised``: the plan's now; ``expected``: the newest report's."""

    first: date | None
    promised: date | None
    expected: date | None
    history: tuple[Promise, ...]

    @property
    def now(self) -> date | None:
        """The finish to reckon with: what the owner expects, else what the plan says."""
        return self.expected or self.promised

    @property
    def days(self) -> int | None:
        """Days from the first promise to what is reckoned with now; negative: earlier."""
        if self.first is None or self.now is None:
            return None
        return (self.now - self.first).days

    @property
    def revised(self) -> tuple[date, ...]:
        """The finishes that revisions promised after the first and before the one in force."""
        named = [each.finish for each in self.history if each.source == PLANNED]
        between = dict.fromkeys(day for day in named[1:-1] if day is not None)
        return tuple(day for day in between if day not in (self.first, self.promised))


def slip(promises: Iterable[Promise]) -> Slip:
    """What promises and reports in any order come to."""
    history = tuple(sorted(promises, key=lambda each: each.at))
    planned = [each.finish for each in history if each.source == PLANNED]
    expected = [each.finish for each in history if each.source == EXPECTED]
    return Slip(
        first=next((day for day in planned if day is not None), None),
        promised=planned[-1] if planned else None,
        expected=next((day for day in reversed(expected) if day is not None), None),
        history=history,
    )
