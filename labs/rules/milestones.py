"""What an owner may say of a milestone, when a report is due, and how often its finish moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

NOT_STARTED, ON_COURSE, LATE, BLOCKED, DONE = "not_started", "on_course", "late", "blocked", "done"
STATES = (NOT_STARTED, ON_COURSE, LATE, BLOCKED, DONE)
PLANNED, EXPECTED = "planned", "expected"

# What may be said after what. Work that has begun does not un-begin.
NEXT: dict[str | None, tuple[str, ...]] = {
    None: STATES,
    NOT_STARTED: STATES,
    ON_COURSE: (ON_COURSE, LATE, BLOCKED, DONE),
    LATE: (ON_COURSE, LATE, BLOCKED, DONE),
    BLOCKED: (ON_COURSE, LATE, BLOCKED, DONE),
    DONE: (ON_COURSE, LATE, BLOCKED, DONE),
}


@dataclass(frozen=True)
class Report:
    """What is being said: the fields of one report."""

    state: str
    expected_finish: date | None = None
    blocked_by: str = ""
    note: str = ""
    done_evidence: str = ""


def check(report: Report, *, previous: str | None, on: date) -> dict[str, str]:
    """What does not hold in a report made on a day: problem codes by field.

    ``previous`` is the state of the report before it, None for the first.
    """
    if report.state not in STATES:
        return {"state": "unknown_state"}
    if report.state not in NEXT[previous]:
        return {"state": "already_begun"}
    problems = {
        "blocked_by": _only_with(report.state == BLOCKED, report.blocked_by, "blocked_by_whom"),
        "done_evidence": _only_with(report.state == DONE, report.done_evidence, "done_shown_by"),
        "note": "why_not_done" if _undone(report, previous) and not report.note.strip() else "",
        "expected_finish": _finish_problem(report, on),
    }
    return {name: code for name, code in problems.items() if code}


def _only_with(wanted: bool, text: str, code: str) -> str:
    if wanted:
        return "" if text.strip() else code
    return f"not_{code}" if text.strip() else ""


def _undone(report: Report, previous: str | None) -> bool:
    return previous == DONE and report.state != DONE


def _finish_problem(report: Report, on: date) -> str:
    finish = report.expected_finish
    if report.state == DONE:
        return "finish_to_come" if finish and finish > on else ""
    if finish is None:
        return "late_until_when" if report.state == LATE else ""
    return "finish_past" if finish < on else ""


@dataclass(frozen=True)
class Said:
    """A finish that was set at a moment, by a revision (planned) or a report (expected)."""

    at: datetime
    source: str
    finish: date | None


@dataclass(frozen=True)
class Move:
    """The finish went from one day to another."""

    at: datetime
    source: str
    before: date
    after: date

    @property
    def is_slip(self) -> bool:
        return self.after > self.before

    @property
    def days(self) -> int:
        """By how many days; negative when it came forward."""
        return (self.after - self.before).days


def moves(said: Iterable[Said]) -> list[Move]:
    """Each time the finish changed, in order of time.

    The finish is the newest day named, by a revision or a report. A revision that
    writes down what a report already expected moves nothing: one slip counts once.
    """
    found: list[Move] = []
    finish: date | None = None
    for each in sorted(said, key=lambda each: each.at):
        if each.finish is None or each.finish == finish:
            continue
        if finish is not None:
            found.append(Move(each.at, each.source, finish, each.finish))
        finish = each.finish
    return found


def slips(said: Iterable[Said]) -> int:
    """How often the finish moved to a later day."""
    return sum(move.is_slip for move in moves(said))


def report_due(
    *, begins: date, latest: date | None, latest_state: str | None, every_days: int
) -> date | None:
    """The day on which the owner's next report is due; None once the milestone is done.

    ``begins`` is the day the milestone starts or came into force, whichever is later;
    ``latest`` the day of the newest report; ``every_days`` the length of a cycle.
    """
    if latest_state == DONE:
        return None
    return begins if latest is None else max(begins, latest + timedelta(days=every_days))
