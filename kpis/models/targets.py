"""Required values, and the maintained status row of each series."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpis.models.kpis import Series
from people.models import Act


class ValueField(models.DecimalField):
    """A measured value: at most 15 significant digits and 10 decimal places.

    SQLite keeps decimals as 64-bit floats, which hold 15 digits and no more, so
    services refuse more (kpis.rules.values) and both databases agree.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", 25)
        kwargs.setdefault("decimal_places", 10)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class Target(models.Model):
    """Required value of a period; immutable (fact 4).

    It names the change that set it, or the recorded source when it was set
    outside the system. A later one closes it; it is never edited. ``high`` is
    the upper edge for a KPI to be held in range; ``value`` is then the lower.
    """

    series = models.ForeignKey(Series, models.PROTECT, related_name="targets")
    period_start = models.DateField()
    period_end = models.DateField()
    value = ValueField()
    high = ValueField(null=True, blank=True)
    baseline = ValueField(null=True, blank=True)
    change = models.OneToOneField(
        "labs.Change", models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey(
        "kpis.Source", models.PROTECT, null=True, blank=True, related_name="+"
    )
    batch = models.ForeignKey(
        "kpis.ImportBatch", models.PROTECT, null=True, blank=True, related_name="targets"
    )
    note = models.TextField(blank=True)
    set_at = models.DateTimeField()
    until_change = models.ForeignKey(
        "labs.Change", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["series", "period_end", "set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "period_start", "period_end"],
                condition=Q(until_change=None),
                name="one_target_in_force_per_period",
            ),
            models.CheckConstraint(
                condition=Q(change__isnull=False) | Q(source__isnull=False),
                name="target_names_what_set_it",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="target_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(high=None) | Q(high__gte=F("value")), name="target_range_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.period_end}: {self.value}"


class Trajectory(models.Model):
    """How the path runs from the baseline through the targets of a series; immutable.

    Its points are the targets of the series that were in force at the same time.
    ``steps``: each target is asked from its period on and nothing more until the next;
    ``linear``: evenly from point to point; ``points``: asked in the targets' own
    periods only. One is in force per series; a series without one goes by ``points``.
    """

    class Method(models.TextChoices):
        POINTS = "points", _("only where a target is given")
        STEPS = "steps", _("in steps")
        LINEAR = "linear", _("evenly, along a line")

    series = models.ForeignKey(Series, models.PROTECT, related_name="trajectories")
    method = models.CharField(max_length=10, choices=Method, default=Method.POINTS)
    baseline = ValueField(null=True, blank=True)
    baseline_on = models.DateField(
        null=True, blank=True, help_text="Last day of the period that the baseline is of"
    )
    change = models.OneToOneField(
        "labs.Change", models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey(
        "kpis.Source", models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)
    set_at = models.DateTimeField()
    until_change = models.ForeignKey(
        "labs.Change", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "trajectories"
        ordering = ["series", "set_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(until_change=None),
                name="one_trajectory_in_force",
            ),
            models.CheckConstraint(
                condition=Q(change__isnull=False) | Q(source__isnull=False),
                name="trajectory_names_what_set_it",
            ),
            models.CheckConstraint(
                condition=Q(baseline=None, baseline_on=None)
                | Q(baseline__isnull=False, baseline_on__isnull=False),
                name="trajectory_baseline_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.method}"


class Status(models.TextChoices):
    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    OFF_TRACK = "off_track", _("off track")
    NO_TARGET = "no_target", _("no target")
    MISSING = "missing", _("value missing")
    NOT_DUE = "not_due", _("not yet due")
    INDETERMINATE = "indeterminate", _("indeterminate")
    CONTEXT = "context", _("context only")


class SeriesStatus(models.Model):
    """The status row the board reads. Written by detection only."""

    series = models.OneToOneField(Series, models.CASCADE, related_name="status")
    status = models.CharField(max_length=15, choices=Status)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    value = ValueField(null=True, blank=True)
    target = ValueField(null=True, blank=True)
    progress = models.DecimalField(max_digits=15, decimal_places=4, null=True, blank=True)
    provisional = models.BooleanField(default=False)
    assurance = models.CharField(
        max_length=20, blank=True, help_text="Control limits against the target, see rules.xmr"
    )
    variation = models.CharField(
        max_length=40, blank=True, help_text="What the last point of the control chart means"
    )
    missing_period_start = models.DateField(null=True, blank=True)
    missing_period_end = models.DateField(null=True, blank=True)
    check_on = models.DateField(
        null=True, blank=True, help_text="The day on which time alone changes the status"
    )
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "series statuses"
        indexes = [
            models.Index(
                fields=["check_on"],
                condition=Q(check_on__isnull=False),
                name="status_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.status}"


class HandStatus(Act):
    """A status somebody set by hand, with a reason; it lapses at the next reading.

    While it stands it is shown instead of the one worked out, and says so; rules,
    signals and deviations do not look at it.
    """

    series = models.ForeignKey(Series, models.PROTECT, related_name="hand_statuses")
    status = models.CharField(max_length=15, choices=Status)
    reason = models.TextField()
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Act.Meta):
        verbose_name_plural = "hand statuses"
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(
                fields=["series"], condition=Q(lapsed_at=None), name="one_hand_status_per_series"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hand_status_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.status} by hand"
