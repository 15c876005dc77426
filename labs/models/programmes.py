"""Programmes, their result areas, and who may read them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Programme(models.Model):
    """A national programme. Closed: readable, nothing due."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    country = models.CharField(_("country of its calendar"), max_length=10, blank=True)
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("fiscal year starts in month"), default=1
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=300, blank=True)
    template = models.CharField(
        max_length=60, blank=True, help_text="Code of the template it was started from"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year_start__gte=1, fiscal_year_start__lte=12),
                name="programme_fiscal_month",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_because="")
                | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
                name="programme_closed_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class ProgrammeReader(models.Model):
    """An organisation or a user who may read a programme."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="readers")
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, user__isnull=False)
                | Q(organisation__isnull=False, user=None),
                name="reader_is_one_of_user_and_organisation",
            ),
            models.UniqueConstraint(
                fields=["programme", "organisation"], name="one_reader_per_organisation"
            ),
            models.UniqueConstraint(fields=["programme", "user"], name="one_reader_per_user"),
        ]

    def __str__(self) -> str:
        return str(self.organisation or self.user)


class ResultArea(models.Model):
    """A result area: one accountable lead organisation, one home forum."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="areas")
    name = models.CharField(_("name"), max_length=200)
    lead = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    home_forum = models.ForeignKey("forums.Forum", models.PROTECT, related_name="+")
    conflict_forum = models.ForeignKey(
        "forums.Forum",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("conflict forum"),
        help_text=_("Where disputes about who gains and who pays begin"),
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["programme", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="one_area_per_name"),
        ]

    def __str__(self) -> str:
        return self.name
