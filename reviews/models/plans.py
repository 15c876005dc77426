"""What reviews, forums and KPIs have to do with labs and plans."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models import EndChoice
from people.models import Act


class LabBrief(models.Model):
    """What a mini-lab or a reconvened lab brings from the review that asked for it."""

    lab = models.OneToOneField("labs.Lab", models.PROTECT, related_name="+")
    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="+")
    kpis = models.ManyToManyField("kpis.Kpi", related_name="+", verbose_name=_("KPIs in doubt"))

    def __str__(self) -> str:
        return f"brief of {self.lab}"


class ObstacleAnswer(Act):
    """What answers an obstacle: a step, a dependency, an action or a KPI."""

    obstacle = models.ForeignKey("labs.Obstacle", models.PROTECT, related_name="+")
    plan = models.ForeignKey("labs.Plan", models.PROTECT, null=True, blank=True, related_name="+")
    milestone_key = models.UUIDField(null=True, blank=True)
    dependency_key = models.UUIDField(null=True, blank=True)
    action = models.ForeignKey(
        "forums.Action", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kpi = models.ForeignKey("kpis.Kpi", models.PROTECT, null=True, blank=True, related_name="+")
    review = models.ForeignKey(
        "reviews.Review",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The review that named the obstacle, or works on it",
    )

    class Meta(Act.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"answer to {self.obstacle}"


class EndProposal(models.Model):
    """What a motion would decide about an initiative or a window at its end."""

    motion = models.OneToOneField("forums.Motion", models.PROTECT, related_name="+")
    plan = models.ForeignKey("labs.Plan", models.PROTECT, null=True, blank=True, related_name="+")
    initiative_key = models.UUIDField(null=True, blank=True)
    window = models.ForeignKey(
        "labs.Window", models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_on = models.DateField()
    choice = models.CharField(_("choice"), max_length=8, choices=EndChoice.Choice)
    until = models.DateField(_("until"), null=True, blank=True)
    revision = models.ForeignKey(
        "labs.Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(plan__isnull=False, initiative_key__isnull=False, window=None)
                | Q(plan=None, initiative_key=None, window__isnull=False),
                name="end_proposed_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice} until {self.until}"


class AllocationProposal(models.Model):
    """The motion by which a forum decides an allocation; its beneficiary stands aside."""

    motion = models.OneToOneField("forums.Motion", models.PROTECT, related_name="+")
    allocation = models.ForeignKey("labs.Allocation", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"motion on {self.allocation}"


class HoldLift(models.Model):
    """The motion by which the forum that holds a disputed KPI lifts the hold."""

    motion = models.OneToOneField("forums.Motion", models.PROTECT, related_name="+")
    hold = models.ForeignKey("kpis.Hold", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"motion to lift {self.hold}"


class Handover(Act):
    """Duties passed from one post to another as of a day; every record stays as it is."""

    from_post = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    to_post = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    on = models.DateField(_("as of"))
    reason = models.TextField(_("reason"))
    told = models.JSONField(default=dict, help_text="What passed: kind -> names as they then were")

    class Meta(Act.Meta):
        ordering = ["-on", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(from_post=models.F("to_post")), name="handed_to_another_post"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="handed_over_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.from_post} -> {self.to_post}"
