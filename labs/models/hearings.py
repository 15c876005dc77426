"""What is said of a draft: on open days, by the seats, in objections, and as conditions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labs.models.labs import Lab, Seat
from labs.models.plans import Revision
from people.models import Act


class OpenDay(Act):
    """The draft is shown, and whoever has something to say may say it."""

    lab = models.ForeignKey(Lab, models.PROTECT, related_name="open_days")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    announcement = models.TextField(_("announcement"), blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(_("closes"))
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the draft's changes as they were shown"
    )

    class Meta(Act.Meta):
        ordering = ["-opens_on", "-pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="open_day_closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Comment(Act):
    """What somebody said of the draft, and what the lab answered."""

    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="comments")
    author = models.CharField(_("who said it"), max_length=200)
    text = models.TextField(_("comment"))
    part_key = models.UUIDField(null=True, blank=True, help_text="The part of the plan it is on")
    answer = models.TextField(_("answer"), blank=True)
    taken_up = models.BooleanField(_("taken up in the plan"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None, taken_up=None)
                | (
                    ~Q(answer="")
                    & Q(
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                        taken_up__isnull=False,
                    )
                ),
                name="comment_answered_who_when_what",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class SeatStand(Act):
    """Where a seat stands on a draft. Only a seat with a mandate commits its organisation."""

    class Stand(models.TextChoices):
        AGREES = "agrees", _("agrees")
        DISSENTS = "dissents", _("goes along, with dissent")
        OBJECTS = "objects", _("objects")

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="stands")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="stands")
    stand = models.CharField(_("stands"), max_length=8, choices=Stand)
    reason = models.TextField(_("reason"), blank=True)

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stand="agrees") | ~Q(reason=""), name="dissent_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.stand}"


class Objection(Act):
    """An organisation objects to a revision. A blocking one must be answered before approval."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="objections")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    text = models.TextField(_("objection"))
    blocking = models.BooleanField(_("blocks approval until answered"), default=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="objection_answered_who_when_what",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Condition(Act):
    """On what terms a revision is approved: each becomes an action once it is carried."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="conditions")
    text = models.CharField(_("condition"), max_length=300)
    owner = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    due_on = models.DateField(_("due"))
    action = models.OneToOneField(
        "forums.Action", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text
