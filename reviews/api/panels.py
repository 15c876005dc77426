"""``/api/v1/panels/``: external validation; members score and report as they do on the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from config import clock
from people.permissions import require
from people.selectors import actors
from people.services.api_clients import WRITE_PANELS
from reviews.models import Panel, PanelSeat
from reviews.permissions import panels as permissions
from reviews.rules import panels as rules
from reviews.selectors import panels as selectors
from reviews.services import panels


class PanelSeatSerializer(serializers.ModelSerializer[PanelSeat]):
    name = serializers.CharField(source="user.name")

    class Meta:
        model = PanelSeat
        fields = ["id", "name", "organisation", "mandate", "ended_at"]


class PanelSerializer(serializers.ModelSerializer[Panel]):
    """A panel with its seats and, once it has reported, its report."""

    programme = serializers.CharField(source="programme.code")
    seats = PanelSeatSerializer(many=True)
    file = serializers.CharField(source="document.name", default="")
    sha256 = serializers.CharField(source="document.sha256", default="")

    class Meta:
        model = Panel
        fields = [
            *("id", "programme", "name", "starts_on", "ends_on", "state", "at"),
            *("reported_at", "report", "file", "sha256", "seats"),
        ]


class PanelScoreSerializer(serializers.Serializer[selectors.Line]):
    """One KPI, in per cent of the target; ``difference`` is reported minus validated, in points.

    ``reported`` is frozen from the newest score on; before one it is what is reported now.
    """

    kpi = serializers.CharField(source="kpi.code")
    name = serializers.CharField(source="kpi.name")
    reported = serializers.DecimalField(12, 2, allow_null=True)
    validated = serializers.DecimalField(
        12, 2, source="validation.validated", allow_null=True, default=None
    )
    difference = serializers.DecimalField(12, 2, source="compared.points", allow_null=True)
    verdict = serializers.ChoiceField(rules.VERDICTS, source="compared.verdict")
    reason = serializers.CharField(source="validation.reason", default="")
    at = serializers.DateTimeField(source="validation.at", allow_null=True, default=None)


class PanelScoresSerializer(serializers.Serializer[selectors.Page]):
    """Every KPI that the account may see in the panel; those kept from it are counted."""

    hidden = serializers.IntegerField()
    waiting = serializers.IntegerField()
    scores = PanelScoreSerializer(many=True, source="lines")


class ScoreInput(serializers.Serializer[Any]):
    """A score; ``validated`` null: it could not be validated, the reason says why."""

    kpi = serializers.CharField(max_length=60, help_text="The KPI's code")
    validated = serializers.DecimalField(9, 2, allow_null=True)
    reason = serializers.CharField(help_text="Why so much")


class ReportInput(serializers.Serializer[Any]):
    """The report; a file may come with it, then all of it is sent as a form."""

    report = serializers.CharField()
    file = serializers.FileField(required=False)


class PanelViewSet(ReadOnlyModelViewSet[Panel]):
    """Outside panels of the programmes the caller reads, and those they sit in."""

    queryset = Panel.objects.none()
    serializer_class = PanelSerializer
    parser_classes = [JSONParser, MultiPartParser]
    filterset_fields = {"programme__code": ["exact"], "state": ["exact"]}
    write_scope = WRITE_PANELS

    def get_queryset(self) -> QuerySet[Panel]:
        found = selectors.readable(self.request.user, clock.now().date())
        return found.prefetch_related("seats__user")

    @extend_schema(responses=PanelScoresSerializer)
    @action(detail=True, pagination_class=None)
    def scores(self, request: Request, pk: str) -> Response:
        """What was reported beside what was validated, KPI by KPI."""
        return Response(self._scores(self.get_object()))

    @extend_schema(request=ScoreInput, responses={201: PanelScoreSerializer})
    @scores.mapping.post
    def score(self, request: Request, pk: str) -> Response:
        """A member scores one KPI; the newest score counts, earlier ones stay."""
        at, panel = clock.now(), self.get_object()
        require(permissions.may_score(request.user, panel, on=at.date()))
        given = _read(ScoreInput, request)
        may = selectors.to_validate(panel, request.user, at.date())
        kpi = may.filter(code=given.pop("kpi")).first()
        if kpi is None:
            raise ValidationError({"kpi": [_("There is no KPI with this code.")]})
        panels.score(panel=panel, kpi=kpi, **given, by=actors.acting(request.user), at=at)
        return Response(PanelScoreSerializer(selectors.line(panel, kpi)).data, status=201)

    @extend_schema(request=ReportInput, responses={201: PanelSerializer})
    @action(detail=True, methods=["post"])
    def report(self, request: Request, pk: str) -> Response:
        """A member hands in the report; the scores stay as they are from then on."""
        at, panel = clock.now(), self.get_object()
        require(permissions.may_score(request.user, panel, on=at.date()))
        given = _read(ReportInput, request)
        panels.report(
            panel=panel,
            text=given["report"],
            file=given.get("file"),
            by=actors.acting(request.user),
            at=at,
        )
        return Response(self.get_serializer(self.get_object()).data, status=201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, url_path="report/file", url_name="report-file")
    def report_file(self, request: Request, pk: str) -> FileResponse:
        """The report as a file, always downloaded."""
        document = self.get_object().document
        if document is None:
            raise Http404
        return FileResponse(
            document.file.open("rb"),
            as_attachment=True,
            filename=document.name,
            content_type=document.content_type,
        )

    def _scores(self, panel: Panel) -> Any:
        page = selectors.page(panel, self.request.user, clock.now().date())
        return PanelScoresSerializer(page).data


def _read(of: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent. Raises ValidationError with the fields that do not hold."""
    sent = of(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)
