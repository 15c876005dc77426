"""Plans, versioned by row: a revision closes and inserts only what changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models.labs import Lab
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

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="revisions")
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
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
                    decision__isnull=False,
                )
                | (~Q(state="adopted") & Q(number=None, adopted_at=None)),
                name="revision_adopted_with_number_time_decision",
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
        TARGET = "target", _("target")

    class Touches(models.TextChoices):
        GOAL = "goal", _("goal")
        EXECUTION = "execution", _("execution")

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="changes")
    part = models.CharField(max_length=10, choices=Part)
    key = models.UUIDField()
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    touches = models.CharField(max_length=10, choices=Touches)
    label = models.CharField(
        max_length=300, blank=True, help_text="What a target is of, in words, as it was then"
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
    key = models.UUIDField(default=uuid.uuid4)
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


class Goal(VersionedRow):
    """What the lab wants to reach; its KPIs say whether it is."""

    title = models.CharField(_("goal"), max_length=300)
    description = models.TextField(_("description"), blank=True)

    class Meta(VersionedRow.Meta):
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Initiative(VersionedRow):
    """By which means a goal is to be reached."""

    goal_key = models.UUIDField()
    title = models.CharField(_("initiative"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    lead = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    finishes_on = models.DateField(_("finishes"), null=True, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    budget = models.DecimalField(
        _("budget"), max_digits=15, decimal_places=2, null=True, blank=True
    )

    class Meta(VersionedRow.Meta):
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Milestone(VersionedRow):
    """A "three-feet" step: one accountable owner, a start and a finish."""

    initiative_key = models.UUIDField()
    title = models.CharField(_("milestone"), max_length=300)
    owner = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    finishes_on = models.DateField(_("finishes"), null=True, blank=True)
    depends_on = models.JSONField(default=list, help_text="Keys of milestones that come first")

    class Meta(VersionedRow.Meta):
        ordering = [models.F("finishes_on").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return self.title


class StressTest(Act):
    """A recorded check of a draft against money, people, time and capability."""

    class Verdict(models.TextChoices):
        HOLDS = "holds", _("holds")
        STRAINED = "strained", _("holds under strain")
        FAILS = "fails", _("fails")

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="stress_tests")
    money = models.CharField(_("money"), max_length=10, choices=Verdict)
    money_note = models.TextField(blank=True)
    people = models.CharField(_("people"), max_length=10, choices=Verdict)
    people_note = models.TextField(blank=True)
    time = models.CharField(_("time"), max_length=10, choices=Verdict)
    time_note = models.TextField(blank=True)
    capability = models.CharField(_("capability"), max_length=10, choices=Verdict)
    capability_note = models.TextField(blank=True)
    verdict = models.CharField(_("overall"), max_length=10, choices=Verdict)
    conclusion = models.TextField(_("conclusion"))

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.revision}: {self.verdict}"


class MilestoneReport(Act):
    """What the owner said of a milestone in a cycle. Never changed."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("not started")
        ON_COURSE = "on_course", _("on course")
        LATE = "late", _("late")
        BLOCKED = "blocked", _("blocked")
        DONE = "done", _("done")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports")
    milestone_key = models.UUIDField()
    state = models.CharField(_("state"), max_length=12, choices=State)
    expected_finish = models.DateField(_("expected finish"), null=True, blank=True)
    blocked_by = models.CharField(_("blocked by"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    done_evidence = models.CharField(_("evidence"), max_length=500, blank=True)

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["milestone_key", "-at"], name="report_newest")]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="blocked") | ~Q(blocked_by=""), name="blocked_by_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(done_evidence=""), name="done_with_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_key}: {self.state}"
