"""The kernels at work: where each kind of rule fires on a slice, whatever follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from kpis.rules import ordinals
from kpis.rules.control import charts_of
from kpis.rules.detection import POINT_KINDS, fire
from kpis.rules.evidence import DIRECTION_NAMES, common, number
from kpis.rules.periods import FREQUENCIES, Period
from kpis.rules.portfolio import LEAD, OVERDUE, PROVISIONAL, Bools, Bytes, Evidence, Fired, Ints
from kpis.rules.progress import judge_points
from kpis.rules.progress_points import STATUSES
from kpis.rules.rules_catalogue import Typed, typed
from kpis.rules.xmr import Charts
from kpis.services.detection.exact import Exact, place_of
from kpis.services.detection.owing import Owing
from kpis.services.detection.slices import Slice
from kpis.services.detection.versions import NONE, Versions
from kpis.services.statements import day_of

USUAL = typed("progress", {})


@dataclass(slots=True)
class Fires:
    """Where one kind of rule fires: parallel arrays by series and period, as in ``Fired``.

    ``start`` and ``end`` are the days of the period; ``firm`` are those that do not rest
    on a value that is provisional and may still be.
    """

    series: Ints
    ordinal: Ints
    point: Ints
    start: Ints
    end: Ints
    firm: Bools
    holds: Bools | None
    evidence: Callable[[int], Evidence]


@dataclass(slots=True)
class Found:
    """What the kernels say of a slice. ``codes`` (N,) are statuses, exact where it mattered."""

    codes: Bytes
    charts: Charts
    fires: dict[str, Fires]


def find(
    some: Slice, on: Versions, known: Versions, owing: Owing, last_days: Ints, exact: Exact
) -> Found:
    """Run every kind of rule that looks at one series alone."""
    points = some.portfolio
    codes = statuses(some, known, exact)
    charts = charts_of(points)
    following = (some.asked.next_low, some.asked.next_high, some.asked.next_when)
    fires: dict[str, Fires] = {}
    for kind in POINT_KINDS:
        told = partial(_told, some, known, exact) if kind == "progress" else None
        parts = []
        for params, series in on.settings(kind):
            marked = None
            if len(series) < len(some):
                marked = np.zeros(len(some), bool)
                marked[series] = True
            parts.append(
                fire(
                    kind,
                    points,
                    params,
                    marked,
                    charts=charts,
                    codes=codes,
                    told=told,
                    following=following,
                )
            )
        fires[kind] = _joined(some, parts)
    fires["provisional"] = _provisional(some, on, last_days)
    fires["missing"] = _missing(some, on, owing)
    return Found(codes, charts, fires)


def statuses(some: Slice, known: Versions, exact: Exact) -> Bytes:
    """The status of every point by the settings of its series, ties settled on the decimals."""
    points = some.portfolio
    codes = np.zeros(points.points, np.uint8)
    ties = np.zeros(points.points, bool)
    groups = known.settings("progress")
    usual = np.flatnonzero(known.of["progress"] == NONE)
    if len(usual):
        groups.append((USUAL, usual))
    for params, series in groups:
        if len(series) == len(some):
            codes, ties = judge_points(points, params)
            continue
        marked = np.zeros(len(some), bool)
        marked[series] = True
        found, near = judge_points(points, params, marked)
        mine = marked[points.of]
        codes[mine], ties[mine] = found[mine], near[mine]
    near_edges = np.flatnonzero(ties).tolist()
    exact.read(place_of(some, point) for point in near_edges)
    for point in near_edges:
        verdict = exact.judged(point, params_of(known, int(points.of[point])))
        codes[point] = STATUSES.index(verdict.status)
    return codes


def params_of(known: Versions, series: int) -> Mapping[str, Typed]:
    """The tolerances that a series is judged by, whether or not its rule is on."""
    version = known.at("progress", series)
    return USUAL if version is None else version.params


def _told(some: Slice, known: Versions, exact: Exact, point: int) -> Evidence:
    """The evidence of a point that is off track, from its decimals."""
    exact.read([place_of(some, point)])
    verdict = exact.judged(point, params_of(known, int(some.portfolio.of[point])))
    path = "trajectory" if some.asked.kind[point] == 2 else "target"
    return {**verdict.evidence, "path": path}


def _joined(some: Slice, parts: Sequence[Fired]) -> Fires:
    """The firings of the versions of a kind as one, without points that only lead up to others."""
    point = np.concatenate([part.point for part in parts] or [np.zeros(0, np.int64)])
    part_of = np.repeat(np.arange(len(parts)), [len(part.point) for part in parts])
    index = np.concatenate(
        [np.arange(len(part.point)) for part in parts] or [np.zeros(0, np.int64)]
    ).astype(np.int64)
    kept = np.flatnonzero(some.portfolio.flags[point] & LEAD == 0)
    kept = kept[np.argsort(point[kept], kind="stable")]
    point, part_of, index = point[kept], part_of[kept], index[kept]
    holds = None
    for part in parts:
        holds = part.holds if holds is None else holds | part.holds
    flags = some.portfolio.flags[point]

    def evidence(i: int) -> Evidence:
        return parts[part_of[i]].evidence(int(index[i]))

    return Fires(
        series=some.portfolio.of[point],
        ordinal=some.portfolio.ordinal[point],
        point=point,
        start=some.start[point],
        end=some.end_at(point),
        firm=(flags & PROVISIONAL == 0) | (flags & OVERDUE != 0),
        holds=holds,
        evidence=evidence,
    )


def at_points(some: Slice, point: Ints, evidence: Callable[[int], Evidence]) -> Fires:
    """Firings at these points, in their order."""
    nothing = np.zeros(some.portfolio.points, bool)
    of, ordinal = some.portfolio.of[point], some.portfolio.ordinal[point]
    return _joined(some, [Fired(of, ordinal, point, nothing, evidence)])


def _provisional(some: Slice, on: Versions, last_days: Ints) -> Fires:
    """Values that have stayed provisional for too long."""
    points = some.portfolio
    watched = on.of["provisional"] != NONE
    at = np.flatnonzero(points.flags & OVERDUE)
    at = at[watched[points.of[at]]]

    def evidence(i: int) -> Evidence:
        point = int(at[i])
        return {
            **common(points, point),
            "value": number(points.value[point]) or "",
            "entered": day_of(some.entered[point]).isoformat(),
            "allowed_days": int(some.columns["provisional_days"][points.of[point]]),
            "due": day_of(last_days[point]).isoformat(),
        }

    return at_points(some, at, evidence)


def _missing(some: Slice, on: Versions, owing: Owing) -> Fires:
    """Periods whose due date, and the grace of the rule, passed without a value."""
    late = owing.graced & (on.of["missing"] != NONE)[owing.of]
    of, ordinal = owing.of[late], owing.ordinal[late]
    periods = [period_of(some, s, o) for s, o in zip(of.tolist(), ordinal.tolist(), strict=True)]

    def evidence(i: int) -> Evidence:
        series, version = int(of[i]), on.at("missing", int(of[i]))
        grace = 0 if version is None else int(version.params["grace_working_days"])
        due = owing.schedules[owing.schedule_of[series]].due(periods[i])
        return {
            "due": due.isoformat(),
            "grace_working_days": grace,
            "provisional": False,
            "direction": direction_of(some, series),
        }

    return Fires(
        series=of,
        ordinal=ordinal,
        point=np.full(len(of), -1),
        start=np.array([(p.start - day_of(0)).days for p in periods], np.int64),
        end=np.array([(p.end - day_of(0)).days for p in periods], np.int64),
        firm=np.ones(len(of), bool),
        holds=None,
        evidence=evidence,
    )


def direction_of(some: Slice, series: int) -> str:
    """The direction of a series in the rules' word."""
    return DIRECTION_NAMES[int(some.portfolio.direction[series])]


def period_of(some: Slice, series: int, ordinal: int) -> Period:
    """The period of an ordinal of a series."""
    return _period(int(some.frequency[series]), int(some.fiscal[series]), ordinal)


@lru_cache(maxsize=32_768)
def _period(frequency: int, fiscal: int, ordinal: int) -> Period:
    return ordinals.period(ordinal, FREQUENCIES[frequency], fiscal)
