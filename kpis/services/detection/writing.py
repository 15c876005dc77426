"""Writing what was found: signals and episodes of a slice with their events, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models

from kpis.models import Deviation, Signal
from kpis.rules.periods import Period
from kpis.services.detection.counts import Counts
from kpis.services.detection.plans import Close, Plan
from kpis.services.detection.standing import Standing
from ledger.rules.actors import Actor
from ledger.services import events

BY = Actor.system("detection")
CHUNK = 1000
SignalKey = tuple[Any, int, Period]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a series, or a milestone of a plan."""

    event: models.Model | tuple[str, str]
    programme_id: int
    restricted: bool
    series_id: int | None = None
    plan_id: int | None = None
    milestone_key: UUID | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a signal or a deviation that name it."""
        return {
            "series_id": self.series_id,
            "plan_id": self.plan_id,
            "milestone_key": self.milestone_key,
        }

    @property
    def key(self) -> Any:
        """What tells two subjects apart."""
        return self.milestone_key or self.series_id


@dataclass(slots=True)
class _Changes:
    """What is to become of deviations: rows to close, to raise, to extend, to open."""

    closed: list[tuple[Subject, Standing, Close]] = field(default_factory=list)
    raised: list[tuple[Subject, Standing, str]] = field(default_factory=list)
    extended: dict[int, int] = field(default_factory=dict)
    opened: list[tuple[Subject, Deviation]] = field(default_factory=list)


def write(*, work: Sequence[tuple[Subject, Sequence[Plan]]], at: datetime) -> Counts:
    """Carry out the plans. In a transaction that has claimed the subjects.

    Every change is compare-and-set, so that one made meanwhile by a decision stands.
    """
    counts, lines = Counts(), list[events.Line]()
    signals = _signals(work, at, counts, lines)
    changes = _Changes()
    for subject, plans in work:
        for plan in plans:
            _gather(subject, plan, signals, at, changes)
    _close(changes, at, counts, lines)
    _raise(changes, counts, lines)
    _extend(changes, counts)
    _open(changes, counts, lines)
    if lines:
        events.record_many(lines=lines, by=BY, at=at)
    return counts


def _signals(
    work: Sequence[tuple[Subject, Sequence[Plan]]],
    at: datetime,
    counts: Counts,
    lines: list[events.Line],
) -> dict[SignalKey, int]:
    """The rows of all signals that the plans use; new ones are written and told of."""
    found: dict[SignalKey, int] = {}
    new: dict[SignalKey, Signal] = {}
    for subject, plans in work:
        for plan in plans:
            version = plan.version.pk
            found |= {(subject.key, version, p): pk for p, pk in plan.known.items()}
            for period, evidence in plan.fresh.items():
                new[subject.key, version, period] = Signal(
                    version_id=version,
                    period_start=period.start,
                    period_end=period.end,
                    evidence=evidence,
                    found_at=at,
                    **subject.columns,
                )
    Signal.objects.bulk_create(new.values(), batch_size=CHUNK)
    found |= {key: signal.pk for key, signal in new.items()}
    counts.signals += len(new)
    for subject, plans in work:
        lines += [_told(subject, plan, found) for plan in plans if plan.fresh]
    return found


def _told(subject: Subject, plan: Plan, signals: dict[SignalKey, int]) -> events.Line:
    """One line per subject and rule for all its new signals."""
    version = plan.version
    data = {
        "rule": version.rule_id,
        "version": version.number,
        "signals": [signals[subject.key, version.pk, period] for period in plan.fresh],
        "periods": [f"{period.start}/{period.end}" for period in plan.fresh],
    }
    return events.Line(
        "signal.found",
        subject.event,
        data,
        programme_id=subject.programme_id,
        restricted=subject.restricted,
    )


def _gather(
    subject: Subject, plan: Plan, signals: dict[SignalKey, int], at: datetime, to: _Changes
) -> None:
    """Follow the steps of a plan; a row that opens and closes in one go is written once."""
    closing = iter(plan.closing)
    standing, made = plan.standing, None
    if standing is not None and plan.raised is not None:
        to.raised.append((subject, standing, plan.raised))
    for step in plan.steps:
        if step.kind == "close":
            how = next(closing)
            if made is not None:
                made.closed_at, made.closed_as = at, how.closed_as
                made.settled_through = how.settled_through
            elif standing is not None:
                to.closed.append((subject, standing, how))
            standing, made = None, None
            continue
        signal = signals[subject.key, plan.version.pk, step.period]
        if step.kind == "open":
            made = Deviation(
                rule_id=plan.version.rule_id,
                severity=plan.severity[step.period],
                first_signal_id=signal,
                last_signal_id=signal,
                opened_at=at,
                **subject.columns,
            )
            to.opened.append((subject, made))
        elif made is not None:
            made.last_signal_id = signal
        elif standing is not None:
            to.extended[standing.pk] = signal


def _close(changes: _Changes, at: datetime, counts: Counts, lines: list[events.Line]) -> None:
    alike: dict[tuple[str, date | None], list[tuple[Subject, Standing]]] = defaultdict(list)
    for subject, standing, how in changes.closed:
        alike[how.closed_as, how.settled_through].append((subject, standing))
    for (closed_as, through), rows in alike.items():
        fields = {"closed_at": at, "closed_as": closed_as, "settled_through": through}
        for subject, standing in _won(rows, fields):
            counts.closed += 1
            lines.append(_line("deviation.closed", subject, standing.pk, {"as": str(closed_as)}))


def _raise(changes: _Changes, counts: Counts, lines: list[events.Line]) -> None:
    """What was capped while its value was provisional: as severe as its rule, and routed anew."""
    closing = {standing.pk for _subject, standing, _how in changes.closed}
    alike: dict[tuple[str, str], list[tuple[Subject, Standing]]] = defaultdict(list)
    for subject, standing, severity in changes.raised:
        if standing.pk not in closing:
            alike[standing.severity, severity].append((subject, standing))
    for (before, severity), rows in alike.items():
        fields = {"severity": severity, "routed_at": None}
        for subject, standing in _won(rows, fields, severity=before):
            counts.raised += 1
            data = {"from": before, "to": severity}
            lines.append(_line("deviation.raised", subject, standing.pk, data))


def _won(
    rows: Iterable[tuple[Subject, Standing]], fields: dict[str, Any], **expected: Any
) -> list[tuple[Subject, Standing]]:
    """Those of the open deviations that this call changed; a decision may have closed one meanwhile."""
    listed = list(rows)
    waiting = Deviation.objects.filter(
        pk__in=[standing.pk for _subject, standing in listed], closed_at=None, **expected
    )
    held = set(waiting.select_for_update(no_key=True).values_list("pk", flat=True))
    Deviation.objects.filter(pk__in=held, closed_at=None, **expected).update(**fields)
    return [each for each in listed if each[1].pk in held]


def _extend(changes: _Changes, counts: Counts) -> None:
    rows = list(changes.extended.items())
    for start in range(0, len(rows), CHUNK // 4):
        some = dict(rows[start : start + CHUNK // 4])
        newest = models.Case(*(models.When(pk=pk, then=signal) for pk, signal in some.items()))
        still = Deviation.objects.filter(pk__in=some, closed_at=None)
        counts.extended += still.update(last_signal_id=newest)


def _open(changes: _Changes, counts: Counts, lines: list[events.Line]) -> None:
    Deviation.objects.bulk_create((row for _subject, row in changes.opened), batch_size=CHUNK)
    for subject, row in changes.opened:
        counts.opened += 1
        counts.deviations.append(row.pk)
        data = {"rule": row.rule_id, "signal": row.first_signal_id, "severity": row.severity}
        lines.append(_line("deviation.opened", subject, row.pk, data))
        if row.closed_at is not None:
            counts.closed += 1
            closed = {"as": str(row.closed_as)}
            lines.append(_line("deviation.closed", subject, row.pk, closed))


def _line(verb: str, subject: Subject, deviation: int, data: dict[str, Any]) -> events.Line:
    about = {name: value for name, value in subject.columns.items() if value is not None}
    return events.Line(
        verb,
        ("kpis.deviation", str(deviation)),
        data | about,
        programme_id=subject.programme_id,
        restricted=subject.restricted,
    )
