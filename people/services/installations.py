"""The first run: the token that opens the set-up page, and closing it for good."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger import wallclock
from ledger.rules.errors import Refused
from people.models import Installation
from people.rules import tokens


class AlreadySetUp(Refused):
    message = _("This installation is already set up. Sign in instead.")
    code = "already_set_up"


class OtherKind(Refused):
    message = _("This database holds the other kind of data. Use another DATA_DIR.")
    code = "other_kind"


@transaction.atomic
def new_setup_token(*, kind: str) -> str:
    """A fresh token for the set-up page; earlier ones stop working.

    Makes the installation's row if there is none. Raises AlreadySetUp, OtherKind.
    """
    installation, _made = Installation.objects.get_or_create(
        singleton=True, defaults={"kind": kind}
    )
    if installation.kind != kind:
        raise OtherKind
    secret = tokens.new_secret()
    waiting = Installation.objects.filter(pk=installation.pk, set_up_at=None)
    if waiting.update(setup_digest=tokens.digest(secret)) != 1:
        raise AlreadySetUp
    return secret


def opens(*, token: str) -> bool:
    """Whether ``token`` opens the set-up page: right, and nobody has used it."""
    waiting = Installation.objects.filter(set_up_at=None).exclude(setup_digest="").first()
    return waiting is not None and tokens.proves(token, waiting.setup_digest)


@transaction.atomic
def close_setup(*, token: str) -> Installation:
    """Use the token up, by compare-and-set: of two at once one is refused.

    Raises AlreadySetUp.
    """
    waiting = Installation.objects.filter(set_up_at=None, setup_digest=tokens.digest(token))
    if waiting.update(set_up_at=wallclock.now(), setup_digest="") != 1:
        raise AlreadySetUp
    return current()


def current() -> Installation:
    """This installation's one row."""
    return Installation.objects.get()
