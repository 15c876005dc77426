"""``/api/v1/events/``: the ledger for auditors, oldest first, by cursor."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ledger import permissions, selectors
from ledger.forms import EventFilter
from ledger.models import Event


class EventSerializer(serializers.Serializer[Any]):
    """One line. ``hidden``: restricted, and the reader may not see more than that."""

    id = serializers.IntegerField()
    number = serializers.IntegerField(allow_null=True)
    uid = serializers.CharField()
    verb = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.CharField()
    programme_id = serializers.CharField()
    restricted = serializers.BooleanField()
    hidden = serializers.BooleanField()
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    actor_label = serializers.CharField()
    actor_user = serializers.CharField()
    actor_post = serializers.CharField()
    actor_principal = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # a field of that name
    texts = serializers.DictField(child=serializers.CharField(allow_null=True))
    mac = serializers.CharField()
    link = serializers.CharField()


FILTERS = [
    OpenApiParameter(name, description=str(field.help_text or field.label))
    for name, field in EventFilter.base_fields.items()
]


class Events(GenericAPIView[Event]):
    """Events of the ledger. Auditors, administrators and the delivery unit."""

    queryset = Event.objects.none()
    serializer_class = EventSerializer
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Event]:
        form = EventFilter(self.request.query_params)
        if not form.is_valid():
            raise ValidationError(dict(form.errors))  # type: ignore[arg-type]
        sees = permissions.may_read_restricted(self.request.user)
        return selectors.events(**form.cleaned_data, sees_restricted=sees)

    @extend_schema(
        operation_id="events_list", parameters=FILTERS, responses=EventSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        if not permissions.may_read_events(request.user):
            raise PermissionDenied
        rows = self.paginate_queryset(self.get_queryset()) or []
        sees = permissions.may_read_restricted(request.user)
        shown = selectors.lines(rows, sees_restricted=sees)
        return self.get_paginated_response(EventSerializer(shown, many=True).data)
