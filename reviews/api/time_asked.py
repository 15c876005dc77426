"""``/api/v1/time-asked/<id>/decline/``: whoever presides gives no more time, and says why."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config import clock
from people.permissions import require
from people.selectors import actors
from people.services.api_clients import WRITE_DISPUTES
from reviews.models import TimeAsked, TimeDeclined
from reviews.permissions import disputes as permissions
from reviews.selectors import dispute_pages, disputes
from reviews.services import extensions


class TimeDeclinedSerializer(serializers.ModelSerializer[TimeDeclined]):
    class Meta:
        model = TimeDeclined
        fields = ["reason", "at", "by_post"]


class TimeAskedSerializer(serializers.ModelSerializer[TimeAsked]):
    """Time that a party asked of the forum which had the dispute."""

    declined = TimeDeclinedSerializer(allow_null=True, default=None)

    class Meta:
        model = TimeAsked
        fields = ["id", "tier", "forum", "days", "reason", "at", "by_post", "declined"]


class DeclineInput(serializers.Serializer[Any]):
    reason = serializers.CharField(help_text="Why there is no more time")


class DeclineTime(APIView):
    """The chair's answer to a party that asked for more time."""

    write_scope = WRITE_DISPUTES

    @extend_schema(
        operation_id="time_asked_decline",
        request=DeclineInput,
        responses={201: TimeAskedSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Give no more time for this request; whoever asked is told why.

        409: it is no longer open, or the dispute moved on.
        """
        at = clock.now()
        readable = disputes.readable(request.user, at.date()).values("pk")
        row = get_object_or_404(
            TimeAsked.objects.select_related("party__organisation"),
            pk=pk,
            party__dispute__in=readable,
        )
        row.party.dispute = dispute_pages.loaded().get(pk=row.party.dispute_id)
        post = permissions.extending_post(request.user, row.party.dispute, on=at.date())
        require(post)
        sent = DeclineInput(data=request.data)
        sent.is_valid(raise_exception=True)
        by = actors.acting(request.user, post=post)
        extensions.decline(request=row, reason=sent.validated_data["reason"], by=by, at=at)
        return Response(TimeAskedSerializer(row).data, status=201)
