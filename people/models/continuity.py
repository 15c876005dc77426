"""Ministries merge, split and are renamed with a date; the old names stay with what was then."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models.acts import Act
from people.models.organisations import Organisation, Post


class OrganisationName(models.Model):
    """What an organisation was called from a day until a day (the last it was called so).

    No rows: it was always called what it is called now.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40, blank=True)
    until_on = models.DateField()

    class Meta:
        ordering = ["organisation", "until_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "until_on"], name="one_earlier_name_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} until {self.until_on}"


class Reorganisation(Act):
    """One act that renames, merges or splits organisations as of a day."""

    class Kind(models.TextChoices):
        RENAME = "rename", _("renamed")
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")

    kind = models.CharField(_("what happens"), max_length=6, choices=Kind)
    on = models.DateField(_("as of"))
    reason = models.TextField(_("reason"))
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    told = models.JSONField(default=dict, help_text="What it did, in names as they then were")

    class Meta(Act.Meta):
        ordering = ["-on", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="reorganised_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def day_before(self) -> datetime.date:
        """The last day of how it was."""
        return self.on - datetime.timedelta(days=1)


class PostMove(models.Model):
    """A post stood in another organisation until the day before ``on``."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="moves")
    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="moves")
    before = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    after = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "reorganisation"], name="post_moves_once"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="post_moves_elsewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.before} -> {self.after}"
