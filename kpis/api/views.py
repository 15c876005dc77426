"""``/api/v1/``: KPIs, series, targets, readings, signals, deviations; readings can be posted.

Each shows what the signed-in user or the token's user may read on the KPI's page,
by the same selectors.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from config import clock
from config.hurry import hurry
from kpis import tasks
from kpis.api import filters, posting, serializers
from kpis.models import Deviation, Kpi, Reading, ReadingDocument, Series, Signal, Target
from kpis.selectors import definitions, deviations, kpis
from kpis.services import readings
from labs.selectors import labs

SERIES = ("series__definition__kpi", "series__cell")


def today() -> date:
    """The business date, on which appointments are looked up."""
    return clock.now().date()


class KpiViewSet(ReadOnlyModelViewSet[Kpi]):
    """KPIs with the newest definition and the status of the total."""

    queryset = Kpi.objects.none()
    serializer_class = serializers.KpiSerializer
    filterset_class = filters.KpiFilter
    lookup_field = "code"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Kpi]:
        readable = kpis.readable(self.request.user, today())
        return definitions.with_newest(kpis.listed(self.request.user, today()), readable)


class SeriesViewSet(ReadOnlyModelViewSet[Series]):
    """Series: one version of a definition in one cell, with its status."""

    queryset = Series.objects.none()
    serializer_class = serializers.SeriesSerializer
    filterset_class = filters.SeriesFilter
    lookup_field = "key"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Series]:
        readable = kpis.readable(self.request.user, today()).values("pk")
        return Series.objects.filter(definition__kpi__in=readable).select_related(
            "definition__kpi", "cell", "status"
        )


class TargetViewSet(ReadOnlyModelViewSet[Target]):
    """Targets, those that were replaced too, each with what set it."""

    queryset = Target.objects.none()
    serializer_class = serializers.TargetSerializer
    filterset_class = filters.TargetFilter

    def get_queryset(self) -> QuerySet[Target]:
        readable = kpis.readable(self.request.user, today()).values("pk")
        return Target.objects.filter(series__definition__kpi__in=readable).select_related(
            *SERIES, "source", "change__revision"
        )


class ReadingViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Reading]):
    """Readings, superseded ones too; new ones are posted one at a time or in a list."""

    queryset = Reading.objects.none()
    serializer_class = serializers.ReadingSerializer
    filterset_class = filters.ReadingFilter
    write_scope = "readings:write"

    def get_queryset(self) -> QuerySet[Reading]:
        readable = kpis.readable(self.request.user, today()).values("pk")
        return (
            Reading.objects.filter(series__definition__kpi__in=readable)
            .select_related(*SERIES, "source", "live", "verification")
            .prefetch_related(
                Prefetch("documents", ReadingDocument.objects.select_related("document"))
            )
        )

    @extend_schema(
        request=posting.ReadingInput,
        responses={200: posting.Taken, 201: posting.Taken},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take one value (an object) or up to 1,000 (a list), all or nothing.

        201: something is new; 200: all of it was there already; 409: another value is
        there for the same series, period and source.
        """
        at = clock.now()
        items, by = posting.read(request.data, request.user, at.date())
        if isinstance(request.data, list):
            outcome = readings.take_many(items=items, by=by, at=at)
        else:
            outcome = readings.take_one(item=items[0], by=by, at=at)
        hurry(tasks.detect_changed)
        return Response(posting.taken(outcome), status=201 if outcome.created else 200)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, url_path="documents/<int:row>", url_name="document")
    def document(self, request: Request, pk: str, row: int) -> FileResponse:
        """One file that shows the reading, always downloaded."""
        found = get_object_or_404(self.get_object().documents.select_related("document"), pk=row)
        return FileResponse(
            found.document.file.open("rb"),
            as_attachment=True,
            filename=found.document.name,
            content_type=found.document.content_type,
        )


class SignalViewSet(ReadOnlyModelViewSet[Signal]):
    """Signals: each firing of a rule, with its evidence."""

    queryset = Signal.objects.none()
    serializer_class = serializers.SignalSerializer
    filterset_class = filters.SignalFilter

    def get_queryset(self) -> QuerySet[Signal]:
        rows = Signal.objects.select_related(*SERIES, "version__rule")
        return rows.filter(_visible(self.request.user))


class DeviationViewSet(ReadOnlyModelViewSet[Deviation]):
    """Deviations: the episodes people work on."""

    queryset = Deviation.objects.none()
    serializer_class = serializers.DeviationSerializer
    filterset_class = filters.DeviationFilter

    def get_queryset(self) -> QuerySet[Deviation]:
        return deviations.listed().filter(_visible(self.request.user))


def _visible(user: Any) -> Q:
    """Findings on KPIs and plans that the user may read."""
    on = today()
    return Q(series__definition__kpi__in=kpis.readable(user, on).values("pk")) | Q(
        plan__in=labs.readable_plan_ids(user, on)
    )
