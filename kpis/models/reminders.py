"""Who was reminded of values that are due."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ReminderRound(models.Model):
    """One look at what a programme owes on one day; whoever makes the row does it."""

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="+")
    day = models.DateField(help_text="In the programme's time zone")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "day"], name="one_round_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.day}"


class Reminder(models.Model):
    """A post was reminded of what it owes a programme: at most once a day.

    A vacant post is listed too, and KPIs that no post owns as a row without one; the
    delivery unit was told of these instead.
    """

    programme = models.ForeignKey("labs.Programme", models.PROTECT, related_name="+")
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField(help_text="In the programme's time zone")
    owed = models.PositiveIntegerField(help_text="Values due and not here")
    late = models.PositiveIntegerField(help_text="Of these, past their due date")
    vacant = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "post"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "post", "day"], name="one_reminder_per_day"
            ),
            models.UniqueConstraint(
                fields=["programme", "day"],
                condition=Q(post=None),
                name="one_reminder_without_a_post_per_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.day}"
