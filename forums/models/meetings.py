"""A forum's rhythm, its meetings, and who came."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class Cycle(models.Model):
    """A rhythm in which a forum meets, on working days of its country.

    The n-th meeting falls due n periods after ``first_on``, on the next working day where
    that day is off. ``made_until``: up to which day meetings have been made from it.
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("weekly")
        MONTHLY = "monthly", _("monthly")
        QUARTERLY = "quarterly", _("quarterly")
        HALF_YEARLY = "half_yearly", _("half-yearly")
        YEARLY = "yearly", _("yearly")

    forum = models.ForeignKey("forums.Forum", models.PROTECT, related_name="cycles")
    rhythm = models.CharField(_("rhythm"), max_length=12, choices=Rhythm)
    first_on = models.DateField(_("first meeting"))
    at_time = models.TimeField(
        _("time"), default=datetime.time(9), help_text=_("In the forum's time zone")
    )
    minutes_long = models.PositiveSmallIntegerField(_("length in minutes"), default=120)
    place = models.CharField(_("place"), max_length=200, blank=True)
    agenda_days = models.PositiveSmallIntegerField(
        _("agenda sent"), default=5, help_text=_("Working days before the meeting")
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    made_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["forum", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "rhythm"],
                condition=Q(ends_on=None),
                name="one_open_cycle_per_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(minutes_long__gte=1), name="cycle_meetings_last_a_minute"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forum}: {self.get_rhythm_display()}"


class Meeting(models.Model):
    """One sitting of a forum. Its minutes stay with the forum, its decisions do not."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")
        MISSED = "missed", _("did not take place")

    forum = models.ForeignKey("forums.Forum", models.PROTECT, related_name="meetings")
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, blank=True, related_name="meetings")
    slot = models.DateField(
        null=True, blank=True, help_text="The day the rhythm gave, before any move"
    )
    starts_at = models.DateTimeField(_("starts"))
    minutes_long = models.PositiveSmallIntegerField(_("length in minutes"), default=120)
    place = models.CharField(_("place"), max_length=200, blank=True)
    call_on = models.DateField(help_text="The day its agenda goes out")
    called_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    state_reason = models.TextField(blank=True, help_text="Why moved, cancelled or missed")
    chaired_by = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    quorum = models.PositiveSmallIntegerField(null=True, help_text="As frozen when it was held")
    came = models.PositiveSmallIntegerField(null=True, help_text="Core places that were filled")
    minutes = models.TextField(_("minutes"), blank=True)
    document = models.ForeignKey(
        "people.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    minuted_at = models.DateTimeField(null=True, blank=True)
    minuted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_in = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "slot"], name="one_meeting_per_slot"),
            models.CheckConstraint(
                condition=Q(cycle=None, slot=None) | Q(cycle__isnull=False, slot__isnull=False),
                name="meeting_slot_belongs_to_a_cycle",
            ),
            models.CheckConstraint(
                condition=Q(state="held", quorum__isnull=False, came__isnull=False)
                | (~Q(state="held") & Q(quorum=None, came=None)),
                name="meeting_held_with_quorum_and_count",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "missed"]) | ~Q(state_reason=""),
                name="meeting_not_held_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(minuted_at=None, minuted_by=None, minutes="")
                | Q(minuted_at__isnull=False, minuted_by__isnull=False),
                name="meeting_minuted_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None, signed_in=None)
                | Q(
                    signed_at__isnull=False,
                    signed_by__isnull=False,
                    signed_in__isnull=False,
                    state="held",
                ),
                name="meeting_signed_who_when_what",
            ),
        ]
        indexes = [
            models.Index(fields=["forum", "starts_at"], name="meeting_forum_when"),
            models.Index(
                fields=["call_on"],
                condition=Q(state="planned", called_at=None),
                name="meeting_to_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forum}, {self.local:%Y-%m-%d}"

    @property
    def local(self) -> datetime.datetime:
        """When it starts by the clock on the wall there; without a zone, to be shown as it is."""
        here = ZoneInfo(self.forum.time_zone or settings.TIME_ZONE)
        return self.starts_at.astimezone(here).replace(tzinfo=None)

    @property
    def ends_at(self) -> datetime.datetime:
        """When it is over, as planned."""
        return self.starts_at + datetime.timedelta(minutes=self.minutes_long)

    @property
    def is_quorate(self) -> bool:
        """Whether enough core places were filled, once it was held."""
        return self.came is not None and self.quorum is not None and self.came >= self.quorum


class Attendance(Act):
    """Who came to a meeting for a place, in which office and rank, as it was then."""

    class Presence(models.TextChoices):
        PRESENT = "present", _("present")
        DELEGATE = "delegate", _("sent a delegate")
        APOLOGIES = "apologies", _("apologies")
        ABSENT = "absent", _("absent without word")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance")
    post = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    core = models.BooleanField(default=True, help_text="A core place; else invited")
    presence = models.CharField(_("presence"), max_length=10, choices=Presence)
    delegate_name = models.CharField(_("delegate"), max_length=200, blank=True)
    delegate_office = models.CharField(_("office of the delegate"), max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(
        _("rank"), null=True, blank=True, help_text=_("Of who came; 1 is the highest")
    )

    class Meta(Act.Meta):
        ordering = ["meeting", "-core", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "post"], name="one_attendance_per_place"),
            models.CheckConstraint(
                condition=Q(presence="delegate") & ~Q(delegate_name="")
                | ~Q(presence="delegate") & Q(delegate_name="", delegate_office=""),
                name="delegate_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.presence}"
