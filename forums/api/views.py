"""``/api/v1/``: forums, motions and decisions, to be read only.

A motion is shown to whoever may read its discussion, a decision to the readers of
what it decides; both by the permissions that the pages ask.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from config import clock
from forums import permissions
from forums.models import (
    Action,
    Decision,
    DecisionSource,
    Forum,
    Meeting,
    Membership,
    Motion,
    Vote,
    Voter,
)


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    class Meta:
        model = Membership
        fields = ["post", "kind", "starts_on", "ends_on"]


class ForumSerializer(serializers.ModelSerializer[Forum]):
    """A forum; ``parent`` is where disputes go up to."""

    memberships = MembershipSerializer(many=True)

    class Meta:
        model = Forum
        fields = [
            "id",
            "name",
            "purpose",
            "parent",
            "chair",
            "alternate",
            "secretary",
            "quorum",
            "response_days",
            "minimum_stay_days",
            "meets_every_days",
            "country",
            "closed_on",
            "successor",
            "memberships",
        ]


class VoteSerializer(serializers.ModelSerializer[Vote]):
    class Meta:
        model = Vote
        fields = ["at", "choice", "reason", "principal_post"]


class VoterSerializer(serializers.ModelSerializer[Voter]):
    """One place; ``vote`` null: nothing said."""

    vote = serializers.SerializerMethodField()

    class Meta:
        model = Voter
        fields = ["post", "presides", "barred_because", "interest_stated", "vote"]

    def get_vote(self, voter: Voter) -> dict[str, Any] | None:
        return VoteSerializer(voter.vote).data if hasattr(voter, "vote") else None


class MotionSerializer(serializers.ModelSerializer[Motion]):
    voters = VoterSerializer(many=True)

    class Meta:
        model = Motion
        fields = [
            "id",
            "forum",
            "title",
            "text",
            "reason",
            "mode",
            "quorum",
            "closes_at",
            "state",
            "restricted",
            "at",
            "voters",
        ]


class SourceSerializer(serializers.ModelSerializer[DecisionSource]):
    class Meta:
        model = DecisionSource
        fields = ["title", "dated"]


class ActionSerializer(serializers.ModelSerializer[Action]):
    class Meta:
        model = Action
        fields = [
            *("id", "title", "owner", "verifier", "due_on", "priority", "nags"),
            *("state", "withdrawn_because", "done_at", "verified_at"),
        ]


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """The outcome of a motion, with who was present and who stood aside."""

    forum = serializers.IntegerField(source="motion.forum_id")
    title = serializers.CharField(source="motion.title")
    text = serializers.CharField(source="motion.text")
    sources = SourceSerializer(many=True)
    actions = ActionSerializer(many=True)

    class Meta:
        model = Decision
        fields = [
            "id",
            "motion",
            "forum",
            "title",
            "text",
            "at",
            "outcome",
            "reason",
            "dissent",
            "present",
            "stood_aside",
            "standing",
            "standing_reason",
            "supersedes",
            "sources",
            "actions",
        ]


class DecisionFilter(django_filters.FilterSet):
    forum = django_filters.ModelChoiceFilter(
        field_name="motion__forum", queryset=Forum.objects.all()
    )
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")

    class Meta:
        model = Decision
        fields = ["outcome", "standing"]


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """When a forum meets or met. Minutes and who came stay with the forum."""

    rhythm = serializers.SerializerMethodField()

    class Meta:
        model = Meeting
        fields = [
            "id",
            "forum",
            "cycle",
            "rhythm",
            "slot",
            "starts_at",
            "minutes_long",
            "place",
            "call_on",
            "called_at",
            "state",
            "state_reason",
            "chaired_by",
            "quorum",
            "came",
            "signed_at",
        ]

    def get_rhythm(self, meeting: Meeting) -> str | None:
        return meeting.cycle.rhythm if meeting.cycle else None


class MeetingFilter(django_filters.FilterSet):
    since = django_filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="lt")

    class Meta:
        model = Meeting
        fields = ["forum", "state"]


class ForumViewSet(ReadOnlyModelViewSet[Forum]):
    """Forums and who sits in them."""

    queryset = Forum.objects.prefetch_related("memberships")
    serializer_class = ForumSerializer
    filterset_fields = {"parent": ["exact", "isnull"], "closed_on": ["isnull"]}


class MotionViewSet(ReadOnlyModelViewSet[Motion]):
    """Proposals put to forums, with their places and votes."""

    queryset = Motion.objects.none()
    serializer_class = MotionSerializer
    filterset_fields = {"forum": ["exact"], "state": ["exact"], "mode": ["exact"]}

    def get_queryset(self) -> QuerySet[Motion]:
        found = permissions.discussed(self.request.user, on=clock.now().date())
        return found.prefetch_related("voters__vote")


class DecisionViewSet(ReadOnlyModelViewSet[Decision]):
    """What forums decided, each with its reason."""

    queryset = Decision.objects.none()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter

    def get_queryset(self) -> QuerySet[Decision]:
        every = Decision.objects.values_list("motion_id", flat=True)
        on = clock.now().date()
        readable = permissions.readable_motions(self.request.user, every, on=on)
        found = Decision.objects.filter(motion__in=readable)
        return found.select_related("motion").prefetch_related("sources", "actions")


class MeetingViewSet(ReadOnlyModelViewSet[Meeting]):
    """Meetings of forums: planned, held, cancelled, missed."""

    queryset = Meeting.objects.select_related("cycle")
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
