"""``/api/v1/``: reference lists and registers of programmes, to be read only.

Each shows what the pages of the same name show to the same user.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from labs.api.views import today
from labs.models import (
    Allocation,
    CouncilAct,
    FundingSource,
    Obstacle,
    Recommendation,
    ReferenceItem,
    Transfer,
    Window,
)
from labs.permissions import registers as permissions
from labs.selectors import council_acts, funding, labs, obstacles, programmes


class ReferenceItemSerializer(serializers.ModelSerializer[ReferenceItem]):
    class Meta:
        model = ReferenceItem
        fields = [
            *("id", "list", "code", "country", "version", "label", "labels", "note"),
            *("low", "high", "valid_from", "support", "position"),
            *("written_at", "superseded_at", "retired_at"),
        ]


class ObstacleSerializer(serializers.ModelSerializer[Obstacle]):
    kind = serializers.SlugRelatedField[ReferenceItem](slug_field="code", read_only=True)

    class Meta:
        model = Obstacle
        fields = [
            *("id", "programme", "area", "lab", "title", "text", "kind", "is_gap"),
            *("named_by", "organisation", "rank", "state", "ended_because", "at"),
        ]


class RecommendationSerializer(serializers.ModelSerializer[Recommendation]):
    class Meta:
        model = Recommendation
        fields = [
            *("id", "programme", "title", "text", "source", "owner"),
            *("state", "state_reason", "basis", "at"),
        ]


class FundingSourceSerializer(serializers.ModelSerializer[FundingSource]):
    class Meta:
        model = FundingSource
        fields = [
            *("id", "programme", "name", "funder", "pathway"),
            *("currency", "amount", "note", "at"),
        ]


class TransferSerializer(serializers.ModelSerializer[Transfer]):
    class Meta:
        model = Transfer
        fields = ["id", "from_pathway", "to_pathway", "amount", "on", "reference", "at"]


class AllocationSerializer(serializers.ModelSerializer[Allocation]):
    """``state``: proposed until it is decided, then carried, lost or lapsed."""

    state = serializers.SerializerMethodField()
    transfers = TransferSerializer(many=True, read_only=True)

    class Meta:
        model = Allocation
        fields = [
            *("id", "source", "plan", "initiative_key", "beneficiary", "purpose"),
            *("amount", "state", "decision", "at", "transfers"),
        ]

    def get_state(self, allocation: Allocation) -> str:
        return funding.state(allocation)


class WindowSerializer(serializers.ModelSerializer[Window]):
    class Meta:
        model = Window
        fields = [
            *("id", "programme", "title", "text", "opens_on", "closes_on"),
            *("pays_off_on", "alert_days", "alerted_at", "at"),
        ]


class CouncilActSerializer(serializers.ModelSerializer[CouncilAct]):
    class Meta:
        model = CouncilAct
        fields = [
            *("id", "forum", "council", "reference", "dated", "title"),
            *("creates_forum", "creates_programme", "url", "at"),
        ]


class ReferenceItemViewSet(ReadOnlyModelViewSet[ReferenceItem]):
    """Every version of the entries of reference lists; the newest have no ``superseded_at``."""

    queryset = ReferenceItem.objects.none()
    serializer_class = ReferenceItemSerializer
    filterset_fields = {
        "list": ["exact"],
        "country": ["exact"],
        "code": ["exact"],
        "superseded_at": ["isnull"],
        "retired_at": ["isnull"],
    }

    def get_queryset(self) -> QuerySet[ReferenceItem]:
        user, on = self.request.user, today()
        if permissions.may_edit_lists(user, on=on) or programmes.readable(user, on).exists():
            return ReferenceItem.objects.all()
        return ReferenceItem.objects.none()


class OfProgramme(ReadOnlyModelViewSet[Any]):
    """Rows of the programmes the user may read."""

    rows: Any
    filterset_fields: Any = {"programme__code": ["exact"], "state": ["exact"]}

    def get_queryset(self) -> QuerySet[Any]:
        readable = programmes.readable_ids(self.request.user, today())
        found: QuerySet[Any] = self.rows.objects.filter(programme__in=readable)
        return found


class ObstacleViewSet(OfProgramme):
    """What is in the way, or missing; those of labs kept from the user are left out."""

    rows = Obstacle
    queryset = Obstacle.objects.none()
    serializer_class = ObstacleSerializer

    def get_queryset(self) -> QuerySet[Any]:
        return obstacles.within(super().get_queryset(), self.request.user, today())


class RecommendationViewSet(OfProgramme):
    """What was recommended, who follows it up, and what came of it."""

    rows = Recommendation
    queryset = Recommendation.objects.none()
    serializer_class = RecommendationSerializer


class FundingSourceViewSet(OfProgramme):
    """Where money comes from."""

    rows = FundingSource
    queryset = FundingSource.objects.none()
    serializer_class = FundingSourceSerializer
    filterset_fields = {"programme__code": ["exact"], "currency": ["exact"], "pathway": ["exact"]}


class AllocationViewSet(ReadOnlyModelViewSet[Allocation]):
    """What is set aside of a source, with its transfers; those of kept labs are left out."""

    queryset = Allocation.objects.none()
    serializer_class = AllocationSerializer
    filterset_fields = {"source": ["exact"], "source__programme__code": ["exact"]}

    def get_queryset(self) -> QuerySet[Allocation]:
        user, on = self.request.user, today()
        own = programmes.readable_ids(user, on)
        plans = labs.readable_plan_ids(user, on)
        found = funding.allocations().filter(source__programme__in=own)
        return found.filter(Q(plan=None) | Q(plan__in=plans)).prefetch_related("transfers")


class WindowViewSet(OfProgramme):
    """Windows of opportunity: when each closes, and when its use pays off."""

    rows = Window
    queryset = Window.objects.none()
    serializer_class = WindowSerializer
    filterset_fields = {"programme__code": ["exact"], "closes_on": ["lte", "gte"]}


class CouncilActViewSet(ReadOnlyModelViewSet[CouncilAct]):
    """Acts of councils that created bodies and programmes."""

    queryset = CouncilAct.objects.none()
    serializer_class = CouncilActSerializer
    filterset_fields = {"creates_programme__code": ["exact"], "creates_forum": ["exact"]}

    def get_queryset(self) -> QuerySet[CouncilAct]:
        return council_acts.readable(self.request.user, today())
