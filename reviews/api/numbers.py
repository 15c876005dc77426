"""``/api/v1/programmes/<code>/numbers/``: the numbers of a programme and year, to be read only."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config import clock
from labs.selectors import programmes
from reviews.selectors import numbers as selectors


class LineSerializer(serializers.Serializer[selectors.Line]):
    """One number. ``value`` is empty where fewer than three cases are known."""

    code = serializers.CharField()
    part = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.CharField()
    n = serializers.IntegerField(allow_null=True)


class NumbersSerializer(serializers.Serializer[selectors.Numbers]):
    programme = serializers.CharField(source="programme.code")
    year = serializers.CharField(source="year.label")
    first = serializers.DateField(source="year.first")
    last = serializers.DateField(source="year.last")
    many_at_top = serializers.BooleanField()
    numbers = LineSerializer(many=True, source="lines")


class Numbers(APIView):
    """How disputes, reviews and lessons of a programme went in one fiscal year."""

    @extend_schema(
        operation_id="programmes_numbers",
        parameters=[
            OpenApiParameter(
                "year",
                OpenApiTypes.INT,
                description="The fiscal year by the calendar year it begins in; the current one.",
            )
        ],
        responses=NumbersSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """The numbers of the programme; restricted cases are counted in them."""
        at = clock.now()
        programme = get_object_or_404(programmes.readable(request.user, at.date()), code=code)
        year = selectors.chosen_year(request.query_params.get("year", ""), programme, at)
        return Response(NumbersSerializer(selectors.numbers(programme, year, at)).data)
