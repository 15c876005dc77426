"""Who decides, and what was decided. Knows no plan, KPI or dispute."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class Purpose(models.TextChoices):
    COMMON = "common", _("common interest")
    CONFLICT = "conflict", _("conflict")


class Forum(models.Model):
    """A body that meets and decides. The ladder is read along ``parent``."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, default=Purpose.COMMON)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    chair = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    alternate = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    secretary = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    quorum = models.PositiveSmallIntegerField(_("quorum"), default=1)
    response_days = models.PositiveSmallIntegerField(
        _("response days"), default=10, help_text=_("Working days a dispute may stay here")
    )
    minimum_stay_days = models.PositiveSmallIntegerField(_("minimum stay"), default=5)
    meets_every_days = models.PositiveSmallIntegerField(_("days between meetings"), default=30)
    country = models.CharField(_("country of its calendar"), max_length=10, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(quorum__gte=1), name="forum_quorum_positive"),
            models.CheckConstraint(
                condition=Q(response_days__gte=1), name="forum_response_days_positive"
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="forum_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(closed_on__isnull=False),
                name="forum_successor_only_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A post's place in a forum: core (votes) or invited (is heard)."""

    class Kind(models.TextChoices):
        CORE = "core", _("core")
        INVITED = "invited", _("invited")

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="memberships")
    post = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CORE)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "post"],
                condition=Q(ends_on=None),
                name="one_open_membership_per_post",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} in {self.forum}"


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

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="motions")
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


class Action(Act):
    """What somebody must do by a day: one accountable post, evidence, a verifier."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        VERIFIED = "verified", _("verified")
        WITHDRAWN = "withdrawn", _("withdrawn")

    title = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    verifier = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"))
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="actions"
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
        ]

    def __str__(self) -> str:
        return self.title
