"""From firings to plans: only for series on which something may open, or is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from kpis.models import Deviation
from kpis.rules.findings import Evidence, Finding
from kpis.rules.periods import Period
from kpis.rules.portfolio import BACKFILLED, LEAD, Bools
from kpis.services.detection.exact import Exact, place_of
from kpis.services.detection.firing import Fires, period_of
from kpis.services.detection.plans import Close, Plan, follow, severities, worth_a_row
from kpis.services.detection.slices import Slice
from kpis.services.detection.standing import Before, Key, Standing, known_of
from kpis.services.detection.versions import NONE, Versions
from kpis.services.statements import day_number, ids, rows

ABOUT = """
SELECT s.id, k.name, d.unit, d.frequency, c."key", c.label,
       EXISTS (SELECT 1 FROM kpis_kpi_restricted_to f WHERE f.kpi_id = k.id)
FROM $ids w
JOIN kpis_series s ON s.id = w.id
JOIN kpis_cell c ON c.id = s.cell_id
JOIN kpis_definition d ON d.id = s.definition_id
JOIN kpis_kpi k ON k.id = d.kpi_id
"""
EARLY = -(10**7)


@dataclass(frozen=True, slots=True)
class About:
    """How a series is named in evidence, and whether it is kept to named forums."""

    named: dict[str, str]
    restricted: bool


@dataclass(slots=True)
class Work:
    """The plans of a slice by the index of the series, and what is told of those series."""

    plans: dict[int, list[Plan]]
    about: dict[int, About]


@dataclass(slots=True)
class Bench:
    """What the plans of a slice are made from."""

    some: Slice
    on: Versions
    standing: Mapping[Key, Standing]
    exact: Exact
    before: Before
    about: dict[int, About]


def plan(
    some: Slice,
    on: Versions,
    fires: Mapping[str, Fires],
    standing: Mapping[Key, Standing],
    exact: Exact,
) -> Work:
    """The plans for everything that fired where it counts, and for everything that is open."""
    wanted = _wanted(some, on, fires, standing)
    if not wanted:
        return Work({}, {})
    concerned = [some.ids[series] for series in {series for series, _kind in wanted}]
    bench = Bench(some, on, standing, exact, known_of(concerned), about(concerned))
    _read_what_they_rest_on(bench, wanted)
    drafts = [
        (series, kind, _draft(bench, series, kind, fires[kind], which, may))
        for (series, kind), (which, may) in wanted.items()
    ]
    exact.read(
        place_of(some, int(fires[kind].point[i]))
        for _series, kind, draft in drafts
        for i in draft.fresh.values()
        if fires[kind].point[i] >= 0
    )
    plans: dict[int, list[Plan]] = defaultdict(list)
    for series, kind, draft in drafts:
        made = replace(draft.plan, fresh=_evidence(bench, series, fires[kind], draft.fresh))
        if not made.is_empty:
            plans[series].append(made)
    return Work(plans, bench.about)


def about(series_ids: Iterable[int]) -> dict[int, About]:
    """How these series are named, by id (one query)."""
    return {
        pk: About(
            {
                "kpi": name,
                "unit": unit,
                "frequency": frequency,
                "part": "" if key == "total" else label,
            },
            bool(restricted),
        )
        for pk, name, unit, frequency, key, label, restricted in rows(ABOUT, ids(series_ids))
    }


def _wanted(
    some: Slice, on: Versions, fires: Mapping[str, Fires], standing: Mapping[Key, Standing]
) -> dict[tuple[int, str], tuple[list[int], list[bool]]]:
    """Series and kinds to look at: which firings each has, and which of them may open."""
    index = {pk: series for series, pk in enumerate(some.ids)} if standing else {}
    opened: dict[str, list[int]] = defaultdict(list)
    for pk, kind in standing:
        opened[kind].append(index[pk])
    found: dict[tuple[int, str], tuple[list[int], list[bool]]] = {}
    for kind, each in fires.items():
        allowed = _allowed(some, on, kind, each)
        chosen = np.union1d(each.series[allowed], np.array(opened.get(kind, []), np.int64))
        for series in chosen.tolist():
            if on.of[kind][series] != NONE:
                found[series, kind] = ([], [])
        firings = np.flatnonzero(np.isin(each.series, chosen))
        for i, series, may in zip(
            firings.tolist(), each.series[firings].tolist(), allowed[firings].tolist(), strict=True
        ):
            if (series, kind) in found:
                found[series, kind][0].append(i)
                found[series, kind][1].append(may)
    return found


def _allowed(some: Slice, on: Versions, kind: str, fires: Fires) -> Bools:
    """Which firings may open a deviation (fact 2): see kpis.rules.findings.may_open."""
    since = np.array([*(day_number(v.applies_from) for v in on.every), EARLY], np.int64)
    found: Bools = fires.end >= since[on.of[kind]][fires.series]
    found &= fires.start >= some.effect_from[fires.series]
    at = fires.point >= 0
    found[at] &= some.portfolio.flags[fires.point[at]] & BACKFILLED == 0
    return found


def _read_what_they_rest_on(
    bench: Bench, wanted: Mapping[tuple[int, str], tuple[list[int], list[bool]]]
) -> None:
    """Read the current readings of open deviations' periods, all at once."""
    places = []
    for series, kind in wanted:
        each = bench.standing.get((bench.some.ids[series], kind))
        if each is not None:
            for told in (each.first, each.last):
                places.append((bench.some.ids[series], day_number(told.period.start)))
    bench.exact.read(places)


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan before its new signals have their evidence: the firings they come from."""

    plan: Plan
    fresh: dict[Period, int]


def _draft(
    bench: Bench, series: int, kind: str, fires: Fires, which: list[int], may: list[bool]
) -> Draft:
    """The plan of one rule on one series."""
    some, version = bench.some, bench.on.at(kind, series)
    assert version is not None
    key = (some.ids[series], kind)
    at = {period_of(some, series, int(fires.ordinal[i])): i for i in which}
    opens = dict(zip(at, may, strict=True))
    findings = [Finding(period, {}) for period in at]
    judged, holds = _judged(some, series, fires)
    standing = bench.standing.get(key)

    def allowed(finding: Finding) -> bool:
        return opens[finding.period]

    steps, closing = follow(
        findings,
        standing=standing,
        undone=partial(_undone, bench, series),
        settled=bench.before.settled.get(key),
        judged=judged,
        holds=holds,
        clear_periods=int(version.params.get("clear_periods", 1)),
        open_after=int(version.params.get("open_after", 1)),
        allowed=allowed,
    )
    told = bench.before.signals.get(key, {})
    known = {period: pk for (number, period), pk in told.items() if number == version.pk}
    under_others = {period for number, period in told if number != version.pk}
    kept = worth_a_row(findings, steps, allowed, under_others)
    fresh = {f.period: at[f.period] for f in kept if f.period not in known}
    severity, raised = severities(
        version, steps, standing, lambda period: bool(fires.firm[at[period]]), at
    )
    return Draft(Plan(version, known, {}, steps, closing, standing, severity, raised), fresh)


def _judged(some: Slice, series: int, fires: Fires) -> tuple[list[Period], frozenset[Period]]:
    """The periods with a value that were judged, and those that a pattern still covers."""
    first, end = some.portfolio.offsets[series : series + 2].tolist()
    judged = np.flatnonzero(some.portfolio.flags[first:end] & LEAD == 0) + first
    periods = [period_of(some, series, o) for o in some.portfolio.ordinal[judged].tolist()]
    if fires.holds is None:
        return periods, frozenset()
    covered = fires.holds[judged].tolist()
    return periods, frozenset(p for p, held in zip(periods, covered, strict=True) if held)


def _evidence(
    bench: Bench, series: int, fires: Fires, fresh: Mapping[Period, int]
) -> dict[Period, Evidence]:
    """What new signals are told with: the numbers of the rule, and what they rest on."""
    some = bench.some
    return {
        period: fires.evidence(i)
        | pointers(bench, int(fires.point[i]))
        | {"about": bench.about[some.ids[series]].named}
        for period, i in fresh.items()
    }


def pointers(bench: Bench, point: int) -> dict[str, Any]:
    """Which reading and which target a finding rests on."""
    if point < 0:
        return {}
    found: dict[str, Any] = {}
    seen = bench.exact.seen_at(point)
    if seen is not None:
        found["reading"] = seen.pk
    number = int(bench.some.asked.governing[point])
    if number >= 0:
        found["target_id"] = int(bench.some.asked.targets["id"][number])
    return found


def _undone(bench: Bench, series: int, standing: Standing) -> Close:
    """Why no finding of an open episode holds any more, in the word that is true.

    A corrected value settles nothing: corrected back, it fires again. A target
    that a decision changed, or limits that moved, settle what was found so far.
    """
    if standing.kind in ("missing", "provisional"):
        return Close(Deviation.Closing.CLEARED, None)
    some, last = bench.some, standing.last.period
    for told in (standing.first, standing.last):
        seen = bench.exact.seen(some.ids[series], day_number(told.period.start))
        if (None if seen is None else seen.pk) != told.reading:
            return Close(Deviation.Closing.CORRECTED, None)
    if _target_at(some, series, last) != standing.last.target:
        return Close(Deviation.Closing.DECIDED, last.end)
    return Close(Deviation.Closing.CLEARED, last.end)


def _target_at(some: Slice, series: int, period: Period) -> int | None:
    """The target that governs a period now."""
    first, end = some.portfolio.offsets[series : series + 2].tolist()
    day = day_number(period.start)
    at = first + int(np.searchsorted(some.start[first:end], day))
    if at >= end or some.start[at] != day or some.asked.governing[at] < 0:
        return None
    return int(some.asked.targets["id"][some.asked.governing[at]])
