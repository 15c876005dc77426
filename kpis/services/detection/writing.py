"""Writing what was found: signals, episodes and status rows of a slice, with their events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models

from kpis.models import Deviation, SeriesStatus, Signal
from kpis.rules.periods import Period
from kpis.services.detection.counts import Counts
from kpis.services.detection.judging import Close, Plan
from ledger.rules.actors import Actor
from ledger.services import events

BY = Actor.system("detection")
STATUS_FIELDS = (
    *("status", "period_start", "period_end", "value", "target", "progress", "provisional"),
    *("missing_period_start", "missing_period_end", "check_on", "computed_at"),
)
Key = tuple[int, Any, date, date]


class Subject:
    """What a finding is about: a series, or a milestone of a plan."""

    __slots__ = ("event", "milestone_key", "plan_id", "programme_id", "restricted", "series_id")

    def __init__(
        self,
        *,
        event: models.Model | tuple[str, str],
        programme_id: int,
        restricted: bool,
        series_id: int | None = None,
        plan_id: int | None = None,
        milestone_key: UUID | None = None,
    ) -> None:
        self.event = event
        self.programme_id = programme_id
        self.restricted = restricted
        self.series_id = series_id
        self.plan_id = plan_id
        self.milestone_key = milestone_key

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "series_id": self.series_id,
            "plan_id": self.plan_id,
            "milestone_key": self.milestone_key,
        }

    @property
    def key(self) -> Any:
        return self.milestone_key or self.series_id


def write(
    *,
    work: Sequence[tuple[Subject, Sequence[Plan]]],
    at: datetime,
) -> Counts:
    """Carry out the plans. In a transaction that has claimed the subjects."""
    counts = Counts()
    signals = _signals(work, at, counts)
    for subject, plans in work:
        for plan in plans:
            _carry_out(subject, plan, signals, at, counts)
    return counts


def write_statuses(*, rows: Iterable[SeriesStatus], at: datetime) -> None:
    """Bring the status rows up to date in one statement per thousand."""
    stamped = list(rows)
    for row in stamped:
        row.computed_at = at
    SeriesStatus.objects.bulk_create(
        stamped,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["series"],
        update_fields=list(STATUS_FIELDS),
    )


def _signals(
    work: Sequence[tuple[Subject, Sequence[Plan]]], at: datetime, counts: Counts
) -> dict[Key, Signal]:
    """Every signal that the plans use, by version, subject and period; new ones are written."""
    wanted = {
        (plan.version.pk, subject.key, period.start, period.end): (subject, plan, period)
        for subject, plans in work
        for plan in plans
        for period in plan.findings
    }
    if not wanted:
        return {}
    found = _stored(wanted)
    new = [key for key in wanted if key not in found]
    if not new:
        return found
    Signal.objects.bulk_create(
        (_signal(*wanted[key], at) for key in new), ignore_conflicts=True, batch_size=1000
    )
    found = _stored(wanted)
    counts.signals += len(new)
    _tell(new, wanted, found, at)
    return found


def _signal(subject: Subject, plan: Plan, period: Period, at: datetime) -> Signal:
    return Signal(
        version=plan.version,
        period_start=period.start,
        period_end=period.end,
        evidence=plan.findings[period].evidence,
        found_at=at,
        **subject.columns,
    )


def _stored(wanted: Iterable[Key]) -> dict[Key, Signal]:
    keys = list(wanted)
    rows = Signal.objects.filter(
        models.Q(series__in={key[1] for key in keys if isinstance(key[1], int)})
        | models.Q(milestone_key__in={key[1] for key in keys if isinstance(key[1], UUID)}),
        version__in={key[0] for key in keys},
    )
    return {
        (s.version_id, s.milestone_key or s.series_id, s.period_start, s.period_end): s
        for s in rows
    }


def _tell(
    new: Sequence[Key],
    wanted: dict[Key, tuple[Subject, Plan, Period]],
    found: dict[Key, Signal],
    at: datetime,
) -> None:
    """One event per subject and rule for all its new signals."""
    groups: dict[tuple[Any, int], list[Key]] = {}
    for key in new:
        groups.setdefault((key[1], key[0]), []).append(key)
    for keys in groups.values():
        subject, plan, _period = wanted[keys[0]]
        events.record(
            verb="signal.found",
            subject=subject.event,
            by=BY,
            at=at,
            data={
                "rule": plan.version.rule_id,
                "version": plan.version.version,
                "signals": [found[key].pk for key in keys],
                "periods": [f"{key[2]}/{key[3]}" for key in keys],
            },
            programme_id=subject.programme_id,
            restricted=subject.restricted,
        )


def _carry_out(
    subject: Subject, plan: Plan, signals: dict[Key, Signal], at: datetime, counts: Counts
) -> None:
    """Open, extend and close, in order; each write is compare-and-set."""
    current = plan.open
    closing = iter(plan.closing)
    for step in plan.steps:
        if step.kind == "close":
            how = next(closing)
            if current is not None:
                _close(subject, current, how, at, counts)
            current = None
            continue
        signal = signals[(plan.version.pk, subject.key, step.period.start, step.period.end)]
        if step.kind == "open":
            current = _open(subject, plan, signal, at, counts)
        elif current is not None:
            counts.extended += Deviation.objects.filter(pk=current.pk, closed_at=None).update(
                last_signal=signal
            )


def _open(subject: Subject, plan: Plan, signal: Signal, at: datetime, counts: Counts) -> Deviation:
    deviation = Deviation.objects.create(
        rule_id=plan.version.rule_id,
        severity=plan.version.severity,
        first_signal=signal,
        last_signal=signal,
        opened_at=at,
        **subject.columns,
    )
    counts.opened += 1
    counts.deviations.append(deviation.pk)
    data = {"rule": plan.version.rule_id, "signal": signal.pk, "severity": deviation.severity}
    _record("deviation.opened", subject, deviation, data, at)
    return deviation


def _close(
    subject: Subject, deviation: Deviation, how: Close, at: datetime, counts: Counts
) -> None:
    closed = Deviation.objects.filter(pk=deviation.pk, closed_at=None).update(
        closed_at=at, closed_as=how.closed_as, settled_through=how.settled_through
    )
    if closed == 1:
        counts.closed += 1
        _record("deviation.closed", subject, deviation, {"as": str(how.closed_as)}, at)


def _record(
    verb: str, subject: Subject, deviation: Deviation, data: dict[str, Any], at: datetime
) -> None:
    about = {name: value for name, value in subject.columns.items() if value is not None}
    events.record(
        verb=verb,
        subject=deviation,
        by=BY,
        at=at,
        data=data | about,
        programme_id=subject.programme_id,
        restricted=subject.restricted,
    )
