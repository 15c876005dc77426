"""What lists of the API can be narrowed to."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from rest_framework.exceptions import ValidationError

from kpis.models import Deviation, Kpi, Reading, Series, Signal, Target
from kpis.rules.periods import PeriodRefused, parse_period
from kpis.selectors.kpis import newest_definitions


class KpiFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="area__programme__code")
    status = django_filters.CharFilter(field_name="status")
    kind = django_filters.CharFilter(method="defined_as", help_text="Of the definition in use")
    direction = django_filters.CharFilter(method="defined_as")
    level = django_filters.CharFilter(method="defined_as")
    frequency = django_filters.CharFilter(method="defined_as")
    quality_pair = django_filters.CharFilter(field_name="quality_pair__code")
    component = django_filters.CharFilter(
        method="worked_out_from", help_text="Composites that are worked out from the KPI of a code"
    )

    class Meta:
        model = Kpi
        fields = ["code", "area", "goal_key", "owner"]

    def defined_as(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By what the definition in use says."""
        return rows.filter(_in_use(**{name: value}))

    def worked_out_from(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        """Composites with this component in the definition in use."""
        return rows.filter(_in_use(components__kpi__code=code))


def _in_use(**asked: str) -> Exists:
    """Whether the newest definition of a KPI is as asked."""
    return Exists(newest_definitions().filter(kpi=OuterRef("pk"), **asked))


class SeriesFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="definition__kpi__area__programme__code")
    kpi = django_filters.CharFilter(field_name="definition__kpi__code")
    cell = django_filters.CharFilter(field_name="cell__key")
    version = django_filters.NumberFilter(field_name="definition__version")

    class Meta:
        model = Series
        fields: list[str] = []


class SeriesFilters(django_filters.FilterSet):
    """Rows of a series."""

    programme = django_filters.CharFilter(
        field_name="series__definition__kpi__area__programme__code"
    )
    kpi = django_filters.CharFilter(field_name="series__definition__kpi__code")
    cell = django_filters.CharFilter(field_name="series__cell__key")
    series = django_filters.UUIDFilter(field_name="series__key")


class PeriodFilters(SeriesFilters):
    """Rows of a series and a period."""

    period = django_filters.CharFilter(
        method="of_period", help_text="2018, 2018-03, 2018-Q1 or 2018-03-01/2018-03-31"
    )
    period_end_from = django_filters.DateFilter(field_name="period_end", lookup_expr="gte")
    period_end_to = django_filters.DateFilter(field_name="period_end", lookup_expr="lte")

    def of_period(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """The very period, by calendar years."""
        try:
            period = parse_period(text, "monthly")
        except PeriodRefused as refusal:
            raise ValidationError({"period": [str(refusal)]}) from refusal
        return rows.filter(period_start=period.start, period_end=period.end)


class TargetFilter(PeriodFilters):
    in_force = django_filters.BooleanFilter(field_name="until_change", lookup_expr="isnull")

    class Meta:
        model = Target
        fields: list[str] = []


class ReadingFilter(PeriodFilters):
    current = django_filters.BooleanFilter(
        field_name="live__is_current", help_text="true: only what counts for its period"
    )

    class Meta:
        model = Reading
        fields = ["state", "complete"]


class SignalFilter(PeriodFilters):
    rule = django_filters.CharFilter(field_name="version__rule__kind")

    class Meta:
        model = Signal
        fields = ["milestone_key"]


class DeviationFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter(method="of_programme")
    kpi = django_filters.CharFilter(field_name="series__definition__kpi__code")
    rule = django_filters.CharFilter(field_name="rule__kind")
    open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")

    class Meta:
        model = Deviation
        fields = ["milestone_key", "severity"]

    def of_programme(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(rule__programme__code=code)
