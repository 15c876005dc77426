"""``Authorization: Bearer mk_<prefix>_<secret>``: an integrating system, by its token."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from people.models import ApiClient, User
from people.rules import tokens
from people.services import api_clients

KEYWORD = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """The user is the token's, ``request.auth`` the ApiClient with its scopes.

    Expiry is judged in real time. One answer for every reason to refuse: whoever
    guesses learns nothing.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiClient] | None:
        keyword, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if keyword.lower() != KEYWORD.lower():
            return None
        client = self.client_of(token.strip())
        api_clients.note_use(client=client)
        return client.user, client

    def client_of(self, token: str) -> ApiClient:
        prefix = tokens.prefix_of(token)
        client = ApiClient.objects.select_related("user").filter(prefix=prefix or "").first()
        proven = tokens.proves(token, client.digest if client else tokens.digest(""))
        if client is None or not proven or not self.is_live(client):
            raise AuthenticationFailed(_("This token is not valid. Ask the administrator for one."))
        return client

    def is_live(self, client: ApiClient) -> bool:
        return (
            client.revoked_at is None
            and client.expires_at > timezone.now()
            and client.user.is_active
        )

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = "people.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from the administrator: mk_<prefix>_<secret>.",
        }
