"""Plans, versioned by row: a revision closes and inserts only what changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models.labs import Lab
from ledger import entropy
from people.models import Act


class Plan(models.Model):
    """One plan per lab. What is in force is its newest adopted revision."""

    lab = models.OneToOneField(Lab, models.PROTECT, related_name="plan")
    in_force = models.OneToOneField(
        "labs.Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"Plan of {self.lab}"


class Revision(Act):
    """A numbered set of changes; immutable once adopted (fact 4)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("before the forum")
        ADOPTED = "adopted", _("adopted")
        REJECTED = "rejected", _("not adopted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Route(models.TextChoices):
        FORUM = "forum", _("a forum decides")
        OWNER = "owner", _("the owner's to make; recorded")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="revisions")
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    route = models.CharField(max_length=5, choices=Route, default=Route.FORUM)
    motion = models.ForeignKey(
        "forums.Motion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.ForeignKey(
        "forums.Decision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta(Act.Meta):
        ordering = ["plan", models.F("number").desc(nulls_first=True), "-at"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["plan", "number"], name="one_revision_per_number"),
            models.CheckConstraint(
                condition=Q(
                    state="adopted",
                    number__isnull=False,
                    adopted_at__isnull=False,
                )
                | (~Q(state="adopted") & Q(number=None, adopted_at=None)),
                name="revision_adopted_with_number_and_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="adopted")
                | Q(route="forum", decision__isnull=False)
                | Q(route="owner", decision=None, base__isnull=False),
                name="revision_adopted_by_a_decision_or_its_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.number or self.state}"


class Change(models.Model):
    """One field of one part: before, after, why, and whether it touches a goal.

    ``key`` is the part's permanent key, or a series' key for a target; a target's
    ``field`` is its period ("2012-01-01/2012-12-31"), or "path" for how the way to its
    targets runs. ``before`` null: the part is new. ``field`` "removed": the part leaves
    the plan, ``before`` says what it was. Values are JSON: strings, null, lists of
    strings, or the numbers of a target or a path as strings.
    """

    class Part(models.TextChoices):
        GOAL = "goal", _("goal")
        INITIATIVE = "initiative", _("initiative")
        MILESTONE = "milestone", _("milestone")
        BUDGET_LINE = "budget_line", _("budget line")
        COMMITMENT = "commitment", _("commitment")
        ANSWER = "answer", _("answer")
        DEPENDENCY = "dependency", _("dependency")
        TARGET = "target", _("target")

    class Touches(models.TextChoices):
        GOAL = "goal", _("goal")
        EXECUTION = "execution", _("execution")

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="changes")
    part = models.CharField(max_length=12, choices=Part)
    key = models.UUIDField()
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    touches = models.CharField(max_length=10, choices=Touches)
    label = models.CharField(
        max_length=300, blank=True, help_text="What a target is of, in words, as it was then"
    )
    by_user = models.ForeignKey(
        "people.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who wrote it last: they do not approve it",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "part", "key", "field"], name="one_change_per_field"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.field}: {self.before} -> {self.after}"


class VersionedRow(models.Model):
    """Abstract: content of one part from one revision until another."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="%(class)ss")
    key = models.UUIDField(default=entropy.uuid4)
    from_revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    until_revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveIntegerField(
        default=0, help_text="Keeps a part in its place when its rows change"
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["key", "from_revision"], name="%(class)s_one_row_per_revision"
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(until_revision=None),
                name="%(class)s_one_row_in_force",
            ),
        ]
