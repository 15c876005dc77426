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
                fields=["deadline"],
                condition=Q(state="open", overdue_at_top_since=None),
                name="dispute_to_advance",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Tier(models.Model):
    """One rung of a dispute's ladder, frozen when the dispute opens."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="tiers")
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

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="bump_ups")
    from_tier = models.PositiveSmallIntegerField()
    to_tier = models.PositiveSmallIntegerField()
    trigger = models.CharField(max_length=16, choices=Trigger)
    reason = models.TextField()

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

    def __str__(self) -> str:
        return f"{self.from_tier} -> {self.to_tier}: {self.trigger}"


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


class Position(Act):
    """What a party says, in its own words. Later ones add, none is changed."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="positions")
    tier = models.PositiveSmallIntegerField()
    text = models.TextField(_("position"))

    class Meta(Act.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.party} at tier {self.tier}"


class SettlementProposal(Act):
    """Terms one party offers; in force once every party has assented."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="settlements")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField()
    terms = models.TextField(_("terms"))
    reason = models.TextField(_("reason"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    revision = models.ForeignKey(
        "labs.Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.terms[:60]


class SettlementAnswer(Act):
    """One party's answer to a proposal."""

    proposal = models.ForeignKey(SettlementProposal, models.PROTECT, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    assents = models.BooleanField()
    reason = models.TextField(_("reason"))

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["proposal", "party"], name="one_answer_per_party"),
            models.CheckConstraint(condition=~Q(reason=""), name="answer_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.assents}"


class StayWaiver(Act):
    """A party waives the minimum stay at a tier; it takes all of them."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="waivers")
    tier = models.PositiveSmallIntegerField()

    class Meta(Act.Meta):
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["party", "tier"], name="one_waiver_per_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.party} at tier {self.tier}"


class InformationRequest(Act):
    """A question to an organisation with a deadline (a ground to bump up)."""

    class State(models.TextChoices):
        OPEN = "open", _("awaiting an answer")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused with a reason")

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="requests")
    asked_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    question = models.TextField(_("question"))
    due_on = models.DateField(_("answer due"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
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

    def __str__(self) -> str:
        return self.question[:60]


class RulingProposal(models.Model):
    """What a motion would rule in a dispute, at the tier that holds it."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="rulings")
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

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action_title="", action_owner=None, action_due=None)
                | (Q(action_owner__isnull=False, action_due__isnull=False) & ~Q(action_title="")),
                name="ruled_action_who_when_what",
            ),
        ]

    def __str__(self) -> str:
        return f"ruling at tier {self.tier}"
