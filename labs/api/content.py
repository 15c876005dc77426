"""The parts of a plan from outside, each with every field that a revision can change."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class GoalSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()


class InitiativeSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    goal_key = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    lead = serializers.IntegerField(source="lead_id", allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    finishes_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    wind_down_until = serializers.DateField(allow_null=True)
    budget = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    scope = serializers.CharField(help_text="horizontal, vertical, value_chain, or empty")
    intervention = serializers.CharField(help_text="public_input, market, or empty")
    pathway = serializers.CharField(help_text="top_down, bottom_up, or empty")
    instrument = serializers.IntegerField(source="instrument_id", allow_null=True)
    target_group = serializers.IntegerField(source="target_group_id", allow_null=True)


class PlanMilestoneSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    initiative_key = serializers.UUIDField()
    title = serializers.CharField()
    owner = serializers.IntegerField(source="owner_id", allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    finishes_on = serializers.DateField(allow_null=True)
    depends_on = serializers.ListField(
        child=serializers.UUIDField(), help_text="Milestones that come first, of any plan"
    )
    budget_line_key = serializers.UUIDField(allow_null=True)
    purpose = serializers.CharField(help_text="build_up, or empty")


class BudgetLineSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    initiative_key = serializers.UUIDField()
    title = serializers.CharField()
    currency = serializers.CharField()
    year = serializers.IntegerField()
    price_base = serializers.IntegerField(allow_null=True)
    planned = serializers.DecimalField(max_digits=15, decimal_places=2)


class CommitmentSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    initiative_key = serializers.UUIDField()
    title = serializers.CharField()
    beneficiary = serializers.IntegerField(source="beneficiary_id", allow_null=True)
    verify_on = serializers.DateField()
    sanction = serializers.CharField()


class PlanAnswerSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    initiative_key = serializers.UUIDField()
    question = serializers.CharField()
    verdict = serializers.CharField(help_text="yes, no, or unknown")
    reason = serializers.CharField(source="title")
    override = serializers.CharField(help_text="Why it goes ahead all the same")


class DependencySerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    milestone_key = serializers.UUIDField()
    title = serializers.CharField()
    provider = serializers.IntegerField(source="provider_id")
    due_on = serializers.DateField()
    step_key = serializers.UUIDField(allow_null=True)
