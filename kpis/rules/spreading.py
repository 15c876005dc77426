"""What targets and trajectories ask, spread over points without a search for each of them.

The targets of a series cut its points into stretches: before the first, between two,
after the last. Within a stretch everything is constant or lies on one line, so that a
few numbers per stretch, repeated, say what is asked of every point. The same numbers
as kpis.rules.paths gives one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpis.rules import paths
from kpis.rules.portfolio import Bytes, Floats, Ints

STEPS, LINEAR = paths.METHODS.index("steps"), paths.METHODS.index("linear")


@dataclass(frozen=True, slots=True)
class Given:
    """T targets by series and period, and the way of each of S series."""

    low: Floats  # (T,)
    high: Floats
    baseline: Floats
    owner: Ints
    when: Ints
    method: NDArray[np.int8]  # (S,)
    base: Floats
    base_when: Ints


@dataclass(frozen=True, slots=True)
class Spread:
    """Arrays over N points; see kpis.services.detection.asking.Asked."""

    low: Floats
    high: Floats
    baseline: Floats
    kind: Bytes
    governing: Ints
    next_low: Floats
    next_high: Floats
    next_when: Ints


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Per stretch: its series, the target it follows, the one ahead (-1: none), its points."""

    owner: Ints
    newest: Ints
    ahead: Ints
    sizes: Ints
    at: Ints  # the first point from each target on


def spread(given: Given, offsets: Ints, of: Ints, ordinal: Ints) -> Spread:
    """What is asked of the points ``of``, ``ordinal``; those of series s from ``offsets[s]`` on."""
    cut = _stretches(given, offsets, of, ordinal)
    held, lined = _manners(given, cut)
    own = _own(given, cut, of, ordinal)
    governing = np.where(held, cut.newest, np.where(lined, cut.ahead, -1))
    kind = np.where(governing >= 0, paths.PATH, paths.NONE).astype(np.uint8)
    low, high = _asked(given, cut, held, lined, ordinal)
    baseline = _baseline(given, cut, governing)
    some_ahead = cut.ahead >= 0
    spread_over = Spread(
        low=low,
        high=high,
        baseline=np.repeat(baseline, cut.sizes),
        kind=np.repeat(kind, cut.sizes),
        governing=np.repeat(governing, cut.sizes),
        next_low=np.repeat(_of(given.low, cut.ahead), cut.sizes),
        next_high=np.repeat(_of(given.high, cut.ahead), cut.sizes),
        next_when=np.repeat(np.where(some_ahead, _of(given.when, cut.ahead), 0), cut.sizes),
    )
    _before_the_line(given, cut, lined, ordinal, spread_over)
    _put_own(given, cut, own, spread_over)
    return spread_over


def _stretches(given: Given, offsets: Ints, of: Ints, ordinal: Ints) -> _Stretches:
    size, targets = len(offsets) - 1, np.arange(len(given.owner))
    counts = np.bincount(given.owner, minlength=size)
    owner = np.repeat(np.arange(size), counts + 1)
    after = targets + given.owner + 1
    newest, ahead = np.full(len(owner), -1), np.full(len(owner), -1)
    newest[after], ahead[after - 1] = targets, targets
    at = np.searchsorted(_keys(of, ordinal), _keys(given.owner, given.when))
    starts = np.empty(len(owner), np.int64)
    starts[newest < 0] = offsets[:-1]
    starts[after] = at
    return _Stretches(owner, newest, ahead, np.diff(starts, append=len(of)), at)


def _manners(given: Given, cut: _Stretches) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Stretches in which a target goes on being asked, and those that lie on a line."""
    method = given.method[cut.owner]
    begun, more = cut.newest >= 0, cut.ahead >= 0
    held = begun & ((method == STEPS) | ((method == LINEAR) & ~more))
    from_base = ~np.isnan(given.base[cut.owner]) & (
        given.base_when[cut.owner] < _of(given.when, cut.ahead)
    )
    return held, (method == LINEAR) & more & (begun | from_base)


def _own(given: Given, cut: _Stretches, of: Ints, ordinal: Ints) -> NDArray[np.bool_]:
    """The targets of whose own period there is a point."""
    hit = cut.at < len(of)
    at = cut.at[hit]
    hit[hit] = (of[at] == given.owner[hit]) & (ordinal[at] == given.when[hit])
    return hit


def _asked(
    given: Given,
    cut: _Stretches,
    held: NDArray[np.bool_],
    lined: NDArray[np.bool_],
    ordinal: Ints,
) -> tuple[Floats, Floats]:
    """Lower and upper edge: a + (b - a) x done / steps, with nothing to do where one is held."""
    begun = cut.newest >= 0
    start = np.where(begun, _of(given.when, cut.newest), given.base_when[cut.owner])
    steps = np.where(lined, _of(given.when, cut.ahead) - start, 1)
    share = ordinal - np.repeat(start, cut.sizes)
    share = share / np.repeat(steps, cut.sizes)
    edges: list[Floats] = []
    for column in (given.low, given.high):
        if edges and np.array_equal(given.low, given.high):
            return edges[0], edges[0].copy()
        a = np.where(begun, _of(column, cut.newest), given.base[cut.owner])
        rise = np.where(lined, _of(column, cut.ahead) - a, 0.0)
        a[~(held | lined)] = np.nan
        edge = np.repeat(rise, cut.sizes)
        edge *= share
        edge += np.repeat(a, cut.sizes)
        edges.append(edge)
    return edges[0], edges[1]


def _baseline(given: Given, cut: _Stretches, governing: Ints) -> Floats:
    """That of the target that governs, else of the next; without its own, that of the way."""
    towards = np.where(governing >= 0, governing, cut.ahead)
    own = _of(given.baseline, towards)
    with_way = (towards >= 0) & np.isnan(own)
    return np.where(with_way, given.base[cut.owner], own)


def _before_the_line(
    given: Given, cut: _Stretches, lined: NDArray[np.bool_], ordinal: Ints, found: Spread
) -> None:
    """Nothing is asked of the baseline's own period or before it: point by point of each stretch."""
    first = np.flatnonzero(lined & (cut.newest < 0) & (cut.sizes > 0))
    ends = np.cumsum(cut.sizes)[first]
    at, base = ends - cut.sizes[first], given.base_when[cut.owner[first]]
    while len(at):
        early = ordinal[at] <= base
        at, ends, base = at[early], ends[early], base[early]
        found.low[at], found.high[at] = np.nan, np.nan
        found.kind[at], found.governing[at] = paths.NONE, -1
        more = at + 1 < ends
        at, ends, base = at[more] + 1, ends[more], base[more]


def _put_own(given: Given, cut: _Stretches, own: NDArray[np.bool_], found: Spread) -> None:
    """A target asks for itself in its own period, whatever the way."""
    at, which = cut.at[own], np.flatnonzero(own)
    found.low[at], found.high[at] = given.low[which], given.high[which]
    found.kind[at], found.governing[at] = paths.OWN, which
    start = given.baseline[which]
    found.baseline[at] = np.where(np.isnan(start), given.base[given.owner[which]], start)


def _of(column: Floats | Ints, which: Ints) -> Floats:
    """A column of targets as one of stretches, NaN where there is none."""
    if not len(column):
        return np.full(len(which), np.nan)
    return np.where(which >= 0, column[which], np.nan)


def _keys(of: Ints, ordinal: Ints) -> Ints:
    found: Ints = (of.astype(np.int64) << 32) + ordinal
    return found
