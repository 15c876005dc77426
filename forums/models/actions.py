"""Actions: what somebody must do by a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class Action(Act):
    """What somebody must do by a day: one accountable post, evidence, a verifier."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        VERIFIED = "verified", _("verified")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Priority(models.TextChoices):
        NORMAL = "normal", _("normal")
        HIGH = "high", _("high: verified by somebody else")

    title = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    verifier = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"))
    priority = models.CharField(
        _("priority"), max_length=6, choices=Priority, default=Priority.NORMAL
    )
    nag_on = models.DateField(null=True, blank=True, help_text="Next day the owner is reminded")
    nags = models.PositiveSmallIntegerField(default=0, help_text="Reminders since it was overdue")
    withdrawn_because = models.TextField(blank=True)
    decision = models.ForeignKey(
        "forums.Decision", models.PROTECT, null=True, blank=True, related_name="actions"
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    done_note = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["due_on", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, done_note="")
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(done_note="")),
                name="action_done_who_when_what",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="action_verified_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("done_by")),
                name="action_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") & ~Q(withdrawn_because="")
                | ~Q(state="withdrawn") & Q(withdrawn_because=""),
                name="action_withdrawn_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["nag_on"],
                condition=Q(state="open", nag_on__isnull=False),
                name="action_to_nag",
            ),
        ]

    def __str__(self) -> str:
        return self.title
