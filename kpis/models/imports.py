"""A file on its way in: the job, and what is known of its rows before they are readings.

The job is the work: whoever takes the next slice counts ``turn`` up, and only whoever
still holds that turn may write. Rows wait here in text form, by place (a KPI's cell)
and row of the file, until they are loaded; then the job's rows are swept away.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kpis.models.kpis import Definition, Series
from kpis.models.readings import ImportBatch
from people.models import Act


class ImportJob(Act):
    """One file and how far it has come."""

    class State(models.TextChoices):
        READING = "reading", _("the file is read")
        CHOOSING = "choosing", _("columns to be chosen")
        CHECKING = "checking", _("checked")
        COMPARING = "comparing", _("compared with what is there")
        CHECKED = "checked", _("ready to load")
        LOADING = "loading", _("loading")
        DONE = "done", _("loaded")
        UNDOING = "undoing", _("taken back")
        UNDONE = "undone", _("taken back wholly")
        REFUSED = "refused", _("refused")
        DROPPED = "dropped", _("given up")

    file_name = models.CharField(max_length=300)
    path = models.CharField(max_length=500, help_text="Where the file lies")
    size = models.PositiveBigIntegerField(help_text="Bytes of the file as it came")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State)
    options = models.JSONField(default=dict, help_text="What the person said about the file")
    counts = models.JSONField(default=dict, help_text="Rows by what became of them")
    refusal = models.TextField(blank=True)
    offset = models.PositiveBigIntegerField(default=0, help_text="Bytes read")
    row = models.PositiveBigIntegerField(default=0, help_text="The last row read")
    place = models.PositiveBigIntegerField(default=0, help_text="The last place done")
    slices = models.PositiveIntegerField(default=0, help_text="Slices loaded")
    turn = models.PositiveBigIntegerField(default=0)
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When the turn was taken")
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    undo_reason = models.TextField(blank=True)
    undone_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True, help_text="When its rows were swept")

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""), name="import_refused_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=["reading", "checking", "comparing", "loading", "undoing"]),
                name="import_to_go_on",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportPlace(models.Model):
    """A KPI's cell that the file names; places are counted in the order they come."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="places", db_index=False)
    number = models.PositiveIntegerField()
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="+")
    cell = models.CharField(max_length=200)
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="+")
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="one_import_place_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.cell}"


class ImportRow(models.Model):
    """A row that can be read. Numbers are text in their one plain form; "" where there is none."""

    pk = models.CompositePrimaryKey("job", "place", "row")
    job = models.ForeignKey(
        ImportJob, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    place = models.PositiveIntegerField()
    row = models.PositiveBigIntegerField()
    period_start = models.DateField()
    period_end = models.DateField()
    complete = models.BooleanField()
    comparator = models.CharField(max_length=5)
    value = models.CharField(max_length=30)
    high = models.CharField(max_length=30)
    numerator = models.CharField(max_length=30)
    denominator = models.CharField(max_length=30)
    state = models.CharField(max_length=12)
    source = models.PositiveBigIntegerField()
    vintage = models.CharField(max_length=10)
    note = models.TextField()
    outcome = models.CharField(
        max_length=10, default="", db_default="", help_text="Empty: nothing stands in its way"
    )
    known = models.PositiveBigIntegerField(null=True, help_text="The reading that is there")

    def __str__(self) -> str:
        return f"row {self.row}"


class ImportProblem(models.Model):
    """Something to be said about a row. ``blocks``: it cannot be read, so it cannot be loaded."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="problems", db_index=False)
    row = models.PositiveBigIntegerField()
    column = models.CharField(max_length=300)
    message = models.TextField()
    blocks = models.BooleanField()

    class Meta:
        ordering = ["job", "row", "pk"]
        indexes = [models.Index(fields=["job", "row"], name="import_problem_by_row")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.message}"
