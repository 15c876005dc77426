"""Who has which cell of the entry grid open."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kpis.models.kpis import Series


class CellPresence(models.Model):
    """A person is at one cell of the grid, and was last seen there at ``seen_at``.

    Says nothing about values and is forgotten after some seconds, so it is no
    change of state and leaves no event.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    series = models.ForeignKey(Series, models.CASCADE, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "series", "period_start", "period_end"],
                name="one_presence_per_cell",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="presence_period_in_order"
            ),
        ]
        indexes = [models.Index(fields=["series", "seen_at"], name="presence_of_series")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.series_id}, {self.period_end}"
