"""Invitations: sent by mail and handed over as a link; each works once, for a while.

Expiry is real time, as with every secret.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ledger import wallclock
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Invitation, Post, User
from people.models.access import Role
from people.rules import tokens
from people.services import appointments, roles, users

VALID_FOR = datetime.timedelta(days=14)


class NotValid(Refused):
    message = _("This invitation no longer works. Ask whoever invited you for a new one.")
    code = "invitation_not_valid"


class NothingToWithdraw(Refused):
    message = _("This invitation has already been accepted or withdrawn.")
    code = "nothing_to_withdraw"


class RoleUnknown(Refused):
    message = _("Choose a role from the list.")
    code = "role_unknown"


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    post: Post | None = None,
    role: str = "",
    by: Actor,
    at: datetime.datetime,
) -> tuple[Invitation, str]:
    """Invite a person; returns the row and the secret of the link, shown once.

    An earlier open invitation to the address is withdrawn. Raises what
    ``users.create`` raises about address and name, and RoleUnknown.
    """
    email = email.strip().lower()
    users.check_new(email=email, name=name)
    if role and role not in Role.values:
        raise RoleUnknown(fields={"role": RoleUnknown.message})
    if by.user_id is None:
        raise ValueError("a person invites")
    now = wallclock.now()
    pending(email=email).update(withdrawn_at=now)
    secret = tokens.new_secret()
    invitation = Invitation.objects.create(
        email=email,
        name=name.strip(),
        post=post,
        role=role,
        digest=tokens.digest(secret),
        invited_by_id=by.user_id,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    events.record(
        verb="invitation.made",
        subject=invitation,
        by=by,
        at=at,
        data={"post": post.pk if post else None, "role": str(role)},
        texts={"email": email, "name": invitation.name},
    )
    return invitation, secret


def find(*, token: str) -> Invitation:
    """The open invitation of a link. Raises NotValid for any other."""
    found = Invitation.objects.select_related("post__organisation").filter(
        digest=tokens.digest(token),
        accepted_by=None,
        withdrawn_at=None,
        expires_at__gt=wallclock.now(),
    )
    invitation = found.first()
    if invitation is None:
        raise NotValid
    return invitation


@transaction.atomic
def accept(*, token: str, name: str, password: str, at: datetime.datetime) -> User:
    """Make the account of whoever holds the link, with the post and role it promised.

    Their clock is that of whoever invited them until they choose another.
    The invited person acts, so there is no ``by``. Raises NotValid, PasswordUnfit
    and what ``users.create`` and ``appointments.appoint`` raise.
    """
    invitation = find(token=token)
    users.check_password(password=password, email=invitation.email, name=name)
    inviter = Actor(user_id=invitation.invited_by_id, label="invitation")
    user = users.create(
        email=invitation.email,
        name=name,
        password=password,
        time_zone=invitation.invited_by.time_zone,
        by=inviter,
        at=at,
    )
    claimed = Invitation.objects.filter(
        pk=invitation.pk, accepted_by=None, withdrawn_at=None
    ).update(accepted_by=user, accepted_at=wallclock.now())
    if claimed != 1:
        raise NotValid
    if invitation.role:
        roles.grant(user=user, role=invitation.role, by=inviter, at=at)
    appointed = _appoint(invitation, user, inviter, at)
    event = events.record(
        verb="invitation.accepted",
        subject=invitation,
        by=Actor(user_id=user.pk, label="invited person"),
        at=at,
        data={"user": user.pk, "appointed": appointed},
    )
    if invitation.post is not None and not appointed:
        title = _("%(name)s has joined, but someone else holds the post meanwhile: %(post)s")
        notices.notify(
            event=event,
            recipients=[invitation.invited_by_id],
            title=str(title) % {"name": user.name, "post": invitation.post},
        )
    return user


def _appoint(invitation: Invitation, user: User, by: Actor, at: datetime.datetime) -> bool:
    """Put the person into the post they were promised, unless it has been filled since."""
    if invitation.post is None:
        return False
    try:
        appointments.appoint(post=invitation.post, user=user, starts_on=at.date(), by=by, at=at)
    except (appointments.Occupied, appointments.Abolished):
        return False
    return True


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Actor, at: datetime.datetime) -> Invitation:
    """Make the link useless. Raises NothingToWithdraw."""
    now = wallclock.now()
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_by=None, withdrawn_at=None)
    if still_open.update(withdrawn_at=now) != 1:
        raise NothingToWithdraw
    invitation.withdrawn_at = now
    events.record(verb="invitation.withdrawn", subject=invitation, by=by, at=at)
    return invitation


def pending(*, email: str) -> QuerySet[Invitation]:
    """Open invitations to an address."""
    return Invitation.objects.filter(email__iexact=email, accepted_by=None, withdrawn_at=None)
