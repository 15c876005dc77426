"""How KPIs, series, targets, readings and findings look from outside. Values are strings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from kpis.api.definitions import DefinitionSerializer
from kpis.api.fields import OfSeries, ValueField
from kpis.models import (
    Definition,
    Deviation,
    Kpi,
    Reading,
    ReadingDocument,
    Series,
    Signal,
    Target,
)


class KpiSerializer(serializers.ModelSerializer[Kpi]):
    programme = serializers.CharField(source="area.programme.code", read_only=True)
    unit = serializers.CharField(read_only=True)
    direction = serializers.CharField(read_only=True)
    frequency = serializers.CharField(read_only=True)
    status = serializers.CharField(
        read_only=True, allow_null=True, help_text="As it is shown: by hand while that stands"
    )
    status_worked_out = serializers.CharField(read_only=True, allow_null=True)
    status_by_hand = serializers.CharField(read_only=True, allow_null=True)
    status_period_start = serializers.DateField(read_only=True)
    status_period_end = serializers.DateField(read_only=True)
    status_value = ValueField(allow_null=True)
    status_target = ValueField(allow_null=True)
    open_deviations = serializers.IntegerField(read_only=True)
    held = serializers.BooleanField(
        read_only=True, help_text="Disputed: an open dispute about it holds its goal and targets"
    )
    quality_pair_code = serializers.SerializerMethodField()
    definition = serializers.SerializerMethodField(help_text="The version in use")

    class Meta:
        model = Kpi
        fields = [
            *("id", "code", "name", "programme", "area", "goal_key", "owner", "verifier"),
            *("quality_pair", "retired_on", "unit", "direction", "frequency", "status"),
            *("status_worked_out", "status_by_hand"),
            *("status_period_start", "status_period_end", "status_value", "status_target"),
            *("open_deviations", "held", "quality_pair_code", "definition"),
        ]

    def get_quality_pair_code(self, kpi: Kpi) -> str | None:
        code: str | None = kpi.pair_code  # type: ignore[attr-defined]
        return code

    @extend_schema_field(DefinitionSerializer)
    def get_definition(self, kpi: Kpi) -> dict[str, Any]:
        newest: list[Definition] = kpi.newest  # type: ignore[attr-defined]
        return dict(DefinitionSerializer(newest[0]).data)


class StatusSerializer(serializers.Serializer[Any]):
    """The status row of a series."""

    status = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    value = ValueField(allow_null=True)
    target = ValueField(allow_null=True)
    progress = ValueField(allow_null=True)
    provisional = serializers.BooleanField()
    missing_period_start = serializers.DateField()
    missing_period_end = serializers.DateField()


class SeriesSerializer(serializers.ModelSerializer[Series]):
    kpi = serializers.CharField(source="definition.kpi.code", read_only=True)
    version = serializers.IntegerField(source="definition.version", read_only=True)
    unit = serializers.CharField(source="definition.unit", read_only=True)
    frequency = serializers.CharField(source="definition.frequency", read_only=True)
    cell = serializers.CharField(source="cell.key", read_only=True)
    label = serializers.CharField(source="cell.label", read_only=True)  # type: ignore[assignment]
    status = serializers.SerializerMethodField()

    class Meta:
        model = Series
        fields = ["id", "key", "kpi", "version", "unit", "frequency", "cell", "label", "status"]

    @extend_schema_field(StatusSerializer(allow_null=True))
    def get_status(self, series: Series) -> dict[str, Any] | None:
        row = getattr(series, "status", None)
        return None if row is None else dict(StatusSerializer(row).data)


class TargetSerializer(OfSeries, serializers.ModelSerializer[Target]):
    value = ValueField()
    high = ValueField(allow_null=True)
    baseline = ValueField(allow_null=True)
    source = serializers.CharField(source="source.name", read_only=True, default=None)  # type: ignore[assignment]
    revision = serializers.IntegerField(
        source="change.revision_id", read_only=True, default=None, help_text="What set it"
    )
    decision = serializers.IntegerField(
        source="change.revision.decision_id", read_only=True, default=None
    )
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = Target
        fields = [
            *("id", "kpi", "cell", "series", "period_start", "period_end", "value", "high"),
            *("baseline", "source", "revision", "decision", "set_at", "in_force"),
        ]

    def get_in_force(self, target: Target) -> bool:
        return target.until_change_id is None


class DocumentSerializer(serializers.ModelSerializer[ReadingDocument]):
    """A file that shows a reading; ``url`` downloads it for whoever may read the reading."""

    name = serializers.CharField(source="document.name", read_only=True)
    content_type = serializers.CharField(source="document.content_type", read_only=True)
    size = serializers.IntegerField(source="document.size", read_only=True, help_text="Bytes")
    sha256 = serializers.CharField(source="document.sha256", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = ReadingDocument
        fields = [
            *("id", "name", "content_type", "size", "sha256", "at", "withdrawn_at"),
            *("withdrawn_because", "url"),
        ]

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, row: ReadingDocument) -> str:
        return reverse(
            "api-reading-document",
            kwargs={"pk": row.reading_id, "row": row.pk},
            request=self.context.get("request"),
        )


class ReadingSerializer(OfSeries, serializers.ModelSerializer[Reading]):
    value = ValueField()
    high = ValueField(allow_null=True)
    numerator = ValueField(allow_null=True)
    denominator = ValueField(allow_null=True)
    source = serializers.CharField(source="source.name", read_only=True)  # type: ignore[assignment]
    live = serializers.SerializerMethodField(help_text="Neither corrected nor retracted")
    current = serializers.SerializerMethodField(help_text="The one that counts for its period")
    chosen = serializers.SerializerMethodField(
        help_text="A person said that this source counts for its period"
    )
    verified = serializers.SerializerMethodField()
    documents = DocumentSerializer(many=True, read_only=True)

    class Meta:
        model = Reading
        fields = [
            *("id", "kpi", "cell", "series", "period_start", "period_end", "complete"),
            *("comparator", "value", "high", "numerator", "denominator", "state", "source"),
            *("vintage", "note", "backfilled", "corrects", "at", "live", "current", "chosen"),
            *("verified", "documents"),
        ]

    def get_live(self, reading: Reading) -> bool:
        return hasattr(reading, "live")

    def get_current(self, reading: Reading) -> bool:
        return hasattr(reading, "live") and reading.live.is_current

    def get_chosen(self, reading: Reading) -> bool:
        return hasattr(reading, "live") and reading.live.chosen

    def get_verified(self, reading: Reading) -> bool:
        return hasattr(reading, "verification")


class FindingSerializer(serializers.Serializer[Any]):
    """What a finding is about: a series of a KPI, or a milestone."""

    kpi = serializers.SerializerMethodField()
    cell = serializers.SerializerMethodField()
    rule = serializers.SerializerMethodField()

    def get_kpi(self, row: Any) -> str | None:
        return None if row.series is None else str(row.series.definition.kpi.code)

    def get_cell(self, row: Any) -> str | None:
        return None if row.series is None else str(row.series.cell.key)

    def get_rule(self, row: Any) -> str:
        rule = row.rule if isinstance(row, Deviation) else row.version.rule
        return str(rule.kind)


class SignalSerializer(FindingSerializer, serializers.ModelSerializer[Signal]):
    version = serializers.IntegerField(source="version.version", read_only=True)

    class Meta:
        model = Signal
        fields = [
            *("id", "kpi", "cell", "plan", "milestone_key", "rule", "version"),
            *("period_start", "period_end", "evidence", "found_at"),
        ]


class DeviationSerializer(FindingSerializer, serializers.ModelSerializer[Deviation]):
    first_period_end = serializers.DateField(source="first_signal.period_end", read_only=True)
    last_period_end = serializers.DateField(source="last_signal.period_end", read_only=True)

    class Meta:
        model = Deviation
        fields = [
            *("id", "kpi", "cell", "plan", "milestone_key", "rule", "severity"),
            *("first_signal", "last_signal", "first_period_end", "last_period_end"),
            *("opened_at", "closed_at", "closed_as"),
        ]
