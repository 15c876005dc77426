"""How Django asks who someone is and what they may do.

``SignIn`` lets people in by e-mail and password, never an integrating system.
``Roles`` answers ``user.has_perm`` for the apps below, which know no roles.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from people.models import User
from people.models.access import Role
from people.selectors import people

OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.DELIVERY_UNIT, Role.AUDITOR})

# What the ledger asks for, and the roles that have it.
GRANTED: dict[str, frozenset[str]] = {
    "ledger.view_event": OVERSEERS,
    "ledger.view_restricted": frozenset({Role.AUDITOR}),
}


class SignIn(AuthenticationBackend):
    """Sign-in by e-mail for people with an open account."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        return None if user is not None and user.is_system else user


class Roles(BaseBackend):
    """Permissions that follow from installation-wide roles."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        return bool(GRANTED.get(perm, frozenset()) & people.roles_of(user_obj))
