"""What a programme and a forum have set for labs and plans; the defaults are the field's."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labs.models.programmes import Programme


class ProgrammeSettings(models.Model):
    """A programme's own settings. No row: the defaults of the fields."""

    class Tests(models.TextChoices):
        WARN = "warn", _("warn")
        BLOCK = "block", _("block")

    programme = models.OneToOneField(Programme, models.CASCADE, related_name="settings")
    lab_weeks_min = models.PositiveSmallIntegerField(_("weeks of a lab, at least"), default=6)
    lab_weeks_max = models.PositiveSmallIntegerField(_("weeks of a lab, at most"), default=9)
    core_people_max = models.PositiveSmallIntegerField(
        _("core people in a lab, at most"), default=40
    )
    forum_members_max = models.PositiveSmallIntegerField(
        _("members of a forum, at most"), default=20
    )
    groups = models.ManyToManyField(
        "labs.ReferenceItem",
        related_name="+",
        blank=True,
        verbose_name=_("stakeholder groups every lab should seat"),
    )
    tests = models.CharField(_("the three tests"), max_length=5, choices=Tests, default=Tests.WARN)
    window_alert_days = models.PositiveSmallIntegerField(
        _("days before a window closes"), default=180
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lab_weeks_max__gte=F("lab_weeks_min")), name="lab_weeks_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"settings of {self.programme}"


class Limit(models.Model):
    """Over how much a change of the plans a forum steers goes to which forum.

    ``budget``: per cent of a budget line. ``days``: days by which a date moves. ``goal``:
    every change of a goal (``over`` is 0). Without rows: over 20 per cent, over 90 days
    and every goal change go to the forum itself.
    """

    class Kind(models.TextChoices):
        BUDGET = "budget", _("per cent of a budget line")
        DAYS = "days", _("days")
        GOAL = "goal", _("change of a goal")

    forum = models.ForeignKey("forums.Forum", models.CASCADE, related_name="+")
    kind = models.CharField(_("limit"), max_length=6, choices=Kind)
    over = models.DecimalField(
        _("over"), max_digits=7, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    decides = models.ForeignKey(
        "forums.Forum", models.PROTECT, related_name="+", verbose_name=_("decides")
    )

    class Meta:
        ordering = ["forum", "kind", "over"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "kind", "over"], name="one_limit_per_amount"),
            models.CheckConstraint(condition=Q(over__gte=0), name="limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} over {self.over}: {self.decides}"
