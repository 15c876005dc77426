"""Forums and the places in them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    COMMON = "common", _("common interest")
    CONFLICT = "conflict", _("conflict")


class Forum(models.Model):
    """A body that meets and decides. The ladder is read along ``parent``."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, default=Purpose.COMMON)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    chair = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    alternate = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    secretary = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    quorum = models.PositiveSmallIntegerField(_("quorum"), default=1)
    response_days = models.PositiveSmallIntegerField(
        _("response days"), default=10, help_text=_("Working days a dispute may stay here")
    )
    minimum_stay_days = models.PositiveSmallIntegerField(_("minimum stay"), default=5)
    meets_every_days = models.PositiveSmallIntegerField(_("days between meetings"), default=30)
    country = models.CharField(_("country of its calendar"), max_length=10, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text=_("Of its meetings, as in Asia/Tokyo")
    )
    delegates_count = models.BooleanField(
        _("a delegate counts towards the quorum of a meeting"),
        default=False,
        help_text=_("Votes stay with the members either way."),
    )
    closed_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(quorum__gte=1), name="forum_quorum_positive"),
            models.CheckConstraint(
                condition=Q(response_days__gte=1), name="forum_response_days_positive"
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="forum_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(closed_on__isnull=False),
                name="forum_successor_only_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A post's place in a forum: core (votes) or invited (is heard)."""

    class Kind(models.TextChoices):
        CORE = "core", _("core")
        INVITED = "invited", _("invited")

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="memberships")
    post = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CORE)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "post"],
                condition=Q(ends_on=None),
                name="one_open_membership_per_post",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} in {self.forum}"
