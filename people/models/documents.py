"""Documents kept as evidence: a signed minute, a report, a photograph."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Document(models.Model):
    """One stored file; its digest is what events quote. Never replaced."""

    file = models.FileField(upload_to="documents/%Y/%m/")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name
