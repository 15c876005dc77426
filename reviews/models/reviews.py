"""A review asks whether the means or the goal is at fault."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models import Action
from people.models import Act


class Cause(models.TextChoices):
    MEANS = "means", _("means")
    GOAL = "goal", _("goal")
    COORDINATION = "coordination", _("coordination")
    INSTITUTION = "institution", _("institution")
    EXTERNAL_POLICY = "external_policy", _("external policy")
    DATA = "data", _("data")


class Outcome(models.TextChoices):
    CORRECTIVE_ACTION = "corrective_action", _("corrective action")
    CHANGE_EXECUTION = "change_execution", _("change of execution")
    CHANGE_GOAL = "change_goal", _("change of goal")
    LAB = "lab", _("mini-lab or lab")
    SCALE = "scale", _("scale")
    STOP = "stop", _("stop")
    NO_ACTION = "no_action", _("no action")


class Review(models.Model):
    """At most one open per subject (fact 2). Opened by the sweep, not by hand."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    kpi = models.ForeignKey("kpis.Kpi", models.PROTECT, null=True, related_name="+")
    plan = models.ForeignKey("labs.Plan", models.PROTECT, null=True, related_name="+")
    milestone_key = models.UUIDField(null=True)
    forum = models.ForeignKey("forums.Forum", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    explain_by = models.DateField()
    unexplained_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was said that its day to explain had passed"
    )
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    cause = models.CharField(max_length=20, choices=Cause, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)
    look_again_on = models.DateField(null=True, blank=True)
    decision = models.ForeignKey(
        "forums.Decision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    lab = models.ForeignKey("labs.Lab", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kpi__isnull=False, milestone_key=None, plan=None)
                | Q(kpi=None, milestone_key__isnull=False, plan__isnull=False),
                name="review_has_one_subject",
            ),
            models.UniqueConstraint(
                fields=["kpi"],
                condition=Q(state="open", kpi__isnull=False),
                name="one_open_review_per_kpi",
            ),
            models.UniqueConstraint(
                fields=["milestone_key"],
                condition=Q(state="open", milestone_key__isnull=False),
                name="one_open_review_per_milestone",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="open", closed_at=None, decision=None, cause="", outcome="", reason="")
                    | (
                        Q(state="closed", closed_at__isnull=False, decision__isnull=False)
                        & ~Q(cause="")
                        & ~Q(outcome="")
                        & ~Q(reason="")
                    )
                ),
                name="review_closes_with_cause_outcome_reason_decision",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="no_action") | Q(look_again_on__isnull=False),
                name="no_action_has_a_date_to_look_again",
            ),
        ]
        indexes = [
            models.Index(
                fields=["explain_by"],
                condition=Q(state="open", unexplained_at=None),
                name="review_to_be_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"


class ReviewDeviation(models.Model):
    """Which deviations a review is about: never more than one review each."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="deviations")
    deviation = models.OneToOneField("kpis.Deviation", models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ["joined_at", "pk"]

    def __str__(self) -> str:
        return f"{self.deviation_id} in {self.review_id}"


class Explanation(Act):
    """What the owner says is at fault, with what was tried and what is proposed."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="explanations")
    cause = models.CharField(_("what is at fault"), max_length=20, choices=Cause)
    text = models.TextField(_("explanation"))
    tried = models.TextField(_("what was tried"), blank=True)
    proposed = models.TextField(_("what is proposed"), blank=True)

    class Meta(Act.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.cause}"


class ReviewProposal(models.Model):
    """What a motion would decide about a review."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="proposals")
    motion = models.OneToOneField("forums.Motion", models.PROTECT, related_name="+")
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    look_again_on = models.DateField(_("look again on"), null=True, blank=True)
    revision = models.ForeignKey(
        "labs.Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reconvene = models.BooleanField(
        _("reconvene the lab that made the plan"), default=False, help_text="Else: a mini-lab"
    )
    action_title = models.CharField(_("action"), max_length=300, blank=True)
    action_owner = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    action_due = models.DateField(_("action due"), null=True, blank=True)
    action_priority = models.CharField(
        _("priority"), max_length=6, choices=Action.Priority, default=Action.Priority.NORMAL
    )
    action_verifier = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="no_action") | Q(look_again_on__isnull=False),
                name="proposed_no_action_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(action_title="", action_owner=None, action_due=None)
                | (Q(action_owner__isnull=False, action_due__isnull=False) & ~Q(action_title="")),
                name="proposed_action_who_when_what",
            ),
            models.CheckConstraint(
                condition=~Q(action_priority="high") | Q(action_verifier__isnull=False),
                name="proposed_high_priority_names_who_verifies",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause}: {self.outcome}"
