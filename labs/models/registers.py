"""Registers the field's programmes live by."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labs.models.labs import Lab
from labs.models.plans import Plan
from labs.models.programmes import Programme, ResultArea
from people.models import Act


class Obstacle(Act):
    """Something in the way, or missing. Ranked; it warns and never blocks."""

    class NamedBy(models.TextChoices):
        FIRM = "firm", _("a firm")
        LAB = "lab", _("a lab")
        REVIEW = "review", _("a review")
        OTHER = "other", _("somebody else")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("being answered")
        GONE = "gone", _("out of the way")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="obstacles")
    area = models.ForeignKey(
        ResultArea, models.PROTECT, null=True, blank=True, related_name="obstacles"
    )
    lab = models.ForeignKey(Lab, models.PROTECT, null=True, blank=True, related_name="obstacles")
    title = models.CharField(_("obstacle"), max_length=200)
    text = models.TextField(_("what happens"), blank=True)
    kind = models.ForeignKey(
        "labs.ReferenceItem", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_gap = models.BooleanField(_("a missing link"), default=False)
    named_by = models.CharField(_("named by"), max_length=6, choices=NamedBy)
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=0, help_text="1 is the worst")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    ended_because = models.TextField(blank=True)

    class Meta(Act.Meta):
        ordering = ["rank", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="gone") | ~Q(ended_because=""), name="obstacle_gone_because"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Recommendation(Act):
    """What somebody recommended, who follows it up, and what came of it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DONE = "done", _("done")
        DECLINED = "declined", _("declined")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="recommendations")
    title = models.CharField(_("recommendation"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    source = models.CharField(_("source"), max_length=300)
    owner = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.OPEN)
    state_reason = models.TextField(_("reason"), blank=True)
    basis = models.TextField(_("evidence"), blank=True)

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(basis=""), name="recommendation_done_with_evidence"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(state_reason=""),
                name="recommendation_declined_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FundingSource(Act):
    """Where money comes from: a budget, a resource rent, a donor, firms."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="funding_sources")
    name = models.CharField(_("name"), max_length=200)
    funder = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    pathway = models.CharField(_("pathway it springs from"), max_length=10, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=17, decimal_places=2)
    note = models.TextField(_("note"), blank=True)

    class Meta(Act.Meta):
        ordering = ["name"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["programme", "name"], name="one_source_per_name"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="source_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Allocation(Act):
    """Part of a source set aside for an initiative or an organisation, by decision.

    ``decision`` null: proposed, not decided.
    """

    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="allocations")
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="allocations"
    )
    initiative_key = models.UUIDField(null=True, blank=True)
    beneficiary = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    purpose = models.CharField(_("what for"), max_length=300)
    amount = models.DecimalField(_("amount"), max_digits=17, decimal_places=2)
    decision = models.ForeignKey(
        "forums.Decision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_positive"),
        ]

    def __str__(self) -> str:
        return self.purpose


class Transfer(Act):
    """Money moved under an allocation, or from one pathway to the other. Never changed."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="transfers")
    from_pathway = models.CharField(max_length=10, blank=True)
    to_pathway = models.CharField(max_length=10, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=17, decimal_places=2)
    on = models.DateField(_("on"))
    reference = models.CharField(_("reference"), max_length=200)

    class Meta(Act.Meta):
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.amount} on {self.on}"


class Window(Act):
    """An opportunity that closes on a day; what it is for may pay off later."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="windows")
    title = models.CharField(_("window"), max_length=200)
    text = models.TextField(_("what it allows"), blank=True)
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(_("closes"))
    pays_off_on = models.DateField(_("pays off"), null=True, blank=True)
    alert_days = models.PositiveSmallIntegerField(_("alert, days before"), default=180)
    milestones = models.JSONField(
        default=list, help_text="Keys of the milestones that make use of it"
    )
    alerted_at = models.DateTimeField(null=True, blank=True)

    class Meta(Act.Meta):
        ordering = ["closes_on", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="window_closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Bargain(Act):
    """A target or share bargained over: what was asked and offered is kept round by round.

    ``series_key``: the series whose target it is about; null when it is about something
    else (a share of local content, item by item).
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        AGREED = "agreed", _("agreed")
        BROKEN_OFF = "broken_off", _("broken off")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="bargains")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="bargains")
    series_key = models.UUIDField(null=True, blank=True)
    period = models.CharField(max_length=21, blank=True, help_text="first/last day of the target")
    title = models.CharField(_("bargained over"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    agreed = models.DecimalField(
        _("agreed"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    ended_because = models.TextField(blank=True)

    class Meta(Act.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(agreed__isnull=False), name="agreed_on_something"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BargainRound(Act):
    """What one side asked or offered. Never changed."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("asked")
        OFFERED = "offered", _("offered")

    bargain = models.ForeignKey(Bargain, models.PROTECT, related_name="rounds")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6)
    note = models.TextField(_("argument"), blank=True)

    class Meta(Act.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.kind} {self.value}"


class CouncilAct(Act):
    """An act of a council, by its reference, and the body or programme it created."""

    forum = models.ForeignKey(
        "forums.Forum", models.PROTECT, null=True, blank=True, related_name="+"
    )
    council = models.CharField(_("council"), max_length=200)
    reference = models.CharField(_("reference"), max_length=100)
    dated = models.DateField(_("dated"))
    title = models.CharField(_("title"), max_length=300)
    creates_forum = models.ForeignKey(
        "forums.Forum", models.PROTECT, null=True, blank=True, related_name="+"
    )
    creates_programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    url = models.URLField(_("address"), blank=True)

    class Meta(Act.Meta):
        ordering = ["-dated", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["council", "reference"], name="one_act_per_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.council} {self.reference}"
