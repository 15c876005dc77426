"""KPIs, their definitions in versions, and the series that readings hang on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kpis.models.cells import Cell
from ledger import entropy
from people.models import Act


class Direction(models.TextChoices):
    INCREASE = "increase", _("should increase")
    DECREASE = "decrease", _("should decrease")
    RANGE = "range", _("hold in range")
    CONTEXT = "context", _("context only")


class Level(models.TextChoices):
    INPUT = "input", _("input")
    OUTPUT = "output", _("output")
    OUTCOME = "outcome", _("outcome")


class Frequency(models.TextChoices):
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEARLY = "half_yearly", _("half-yearly")
    YEARLY = "yearly", _("yearly")


class Kind(models.TextChoices):
    NUMBER = "number", _("number")
    PERCENTAGE = "percentage", _("percentage")
    RATIO = "ratio", _("ratio")
    COUNT = "count", _("count")
    MILESTONE = "milestone", _("done or not done")
    SCORE = "score", _("score")
    RANK = "rank", _("rank")


class Aggregation(models.TextChoices):
    """How several values become one, over periods or over the parts of a breakdown."""

    NONE = "", _("not added up")
    LATEST = "latest", _("the latest value")
    SUM = "sum", _("sum")
    AVERAGE = "average", _("average")
    RATIO_OF_SUMS = "ratio_of_sums", _("ratio of sums")
    CUMULATIVE = "cumulative", _("each value holds the year so far")


class PartsCheck(models.TextChoices):
    """What the parts of a breakdown must add up to."""

    NONE = "", _("not checked")
    TOTAL = "total", _("the parts must make the total")
    HUNDRED = "hundred", _("the shares must sum to 100")


class Composition(models.TextChoices):
    """How a composite KPI is worked out from its components."""

    NONE = "", _("reported as it is")
    WEIGHTED = "weighted", _("weighted average of its components")
    SUM = "sum", _("weighted sum of its components")


class Kpi(models.Model):
    """A measure somebody answers for. Its unit and direction are in a definition."""

    area = models.ForeignKey("labs.ResultArea", models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=300)
    goal_key = models.UUIDField(null=True, blank=True, db_index=True)
    owner = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    verifier = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    quality_pair = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="headlines"
    )
    restricted_to = models.ManyToManyField("forums.Forum", related_name="+", blank=True)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["area", "name"]

    def __str__(self) -> str:
        return self.name


class Definition(Act):
    """One version of what a KPI means. A new version starts new series (fact 13)."""

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="definitions")
    version = models.PositiveSmallIntegerField()
    text = models.TextField(_("definition"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    unit = models.CharField(_("unit"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NUMBER)
    over_periods = models.CharField(
        _("over periods"),
        max_length=15,
        choices=Aggregation,
        default=Aggregation.LATEST,
        blank=True,
        help_text=_("How the values of a year become the value of the year"),
    )
    over_parts = models.CharField(
        _("over the parts of a breakdown"),
        max_length=15,
        choices=Aggregation,
        default=Aggregation.NONE,
        blank=True,
    )
    parts_check = models.CharField(
        _("check of the parts"),
        max_length=10,
        choices=PartsCheck,
        default=PartsCheck.NONE,
        blank=True,
    )
    composition = models.CharField(
        _("composite"), max_length=10, choices=Composition, default=Composition.NONE, blank=True
    )
    composed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a composite was worked out; null: it is to be, for a component changed",
    )
    provisional_days = models.PositiveSmallIntegerField(
        _("days a value may stay provisional"),
        null=True,
        blank=True,
        help_text=_("Working days after its entry; empty: as long as it takes"),
    )
    scale = models.PositiveIntegerField(
        default=1, help_text="A ratio is shown times this: 100 for per cent"
    )
    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction, blank=True, default=""
    )
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.OUTCOME)
    frequency = models.CharField(
        _("frequency"), max_length=12, choices=Frequency, default=Frequency.YEARLY
    )
    reporting_days = models.PositiveSmallIntegerField(
        _("reporting days"), default=20, help_text=_("Working days after the period's end")
    )
    effective_from = models.DateField(
        _("effect date"), null=True, blank=True, help_text=_("Not due before this day")
    )
    reporting_from = models.DateField(
        null=True, blank=True, help_text="Readings are expected for periods that start from here"
    )

    class Meta(Act.Meta):
        ordering = ["kpi", "-version"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["kpi", "version"], name="one_definition_per_version"),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""), name="redefinition_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["composed_at"],
                condition=Q(composed_at=None) & ~Q(composition=""),
                name="composite_to_work_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} v{self.version}"


class Component(models.Model):
    """A KPI that a composite is worked out from; part of one definition, never changed."""

    definition = models.ForeignKey(Definition, models.PROTECT, related_name="components")
    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="composites")
    weight = models.DecimalField(max_digits=10, decimal_places=4, default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "kpi"], name="one_component_per_kpi"),
            models.CheckConstraint(condition=~Q(weight=0), name="component_weighs_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} x {self.weight}"


class Series(models.Model):
    """One definition version x one cell. ``changed_at`` asks for detection."""

    definition = models.ForeignKey(Definition, models.PROTECT, related_name="series")
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="series")
    key = models.UUIDField(default=entropy.uuid4, unique=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_from = models.DateField(
        null=True,
        blank=True,
        help_text="The earliest period that changed since detection last looked",
    )

    class Meta:
        verbose_name_plural = "series"
        ordering = ["definition", "cell"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "cell"], name="one_series_per_cell"),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(changed_at__isnull=False),
                name="series_to_detect",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition.kpi} / {self.cell}"


class Hold(Act):
    """The "disputed" mark on a KPI, opened and lifted from above.

    ``ref`` is opaque here: what holds it ("dispute:12").
    """

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="holds")
    ref = models.CharField(max_length=64)
    reason = models.TextField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.TextField(blank=True)

    class Meta(Act.Meta):
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(
                fields=["kpi", "ref"], condition=Q(lifted_at=None), name="one_open_hold_per_ref"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_because="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_because="")),
                name="hold_lifted_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} held by {self.ref}"
