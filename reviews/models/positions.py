"""What the parties of a dispute say, offer and show."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Act


class Position(Act):
    """What a party says, in its own words. Later ones add, none is changed."""

    party = models.ForeignKey("reviews.Party", models.PROTECT, related_name="positions")
    tier = models.PositiveSmallIntegerField()
    text = models.TextField(_("position"))

    class Meta(Act.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.party} at tier {self.tier}"


class SettlementProposal(Act):
    """Terms one party offers; in force once every party has assented."""

    dispute = models.ForeignKey("reviews.Dispute", models.PROTECT, related_name="settlements")
    party = models.ForeignKey("reviews.Party", models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField()
    terms = models.TextField(_("terms"))
    reason = models.TextField(_("reason"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    revision = models.ForeignKey(
        "labs.Revision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    action_title = models.CharField(_("action"), max_length=300, blank=True)
    action_owner = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+"
    )
    action_due = models.DateField(_("action due"), null=True, blank=True)
    action = models.OneToOneField(
        "forums.Action",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Opened when the terms took effect",
    )

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=Q(action_title="", action_owner=None, action_due=None, action=None)
                | (Q(action_owner__isnull=False, action_due__isnull=False) & ~Q(action_title="")),
                name="settled_action_who_when_what",
            ),
        ]

    def __str__(self) -> str:
        return self.terms[:60]


class SettlementAnswer(Act):
    """One party's answer to a proposal."""

    proposal = models.ForeignKey(SettlementProposal, models.PROTECT, related_name="answers")
    party = models.ForeignKey("reviews.Party", models.PROTECT, related_name="+")
    assents = models.BooleanField()
    reason = models.TextField(_("reason"))

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["proposal", "party"], name="one_answer_per_party"),
            models.CheckConstraint(condition=~Q(reason=""), name="answer_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.assents}"


class StayWaiver(Act):
    """A party waives the minimum stay at a tier; it takes all of them."""

    party = models.ForeignKey("reviews.Party", models.PROTECT, related_name="waivers")
    tier = models.PositiveSmallIntegerField()

    class Meta(Act.Meta):
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(fields=["party", "tier"], name="one_waiver_per_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.party} at tier {self.tier}"


class Exhibit(Act):
    """Evidence in a dispute: a dated source, with the file or where it is to be found."""

    dispute = models.ForeignKey("reviews.Dispute", models.PROTECT, related_name="exhibits")
    party = models.ForeignKey(
        "reviews.Party", models.PROTECT, null=True, blank=True, related_name="exhibits"
    )
    title = models.CharField(_("what it shows"), max_length=300)
    dated = models.DateField(_("dated"))
    where = models.CharField(_("where to find it"), max_length=500, blank=True)
    document = models.ForeignKey(
        "people.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Act.Meta):
        ordering = ["dated", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(where="") | Q(document__isnull=False), name="exhibit_can_be_found"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TimeAsked(Act):
    """A party asks the chair for more time at a tier; only the chair can give it."""

    party = models.ForeignKey("reviews.Party", models.PROTECT, related_name="time_asked")
    tier = models.PositiveSmallIntegerField()
    forum = models.ForeignKey("forums.Forum", models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"))

    class Meta(Act.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *Act.Meta.constraints,
            models.UniqueConstraint(
                fields=["party", "tier", "forum"], name="time_asked_once_per_stay"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & Q(days__gte=1), name="time_asked_how_long_and_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} asks for {self.days} days at tier {self.tier}"


class TimeDeclined(Act):
    """The chair's answer to a request for more time that is not given."""

    request = models.OneToOneField(TimeAsked, models.PROTECT, related_name="declined")
    reason = models.TextField(_("reason"))

    class Meta(Act.Meta):
        constraints = [
            *Act.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="time_declined_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.request}: declined"
