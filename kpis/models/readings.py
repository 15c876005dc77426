"""Readings: never updated, never deleted (fact 3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpis.models.kpis import Kpi, Series
from kpis.models.targets import ValueField
from people.models import Act


class Source(models.Model):
    """Where a value comes from: a register, a report, a page."""

    name = models.CharField(max_length=500, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportBatch(Act):
    """One load of a file: one event for all its rows, each of which points here."""

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    summary = models.JSONField(default=dict)

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


def _unindexed(to: str) -> models.ForeignKey:
    """A column of ``Act`` without the index that nothing asks: there are millions of readings."""
    return models.ForeignKey(
        to, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )


class Reading(Act):
    """An observation. A correction is a further row that names this one."""

    by_user = _unindexed(settings.AUTH_USER_MODEL)
    by_post = _unindexed("people.Post")
    principal = _unindexed(settings.AUTH_USER_MODEL)
    principal_post = _unindexed("people.Post")
    evidence = _unindexed("people.Document")

    class Comparator(models.TextChoices):
        EQUAL = "=", "="
        LESS = "<", "<"
        MORE = ">", ">"
        ABOUT = "≈", "≈"
        RANGE = "range", _("range")

    class State(models.TextChoices):
        PROVISIONAL = "provisional", _("provisional")
        FINAL = "final", _("final")

    series = models.ForeignKey(Series, models.PROTECT, related_name="readings")
    period_start = models.DateField()
    period_end = models.DateField()
    complete = models.BooleanField(help_text="The period is one of the KPI's frequency")
    comparator = models.CharField(max_length=5, choices=Comparator, default=Comparator.EQUAL)
    value = ValueField()
    high = ValueField(null=True, blank=True)
    numerator = ValueField(null=True, blank=True)
    denominator = ValueField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.FINAL)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    vintage = models.DateField(null=True, blank=True, help_text="The source's own date")
    note = models.TextField(blank=True)
    backfilled = models.BooleanField(
        default=False, help_text="Loaded as history: opens nothing by itself"
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, related_name="readings"
    )

    class Meta(Act.Meta):
        ordering = ["series", "period_end", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="reading_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(comparator="range", high__isnull=False, high__gte=F("value"))
                | (~Q(comparator="range") & Q(high=None)),
                name="reading_range_has_both_ends",
            ),
            models.CheckConstraint(
                condition=Q(numerator=None, denominator=None)
                | Q(numerator__isnull=False, denominator__gt=0),
                name="reading_ratio_has_both_parts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.period_end}: {self.value}"


class Verification(Act):
    """Somebody other than who entered a reading has checked it."""

    reading = models.OneToOneField(Reading, models.PROTECT, related_name="verification")
    note = models.TextField(blank=True)

    class Meta(Act.Meta):
        pass

    def __str__(self) -> str:
        return f"verified {self.reading_id}"


class Retraction(Act):
    """A reading taken back with a reason; the row stays readable."""

    reading = models.OneToOneField(Reading, models.PROTECT, related_name="retraction")
    reason = models.TextField()

    class Meta(Act.Meta):
        pass

    def __str__(self) -> str:
        return f"retracted {self.reading_id}"


class Choice(Act):
    """Somebody said that this reading counts for its period, whatever the list of sources says."""

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="choices")
    reason = models.TextField()

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="choice_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"chose {self.reading_id}"


class ReadingDocument(Act):
    """A file that shows a reading. Never deleted: one added by mistake is withdrawn, with a reason."""

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="documents")
    document = models.ForeignKey("people.Document", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.TextField(blank=True)

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(
                fields=["reading", "document"], name="one_row_per_document_of_a_reading"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_because="")
                ),
                name="document_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}"


class SourceRank(Act):
    """A place in a KPI's list of sources: the lowest rank with a value counts."""

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="source_ranks")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    reason = models.TextField()

    class Meta(Act.Meta):
        ordering = ["kpi", "rank"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["kpi", "source"], name="one_rank_per_source"),
            models.UniqueConstraint(fields=["kpi", "rank"], name="one_source_per_rank"),
            models.CheckConstraint(condition=~Q(reason=""), name="source_rank_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.source}"


class LiveReading(models.Model):
    """The pointer rows: one per series, period and source; one of them current.

    ``chosen``: a person said so (see Choice), and no list of sources moves it.
    """

    reading = models.OneToOneField(Reading, models.PROTECT, related_name="live")
    # Found by the unique constraints below, which begin with the series.
    series = models.ForeignKey(Series, models.PROTECT, related_name="live_readings", db_index=False)
    period_start = models.DateField()
    period_end = models.DateField()
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    is_current = models.BooleanField(default=True)
    chosen = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["series", "period_end"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "period_start", "period_end", "source"],
                name="one_live_reading_per_source",
            ),
            models.UniqueConstraint(
                fields=["series", "period_start", "period_end"],
                condition=Q(is_current=True),
                name="one_current_reading_per_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reading}"
