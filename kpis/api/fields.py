"""What several serializers of the app are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kpis.rules.values import to_text


@extend_schema_field(OpenApiTypes.STR)
class ValueField(serializers.Field[Decimal, Any, str, Any]):
    """A measured value as text: "41.3", never an exponent, never a float."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        return to_text(value)


class OfSeries(serializers.Serializer[Any]):
    """The columns that say which series a row hangs on."""

    kpi = serializers.CharField(source="series.definition.kpi.code", read_only=True)
    cell = serializers.CharField(source="series.cell.key", read_only=True)
    series = serializers.UUIDField(source="series.key", read_only=True)
