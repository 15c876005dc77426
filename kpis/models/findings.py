"""Rules, what they found, and the episodes people work on (fact 1)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpis.models.kpis import Kpi, Series
from people.models import Act

ONE_SUBJECT = Q(series=None, milestone_key__isnull=False, plan__isnull=False) | Q(
    series__isnull=False, milestone_key=None, plan=None
)


class RuleKind(models.TextChoices):
    PROGRESS = "progress", _("off track against its target")
    PACE = "pace", _("will miss its target at this pace")
    MISSING = "missing", _("value missing or late")
    PROVISIONAL = "provisional", _("value provisional for too long")
    IMPLAUSIBLE = "implausible", _("implausible value")
    CONTROL_LIMITS = "control_limits", _("outside its control limits")
    CONTROL_TREND = "control_trend", _("a trend of seven values")
    CONTROL_TWO_IN_THREE = "control_two_in_three", _("two of three values near a limit")
    CONTROL_SHIFT = "control_shift", _("a shift of seven values")
    PAIR_CONFLICT = "pair_conflict", _("headline on track, quality off")
    PART_WORSENS = "part_worsens", _("a part worsens while the total improves")
    PARTS_DISAGREE = "parts_disagree", _("total and parts disagree")
    MILESTONE_LATE = "milestone_late", _("milestone late")
    MILESTONE_MOVED = "milestone_moved", _("milestone moved again")
    MILESTONE_BLOCKED = "milestone_blocked", _("milestone blocked")
    MILESTONE_UNREPORTED = "milestone_unreported", _("milestone not reported on")


class Severity(models.TextChoices):
    NOTE = "note", _("note")
    ASK = "ask", _("ask the owner")
    REVIEW = "review", _("open a review")


class Rule(models.Model):
    """A configured test of a programme, or of one KPI in it."""

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="+")
    kpi = models.ForeignKey(Kpi, models.PROTECT, null=True, blank=True, related_name="rules")
    kind = models.CharField(max_length=24, choices=RuleKind)
    owner = models.ForeignKey(
        "people.Post",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who answers for the setting; empty: the delivery unit",
    )

    class Meta:
        ordering = ["programme", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind"],
                condition=Q(kpi=None),
                name="one_programme_rule_per_kind",
            ),
            models.UniqueConstraint(
                fields=["kpi", "kind"],
                condition=Q(kpi__isnull=False),
                name="one_kpi_rule_per_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class RuleVersion(Act):
    """One setting of a rule, with a reason; never changed. The newest applies.

    Periods that end before ``applies_from`` open nothing.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    parameters = models.JSONField(default=dict)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.REVIEW)
    enabled = models.BooleanField(default=True)
    applies_from = models.DateField()
    reason = models.TextField()
    follows_programme = models.BooleanField(
        default=False, help_text="Of a KPI's own rule: the programme's setting applies again"
    )

    class Meta(Act.Meta):
        ordering = ["rule", "-version"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["rule", "version"], name="one_setting_per_version"),
            models.CheckConstraint(condition=~Q(reason=""), name="rule_setting_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} v{self.version}"


class Signal(models.Model):
    """One firing of one rule version on one subject for one period."""

    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="signals")
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="signals")
    plan = models.ForeignKey("labs.Plan", models.PROTECT, null=True, related_name="+")
    milestone_key = models.UUIDField(null=True)
    period_start = models.DateField()
    period_end = models.DateField()
    evidence = models.JSONField()
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["period_end", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_SUBJECT, name="signal_has_one_subject"),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="signal_period_in_order"
            ),
            models.UniqueConstraint(
                fields=["version", "series", "period_start", "period_end"],
                condition=Q(series__isnull=False),
                name="one_signal_per_series_and_period",
            ),
            models.UniqueConstraint(
                fields=["version", "milestone_key", "period_start", "period_end"],
                condition=Q(milestone_key__isnull=False),
                name="one_signal_per_milestone_and_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.period_end}"


class Deviation(models.Model):
    """An episode: opened by the first qualifying signal, extended, then closed.

    ``routed_at`` null means the sweep that opens reviews has not seen it yet. A value
    that was corrected and then corrected back opens a new episode on the same signal.
    """

    class Closing(models.TextChoices):
        CLEARED = "cleared", _("clear again")
        CORRECTED = "corrected", _("a value was corrected")
        DECIDED = "decided", _("closed by a decision")

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="deviations")
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="deviations")
    plan = models.ForeignKey("labs.Plan", models.PROTECT, null=True, related_name="+")
    milestone_key = models.UUIDField(null=True, db_index=True)
    severity = models.CharField(max_length=10, choices=Severity)
    first_signal = models.ForeignKey(Signal, models.PROTECT, related_name="opened")
    last_signal = models.ForeignKey(Signal, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=10, choices=Closing, blank=True)
    settled_through = models.DateField(
        null=True, blank=True, help_text="Findings up to this day are settled; set when closed"
    )
    routed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_SUBJECT, name="deviation_has_one_subject"),
            models.UniqueConstraint(
                fields=["rule", "series"],
                condition=Q(closed_at=None, series__isnull=False),
                name="one_open_deviation_per_series",
            ),
            models.UniqueConstraint(
                fields=["rule", "milestone_key"],
                condition=Q(closed_at=None, milestone_key__isnull=False),
                name="one_open_deviation_per_milestone",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_as="")
                | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
                name="deviation_closed_at_and_as_together",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(routed_at=None), name="deviation_to_route"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} since {self.opened_at:%Y-%m-%d}"
