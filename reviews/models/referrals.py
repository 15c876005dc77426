"""What a review or a ruling asks of others, and the evidence of an explanation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class ExplanationSource(models.Model):
    """Dated evidence of an explanation, with the file or where it is to be found."""

    explanation = models.ForeignKey("reviews.Explanation", models.PROTECT, related_name="sources")
    title = models.CharField(_("what it shows"), max_length=300)
    dated = models.DateField(_("dated"))
    where = models.CharField(_("where to find it"), max_length=500, blank=True)
    document = models.ForeignKey(
        "people.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["dated", "pk"]

    def __str__(self) -> str:
        return self.title


class Referral(Act):
    """An issue put to another organisation: by its policy, a dependency, or data to correct.

    Comes of an explanation in a review, or of a ruling in a dispute. Tracked until it is met.
    """

    class Kind(models.TextChoices):
        POLICY = "policy", _("its policy stands in the way")
        DEPENDENCY = "dependency", _("work it must finish first")
        CORRECTION = "correction", _("data to correct")

    class State(models.TextChoices):
        OPEN = "open", _("awaiting an answer")
        MET = "met", _("met")
        REFUSED = "refused", _("refused with a reason")
        WITHDRAWN = "withdrawn", _("withdrawn")

    review = models.ForeignKey(
        "reviews.Review", models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    dispute = models.ForeignKey(
        "reviews.Dispute", models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    explanation = models.ForeignKey(
        "reviews.Explanation", models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    decision = models.ForeignKey(
        "forums.Decision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="+")
    dependency_key = models.UUIDField(
        null=True, blank=True, help_text="Of the dependency in a plan that it opens"
    )
    reading = models.ForeignKey(
        "kpis.Reading", models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("what is asked"))
    due_on = models.DateField(_("answer due"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    nag_on = models.DateField(null=True, blank=True, help_text="Next day they are reminded")

    class Meta(Act.Meta):
        ordering = ["due_on", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(review=None, dispute__isnull=False)
                | Q(review__isnull=False, dispute=None),
                name="referral_comes_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answer="", answered_at=None, answered_by=None)
                | (~Q(state="open") & ~Q(answer="") & Q(answered_at__isnull=False)),
                name="referral_answered_when_and_what",
            ),
        ]
        indexes = [
            models.Index(
                fields=["nag_on"],
                condition=Q(state="open", nag_on__isnull=False),
                name="referral_to_nag",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
