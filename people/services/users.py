"""Accounts: created by invitation, at set-up or by the demo; closed, never deleted."""

from __future__ import annotations

import datetime
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import User
from people.services import roles


class EmailTaken(Refused):
    message = _("Someone already signs in with this e-mail address. Use another one.")
    code = "email_taken"


class EmailUnusable(Refused):
    message = _("Enter an e-mail address in the form name@example.org.")
    code = "email_unusable"


class NameMissing(Refused):
    message = _("Enter the person's name.")
    code = "name_missing"


class PasswordUnfit(Refused):
    message = _("Choose another password.")
    code = "password_unfit"


class ZoneUnknown(Refused):
    message = _("Choose a time zone from the list.")
    code = "zone_unknown"


@transaction.atomic
def create(
    *,
    email: str,
    name: str,
    password: str | None = None,
    language: str = "en",
    time_zone: str = "",
    is_illustrative: bool = False,
    is_system: bool = False,
    by: Actor,
    at: datetime.datetime,
) -> User:
    """Make an account; without a password nobody can sign in to it yet.

    Raises EmailUnusable, EmailTaken, NameMissing, ZoneUnknown. The password is taken
    as it is: whoever lets a person choose one calls ``check_password`` first.
    """
    email = email.strip().lower()
    check_new(email=email, name=name)
    if time_zone and time_zone not in available_timezones():
        raise ZoneUnknown(fields={"time_zone": ZoneUnknown.message})
    user = User.objects.create_user(
        email,
        password,
        name=name.strip(),
        language=language,
        time_zone=time_zone,
        is_illustrative=is_illustrative,
        is_system=is_system,
    )
    events.record(
        verb="user.created",
        subject=user,
        by=by,
        at=at,
        data={"is_system": is_system, "is_illustrative": is_illustrative},
        texts={"email": user.email, "name": user.name},
    )
    return user


@transaction.atomic
def deactivate(*, user: User, by: Actor, at: datetime.datetime) -> User:
    """Close an account: nobody signs in to it any more, and what it did stays.

    Raises LastAdministrator.
    """
    roles.check_not_last(user=user)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False) == 1:
        events.record(verb="user.deactivated", subject=user, by=by, at=at)
    user.is_active = False
    return user


@transaction.atomic
def activate(*, user: User, by: Actor, at: datetime.datetime) -> User:
    """Open a closed account again."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True) == 1:
        events.record(verb="user.activated", subject=user, by=by, at=at)
    user.is_active = True
    return user


def check_password(*, password: str, email: str = "", name: str = "") -> None:
    """Raise PasswordUnfit, saying why, for a password that is too easy to guess."""
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        message = " ".join(error.messages)
        raise PasswordUnfit(message, fields={"password": message}) from error


def check_new(*, email: str, name: str) -> None:
    """Raise EmailUnusable, EmailTaken or NameMissing when no account can be made so."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise EmailUnusable(fields={"email": EmailUnusable.message}) from error
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(fields={"email": EmailTaken.message})
    if not name.strip():
        raise NameMissing(fields={"name": NameMissing.message})
