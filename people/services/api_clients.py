"""Tokens of integrating systems. Times here are real, not business time: a token
must not outlive its expiry because a demonstration lives in another year.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger import wallclock
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import ApiClient, User
from people.rules import tokens

READ = "read"
WRITE_READINGS = "readings:write"
WRITE_DISPUTES = "disputes:write"
WRITE_PANELS = "panels:write"
SCOPES = (READ, WRITE_READINGS, WRITE_DISPUTES, WRITE_PANELS)
USED_EVERY = datetime.timedelta(minutes=1)


class ScopeUnknown(Refused):
    message = _("Choose at least one of the scopes in the list.")
    code = "scope_unknown"


class ExpiresInThePast(Refused):
    message = _("Choose a day in the future as the token's last day.")
    code = "expires_in_the_past"


class AlreadyRevoked(Refused):
    message = _("This token has already been revoked.")
    code = "already_revoked"


class NameMissing(Refused):
    message = _("Say which system the token is for.")
    code = "name_missing"


@transaction.atomic
def issue(
    *,
    name: str,
    user: User,
    scopes: Sequence[str],
    expires_at: datetime.datetime,
    by: Actor,
    at: datetime.datetime,
) -> tuple[ApiClient, str]:
    """Make a token that acts as ``user``; returns the row and the token, shown once.

    ``expires_at`` is real time. Raises ScopeUnknown, ExpiresInThePast, NameMissing.
    """
    if not name.strip():
        raise NameMissing(fields={"name": NameMissing.message})
    if not scopes or not set(scopes) <= set(SCOPES):
        raise ScopeUnknown(fields={"scopes": ScopeUnknown.message})
    now = wallclock.now()
    if expires_at <= now:
        raise ExpiresInThePast(fields={"expires_on": ExpiresInThePast.message})
    token, prefix = tokens.new_token()
    client = ApiClient.objects.create(
        name=name.strip(),
        user=user,
        prefix=prefix,
        digest=tokens.digest(token),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=expires_at,
    )
    events.record(
        verb="api_client.issued",
        subject=client,
        by=by,
        at=at,
        data={"user": user.pk, "scopes": client.scopes, "expires_at": expires_at},
        texts={"name": client.name},
    )
    return client, token


@transaction.atomic
def revoke(*, client: ApiClient, by: Actor, at: datetime.datetime) -> ApiClient:
    """End a token at once. Raises AlreadyRevoked."""
    now = wallclock.now()
    if ApiClient.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=now) != 1:
        raise AlreadyRevoked
    client.revoked_at = now
    events.record(verb="api_client.revoked", subject=client, by=by, at=at)
    return client


def note_use(*, client: ApiClient) -> bool:
    """Note that a token was used, at most once a minute; no event, it changes nothing."""
    now = wallclock.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
    return ApiClient.objects.filter(stale, pk=client.pk).update(last_used_at=now) == 1
