"""What a meeting has before it, and what became of each item."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AgendaItem(models.Model):
    """One thing on one meeting's agenda. ``key`` is the same on every agenda it comes to."""

    class Kind(models.TextChoices):
        OVERDUE_AT_TOP = "overdue_at_top", _("dispute overdue at the top")
        DISPUTE = "dispute", _("dispute at this tier")
        MOTION = "motion", _("motion to decide")
        REVIEW = "review", _("deviation under review")
        LOOK_AGAIN = "look_again", _("to look at again")
        ACTION = "action", _("action overdue")
        REFERRAL = "referral", _("issue not answered")
        GAP = "gap", _("value not reported")
        END = "end", _("end that asks for a choice")
        OTHER = "other", _("other business")

    class Outcome(models.TextChoices):
        DECIDED = "decided", _("decided")
        DONE = "done", _("no longer waiting")
        NOTED = "noted", _("noted")
        CARRIED_OVER = "carried_over", _("carried over")

    meeting = models.ForeignKey("forums.Meeting", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    key = models.CharField(max_length=80, help_text='As in "dispute:17"')
    position = models.PositiveSmallIntegerField(default=0)
    dispute = models.ForeignKey("reviews.Dispute", models.PROTECT, null=True, related_name="+")
    review = models.ForeignKey("reviews.Review", models.PROTECT, null=True, related_name="+")
    motion = models.ForeignKey("forums.Motion", models.PROTECT, null=True, related_name="+")
    action = models.ForeignKey("forums.Action", models.PROTECT, null=True, related_name="+")
    referral = models.ForeignKey("reviews.Referral", models.PROTECT, null=True, related_name="+")
    kpi = models.ForeignKey("kpis.Kpi", models.PROTECT, null=True, related_name="+")
    initiative_key = models.UUIDField(null=True)
    title = models.CharField(max_length=300, blank=True, help_text="Of other business alone")
    added_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    carried = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was carried over before"
    )
    outcome = models.CharField(max_length=14, choices=Outcome, blank=True)
    note = models.TextField(blank=True)
    decision = models.ForeignKey("forums.Decision", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "key"], name="one_item_per_agenda_and_key"),
            models.CheckConstraint(
                condition=Q(kind="other") & ~Q(title="") | ~Q(kind="other"),
                name="other_business_has_a_title",
            ),
        ]
        indexes = [
            models.Index(fields=["key"], name="agenda_item_key"),
            models.Index(fields=["meeting"], condition=Q(outcome=""), name="agenda_item_undealt"),
        ]

    def __str__(self) -> str:
        return self.key
