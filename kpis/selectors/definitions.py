"""The versions of what a KPI means: what each is worked out from, and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery

from kpis.models import Component, Definition, Kpi
from kpis.rules.versions import COMPONENTS, Changed, Parts
from kpis.rules.versions import Component as NamedComponent
from kpis.selectors import kpis

# In the order in which people read them.
FIELDS = (
    *("text", "kind", "unit", "scale", "direction", "level", "frequency", "reporting_days"),
    *("effective_from", "reporting_from", "provisional_days", "over_periods", "over_parts"),
    *("parts_check", "composition"),
)


@dataclass(frozen=True)
class Version:
    """One version of a definition, with what it changed of the one before."""

    definition: Definition
    parts: Parts
    changes: list[Changed]


def versions(definitions: Sequence[Definition], readable: QuerySet[Kpi]) -> list[Version]:
    """The versions of one KPI, given newest first. Two queries for a composite, else none.

    Components that the reader may not see by name (fact 8) are counted.
    """
    components = _components([each for each in definitions if each.composition])
    known = _readable(components, readable)
    found = []
    for i, each in enumerate(definitions):
        own = components.get(each.pk, [])
        earlier = definitions[i + 1] if i + 1 < len(definitions) else None
        changes = [] if earlier is None else differences(earlier, each)
        if earlier is not None:
            before = components.get(earlier.pk, [])
            if _plain(before) != _plain(own):
                changes.append(Changed(COMPONENTS, _shown(before, known), _shown(own, known)))
        found.append(Version(each, _shown(own, known), changes))
    return found


def differences(before: Definition, after: Definition) -> list[Changed]:
    """The fields that differ, in the order in which people read them."""
    return [
        Changed(name, getattr(before, name), getattr(after, name))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]


def parts_of(definition: Definition) -> list[tuple[Kpi, Decimal]]:
    """The components of a definition with their weights. One query."""
    rows = definition.components.select_related("kpi__area")
    return [(row.kpi, row.weight) for row in rows]


def with_components(rows: QuerySet[Definition], readable: QuerySet[Kpi]) -> QuerySet[Definition]:
    """Definitions with the components that the reader may name, and ``component_count`` of all."""
    named = Component.objects.filter(kpi__in=readable.values("pk")).select_related("kpi")
    return (
        rows.select_related("kpi")
        .annotate(component_count=Count("components"))
        .prefetch_related(Prefetch("components", named.order_by("pk")))
    )


def with_newest(rows: QuerySet[Kpi], readable: QuerySet[Kpi]) -> QuerySet[Kpi]:
    """KPIs with the definition in use as ``newest``, and ``pair_code`` where the reader may see it."""
    pair = readable.filter(pk=OuterRef("quality_pair")).values("code")[:1]
    newest = with_components(kpis.newest_definitions(), readable)
    return rows.annotate(pair_code=Subquery(pair)).prefetch_related(
        Prefetch("definitions", newest, to_attr="newest")
    )


def _components(composites: Sequence[Definition]) -> dict[int, list[Component]]:
    found: dict[int, list[Component]] = {}
    if composites:
        rows = Component.objects.filter(definition__in=composites).select_related("kpi")
        for row in rows.order_by("pk"):
            found.setdefault(row.definition_id, []).append(row)
    return found


def _readable(components: dict[int, list[Component]], readable: QuerySet[Kpi]) -> set[int]:
    ids = {row.kpi_id for rows in components.values() for row in rows}
    return set(readable.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _shown(rows: Sequence[Component], readable: set[int]) -> Parts:
    named = [
        NamedComponent(row.kpi.code, row.kpi.name, row.weight)
        for row in rows
        if row.kpi_id in readable
    ]
    return Parts(named, len(rows) - len(named))


def _plain(rows: Sequence[Component]) -> set[tuple[int, Decimal]]:
    return {(row.kpi_id, row.weight) for row in rows}
