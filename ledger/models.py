"""What happened: events, the seals over them, and the notices they send.

Nothing here points out of this app. Actors, recipients and subjects are opaque
ids and labels, so the ledger can be verified without the rest of the database.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ledger import entropy


class Seal(models.Model):
    """A keyed digest over a batch of numbered events (fact 12)."""

    number = models.PositiveBigIntegerField(unique=True)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")) & Q(count=F("last") - F("first") + 1),
                name="seal_covers_its_range",
            ),
        ]

    def __str__(self) -> str:
        return f"seal {self.number} ({self.first}-{self.last})"


class Event(models.Model):
    """One line of the ledger. Written once; sealing adds its number and link.

    ``mac`` authenticates the content from the moment of writing, ``link`` chains
    the numbered events: an edit breaks the first, a move or a gap the second.
    """

    uid = models.UUIDField(unique=True, default=entropy.uuid4, editable=False)
    verb = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    programme_id = models.CharField(max_length=64, blank=True)
    restricted = models.BooleanField(default=False)
    at = models.DateTimeField(help_text="Business time")
    recorded_at = models.DateTimeField(help_text="Real time")
    actor_user = models.CharField(max_length=64, blank=True)
    actor_post = models.CharField(max_length=64, blank=True)
    actor_principal = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    mac = models.CharField(max_length=64)
    number = models.PositiveBigIntegerField(null=True, unique=True)
    link = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(number=None), name="event_unsealed"),
            models.Index(fields=["subject_type", "subject_id"], name="event_subject"),
            models.Index(fields=["programme_id", "id"], name="event_programme"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(number=None, link="") | (Q(number__isnull=False) & ~Q(link="")),
                name="event_number_and_link_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or '-'} {self.verb} {self.subject_type} {self.subject_id}"


class EventText(models.Model):
    """Free text or personal data of an event; the event holds its salted digest.

    Erasing empties ``text`` and keeps the row, so the seal stays valid.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="texts")
    field = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    text = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "field"], name="one_text_per_event_field"),
        ]

    def __str__(self) -> str:
        return self.field


class SealerLease(models.Model):
    """One row: who seals just now. Claimed by compare-and-set."""

    name = models.CharField(max_length=32, unique=True)
    holder = models.CharField(max_length=64, blank=True)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """An in-app notice: exactly one per event and recipient."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notices")
    recipient = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    decide = models.BooleanField(default=False, help_text="It is theirs to decide: at once by mail")
    mailed_at = models.DateTimeField(null=True, help_text="When a mail took it up, or none is to")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient"], name="one_notice_per_recipient"),
        ]
        indexes = [
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["recipient"], condition=Q(mailed_at=None), name="notice_to_mail"),
            models.Index(
                fields=["at"],
                condition=Q(mailed_at=None, decide=True),
                name="notice_to_mail_at_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One message to one recipient, under one lasting id, sent until it is known to have left.

    What it says is fixed before the first attempt, so that a second copy is the same message.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        DOUBTFUL = "doubtful", _("sent, perhaps twice")
        FAILED = "failed", _("given up")
        CANCELLED = "cancelled", _("no longer needed")

    message_id = models.CharField(max_length=200, unique=True)
    recipient = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, default="mail")
    kind = models.CharField(max_length=10, help_text="decide, digest or reminder")
    key = models.CharField(
        max_length=100, help_text="What it is about and when: the same key is never made twice"
    )
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(help_text="Real time; after quiet hours")
    claimed_until = models.DateTimeField(null=True, help_text="Real time; somebody is sending it")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="one_delivery_per_key"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "doubtful"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "doubtful"]) & Q(sent_at=None)),
                name="delivery_sent_with_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_to_send"),
        ]

    def __str__(self) -> str:
        return self.title


class Attempt(models.Model):
    """One try to send a delivery, recorded and committed before it is made.

    Without an end its outcome is in doubt: the next attempt says so.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)
    answer = models.CharField(max_length=300, blank=True, help_text="What the server said")

    class Meta:
        ordering = ["delivery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="one_attempt_per_number"),
            models.CheckConstraint(
                condition=Q(ended_at=None, accepted=None)
                | Q(ended_at__isnull=False, accepted__isnull=False),
                name="attempt_ended_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} attempt {self.number}"
