"""``/api/v1/``: programmes, labs, plans, revisions, milestones; all to be read only.

Each shows what the signed-in user or the token's user may read on the page of the
same name, by the same selectors.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from config import clock
from labs.api import serializers
from labs.models import Lab, Milestone, Plan, Programme, Revision
from labs.selectors import comparing, labs, plans, programmes, revised

REVISION = OpenApiParameter(
    "revision", int, description="The number of an adopted revision; by default the one in force."
)


def today() -> date:
    """The business date, on which appointments are looked up."""
    return clock.now().date()


class ProgrammeViewSet(ReadOnlyModelViewSet[Programme]):
    """Programmes with their result areas."""

    queryset = Programme.objects.none()
    serializer_class = serializers.ProgrammeSerializer
    filterset_fields = {"code": ["exact"], "closed_at": ["isnull"]}

    def get_queryset(self) -> QuerySet[Programme]:
        return programmes.readable(self.request.user, today()).prefetch_related("areas")

    @extend_schema(responses=serializers.ShareSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def revised(self, request: Request, pk: str | None = None) -> Response:
        """The share of initial plans revised, by the year they came into force; last: all years."""
        shares = revised.shares(self.get_object())
        return Response(serializers.ShareSerializer(shares, many=True).data)


class LabViewSet(ReadOnlyModelViewSet[Lab]):
    """Labs with their seats."""

    queryset = Lab.objects.none()
    serializer_class = serializers.LabSerializer
    filterset_fields = {"area": ["exact"], "area__programme__code": ["exact"], "method": ["exact"]}

    def get_queryset(self) -> QuerySet[Lab]:
        return (
            labs.readable(self.request.user, today())
            .select_related("area__programme", "plan__in_force")
            .prefetch_related("seats__organisation")
        )


class PlanViewSet(ReadOnlyModelViewSet[Plan]):
    """Plans; one plan comes with all its parts."""

    queryset = Plan.objects.none()
    serializer_class = serializers.PlanSerializer
    filterset_fields = {"lab": ["exact"], "lab__area__programme__code": ["exact"]}

    def get_queryset(self) -> QuerySet[Plan]:
        return labs.readable_plans(self.request.user, today())

    @extend_schema(parameters=[REVISION], responses=serializers.PlanContentSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The plan in force, or with ``?revision=`` as that revision made it."""
        plan = self.get_object()
        number = _number(request, plan)
        content = plans.content(plan, number)
        in_force = plan.in_force.number if plan.in_force else None
        shown = {
            "id": plan.pk,
            "lab": plan.lab_id,
            "revision_in_force": in_force,
            "revision": in_force if number is None else number,
            "goals": list(content.goals.values()),
            "initiatives": list(content.initiatives.values()),
            "milestones": list(content.milestones.values()),
            "budget_lines": list(content.budget_lines.values()),
            "commitments": list(content.commitments.values()),
            "answers": list(content.answers.values()),
            "dependencies": list(content.dependencies.values()),
            "targets": comparing.targets_of(plan, in_force if number is None else number),
        }
        return Response(serializers.PlanContentSerializer(shown).data)


def _number(request: Request, plan: Plan) -> int | None:
    """The revision asked for. Raises NotFound when there is none of that number."""
    wanted = request.query_params.get("revision", "")
    if not wanted:
        return None
    adopted = plans.adopted(plan).values_list("number", flat=True)
    if wanted not in {str(number) for number in adopted}:
        raise NotFound
    return int(wanted)


class RevisionViewSet(ReadOnlyModelViewSet[Revision]):
    """Revisions; one revision comes with its changes."""

    queryset = Revision.objects.none()
    serializer_class = serializers.RevisionSerializer
    filterset_fields = {"plan": ["exact"], "state": ["exact"], "number": ["exact"]}

    def get_queryset(self) -> QuerySet[Revision]:
        return labs.readable_revisions(self.request.user, today())

    def get_serializer_class(self) -> Any:
        if self.action == "retrieve":
            return serializers.RevisionWithChangesSerializer
        return self.serializer_class


class MilestoneViewSet(ReadOnlyModelViewSet[Milestone]):
    """Milestones in force, each with its newest report."""

    queryset = Milestone.objects.none()
    serializer_class = serializers.MilestoneSerializer
    lookup_field = "key"
    lookup_value_converter = "uuid"
    filterset_fields = {
        "plan": ["exact"],
        "owner": ["exact"],
        "finishes_on": ["lte", "gte"],
    }

    def get_queryset(self) -> QuerySet[Milestone]:
        readable = labs.readable_plans(self.request.user, today())
        return Milestone.objects.filter(plan__in=readable.values("pk"), until_revision=None)

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        return None if rows is None else _with_reports(rows)

    def get_object(self) -> Milestone:
        return _with_reports([super().get_object()])[0]


def _with_reports(rows: list[Milestone]) -> list[Any]:
    """The rows with ``newest_report`` on each; one query for all."""
    newest = plans.latest_reports(row.key for row in rows)
    found: list[Any] = list(rows)
    for row in found:
        row.newest_report = newest.get(row.key)
    return found
