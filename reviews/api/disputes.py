"""``/api/v1/disputes/``: disputes the caller may read, oldest first, by cursor."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from config import clock
from people.models import Organisation
from reviews.api.time_asked import TimeAskedSerializer
from reviews.models import (
    BumpUp,
    ConflictRoute,
    Dispute,
    Exhibit,
    Extension,
    InformationRequest,
    Party,
    Position,
    SettlementAnswer,
    SettlementProposal,
    Tier,
)
from reviews.selectors import conflict_routes, disputes


class TierSerializer(serializers.ModelSerializer[Tier]):
    """One rung, as frozen when the dispute opened."""

    class Meta:
        model = Tier
        fields = [
            "number",
            "forum",
            "chair",
            "alternate",
            "quorum",
            "response_days",
            "minimum_stay_days",
            "entered_at",
            "deadline",
            "left_at",
        ]


class BumpUpSerializer(serializers.ModelSerializer[BumpUp]):
    class Meta:
        model = BumpUp
        fields = ["from_tier", "to_tier", "trigger", "reason", "at", "by_post"]


class PositionSerializer(serializers.ModelSerializer[Position]):
    class Meta:
        model = Position
        fields = ["tier", "text", "at", "by_post"]


class PartySerializer(serializers.ModelSerializer[Party]):
    name = serializers.CharField(source="organisation.name")
    positions = PositionSerializer(many=True)
    time_asked = TimeAskedSerializer(many=True)

    class Meta:
        model = Party
        fields = [
            "organisation",
            "name",
            "joined_at",
            "withdrew_at",
            "withdrew_because",
            "positions",
            "time_asked",
        ]


class AnswerSerializer(serializers.ModelSerializer[SettlementAnswer]):
    organisation = serializers.IntegerField(source="party.organisation_id")

    class Meta:
        model = SettlementAnswer
        fields = ["organisation", "assents", "reason", "at"]


class SettlementSerializer(serializers.ModelSerializer[SettlementProposal]):
    organisation = serializers.IntegerField(source="party.organisation_id")
    answers = AnswerSerializer(many=True)

    class Meta:
        model = SettlementProposal
        fields = [
            "id",
            "organisation",
            "tier",
            "terms",
            "reason",
            "revision",
            "action_title",
            "action_owner",
            "action_due",
            "action",
            "accepted_at",
            "at",
            "answers",
        ]


class RequestSerializer(serializers.ModelSerializer[InformationRequest]):
    class Meta:
        model = InformationRequest
        fields = [
            "organisation",
            "question",
            "due_on",
            "silent_since",
            "state",
            "answer",
            "answered_at",
            "at",
        ]


class ExhibitSerializer(serializers.ModelSerializer[Exhibit]):
    """Evidence on the file; without ``organisation`` the forum put it there."""

    organisation = serializers.IntegerField(source="party.organisation_id", default=None)
    file = serializers.CharField(source="document.name", default="")
    sha256 = serializers.CharField(source="document.sha256", default="")

    class Meta:
        model = Exhibit
        fields = ["id", "organisation", "title", "dated", "where", "file", "sha256", "at"]


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    class Meta:
        model = Extension
        fields = ["tier", "forum", "days", "reason", "before", "after", "at", "by_post"]


class RouteSerializer(serializers.ModelSerializer[ConflictRoute]):
    """Away from which forum it was routed to the conflict forum, and why."""

    class Meta:
        model = ConflictRoute
        fields = ["away_from", "reason", "at", "by_post"]


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    """A dispute with its frozen ladder, what was said and every step it took."""

    programme = serializers.CharField(source="area.programme.code")
    kpi = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    tiers = TierSerializer(many=True)
    bump_ups = BumpUpSerializer(many=True)
    parties = PartySerializer(many=True)
    settlements = SettlementSerializer(many=True)
    requests = RequestSerializer(many=True)
    exhibits = ExhibitSerializer(many=True)
    extensions = ExtensionSerializer(many=True)
    route = serializers.SerializerMethodField()

    @extend_schema_field(RouteSerializer(allow_null=True))
    def get_route(self, dispute: Dispute) -> dict[str, Any] | None:
        routes: dict[int, ConflictRoute] | None = self.context.get("routes")
        if routes is None:
            routes = conflict_routes.routes_of([dispute.pk])
        found = routes.get(dispute.pk)
        return RouteSerializer(found).data if found else None

    class Meta:
        model = Dispute
        fields = [
            "id",
            "programme",
            "area",
            "kpi",
            "plan",
            "milestone_key",
            "review",
            "title",
            "about",
            "question",
            "state",
            "tier",
            "deadline",
            "overdue_at_top_since",
            "at",
            "ended_at",
            "ended_because",
            "decision",
            "is_illustrative",
            "is_distributional",
            "route",
            "tiers",
            "bump_ups",
            "parties",
            "settlements",
            "requests",
            "exhibits",
            "extensions",
        ]


class DisputeFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="area__programme__code")
    kpi = django_filters.CharFilter(field_name="kpi__code")
    organisation = django_filters.ModelChoiceFilter(
        field_name="parties__organisation", queryset=Organisation.objects.all()
    )
    overdue_at_top = django_filters.BooleanFilter(
        field_name="overdue_at_top_since", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Dispute
        fields = ["state", "about", "area", "milestone_key", "is_distributional"]


class DisputeViewSet(ReadOnlyModelViewSet[Dispute]):
    """Disputes: who disagrees about what, where it stands, how it ended."""

    queryset = Dispute.objects.none()
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilter

    routes: dict[int, ConflictRoute] | None = None

    def paginate_queryset(self, queryset: Any) -> Any:
        """The page, with the routes of all its disputes in one query."""
        page = super().paginate_queryset(queryset)
        self.routes = conflict_routes.routes_of(each.pk for each in page or [])
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "routes": self.routes}

    def get_queryset(self) -> QuerySet[Dispute]:
        readable = disputes.readable(self.request.user, clock.now().date())
        return readable.select_related("area__programme", "kpi").prefetch_related(
            "tiers",
            "bump_ups",
            "parties__organisation",
            "parties__positions",
            "parties__time_asked__declined",
            "settlements__party",
            "settlements__answers__party",
            "requests",
            "exhibits__party",
            "exhibits__document",
            "extensions",
        )
