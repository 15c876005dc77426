"""One series in a back-test: the rule asked anew on each day on which something was learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kpis.rules import rules_catalogue
from kpis.rules.backtest import Due, Flag, Version, days_of_news, known_on
from kpis.rules.detection import Finding, PeriodReading, SeriesFacts, detect_series
from kpis.rules.paths import Asked, Path
from kpis.rules.periods import Period
from kpis.rules.progress import judge
from kpis.rules.schedule import expected_periods
from kpis.rules.targets import Target
from kpis.rules.values import to_text
from kpis.services.backtests.history import FOREVER, Past, date_of, day_of
from people.rules.workdays import add_working_days

KINDS = (
    *("progress", "pace", "missing", "implausible"),
    *("control_limits", "control_trend", "control_two_in_three", "control_shift"),
)
PATTERNS = ("control_trend", "control_two_in_three", "control_shift")


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag with the evidence it had when it was first seen."""

    flag: Flag
    period: Period
    evidence: Mapping[str, Any]


def raised(
    past: Past, kind: str, parameters: Mapping[str, Any], *, since: date, until: date
) -> list[Raised]:
    """What the rule would have raised on this series in the span, each period once."""
    params = rules_catalogue.typed(kind, parameters)
    first, last = day_of(since), day_of(until)
    days = _missing_days if kind == "missing" else _days
    before = _opening(past, kind, params, first - 1)
    seen: dict[int, Raised] = {}
    for day in days(past, first, last, params):
        for ordinal, finding in _opening(past, kind, params, day).items():
            if ordinal not in seen and ordinal not in before:
                flag = Flag(past.series.pk, ordinal, day)
                seen[ordinal] = Raised(flag, finding.period, finding.evidence)
    return [each for _ordinal, each in sorted(seen.items())]


def dues(past: Past, *, until: date) -> list[Due]:
    """The target dates up to a day that have a final value, and how each ended.

    What was asked is the target as it stood on its own date: one lowered later was missed.
    """
    final = {v.ordinal: v for v in past.versions if not v.provisional and v.known_until == FOREVER}
    found = {}
    for held in past.targets:
        row = held.row
        day = day_of(row.period_end)
        if row.period_end > until or not held.since <= day < held.until:
            continue
        ordinal = past.ordinal(row.period_start, row.period_end)
        missed = _missed(past, final.get(ordinal), row.value, row.high)
        if missed is not None:
            found[ordinal] = Due(past.series.pk, ordinal, day, missed)
    return list(found.values())


def _missed(past: Past, final: Version | None, value: Decimal, high: Decimal | None) -> bool | None:
    """Whether the final value fails the target; None when there is none or it leaves that open."""
    if final is None or past.direction == "context":
        return None
    target = Target(low=value, high=high) if high is not None else Target(value=value)
    shortfall = judge(past.direction, final.observation, target).shortfall  # type: ignore[arg-type]
    return None if shortfall is None else shortfall > 0


def _days(past: Past, first: int, last: int, params: Mapping[str, Any]) -> Iterator[int]:
    """The days on which a value came or what was asked changed."""
    news = set(days_of_news(past.versions, first, last))
    yield from sorted(news | {day for day in past.epochs() if first < day <= last})


def _missing_days(past: Past, first: int, last: int, params: Mapping[str, Any]) -> Iterator[int]:
    """The days after which a value, had it not come, was late; some never came."""
    schedule = past.schedule
    grace = int(params["grace_working_days"])
    periods = {past.period(version.ordinal) for version in past.versions}
    found = set()
    for period in periods.union(expected_periods(schedule, date_of(last))):
        due = schedule.due(period)
        if grace:
            due = add_working_days(due, grace, schedule.holidays, schedule.weekend)
        found.add(day_of(due) + 1)
    yield from sorted(day for day in found if first <= day <= last)


def _opening(past: Past, kind: str, params: Mapping[str, Any], day: int) -> dict[int, Finding]:
    """What the rule finds in what was known at the end of a day, by ordinal.

    Only where so many periods in a row were found as a deviation takes to open; a
    pattern is a row of periods already.
    """
    found = {
        past.ordinal(f.period.start, f.period.end): f for f in _findings(past, kind, params, day)
    }
    row = 1 if kind in PATTERNS else int(params.get("open_after", 1))
    return {n: f for n, f in found.items() if all(n - back in found for back in range(row))}


def _findings(past: Past, kind: str, params: Mapping[str, Any], day: int) -> list[Finding]:
    """What the rule finds in what was known at the end of a day."""
    known = known_on(past.versions, day)
    readings = [PeriodReading(past.period(v.ordinal), v.observation) for v in known]
    own = past.asked(day)
    between = _between(past, past.path(day), [v.ordinal for v in known], own)
    return detect_series(
        kind,
        facts=SeriesFacts(
            direction=past.direction,  # type: ignore[arg-type]
            schedule=past.schedule,
            baseline=past.baseline(day),
            rebase_on=past.rebase_on(day),
        ),
        readings=readings,
        targets=own,
        expected=between,
        params=params,
        today=date_of(day),
    )


def _between(
    past: Past, path: Path, wanted: list[int], own: Mapping[Period, Target]
) -> dict[Period, Target]:
    """What the path asks of the periods that have no target of their own."""
    found = {}
    for ordinal in wanted:
        asked, period = path.asked(ordinal), past.period(ordinal)
        if asked is not None and period not in own:
            found[period] = _expected(past, asked)
    return found


def _expected(past: Past, asked: Asked) -> Target:
    low, high = (Decimal(to_text(edge)) for edge in (asked.low, asked.high))
    return Target(low=low, high=high) if past.direction == "hold" else Target(value=low)
