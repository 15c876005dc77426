"""Setting over how much a change of the plans a forum steers goes to which forum."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from forums.selectors import ladders
from labs.models import Limit
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events

MOST = Decimal("99999.99")


class LimitRefused(Refused):
    message = _("This limit cannot be set like this. Mend what is marked.")
    code = "limit"


@transaction.atomic
def set_limit(
    *, forum: Forum, kind: str, over: Decimal, decides: Forum, by: Actor, at: datetime
) -> Limit:
    """Let changes over ``over`` (per cent, days) go to ``decides``; of goals every change.

    The same amount again replaces its forum. Raises LimitRefused when ``decides`` is
    neither the forum itself nor above it.
    """
    over = Decimal(0) if kind == Limit.Kind.GOAL else over
    if not 0 <= over <= MOST:
        raise LimitRefused(fields={"over": str(_("Write a number from 0 to 99,999."))})
    if decides.pk not in {each.pk for each in ladders.ladder_from(forum)}:
        raise LimitRefused(
            fields={"decides": str(_("Choose the forum itself or one above it on its ladder."))}
        )
    limit, _new = Limit.objects.update_or_create(
        forum=forum, kind=kind, over=over, defaults={"decides": decides}
    )
    _record("limit.set", limit, by, at)
    return limit


@transaction.atomic
def drop(*, limit: Limit, by: Actor, at: datetime) -> None:
    """Take a limit away; of a kind without any the default holds. Safe to repeat."""
    pk = limit.pk
    if Limit.objects.filter(pk=pk).delete()[0]:
        limit.pk = pk
        _record("limit.dropped", limit, by, at)


def _record(verb: str, limit: Limit, by: Actor, at: datetime) -> None:
    events.record(
        verb=verb,
        subject=limit.forum,
        by=by,
        at=at,
        data={
            "kind": str(limit.kind),
            "over": format(limit.over, "f"),
            "decides": limit.decides_id,
        },
    )
