"""Labs and the seats in them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labs.models.programmes import ResultArea
from people.models import Act


class Method(models.TextChoices):
    LAB = "lab", _("lab")
    PDIA = "pdia", _("problem-driven iterative adaptation")
    EFA = "efa", _("experiment, feedback, adaptation")
    FIXED = "fixed", _("fixed contract")


class Lab(Act):
    """Some weeks in which the stakeholders of one domain make a plan."""

    area = models.ForeignKey(ResultArea, models.PROTECT, related_name="labs")
    title = models.CharField(_("title"), max_length=200)
    question = models.TextField(_("question"), help_text=_("The problem the lab is to solve"))
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.LAB)
    is_mini = models.BooleanField(_("mini-lab"), default=False)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    steering = models.ForeignKey(
        "forums.Forum",
        models.PROTECT,
        related_name="+",
        verbose_name=_("steering committee"),
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    restricted_to = models.ManyToManyField("forums.Forum", related_name="+", blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta(Act.Meta):
        ordering = ["-starts_on", "title"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="lab_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """An organisation's place in a lab, with or without a recorded mandate."""

    class Kind(models.TextChoices):
        CORE = "core", _("core")
        INVITED = "invited", _("invited")

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CORE)
    mandate = models.CharField(
        _("mandate"),
        max_length=300,
        blank=True,
        help_text=_("What the seat may commit its organisation to; empty if none is recorded"),
    )

    class Meta:
        ordering = ["kind", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "organisation"], name="one_seat_per_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.lab}"
