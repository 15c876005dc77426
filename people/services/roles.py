"""Roles that hold across the installation."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import RoleGrant, User
from people.models.access import Role
from people.selectors import people


class RoleUnknown(Refused):
    message = _("Choose a role from the list.")
    code = "role_unknown"


class NotHeld(Refused):
    message = _("This person does not have that role.")
    code = "not_held"


class LastAdministrator(Refused):
    message = _("Someone must be the administrator. Give the role to another person first.")
    code = "last_administrator"


class AuditsThemselves(Refused):
    message = _(
        "An auditor is independent of those audited: the same person cannot also belong "
        "to the delivery unit or administer. Withdraw the other role first."
    )
    code = "audits_themselves"


@transaction.atomic
def grant(*, user: User, role: str, by: Actor, at: datetime.datetime) -> RoleGrant:
    """Give ``user`` a role; a second time changes nothing. Raises RoleUnknown, AuditsThemselves."""
    if role not in Role.values:
        raise RoleUnknown(fields={"role": RoleUnknown.message})
    held = set(
        RoleGrant.objects.filter(user=user, withdrawn_at=None).values_list("role", flat=True)
    )
    if held - {role} and (role == Role.AUDITOR or Role.AUDITOR in held):
        raise AuditsThemselves(fields={"role": AuditsThemselves.message})
    given, created = RoleGrant.objects.get_or_create(
        user=user, role=role, withdrawn_at=None, defaults={"granted_at": at}
    )
    people.forget(user)
    if created:
        events.record(
            verb="role.granted",
            subject=given,
            by=by,
            at=at,
            data={"user": user.pk, "role": str(role)},
        )
    return given


@transaction.atomic
def withdraw(*, user: User, role: str, by: Actor, at: datetime.datetime) -> RoleGrant:
    """Take a role from ``user``. Raises NotHeld, LastAdministrator."""
    given = RoleGrant.objects.filter(user=user, role=role, withdrawn_at=None).first()
    if given is None:
        raise NotHeld
    if role == Role.ADMINISTRATOR:
        check_not_last(user=user)
    if RoleGrant.objects.filter(pk=given.pk, withdrawn_at=None).update(withdrawn_at=at) != 1:
        raise NotHeld
    given.withdrawn_at = at
    people.forget(user)
    events.record(
        verb="role.withdrawn",
        subject=given,
        by=by,
        at=at,
        data={"user": user.pk, "role": str(role)},
    )
    return given


def check_not_last(*, user: User) -> None:
    """Raise LastAdministrator if nobody but ``user`` administers."""
    administrators = RoleGrant.objects.filter(
        role=Role.ADMINISTRATOR, withdrawn_at=None, user__is_active=True
    )
    if administrators.filter(user=user).exists() and not administrators.exclude(user=user).exists():
        raise LastAdministrator
