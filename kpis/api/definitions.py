"""``/api/v1/``: what KPIs mean, version by version, and the paths to their targets."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from config import clock
from kpis.api.fields import OfSeries, ValueField
from kpis.api.filters import SeriesFilters
from kpis.models import Component, Definition, Trajectory
from kpis.selectors import definitions, kpis


class ComponentSerializer(serializers.ModelSerializer[Component]):
    kpi = serializers.CharField(source="kpi.code", read_only=True)
    weight = ValueField()

    class Meta:
        model = Component
        fields = ["kpi", "weight"]


class DefinitionSerializer(serializers.ModelSerializer[Definition]):
    """One version of what a KPI means; loaded by selectors.definitions."""

    kpi = serializers.CharField(source="kpi.code", read_only=True)
    kind = serializers.CharField(read_only=True)
    direction = serializers.CharField(read_only=True)
    level = serializers.CharField(read_only=True)
    frequency = serializers.CharField(read_only=True)
    over_periods = serializers.CharField(read_only=True)
    over_parts = serializers.CharField(read_only=True)
    parts_check = serializers.CharField(read_only=True)
    composition = serializers.CharField(read_only=True)
    components = ComponentSerializer(many=True, read_only=True)
    hidden_components = serializers.SerializerMethodField(
        help_text="Components that are not for this reader"
    )

    class Meta:
        model = Definition
        fields = [
            *("id", "kpi", "version", "text", "reason", "unit", "kind", "scale", "direction"),
            *("level", "frequency", "over_periods", "over_parts", "parts_check", "composition"),
            *("components", "hidden_components", "provisional_days", "reporting_days"),
            *("effective_from", "reporting_from", "at"),
        ]

    def get_hidden_components(self, definition: Definition) -> int:
        count: int = definition.component_count  # type: ignore[attr-defined]
        return count - len(definition.components.all())


class TrajectorySerializer(OfSeries, serializers.ModelSerializer[Trajectory]):
    method = serializers.CharField(read_only=True, help_text="points, steps or linear")
    baseline = ValueField(allow_null=True)
    source = serializers.CharField(source="source.name", read_only=True, default=None)  # type: ignore[assignment]
    revision = serializers.IntegerField(
        source="change.revision_id", read_only=True, default=None, help_text="What set it"
    )
    decision = serializers.IntegerField(
        source="change.revision.decision_id", read_only=True, default=None
    )
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = Trajectory
        fields = [
            *("id", "kpi", "cell", "series", "method", "baseline", "baseline_on"),
            *("source", "revision", "decision", "set_at", "in_force"),
        ]

    def get_in_force(self, trajectory: Trajectory) -> bool:
        return trajectory.until_change_id is None


class DefinitionFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="kpi__area__programme__code")
    kpi = django_filters.CharFilter(field_name="kpi__code")
    in_use = django_filters.BooleanFilter(
        method="newest", help_text="true: the newest version of each KPI; false: earlier ones"
    )

    class Meta:
        model = Definition
        fields = ["version", "kind", "direction", "level", "frequency", "composition"]

    def newest(self, rows: QuerySet[Any], _name: str, wanted: bool) -> QuerySet[Any]:
        """The versions in use, or those that were replaced."""
        newest = kpis.newest_definitions().values("pk")
        return rows.filter(pk__in=newest) if wanted else rows.exclude(pk__in=newest)


class TrajectoryFilter(SeriesFilters):
    in_force = django_filters.BooleanFilter(field_name="until_change", lookup_expr="isnull")

    class Meta:
        model = Trajectory
        fields = ["method"]


class DefinitionViewSet(ReadOnlyModelViewSet[Definition]):
    """Every version of what KPIs mean; of a composite, with its components."""

    queryset = Definition.objects.none()
    serializer_class = DefinitionSerializer
    filterset_class = DefinitionFilter

    def get_queryset(self) -> QuerySet[Definition]:
        readable = kpis.readable(self.request.user, clock.now().date())
        return definitions.with_components(
            Definition.objects.filter(kpi__in=readable.values("pk")), readable
        )


class TrajectoryViewSet(ReadOnlyModelViewSet[Trajectory]):
    """Paths to targets, those that were replaced too, each with what set it."""

    queryset = Trajectory.objects.none()
    serializer_class = TrajectorySerializer
    filterset_class = TrajectoryFilter

    def get_queryset(self) -> QuerySet[Trajectory]:
        readable = kpis.readable(self.request.user, clock.now().date())
        rows = Trajectory.objects.filter(series__definition__kpi__in=readable.values("pk"))
        return rows.select_related(
            "series__definition__kpi", "series__cell", "source", "change__revision"
        )
