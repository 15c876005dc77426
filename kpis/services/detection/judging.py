"""What follows for one series: findings, steps of its episodes, its status. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from kpis.models import Deviation, RuleVersion, SeriesStatus
from kpis.rules import rules_catalogue
from kpis.rules.detection import Finding, detect_series, judge_readings, may_open
from kpis.rules.episodes import OpenEpisode, Step, episode
from kpis.rules.periods import Period, containing, next_period
from kpis.rules.schedule import Schedule, missing_periods, owed
from kpis.rules.status import Latest, summarise
from kpis.rules.values import to_text
from kpis.services.detection.material import Material, ReadingFact
from people.rules.workdays import add_working_days

KINDS = ("progress", "missing", "control_limits")
MOST = Decimal("99999999999.9999")


@dataclass(frozen=True, slots=True)
class Close:
    """How an episode is to be closed."""

    closed_as: str
    settled_through: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one rule asks for on one subject. ``closing`` belongs to the close steps, in order."""

    version: RuleVersion
    findings: dict[Period, Finding]
    steps: list[Step]
    closing: list[Close]
    open: Deviation | None

    @property
    def signals(self) -> list[Finding]:
        """The findings worth a row: those an episode uses, or that might open one."""
        return list(self.findings.values())


def plans(material: Material) -> list[Plan]:
    """The plans of all rules that are switched on; none for a closed programme."""
    if material.programme.is_closed:
        return []
    return [
        _plan(material, kind, version)
        for kind in KINDS
        if (version := material.versions.get(kind)) is not None and version.enabled
    ]


def _plan(material: Material, kind: str, version: RuleVersion) -> Plan:
    params = rules_catalogue.typed(kind, version.parameters)
    findings = detect_series(
        kind,
        facts=material.facts,
        readings=material.period_readings,
        targets=material.asked,
        params=params,
        today=material.today,
    )
    allowed = partial(
        may_open,
        effect_from=material.effect_from,
        rule_from=version.applies_from,
        backfilled={r.period for r in material.readings if r.backfilled},
    )
    standing = material.open.get(kind)
    steps, closing = follow(
        findings,
        standing=standing,
        undone=partial(_undone, material),
        settled=material.settled.get(kind),
        judged=[r.period for r in material.readings],
        clear_periods=int(params.get("clear_periods", 1)),
        allowed=allowed,
    )
    kept = {
        f.period: Finding(f.period, f.evidence | _pointers(material, f.period))
        for f in worth_a_row(findings, steps, allowed, material.told.get(kind, frozenset()))
    }
    return Plan(version, kept, steps, closing, standing)


def follow(
    findings: Sequence[Finding],
    *,
    standing: Deviation | None,
    undone: Callable[[Deviation], Close],
    settled: date | None,
    judged: Iterable[Period],
    clear_periods: int,
    allowed: Callable[[Finding], bool],
) -> tuple[list[Step], list[Close]]:
    """The steps of one rule's episodes, and how each of the close steps closes.

    An open episode of which no finding holds any more closes first; ``undone`` says how.
    """
    now = open_episode(standing)
    steps: list[Step] = []
    closing: list[Close] = []
    if (
        standing is not None
        and now is not None
        and not any(now.first <= f.period <= now.last for f in findings)
    ):
        close = undone(standing)
        steps.append(Step("close", now.last, "no_longer_holds"))
        closing.append(close)
        settled = max((d for d in (settled, close.settled_through) if d), default=None)
        now = None
    more = episode(
        findings=findings,
        judged=judged,
        clear_periods=clear_periods,
        current=now,
        closed_through=settled,
        may_open=allowed,
    )
    closing += [Close(Deviation.Closing.CLEARED, s.period.end) for s in more if s.kind == "close"]
    return [*steps, *more], closing


def worth_a_row(
    findings: Iterable[Finding],
    steps: Iterable[Step],
    allowed: Callable[[Finding], bool],
    told: Collection[Period],
) -> list[Finding]:
    """The findings that become signals: those an episode uses, or that might open one.

    ``told`` are periods that fired under earlier settings: they do not fire once more
    only because the settings changed (fact 13).
    """
    used = {step.period for step in steps if step.kind != "close"}
    return [f for f in findings if f.period in used or (allowed(f) and f.period not in told)]


def open_episode(deviation: Deviation | None) -> OpenEpisode | None:
    """A stored deviation as the rules see it."""
    if deviation is None:
        return None
    first, last = deviation.first_signal, deviation.last_signal
    return OpenEpisode(
        Period(first.period_start, first.period_end), Period(last.period_start, last.period_end)
    )


def _pointers(material: Material, period: Period) -> dict[str, str | int | list[str]]:
    """Which reading and which target the finding rests on."""
    reading = _reading_of(material, period)
    target = material.targets.get(period)
    found: dict[str, str | int | list[str]] = {}
    if reading is not None:
        found["reading"] = reading.pk
    if target is not None:
        found["target_id"] = target.pk
    return found


def _reading_of(material: Material, period: Period) -> ReadingFact | None:
    return next((r for r in material.readings if r.period == period), None)


def _undone(material: Material, deviation: Deviation) -> Close:
    """Why no finding of an open episode holds any more, in the word that is true.

    A corrected value settles nothing: corrected back, it fires again. A target
    that a decision changed, or limits that moved, settle what was found so far.
    """
    if deviation.rule.kind == "missing":
        return Close(Deviation.Closing.CLEARED, None)
    last = deviation.last_signal
    for signal in (deviation.first_signal, last):
        now = _pointers(material, Period(signal.period_start, signal.period_end))
        if now.get("reading") != signal.evidence.get("reading"):
            return Close(Deviation.Closing.CORRECTED, None)
    now = _pointers(material, Period(last.period_start, last.period_end))
    if now.get("target_id") != last.evidence.get("target_id"):
        return Close(Deviation.Closing.DECIDED, last.period_end)
    return Close(Deviation.Closing.CLEARED, last.period_end)


def status(material: Material) -> SeriesStatus:
    """The status row; a closed programme keeps its last status and misses nothing."""
    version = material.versions.get("progress")
    params = rules_catalogue.typed("progress", version.parameters if version else {})
    judged = judge_readings(material.facts, material.period_readings, material.asked, params)
    latest = Latest(*judged[-1]) if judged else None
    reported = {r.period for r in material.readings}
    closed = material.programme.is_closed
    gaps = [] if closed else missing_periods(material.facts.schedule, reported, material.today)
    summary = summarise(
        direction=material.facts.direction,
        latest=latest,
        missing=[gap.period for gap in gaps],
        has_target=bool(material.targets),
    )
    row = SeriesStatus(
        series=material.series,
        status=summary.key,
        check_on=None if closed else check_on(material, reported),
    )
    if summary.missing:
        row.missing_period_start = summary.missing[-1].start
        row.missing_period_end = summary.missing[-1].end
    if latest is not None:
        _describe(row, material, latest)
    return row


def _describe(row: SeriesStatus, material: Material, latest: Latest) -> None:
    """The newest value, what was asked of it, and how far it got."""
    reading = _reading_of(material, latest.period)
    target = material.targets.get(latest.period)
    row.period_start, row.period_end = latest.period.start, latest.period.end
    if reading is not None:
        row.value, row.provisional = reading.observation.value, reading.provisional
    if target is not None:
        asked = target.target
        row.target = asked.value if asked.value is not None else asked.low
    way = latest.judgement.progress
    if way is not None:
        shown = Decimal(to_text(way)).quantize(Decimal("0.0001"))
        row.progress = max(min(shown, MOST), -MOST)


def check_on(material: Material, reported: set[Period]) -> date | None:
    """The day after the next due date, with or without the rule's grace."""
    schedule = material.facts.schedule
    waiting = [o.due for o in owed(schedule, reported, material.today)]
    if (coming := _running(schedule, material.today)) is not None:
        waiting.append(schedule.due(coming))
    grace = _grace(material)
    if grace:
        waiting += [_days_after(schedule, due, grace) for due in list(waiting)]
    days = [due + timedelta(days=1) for due in waiting]
    return min((day for day in days if day > material.today), default=None)


def _running(schedule: Schedule, today: date) -> Period | None:
    """The first owed period that has not ended yet."""
    first = schedule.owed_from
    if first is None or schedule.is_closed(today):
        return None
    period = containing(max(today, first), schedule.frequency, schedule.fiscal_start)
    if period.start < first:
        period = next_period(period, schedule.frequency, schedule.fiscal_start)
    if schedule.programme_until is not None and period.end > schedule.programme_until:
        return None
    return period


def _grace(material: Material) -> int:
    version = material.versions.get("missing")
    if version is None or not version.enabled:
        return 0
    settings: dict[str, Any] = rules_catalogue.typed("missing", version.parameters)
    return int(settings["grace_working_days"])


def _days_after(schedule: Schedule, day: date, working_days: int) -> date:
    """So many working days after ``day`` in the schedule's calendar."""
    return add_working_days(day, working_days, schedule.holidays, schedule.weekend)
