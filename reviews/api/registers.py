"""``/api/v1/bargains/``: what was asked, offered and agreed on, to be read only."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from config import clock
from labs.models import Bargain, BargainRound
from reviews.selectors import bargains


class RoundSerializer(serializers.ModelSerializer[BargainRound]):
    class Meta:
        model = BargainRound
        fields = ["id", "organisation", "kind", "value", "note", "at"]


class BargainSerializer(serializers.ModelSerializer[Bargain]):
    rounds = RoundSerializer(many=True, read_only=True)

    class Meta:
        model = Bargain
        fields = [
            *("id", "programme", "plan", "series_key", "period", "title", "unit"),
            *("state", "agreed", "ended_because", "at", "rounds"),
        ]


class BargainViewSet(ReadOnlyModelViewSet[Bargain]):
    """Bargains round by round; those over restricted KPIs and plans are left out."""

    queryset = Bargain.objects.none()
    serializer_class = BargainSerializer
    filterset_fields = {
        "programme__code": ["exact"],
        "state": ["exact"],
        "series_key": ["exact"],
    }

    def get_queryset(self) -> QuerySet[Bargain]:
        found = bargains.everywhere(self.request.user, clock.now().date())
        return found.prefetch_related("rounds")
