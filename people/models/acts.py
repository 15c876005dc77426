"""The columns every act carries: who did it, in which post, for whom, when."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from ledger.rules.actors import Actor


class Act(models.Model):
    """Abstract: a row that records an act. ``by_user`` null is the system itself."""

    at = models.DateTimeField(help_text="Business time")
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_post = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    principal_post = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.ForeignKey(
        "people.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(principal=None, principal_post=None)
                | Q(by_user__isnull=False, evidence__isnull=False),
                name="%(app_label)s_%(class)s_principal_needs_evidence",
            ),
        ]

    @staticmethod
    def fields_of(by: Actor) -> dict[str, Any]:
        """The act columns for an actor, to be passed to ``create``."""
        return {
            "by_user_id": by.user_id,
            "by_post_id": by.post_id,
            "principal_id": by.principal_id,
            "principal_post_id": by.principal_post_id,
            "evidence_id": by.evidence_id,
        }
