"""What detection found before: open deviations, settled spans, signals that were told."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kpis.rules.episodes import OpenEpisode
from kpis.rules.periods import Period
from kpis.services.statements import day_number, ids, rows

OPEN = """
SELECT v.id, v.series_id, v.rule_id, r.kind, v.severity, o.severity,
       f.id, f.period_start, f.period_end, $pick(f.evidence;reading),
       l.id, l.period_start, l.period_end, $pick(l.evidence;reading), $pick(l.evidence;target_id)
FROM $ids w
JOIN kpis_deviation v ON v.series_id = w.id
JOIN kpis_rule r ON r.id = v.rule_id
JOIN kpis_signal f ON f.id = v.first_signal_id
JOIN kpis_signal l ON l.id = v.last_signal_id
JOIN kpis_ruleversion o ON o.id = f.version_id
WHERE v.closed_at IS NULL
ORDER BY v.opened_at, v.id
"""
SETTLED = """
SELECT v.series_id, r.kind, MAX(v.settled_through)
FROM $ids w
JOIN kpis_deviation v ON v.series_id = w.id
JOIN kpis_rule r ON r.id = v.rule_id
WHERE v.settled_through IS NOT NULL
GROUP BY v.series_id, r.kind
"""
SIGNALS = """
SELECT g.id, g.series_id, r.kind, g.version_id, g.period_start, g.period_end
FROM $ids w
JOIN kpis_signal g ON g.series_id = w.id
JOIN kpis_ruleversion o ON o.id = g.version_id
JOIN kpis_rule r ON r.id = o.rule_id
"""
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A signal that an open deviation points to: its row, its period, what it rested on."""

    pk: int
    period: Period
    reading: int | None
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An open deviation. ``asked`` is the severity that its rule had when it opened."""

    pk: int
    rule_id: int
    kind: str
    severity: str
    asked: str
    first: Told
    last: Told

    @property
    def episode(self) -> OpenEpisode:
        """The same as the rules see it."""
        return OpenEpisode(self.first.period, self.last.period)


@dataclass(slots=True)
class Before:
    """What is known of series and kinds of rule: settled spans, and signals by version and period."""

    settled: dict[Key, date] = field(default_factory=dict)
    signals: dict[Key, dict[tuple[int, Period], int]] = field(
        default_factory=lambda: defaultdict(dict)
    )


def open_now(series_ids: Iterable[int]) -> dict[Key, Standing]:
    """The open deviations of these series by series and kind; the oldest, were there two."""
    found: dict[Key, Standing] = {}
    for row in rows(OPEN, ids(series_ids)):
        pk, series, rule, kind, severity, asked, *told = row
        first = Told(told[0], _period(told[1], told[2]), _number(told[3]))
        last = Told(told[4], _period(told[5], told[6]), _number(told[7]), _number(told[8]))
        found.setdefault((series, kind), Standing(pk, rule, kind, severity, asked, first, last))
    return found


def first_days(standing: dict[Key, Standing]) -> dict[int, int]:
    """By series, the first day of its open deviations."""
    found: dict[int, int] = {}
    for (series, _kind), each in standing.items():
        day = day_number(each.first.period.start)
        found[series] = min(found.get(series, day), day)
    return found


def known_of(series_ids: Iterable[int]) -> Before:
    """What was settled and told of these series (two queries)."""
    wanted = ids(series_ids)
    before = Before()
    for series, kind, through in rows(SETTLED, wanted):
        before.settled[series, kind] = _day(through)
    for pk, series, kind, version, start, end in rows(SIGNALS, wanted):
        before.signals[series, kind][version, _period(start, end)] = pk
    return before


def _period(start: Any, end: Any) -> Period:
    return Period(_day(start), _day(end))


def _day(cell: Any) -> date:
    """A date as either database gives it; an aggregate of SQLite's is text."""
    return cell if isinstance(cell, date) else date.fromisoformat(cell)


def _number(cell: Any) -> int | None:
    return None if cell is None else int(json.loads(str(cell)))
