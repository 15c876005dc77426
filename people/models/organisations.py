"""Organisations, the posts in them, and who holds a post from when to when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Sector(models.TextChoices):
    PUBLIC = "public", _("public")
    PRIVATE = "private", _("private")
    LABOUR = "labour", _("labour")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    ACADEMIA = "academia", _("academia")
    INTERNATIONAL = "international", _("international")


class Organisation(models.Model):
    """A ministry, agency, firm, association, union, university or NGO."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, default=Sector.PUBLIC)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    succeeded_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(successor=None, succeeded_on=None)
                | Q(successor__isnull=False, succeeded_on__isnull=False),
                name="organisation_successor_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """An office that owns things: "Director, Planning". Persons come and go."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    title = models.CharField(_("title"), max_length=200)
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=50, help_text=_("1 is the highest; used for attendance by rank")
    )
    abolished_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["organisation__name", "rank", "title"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "title"], name="one_post_per_title"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.organisation.short_name or self.organisation.name}"


class Appointment(models.Model):
    """A person in a post from a day until a day, substantive or acting."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last day in the post")
    acting = models.BooleanField(default=False)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(ends_on=None, acting=False),
                name="one_open_substantive_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.post}"


class LocalHoliday(models.Model):
    """A local override of a country's calendar: a day off, or a day worked."""

    country = models.CharField(max_length=10)
    day = models.DateField()
    working = models.BooleanField(default=False, help_text="True: worked although a holiday")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["country", "day"]
        constraints = [
            models.UniqueConstraint(fields=["country", "day"], name="one_override_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.day} {self.name}"
