"""``/api/v1/``: rules and their versions, statuses set by hand, baselines. Read only."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from config import clock
from kpis.api.serializers import OfSeries
from kpis.models import Baseline, HandStatus, Rule, RuleVersion
from kpis.selectors import kpis
from labs.selectors import programmes

SERIES = ("series__definition__kpi", "series__cell")


def of_rules(user: Any, prefix: str = "") -> Q:
    """Rules of programmes the user reads; a KPI's own only where the KPI is readable."""
    on = clock.now().date()
    readable = kpis.readable(user, on).values("pk")
    reading = programmes.readable_ids(user, on)
    general = Q(**{f"{prefix}kpi": None, f"{prefix}programme__in": reading})
    return general | Q(**{f"{prefix}kpi__in": readable})


# Serializers


class RuleSerializer(serializers.ModelSerializer[Rule]):
    programme = serializers.CharField(source="programme.code", read_only=True)
    kpi = serializers.CharField(source="kpi.code", read_only=True, default=None)
    owner = serializers.CharField(
        read_only=True, default=None, help_text="A post; null: the delivery unit"
    )

    class Meta:
        model = Rule
        fields = ["id", "programme", "kpi", "kind", "owner"]


class RuleVersionSerializer(serializers.ModelSerializer[RuleVersion]):
    programme = serializers.CharField(source="rule.programme.code", read_only=True)
    kpi = serializers.CharField(source="rule.kpi.code", read_only=True, default=None)
    kind = serializers.CharField(source="rule.kind", read_only=True)

    class Meta:
        model = RuleVersion
        fields = [
            *("id", "rule", "programme", "kpi", "kind", "version", "parameters", "severity"),
            *("enabled", "applies_from", "follows_programme", "reason", "at"),
        ]


class HandStatusSerializer(OfSeries, serializers.ModelSerializer[HandStatus]):
    class Meta:
        model = HandStatus
        fields = ["id", "kpi", "cell", "series", "status", "reason", "at", "lapsed_at"]


class BaselineSerializer(OfSeries, serializers.ModelSerializer[Baseline]):
    class Meta:
        model = Baseline
        fields = [
            *("id", "kpi", "cell", "series", "starts_on", "reason", "at", "locked_at"),
            *("locked_points", "locked_through", "mean", "lower", "upper"),
            *("withdrawn_at", "withdrawn_because"),
        ]


# What lists can be narrowed to


class RuleFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__code")
    kpi = django_filters.CharFilter(field_name="kpi__code")

    class Meta:
        model = Rule
        fields = ["kind"]


class RuleVersionFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="rule__programme__code")
    kpi = django_filters.CharFilter(field_name="rule__kpi__code")
    kind = django_filters.CharFilter(field_name="rule__kind")

    class Meta:
        model = RuleVersion
        fields = ["rule", "enabled", "severity"]


class OfSeriesFilter(django_filters.FilterSet):
    kpi = django_filters.CharFilter(field_name="series__definition__kpi__code")
    cell = django_filters.CharFilter(field_name="series__cell__key")
    series = django_filters.UUIDFilter(field_name="series__key")


class HandStatusFilter(OfSeriesFilter):
    standing = django_filters.BooleanFilter(field_name="lapsed_at", lookup_expr="isnull")

    class Meta:
        model = HandStatus
        fields = ["status"]


class BaselineFilter(OfSeriesFilter):
    standing = django_filters.BooleanFilter(field_name="withdrawn_at", lookup_expr="isnull")

    class Meta:
        model = Baseline
        fields: list[str] = []


# Views


class RuleViewSet(ReadOnlyModelViewSet[Rule]):
    """Rules of programmes, and those that single KPIs have of their own."""

    queryset = Rule.objects.none()
    serializer_class = RuleSerializer
    filterset_class = RuleFilter

    def get_queryset(self) -> QuerySet[Rule]:
        rows = Rule.objects.select_related("programme", "kpi", "owner__organisation")
        return rows.filter(of_rules(self.request.user))


class RuleVersionViewSet(ReadOnlyModelViewSet[RuleVersion]):
    """Every setting a rule ever had; the newest version applies."""

    queryset = RuleVersion.objects.none()
    serializer_class = RuleVersionSerializer
    filterset_class = RuleVersionFilter

    def get_queryset(self) -> QuerySet[RuleVersion]:
        rows = RuleVersion.objects.select_related("rule__programme", "rule__kpi")
        return rows.filter(of_rules(self.request.user, "rule__"))


class HandStatusViewSet(ReadOnlyModelViewSet[HandStatus]):
    """Statuses set by hand, those that lapsed too."""

    queryset = HandStatus.objects.none()
    serializer_class = HandStatusSerializer
    filterset_class = HandStatusFilter

    def get_queryset(self) -> QuerySet[HandStatus]:
        readable = kpis.readable(self.request.user, clock.now().date()).values("pk")
        rows = HandStatus.objects.filter(series__definition__kpi__in=readable)
        return rows.select_related(*SERIES)


class BaselineViewSet(ReadOnlyModelViewSet[Baseline]):
    """Baselines of control charts, those that were withdrawn too."""

    queryset = Baseline.objects.none()
    serializer_class = BaselineSerializer
    filterset_class = BaselineFilter

    def get_queryset(self) -> QuerySet[Baseline]:
        readable = kpis.readable(self.request.user, clock.now().date()).values("pk")
        rows = Baseline.objects.filter(series__definition__kpi__in=readable)
        return rows.select_related(*SERIES)
