"""``/api/v1/reviews/``: reviews the caller may read, oldest first, by cursor."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from config import clock
from reviews.models import (
    Explanation,
    ExplanationSource,
    Referral,
    Review,
    ReviewProposal,
)
from reviews.selectors import reviews


class ExplanationSourceSerializer(serializers.ModelSerializer[ExplanationSource]):
    class Meta:
        model = ExplanationSource
        fields = ["id", "title", "dated", "where", "document"]


class ExplanationSerializer(serializers.ModelSerializer[Explanation]):
    sources = ExplanationSourceSerializer(many=True, read_only=True)

    class Meta:
        model = Explanation
        fields = ["id", "at", "by_post", "cause", "text", "tried", "proposed", "sources"]


class ReferralSerializer(serializers.ModelSerializer[Referral]):
    """What the review asks of another organisation, and the answer."""

    class Meta:
        model = Referral
        fields = [
            *("id", "at", "by_post", "explanation", "kind", "organisation", "post"),
            *("dependency_key", "reading", "text", "due_on", "state", "answer", "answered_at"),
        ]


class ProposalSerializer(serializers.ModelSerializer[ReviewProposal]):
    state = serializers.CharField(source="motion.state")

    class Meta:
        model = ReviewProposal
        fields = [
            "id",
            "motion",
            "state",
            "cause",
            "outcome",
            "revision",
            "look_again_on",
            "action_title",
            "action_owner",
            "action_due",
            "action_priority",
            "action_verifier",
            "reconvene",
        ]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A review; ``deviations`` are ids under /api/v1/deviations/."""

    kpi = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    deviations = serializers.SerializerMethodField()
    explanations = ExplanationSerializer(many=True)
    proposals = ProposalSerializer(many=True)
    referrals = ReferralSerializer(many=True, read_only=True)

    class Meta:
        model = Review
        fields = [
            "id",
            "kpi",
            "plan",
            "milestone_key",
            "forum",
            "opened_at",
            "explain_by",
            "unexplained_at",
            "due_on",
            "state",
            "cause",
            "outcome",
            "reason",
            "look_again_on",
            "decision",
            "closed_at",
            "lab",
            "deviations",
            "explanations",
            "proposals",
            "referrals",
        ]

    def get_deviations(self, review: Review) -> list[int]:
        return [row.deviation_id for row in review.deviations.all()]


class ReviewFilter(django_filters.FilterSet):
    kpi = django_filters.CharFilter(field_name="kpi__code")
    programme = django_filters.CharFilter(method="of_programme", label="Code of the programme")
    opened_after = django_filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="gte")

    class Meta:
        model = Review
        fields = ["state", "cause", "outcome", "forum", "milestone_key"]

    def of_programme(self, found: QuerySet[Review], name: str, code: str) -> QuerySet[Review]:
        return reviews.of_programme(found, code)


class ReviewViewSet(ReadOnlyModelViewSet[Review]):
    """Reviews: what was off course, what was explained, proposed and decided."""

    queryset = Review.objects.none()
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter

    def get_queryset(self) -> QuerySet[Review]:
        readable = reviews.readable(self.request.user, clock.now().date())
        return readable.select_related("kpi").prefetch_related(
            "deviations", "explanations__sources", "proposals__motion", "referrals"
        )
