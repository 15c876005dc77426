"""What plans consist of: rows that hold from one revision until another."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from labs.models.plans import VersionedRow


class Goal(VersionedRow):
    """What the lab wants to reach; its KPIs say whether it is."""

    title = models.CharField(_("goal"), max_length=300)
    description = models.TextField(_("description"), blank=True)

    class Meta(VersionedRow.Meta):
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Scope(models.TextChoices):
    HORIZONTAL = "horizontal", _("horizontal")
    VERTICAL = "vertical", _("vertical")
    VALUE_CHAIN = "value_chain", _("value chain")


class Intervention(models.TextChoices):
    PUBLIC_INPUT = "public_input", _("public input")
    MARKET = "market", _("market intervention")


class Pathway(models.TextChoices):
    TOP_DOWN = "top_down", _("top-down engine")
    BOTTOM_UP = "bottom_up", _("bottom-up")


class Initiative(VersionedRow):
    """By which means a goal is to be reached."""

    goal_key = models.UUIDField()
    title = models.CharField(_("initiative"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    lead = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    finishes_on = models.DateField(_("finishes"), null=True, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    wind_down_until = models.DateField(_("wound down by"), null=True, blank=True)
    scope = models.CharField(_("scope"), max_length=12, choices=Scope, blank=True)
    intervention = models.CharField(_("type"), max_length=12, choices=Intervention, blank=True)
    pathway = models.CharField(_("pathway"), max_length=10, choices=Pathway, blank=True)
    instrument = models.ForeignKey(
        "labs.ReferenceItem", models.PROTECT, null=True, blank=True, related_name="+"
    )
    target_group = models.ForeignKey(
        "labs.ReferenceItem", models.PROTECT, null=True, blank=True, related_name="+"
    )
    budget = models.DecimalField(
        _("budget"), max_digits=15, decimal_places=2, null=True, blank=True
    )

    class Meta(VersionedRow.Meta):
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Purpose(models.TextChoices):
    BUILD_UP = "build_up", _("builds up a capability that is missing")


class Milestone(VersionedRow):
    """A "three-feet" step: one accountable owner, a start and a finish."""

    initiative_key = models.UUIDField()
    title = models.CharField(_("milestone"), max_length=300)
    owner = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    finishes_on = models.DateField(_("finishes"), null=True, blank=True)
    depends_on = models.JSONField(
        default=list, help_text="Keys of milestones that come first, in this plan or another"
    )
    budget_line_key = models.UUIDField(null=True, blank=True)
    purpose = models.CharField(_("what it is for"), max_length=8, choices=Purpose, blank=True)

    class Meta(VersionedRow.Meta):
        ordering = [models.F("finishes_on").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return self.title


class BudgetLine(VersionedRow):
    """Money planned for an initiative in one year. Allotted and spent: BudgetFigure."""

    initiative_key = models.UUIDField()
    title = models.CharField(_("budget line"), max_length=300)
    currency = models.CharField(_("currency"), max_length=3)
    year = models.PositiveSmallIntegerField(_("year"))
    price_base = models.PositiveSmallIntegerField(
        _("prices of"), null=True, blank=True, help_text="Year of the prices; empty: current prices"
    )
    planned = models.DecimalField(_("planned"), max_digits=15, decimal_places=2)

    class Meta(VersionedRow.Meta):
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Commitment(VersionedRow):
    """What a beneficiary promises in return, when it is verified, and what follows if not."""

    initiative_key = models.UUIDField()
    title = models.CharField(_("promise"), max_length=300)
    beneficiary = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    verify_on = models.DateField(_("verified on"))
    sanction = models.TextField(_("sanction"))

    class Meta(VersionedRow.Meta):
        ordering = ["verify_on", "pk"]

    def __str__(self) -> str:
        return self.title


class Answer(VersionedRow):
    """An answer to one of the three tests, or to a question of the quadrant's checklist.

    ``question`` is a code of labs.rules.quadrants; ``title`` the reason; ``override`` why
    the initiative goes ahead although the answer is no.
    """

    class Verdict(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("not known")

    initiative_key = models.UUIDField()
    question = models.CharField(max_length=40)
    verdict = models.CharField(_("answer"), max_length=8, choices=Verdict)
    title = models.TextField(_("reason"))
    override = models.TextField(_("why it goes ahead all the same"), blank=True)

    class Meta(VersionedRow.Meta):
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.question}: {self.verdict}"


class Dependency(VersionedRow):
    """What a milestone needs of another organisation, and by when.

    ``step_key``: the milestone, in this or another plan, by which that organisation
    delivers it; empty while it has planned none.
    """

    milestone_key = models.UUIDField()
    title = models.CharField(_("what is needed"), max_length=300)
    provider = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    due_on = models.DateField(_("needed by"))
    step_key = models.UUIDField(null=True, blank=True)

    class Meta(VersionedRow.Meta):
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title
