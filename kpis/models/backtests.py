"""Back-tests: what a rule would have flagged in the past, before it is switched on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpis.models.findings import RuleKind
from kpis.models.kpis import Kpi, Series
from people.models import Act


class Backtest(Act):
    """One question: this kind of rule, one or two settings of it, over a span of the past.

    Worked off series by series in slices; ``cursor`` is the last series done, moved by
    compare-and-set together with the flags found. ``scores`` holds the figures of each
    setting (kpis.rules.backtest.Score) once ``finished_at`` is set.
    """

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="+")
    kpi = models.ForeignKey(Kpi, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=24, choices=RuleKind)
    first = models.JSONField(help_text="The parameters that are tried")
    second = models.JSONField(null=True, blank=True, help_text="Other ones beside them")
    since = models.DateField()
    until = models.DateField()
    cursor = models.BigIntegerField(default=0)
    series_total = models.PositiveIntegerField(default=0)
    series_done = models.PositiveIntegerField(default=0)
    misses = models.PositiveIntegerField(default=0)
    assumed = models.PositiveIntegerField(
        default=0, help_text="Values of history without a vintage, taken as known when due"
    )
    scores = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="backtest_span_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(finished_at=None), name="backtest_to_work_off"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since} to {self.until}"


class BacktestFlag(models.Model):
    """One flag that a setting would have raised, and how the target date after it ended."""

    class Outcome(models.TextChoices):
        HIT = "hit", _("the next target was missed")
        FALSE = "false", _("the next target was met")
        OPEN = "open", _("no final value for a later target yet")

    backtest = models.ForeignKey(Backtest, models.CASCADE, related_name="flags")
    setting = models.PositiveSmallIntegerField(help_text="1 or 2")
    series = models.ForeignKey(Series, models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    seen_on = models.DateField(help_text="The first day on which what was known made it fire")
    evidence = models.JSONField()
    due_end = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=5, choices=Outcome)

    class Meta:
        ordering = ["seen_on", "series", "period_start"]
        constraints = [
            models.UniqueConstraint(
                fields=["backtest", "setting", "series", "period_start"],
                name="one_flag_per_setting_and_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.period_end}: {self.outcome}"
