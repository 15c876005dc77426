"""How a person wants to be told, and the address of their calendar."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeSettings(models.Model):
    """One row per person who changed something; without it the defaults here hold.

    Times are in the person's time zone. What is theirs to decide is mailed at once unless
    ``at_once`` is off; it still stands in the digest until it is done.
    """

    class Digest(models.TextChoices):
        DAILY = "daily", _("each working day")
        WEEKLY = "weekly", _("once a week")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_settings"
    )
    digest = models.CharField(
        _("digest by e-mail"), max_length=8, choices=Digest, default=Digest.DAILY
    )
    weekday = models.PositiveSmallIntegerField(
        _("day of the weekly digest"), choices=Weekday, default=Weekday.MONDAY
    )
    digest_at = models.TimeField(_("time of the digest"), default=datetime.time(7))
    at_once = models.BooleanField(_("e-mail at once what is mine to decide"), default=True)
    quiet_from = models.TimeField(_("quiet from"), default=datetime.time(19))
    quiet_until = models.TimeField(_("quiet until"), default=datetime.time(7))
    quiet_days_off = models.BooleanField(_("quiet on Saturdays and Sundays"), default=True)

    class Meta:
        verbose_name_plural = "notice settings"

    def __str__(self) -> str:
        return f"notices of {self.user}"


class DeskRound(models.Model):
    """When a person's desk was last looked over, and up to when their digests are made.

    Real time. A round is claimed by compare-and-set, so that no two workers make it at once.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_round")
    looked_at = models.DateTimeField(null=True, blank=True, db_index=True)
    digested_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"desk of {self.user}"


class CalendarFeed(models.Model):
    """A secret address of a person's meetings as iCalendar; SHA-256 of the token is kept.

    ``forum_id`` empty: all the person's forums.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds"
    )
    digest = models.CharField(max_length=64, unique=True)
    forum_key = models.CharField(max_length=64, blank=True, help_text="Empty: all of them")
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "forum_key"],
                condition=Q(revoked_at=None),
                name="one_open_feed_per_person_and_forum",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user}"
