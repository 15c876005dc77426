"""How programmes, labs, plans and milestones look from outside. Numbers are strings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from labs.api import content
from labs.models import Change, Lab, Milestone, MilestoneReport, Plan, Programme, Revision, Seat


class ShareSerializer(serializers.Serializer[Any]):
    """Plans of one year (null: of all years), and how many were revised since."""

    year = serializers.IntegerField(allow_null=True)
    plans = serializers.IntegerField()
    revised = serializers.IntegerField()
    goal = serializers.IntegerField()
    execution = serializers.IntegerField()


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    areas = serializers.SerializerMethodField()

    class Meta:
        model = Programme
        fields = [
            "id",
            "code",
            "name",
            "currency",
            "time_zone",
            "country",
            "fiscal_year_start",
            "starts_on",
            "ends_on",
            "closed_at",
            "closed_because",
            "areas",
        ]

    def get_areas(self, programme: Programme) -> list[dict[str, Any]]:
        return [
            {
                "id": area.pk,
                "name": area.name,
                "lead": area.lead_id,
                "home_forum": area.home_forum_id,
            }
            for area in programme.areas.all()
        ]


class SeatSerializer(serializers.ModelSerializer[Seat]):
    name = serializers.CharField(source="organisation.name")
    sector = serializers.CharField(source="organisation.sector")

    class Meta:
        model = Seat
        fields = ["organisation", "name", "sector", "post", "kind", "mandate"]


class LabSerializer(serializers.ModelSerializer[Lab]):
    programme = serializers.CharField(source="area.programme.code")
    plan = serializers.IntegerField(source="plan.pk")
    revision_in_force = serializers.IntegerField(source="plan.in_force.number", default=None)
    seats = SeatSerializer(many=True)

    class Meta:
        model = Lab
        fields = [
            "id",
            "programme",
            "area",
            "title",
            "question",
            "method",
            "is_mini",
            "starts_on",
            "ends_on",
            "steering",
            "closed_at",
            "is_illustrative",
            "plan",
            "revision_in_force",
            "seats",
        ]


class PlanTargetSerializer(serializers.Serializer[Any]):
    """A target as the revision left it: value, high and baseline, or how a path runs."""

    series = serializers.UUIDField(source="key")
    period = serializers.CharField(source="field", help_text='"start/end", or "path"')
    label = serializers.CharField(help_text="What it is of, in the words of then")
    asked = serializers.JSONField(source="value")


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A plan in a list: which revision is in force."""

    revision_in_force = serializers.IntegerField(source="in_force.number", default=None)

    class Meta:
        model = Plan
        fields = ["id", "lab", "revision_in_force"]


class PlanContentSerializer(serializers.Serializer[Any]):
    """A plan with what one of its revisions made of it."""

    id = serializers.IntegerField()
    lab = serializers.IntegerField()
    revision_in_force = serializers.IntegerField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True, help_text="The revision shown")
    goals = content.GoalSerializer(many=True)
    initiatives = content.InitiativeSerializer(many=True)
    milestones = content.PlanMilestoneSerializer(many=True)
    budget_lines = content.BudgetLineSerializer(many=True)
    commitments = content.CommitmentSerializer(many=True)
    answers = content.PlanAnswerSerializer(many=True)
    dependencies = content.DependencySerializer(many=True)
    targets = PlanTargetSerializer(many=True)


class ChangeSerializer(serializers.ModelSerializer[Change]):
    class Meta:
        model = Change
        fields = ["part", "key", "field", "before", "after", "reason", "touches", "label"]


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    class Meta:
        model = Revision
        fields = [
            "id",
            "plan",
            "number",
            "base",
            "title",
            "reason",
            "state",
            "route",
            "motion",
            "decision",
            "at",
            "adopted_at",
        ]


class RevisionWithChangesSerializer(RevisionSerializer):
    changes = ChangeSerializer(many=True)

    class Meta(RevisionSerializer.Meta):
        fields = [*RevisionSerializer.Meta.fields, "changes"]


class ReportSerializer(serializers.ModelSerializer[MilestoneReport]):
    class Meta:
        model = MilestoneReport
        fields = ["at", "state", "expected_finish", "blocked_by", "note", "done_evidence"]


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    """A milestone in force with what its owner said last."""

    report = ReportSerializer(source="newest_report", allow_null=True)

    class Meta:
        model = Milestone
        fields = [
            "key",
            "plan",
            "initiative_key",
            "title",
            "owner",
            "starts_on",
            "finishes_on",
            "depends_on",
            "budget_line_key",
            "purpose",
            "report",
        ]
