"""Who belongs together: headlines and their quality KPIs, totals and their parts.

A slice holds what changed; the other side is read as a slice of its own. When the
other side changes, the headline or the total is marked (``touched_by``), without a
period, so that a mark never travels further.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from kpis.models import Cell, Kpi
from kpis.rules.evidence import DIRECTION_NAMES, number
from kpis.rules.portfolio import PROVISIONAL, Evidence
from kpis.services.detection import slices
from kpis.services.detection.exact import Exact
from kpis.services.detection.firing import statuses
from kpis.services.detection.slices import Slice
from kpis.services.detection.versions import NONE, Versions, applying
from kpis.services.statements import ids, rows

# Headline and quality side by side: the newest definition of the pair, the same cell by name.
PAIRS = """
SELECT s.id, q.id, k.quality_pair_id, other.code, other.name, e.unit
FROM $ids w
JOIN kpis_series s ON s.id = w.id
JOIN kpis_cell c ON c.id = s.cell_id
JOIN kpis_definition d ON d.id = s.definition_id
JOIN kpis_kpi k ON k.id = d.kpi_id
JOIN kpis_kpi other ON other.id = k.quality_pair_id
JOIN kpis_definition e ON e.kpi_id = other.id AND NOT EXISTS
     (SELECT 1 FROM kpis_definition n WHERE n.kpi_id = e.kpi_id AND n.version > e.version)
JOIN kpis_series q ON q.definition_id = e.id
JOIN kpis_cell qc ON qc.id = q.cell_id AND qc."key" = c."key"
"""
PARTS = """
SELECT s.id, p.id, pc."key", pc.label, d.over_parts, d.parts_check, d.scale,
       $day(pc.starts_on), $day(pc.ends_on)
FROM $ids w
JOIN kpis_series s ON s.id = w.id
JOIN kpis_cell c ON c.id = s.cell_id AND c."key" = 'total'
JOIN kpis_definition d ON d.id = s.definition_id
JOIN kpis_series p ON p.definition_id = d.id AND p.id <> s.id
JOIN kpis_cell pc ON pc.id = p.cell_id
ORDER BY s.id, pc."key"
"""
TOTALS_OF = """
SELECT DISTINCT t.id
FROM $ids w
JOIN kpis_series s ON s.id = w.id
JOIN kpis_cell c ON c.id = s.cell_id AND c."key" <> 'total'
JOIN kpis_series t ON t.definition_id = s.definition_id
JOIN kpis_cell tc ON tc.id = t.cell_id AND tc."key" = 'total'
"""
HEADLINES_OF = """
SELECT DISTINCT h.id
FROM $ids w
JOIN kpis_series s ON s.id = w.id
JOIN kpis_cell c ON c.id = s.cell_id
JOIN kpis_definition d ON d.id = s.definition_id
JOIN kpis_kpi k ON k.quality_pair_id = d.kpi_id
JOIN kpis_definition hd ON hd.kpi_id = k.id
JOIN kpis_series h ON h.definition_id = hd.id
JOIN kpis_cell hc ON hc.id = h.cell_id AND hc."key" = c."key"
"""
ALWAYS = (-(10**7), 10**7)


@dataclass(frozen=True, slots=True)
class Pair:
    """A headline by its index, and its quality KPI."""

    series: int
    quality: int
    kpi: int
    code: str
    name: str
    unit: str


@dataclass(slots=True)
class Breakdown:
    """A total by its index, its parts by dimension: series id and label of each.

    ``lives`` has the first and the last day of each part.
    """

    series: int
    over_parts: str
    check: str
    scale: Decimal
    dimensions: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    lives: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Beside:
    """The other sides as a slice, their statuses, and the index of each by series id."""

    some: Slice
    codes: Any
    exact: Exact
    index: dict[int, int]

    def points_of(self, series_id: int) -> range:
        """The points of one of them."""
        i = self.index[series_id]
        first, end = self.some.portfolio.offsets[i : i + 2].tolist()
        return range(first, end)


def lead_elsewhere(some: Slice) -> set[int]:
    """The series of a slice that are parts of a total, or quality of a headline (two queries)."""
    cells = some.columns["cell"]
    totals = set(Cell.objects.filter(pk__in=set(cells), key="total").values_list("pk", flat=True))
    guards = set(
        Kpi.objects.filter(quality_pair__isnull=False)
        .order_by()
        .values_list("quality_pair", flat=True)
    )
    return {
        pk
        for pk, cell, kpi in zip(some.ids, cells, some.columns["kpi"], strict=True)
        if cell not in totals or kpi in guards
    }


def touched_by(series_ids: Iterable[int]) -> set[int]:
    """The totals and headlines that these series are parts or quality of."""
    wanted = ids(series_ids)
    found = rows(TOTALS_OF, wanted) + rows(HEADLINES_OF, wanted)
    return {pk for (pk,) in found}


def _on(some: Slice, versions: Versions, *kinds: str) -> list[tuple[int, int]]:
    """Index and id of the series for which one of these rules is on."""
    marked = np.zeros(len(some), bool)
    for kind in kinds:
        marked |= versions.of[kind] != NONE
    return [(i, some.ids[i]) for i in np.flatnonzero(marked).tolist()]


def pairs_of(some: Slice, on: Versions) -> list[Pair]:
    quality = some.columns["quality"]
    watched = [pk for i, pk in _on(some, on, "pair_conflict") if quality[i] is not None]
    index = {pk: i for i, pk in enumerate(some.ids)}
    found = rows(PAIRS, ids(watched)) if watched else []
    return [Pair(index[pk], *rest) for pk, *rest in found]


def breakdowns_of(some: Slice, on: Versions) -> list[Breakdown]:
    """Totals with the parts of each dimension; crossed cells are parts of none."""
    watched = [pk for _i, pk in _on(some, on, "part_worsens", "parts_disagree")]
    index = {pk: i for i, pk in enumerate(some.ids)}
    found: dict[int, Breakdown] = {}
    for row in rows(PARTS, ids(watched)) if watched else []:
        pk, part, key, label, over, check, scale, first, last = row
        each = found.setdefault(pk, Breakdown(index[pk], over, check, Decimal(scale)))
        if ";" not in key:
            each.dimensions[key.partition("=")[0]][part] = label
            each.lives[part] = (
                ALWAYS[0] if first is None else first,
                ALWAYS[1] if last is None else last,
            )
    return list(found.values())


def read_beside(series_ids: Iterable[int], some: Slice) -> Beside:
    wanted = sorted(series_ids)
    others = slices.gather(dict.fromkeys(wanted), some.at, {})
    _on_now, known = applying(others.columns["kpi"], others.columns["programme"], [])
    exact = Exact(others)
    codes = statuses(others, known, exact)
    return Beside(others, codes, exact, {pk: i for i, pk in enumerate(others.ids)})


def told_of(some: Slice, point: int) -> Evidence:
    """What the evidence of every relation tells of a point."""
    points = some.portfolio
    return {
        "direction": DIRECTION_NAMES[int(points.direction[points.of[point]])],
        "value": number(points.value[point]) or "",
        "provisional": bool(points.flags[point] & PROVISIONAL),
    }


def values_of(some: Slice, points: Iterable[int]) -> dict[int, int]:
    """Points with a value, by ordinal."""
    held = some.portfolio
    return {int(held.ordinal[p]): p for p in points if held.value[p] == held.value[p]}
