"""Composite KPIs and their components."""

from __future__ import annotations

from decimal import Decimal

from kpis.models import Kpi
from kpis.models.kpis import Composition
from tests.factories import kpis as make


def composite(*components: tuple[Kpi, str], how: str = Composition.WEIGHTED, **fields) -> Kpi:
    """A KPI worked out from others, each with its weight."""
    given = {"area": components[0][0].area, "name": "Index of both", "unit": "points"}
    return make.kpi(
        composition=how,
        components=[(kpi, Decimal(weight)) for kpi, weight in components],
        **{**given, "rules_from": "", **fields},
    )
