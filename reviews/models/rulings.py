"""Questions with a deadline, and what a forum would rule."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class InformationRequest(Act):
    """A question to an organisation with a deadline (a ground to bump up)."""

    class State(models.TextChoices):
        OPEN = "open", _("awaiting an answer")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused with a reason")
        WITHDRAWN = "withdrawn", _("withdrawn: asked in error")

    dispute = models.ForeignKey("reviews.Dispute", models.PROTECT, related_name="requests")
    asked_by = models.ForeignKey("reviews.Party", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    question = models.TextField(_("question"))
    due_on = models.DateField(_("answer due"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    silent_since = models.DateField(
        null=True,
        blank=True,
        help_text="First day after its last one without an answer, noted once",
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["due_on", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="open", answer="", answered_at=None, answered_by=None)
                | (
                    ~Q(state="open")
                    & ~Q(answer="")
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                ),
                name="information_answered_who_when_what",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(state="open", silent_since=None),
                name="information_to_watch",
            ),
        ]

    def __str__(self) -> str:
        return self.question[:60]


class RulingProposal(models.Model):
    """What a motion would rule in a dispute, at the tier that holds it."""

    dispute = models.ForeignKey("reviews.Dispute", models.PROTECT, related_name="rulings")
    motion = models.OneToOneField("forums.Motion", models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField()
    revision = models.ForeignKey(
        "labs.Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    action_title = models.CharField(_("action"), max_length=300, blank=True)
    action_owner = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    action_due = models.DateField(_("action due"), null=True, blank=True)
    correction = models.TextField(_("what is to be corrected in the data"), blank=True)
    correction_by = models.DateField(_("corrected by"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action_title="", action_owner=None, action_due=None)
                | (Q(action_owner__isnull=False, action_due__isnull=False) & ~Q(action_title="")),
                name="ruled_action_who_when_what",
            ),
            models.CheckConstraint(
                condition=Q(correction="", correction_by=None)
                | (~Q(correction="") & Q(correction_by__isnull=False)),
                name="ruled_correction_what_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"ruling at tier {self.tier}"
