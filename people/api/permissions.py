"""What every API view asks first: signed in, and within the token's scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from people.models import ApiClient
from people.services.api_clients import READ

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports this module, through the settings


class InScope(BasePermission):
    """Reading needs the scope "read"; writing needs the view's ``write_scope``.

    A view without ``write_scope`` cannot be written to with a token. People who are
    signed in have no scopes: what they may do is a question for the app's permissions.
    """

    message = _("The token's scopes do not allow this. Ask the administrator for another one.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        if not isinstance(request.auth, ApiClient):
            return True
        needed = READ if request.method in SAFE_METHODS else getattr(view, "write_scope", None)
        return needed is not None and needed in request.auth.scopes
