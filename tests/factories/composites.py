"""Composite KPIs and their components."""

from __future__ import annotations

from decimal import Decimal

from kpis.models import Component, Definition, Kpi
from kpis.models.kpis import Composition
from tests.factories import kpis as make


def composite(*components: tuple[Kpi, str], how: str = Composition.WEIGHTED, **fields) -> Kpi:
    """A KPI worked out from others, each with its weight."""
    given = {"area": components[0][0].area, "name": "Index of both", "unit": "points"}
    made = make.kpi(**{**given, "rules_from": "", **fields})
    definition = made.definitions.get()
    Definition.objects.filter(pk=definition.pk).update(composition=how)
    Component.objects.bulk_create(
        Component(definition=definition, kpi=kpi, weight=Decimal(weight))
        for kpi, weight in components
    )
    return made
