"""What is recorded about a plan and its parts beside its versions. Rows are added, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models.plans import Plan, Revision
from labs.models.programmes import Programme
from people.models import Act


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
    political = models.CharField(_("political window"), max_length=10, choices=Verdict, blank=True)
    political_note = models.TextField(blank=True)
    assumptions = models.TextField(_("assumptions"), blank=True)
    figures = models.JSONField(
        default=dict, help_text="What was computed from the draft: years, scenarios, critical path"
    )
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


class BudgetFigure(Act):
    """Money allotted to a budget line, or spent from it, in the line's currency."""

    class Kind(models.TextChoices):
        ALLOTTED = "allotted", _("allotted")
        SPENT = "spent", _("spent")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="budget_figures")
    line_key = models.UUIDField()
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    amount = models.DecimalField(
        _("amount"), max_digits=15, decimal_places=2, help_text="Negative: taken back"
    )
    on = models.DateField(_("on"))
    source = models.CharField(_("source"), max_length=300)

    class Meta(Act.Meta):
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["line_key"], name="figures_of_a_line")]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(source=""), name="figure_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class BudgetCeiling(Act):
    """The most a programme may plan for a year in a currency. The newest row counts."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="ceilings")
    year = models.PositiveSmallIntegerField(_("year"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("ceiling"), max_digits=17, decimal_places=2)
    source = models.CharField(_("source"), max_length=300)

    class Meta(Act.Meta):
        ordering = ["year", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount} {self.currency}"


class CommitmentCheck(Act):
    """Whether a promise was kept, by whose evidence, and what followed."""

    class Result(models.TextChoices):
        KEPT = "kept", _("kept")
        PARTLY = "partly", _("kept in part")
        BROKEN = "broken", _("not kept")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="commitment_checks")
    commitment_key = models.UUIDField()
    result = models.CharField(_("result"), max_length=6, choices=Result)
    basis = models.TextField(_("evidence"))
    sanction = models.TextField(_("what follows"), blank=True)

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(result="kept") | ~Q(sanction=""), name="broken_promise_has_a_sequel"
            ),
        ]

    def __str__(self) -> str:
        return self.result


class DependencyAnswer(Act):
    """What the organisation asked for something says of it.

    ``step_key``: the milestone of theirs by which they deliver it.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        DELIVERED = "delivered", _("delivered")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="dependency_answers")
    dependency_key = models.UUIDField()
    step_key = models.UUIDField(null=True, blank=True)
    state = models.CharField(_("answer"), max_length=10, choices=State)
    note = models.TextField(_("note"), blank=True)

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(note=""), name="refused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.state


class EndChoice(Act):
    """Continue, adapt or stop: what was decided when an initiative or a window came to its end.

    ``end_on`` is the end it answers; one answer per end. ``until``: the new end, or the
    last day of winding down.
    """

    class Choice(models.TextChoices):
        CONTINUE = "continue", _("continue")
        ADAPT = "adapt", _("adapt")
        STOP = "stop", _("stop")

    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="end_choices"
    )
    initiative_key = models.UUIDField(null=True, blank=True)
    window = models.ForeignKey(
        "labs.Window", models.PROTECT, null=True, blank=True, related_name="end_choices"
    )
    end_on = models.DateField()
    choice = models.CharField(_("choice"), max_length=8, choices=Choice)
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    decision = models.ForeignKey("forums.Decision", models.PROTECT, related_name="+")

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(plan__isnull=False, initiative_key__isnull=False, window=None)
                | Q(plan=None, initiative_key=None, window__isnull=False),
                name="end_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["initiative_key", "end_on"], name="one_choice_per_initiative_end"
            ),
            models.UniqueConstraint(fields=["window", "end_on"], name="one_choice_per_window_end"),
            models.CheckConstraint(condition=~Q(reason=""), name="end_choice_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.choice


class InitiativeLink(Act):
    """Two initiatives, in one plan or two, whose owners work together. Keys in order."""

    first_key = models.UUIDField()
    second_key = models.UUIDField()
    how = models.TextField(_("how they work together"))

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["first_key", "second_key"], name="one_link_per_pair"),
        ]

    def __str__(self) -> str:
        return self.how[:60]


class Coordination(models.Model):
    """Something several owners must sort out: found by the system, once, until it is closed.

    ``mark`` names what was found (the parts concerned, in order), so that finding it
    again adds nothing. ``parts``: [{"part", "key", "plan", "title", "owner"}] as then.
    """

    class Kind(models.TextChoices):
        OVERLAP = "overlap", _("two instruments on one target group")
        CIRCLE = "circle", _("each waits for the other")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    mark = models.CharField(max_length=64, help_text="SHA-256 of the keys concerned, sorted")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="coordination")
    parts = models.JSONField(default=list)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it is no longer found; null: it still is"
    )
    coordinator = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "mark"], name="coordination_found_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, closed_because="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_because="")),
                name="coordination_closed_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
