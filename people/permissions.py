"""Who may manage people here, and the one way to say no.

``may_…`` functions answer; ``require`` turns a no into a 403. Pages and the API
ask the same functions.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from people.selectors import people


def require(ok: object) -> None:
    """Raise PermissionDenied unless ``ok`` holds."""
    if not ok:
        raise PermissionDenied


def may_manage_people(user: Any, obj: object = None, *, on: datetime.date) -> bool:
    """Organisations, posts, appointments and invitations: administrator or delivery unit."""
    return people.is_administrator(user) or people.is_delivery_unit(user)


def may_manage_holidays(user: Any, obj: object = None, *, on: datetime.date) -> bool:
    """Local days off and days worked, which deadlines count by: as ``may_manage_people``."""
    return may_manage_people(user, on=on)


def may_grant_roles(user: Any, obj: object = None, *, on: datetime.date) -> bool:
    """Roles that hold across the installation: the administrator alone."""
    return people.is_administrator(user)


def may_read_deliveries(user: Any, obj: object = None, *, on: datetime.date) -> bool:
    """Which mail left and which did not: delivery unit, auditor and administrator."""
    return people.is_delivery_unit(user) or people.is_auditor(user) or people.is_administrator(user)


def may_manage_tokens(user: Any, obj: object = None, *, on: datetime.date) -> bool:
    """Tokens of integrating systems: the administrator alone."""
    return people.is_administrator(user)
