"""Disputes and the ladder they climb (facts 6 and 7)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class About(models.TextChoices):
    VALUE = "value", _("a value")
    TARGET = "target", _("a target")
    ATTRIBUTION = "attribution", _("who is responsible")
    RESOURCE = "resource", _("a resource")
    DEPENDENCY = "dependency", _("a dependency")
    PLAN = "plan", _("a plan")


class Trigger(models.TextChoices):
    OPENED = "opened", _("opened")
    DEADLOCK = "deadlock", _("deadlock")
    DEADLINE = "deadline", _("deadline passed")
    WITHHELD = "withheld", _("information withheld")
    OVERDUE_ACTION = "overdue_action", _("action overdue")
    CANNOT_SIT = "cannot_sit", _("the forum cannot sit")


class Dispute(Act):
    """A disagreement between organisations about one subject."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SETTLED = "settled", _("settled")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RULED = "ruled", _("ruled")

    area = models.ForeignKey("labs.ResultArea", models.PROTECT, related_name="+")
    kpi = models.ForeignKey("kpis.Kpi", models.PROTECT, null=True, blank=True, related_name="+")
    plan = models.ForeignKey("labs.Plan", models.PROTECT, null=True, blank=True, related_name="+")
    milestone_key = models.UUIDField(null=True, blank=True)
    review = models.ForeignKey(
        "reviews.Review", models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    title = models.CharField(_("title"), max_length=200)
    about = models.CharField(_("about"), max_length=12, choices=About)
    question = models.TextField(_("the question in dispute"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    tier = models.PositiveSmallIntegerField(default=1, help_text="Number of the current tier")
    deadline = models.DateField(null=True, help_text="Last day at the current tier")
    overdue_at_top_since = models.DateField(null=True, blank=True)
    nudge_on = models.DateField(
        null=True, blank=True, help_text="Next day people are warned of the deadline or reminded"
    )
    is_distributional = models.BooleanField(
        _("about who gains and who pays"), default=False, help_text=_("Goes to the conflict forum")
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(blank=True)
    decision = models.ForeignKey(
        "forums.Decision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    restricted_to = models.ManyToManyField("forums.Forum", related_name="+", blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta(Act.Meta):
        ordering = ["deadline", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None, ended_because="", deadline__isnull=False)
                | (~Q(state="open") & Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="dispute_ends_with_time_and_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="ruled") | Q(decision__isnull=False),
                name="ruled_by_a_decision",
            ),
        ]
        indexes = [
            models.Index(
                # With the id: batches of one day follow each other without sorting it again.
                fields=["deadline", "id"],
                condition=Q(state="open", overdue_at_top_since=None),
                name="dispute_to_advance",
            ),
            models.Index(
                fields=["nudge_on"],
                condition=Q(state="open", nudge_on__isnull=False),
                name="dispute_to_nudge",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Tier(models.Model):
    """One rung of a dispute's ladder, frozen when the dispute opens."""

    # Unique with its number: that index serves the key, too (docs/adr/0016).
    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="tiers", db_index=False)
    number = models.PositiveSmallIntegerField()
    forum = models.ForeignKey("forums.Forum", models.PROTECT, related_name="+")
    response_days = models.PositiveSmallIntegerField()
    minimum_stay_days = models.PositiveSmallIntegerField()
    chair = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    alternate = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+")
    quorum = models.PositiveSmallIntegerField()
    entered_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["dispute", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="one_tier_per_number"),
            models.UniqueConstraint(fields=["dispute", "forum"], name="one_tier_per_forum"),
            models.CheckConstraint(
                condition=Q(entered_at=None, deadline=None)
                | Q(entered_at__isnull=False, deadline__isnull=False),
                name="tier_entered_with_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(entered_at__isnull=False),
                name="tier_left_only_when_entered",
            ),
        ]

    def __str__(self) -> str:
        return f"tier {self.number}: {self.forum}"


class BumpUp(Act):
    """One step up, exactly once per tier, with its trigger and reason."""

    # Unique with the tier left: that index serves the key, too (docs/adr/0016).
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="bump_ups", db_index=False)
    from_tier = models.PositiveSmallIntegerField()
    to_tier = models.PositiveSmallIntegerField()
    trigger = models.CharField(max_length=16, choices=Trigger)
    reason = models.TextField()
    event = models.ForeignKey(
        "ledger.Event", models.PROTECT, null=True, related_name="+", help_text="Shared in a sweep"
    )
    told_at = models.DateTimeField(null=True, help_text="When its notices went out")

    class Meta(Act.Meta):
        ordering = ["from_tier"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["dispute", "from_tier"], name="each_step_once"),
            models.CheckConstraint(
                condition=Q(to_tier=F("from_tier") + 1), name="one_tier_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="step_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(told_at=None), name="step_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.from_tier} -> {self.to_tier}: {self.trigger}"


class Extension(Act):
    """More time at a tier, once, with a reason (at most half of the tier's own days again)."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="extensions")
    tier = models.PositiveSmallIntegerField()
    # A dispute sent to the conflict forum stands at tier 1 again: the forum tells the stays apart.
    forum = models.ForeignKey("forums.Forum", models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"))
    before = models.DateField(help_text="The last day as it was")
    after = models.DateField(help_text="The last day since")

    class Meta(Act.Meta):
        ordering = ["tier"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(
                fields=["dispute", "tier", "forum"], name="one_extension_per_stay"
            ),
            models.CheckConstraint(
                condition=Q(after__gt=F("before"), days__gte=1), name="extension_extends"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.days} days more at tier {self.tier}"


class Party(models.Model):
    """An organisation that takes part in a dispute."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    withdrew_at = models.DateTimeField(null=True, blank=True)
    withdrew_because = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(fields=["dispute", "organisation"], name="one_place_per_party"),
            models.CheckConstraint(
                condition=Q(withdrew_at=None, withdrew_because="")
                | (Q(withdrew_at__isnull=False) & ~Q(withdrew_because="")),
                name="party_withdraws_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
