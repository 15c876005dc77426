"""Periods whose values may no longer change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kpis.models.kpis import Kpi
from people.models import Act


class PeriodLock(Act):
    """Values of periods that end from the first day to the last stay as they are.

    Of the whole programme, or of one KPI. Lifted with a reason, never removed.
    """

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="+")
    kpi = models.ForeignKey(Kpi, models.PROTECT, null=True, blank=True, related_name="locks")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.TextField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_because = models.TextField(blank=True)

    class Meta(Act.Meta):
        ordering = ["-last_day", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="lock_days_in_order"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="lock_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_because="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="lock_lifted_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["programme"], condition=Q(lifted_at=None), name="locks_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}"
