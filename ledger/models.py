"""What happened: events, the seals over them, and the notices they send.

Nothing here points out of this app. Actors, recipients and subjects are opaque
ids and labels, so the ledger can be verified without the rest of the database.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


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

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
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

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient"], name="one_notice_per_recipient"),
        ]
        indexes = [
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title
