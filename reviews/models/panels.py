"""External validation: an outside panel scores beside what was reported by the programme."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class Panel(Act):
    """Outsiders who look at a programme's results over a span, with a report of their own."""

    class State(models.TextChoices):
        OPEN = "open", _("at work")
        REPORTED = "reported", _("has reported")

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    starts_on = models.DateField(_("results from"))
    ends_on = models.DateField(_("results until"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    report = models.TextField(_("report"), blank=True)
    document = models.ForeignKey(
        "people.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["-ends_on", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="panel_span_is_not_reversed"
            ),
            models.CheckConstraint(
                condition=Q(state="open", report="", reported_at=None, reported_by=None)
                | (
                    Q(state="reported", reported_at__isnull=False, reported_by__isnull=False)
                    & ~Q(report="")
                ),
                name="panel_reported_who_when_what",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PanelSeat(models.Model):
    """A person's place in a panel; their organisation owns nothing that the panel looks at."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="seats")
    user = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    organisation = models.CharField(_("organisation"), max_length=200)
    mandate = models.TextField(_("why this person"), blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "user"], name="one_seat_per_person_and_panel"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Validation(Act):
    """One panel's score of a KPI beside the programme's own, both in per cent of the target.

    Later ones add to earlier ones; the newest counts. ``reported`` is frozen from what the
    programme had reported when the panel scored; null: nothing had been reported.
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="validations")
    kpi = models.ForeignKey("kpis.Kpi", models.PROTECT, related_name="+")
    reported = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    validated = models.DecimalField(
        _("validated score"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Per cent of the target; empty where it could not be validated"),
    )
    reason = models.TextField(_("reason"))

    class Meta(Act.Meta):
        ordering = ["kpi", "at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="validation_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.validated}"
