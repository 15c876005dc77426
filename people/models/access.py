"""What a person or a system may do here, and how they got in."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles that hold across the installation; all else follows from posts."""

    ADMINISTRATOR = "administrator", _("administrator")
    DELIVERY_UNIT = "delivery_unit", _("delivery unit")
    AUDITOR = "auditor", _("auditor")


class RoleGrant(models.Model):
    """A role given to a user from a moment until it is withdrawn."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(withdrawn_at=None),
                name="one_open_grant_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class ApiClient(models.Model):
    """A hashed, scoped token of an integrating system.

    ``prefix`` finds the row, ``digest`` (SHA-256 of the whole token) proves it.
    """

    name = models.CharField(_("name"), max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_clients")
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list, help_text="Subset of: read, readings:write")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """An invitation by mail or by a link handed over; works once."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=200)
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_at=None)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="invitation_accepted_by_and_at_together",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Installation(models.Model):
    """The one row that says what this database is: a demo or the real thing."""

    class Kind(models.TextChoices):
        DEMO = "demo", _("demonstration")
        LIVE = "live", _("live")

    singleton = models.BooleanField(default=True, unique=True)
    kind = models.CharField(max_length=4, choices=Kind)
    clock_offset = models.DurationField(default=datetime.timedelta)
    setup_digest = models.CharField(max_length=64, blank=True)
    set_up_at = models.DateTimeField(null=True, blank=True)
    demo_loaded_at = models.DateTimeField(null=True, blank=True)
    demo_accounts = models.JSONField(
        default=list, blank=True, help_text="Accounts the sign-in page offers: email, label"
    )
    demo_password = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(singleton=True), name="one_installation"),
        ]

    def __str__(self) -> str:
        return self.kind
