"""Motions, votes and the decisions they come to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class Mode(models.TextChoices):
    CHAIR = "chair", _("the chair, after hearing members")
    MAJORITY = "majority", _("majority")
    UNANIMITY = "unanimity", _("unanimity")
    WRITTEN = "written", _("written procedure")


class Motion(Act):
    """A proposal put to a forum. Quorum and voters are frozen when it is put."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CARRIED = "carried", _("carried")
        LOST = "lost", _("lost")
        LAPSED = "lapsed", _("lapsed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    forum = models.ForeignKey("forums.Forum", models.PROTECT, related_name="motions")
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("proposal"))
    reason = models.TextField(_("reason"))
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.CHAIR)
    quorum = models.PositiveSmallIntegerField()
    closes_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    restricted = models.BooleanField(default=False)
    interests = models.JSONField(
        default=dict, help_text="Posts, organisations, users that stand aside, each with why"
    )

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="motion_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(mode="written") | Q(closes_at__isnull=False),
                name="written_procedure_has_a_closing_time",
            ),
        ]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="motion_to_close"),
        ]

    def __str__(self) -> str:
        return self.title


class Voter(models.Model):
    """One place in a motion, frozen: who may vote, who presides, who is barred."""

    motion = models.ForeignKey(Motion, models.CASCADE, related_name="voters")
    post = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    presides = models.BooleanField(default=False)
    barred_because = models.CharField(max_length=300, blank=True)
    interest_stated = models.CharField(
        max_length=300, blank=True, help_text="Rules all the same: top forum without alternate"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motion", "post"], name="one_place_per_motion"),
            models.UniqueConstraint(
                fields=["motion"], condition=Q(presides=True), name="one_presides_per_motion"
            ),
            models.CheckConstraint(
                condition=Q(presides=False) | Q(barred_because=""),
                name="who_presides_is_free",
            ),
        ]

    def __str__(self) -> str:
        return str(self.post)


class Vote(Act):
    """One vote of one place. Not voting leaves no row: silence never approves."""

    class Choice(models.TextChoices):
        FOR = "for", _("for")
        AGAINST = "against", _("against")
        ABSTAIN = "abstain", _("abstain")
        STOOD_ASIDE = "stood_aside", _("stood aside")

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="votes")
    voter = models.OneToOneField(Voter, models.PROTECT, related_name="vote")
    choice = models.CharField(max_length=12, choices=Choice)
    reason = models.TextField(blank=True)

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(choice="abstain") | ~Q(reason=""), name="vote_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.choice


class Decision(Act):
    """The outcome of a motion, with its reason. Superseded only by another."""

    class Outcome(models.TextChoices):
        CARRIED = "carried", _("carried")
        LOST = "lost", _("lost")
        LAPSED = "lapsed", _("lapsed")

    class Standing(models.TextChoices):
        OWN = "own", _("taken by the forum itself")
        AWAITED = "awaited", _("awaiting confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        REPUDIATED = "repudiated", _("repudiated")

    motion = models.OneToOneField(Motion, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()
    dissent = models.TextField(blank=True)
    present = models.JSONField(default=list, help_text="Titles of the posts that took part")
    stood_aside = models.JSONField(default=list, help_text="Titles, with why")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.OWN)
    standing_reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="decision_answered_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=~Q(standing="repudiated") | ~Q(standing_reason=""),
                name="repudiation_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.motion}: {self.outcome}"


class DecisionSource(models.Model):
    """A dated source a decision rests on: the council sees the data's age."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="sources")
    title = models.CharField(max_length=300)
    dated = models.DateField()

    def __str__(self) -> str:
        return f"{self.title} ({self.dated})"
