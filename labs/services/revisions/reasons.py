"""Why a draft changes what is in force: one reason may serve a selection of changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labs.models import Change, Revision
from labs.services.revisions.drafts import claim, record
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

LISTED = 200  # ids in an event; of more only how many


class ReasonMissing(Refused):
    """``changes`` are those that do not say why."""

    message = _("Some changes do not say why yet. Give each its reason, then try again.")
    code = "reason_missing"

    def __init__(self, changes: Sequence[Change] = ()) -> None:
        n = len(changes)
        said = ngettext(
            "%(n)d change does not say why yet. Give it its reason, then try again.",
            "%(n)d changes do not say why yet. Give each its reason, then try again.",
            n,
        )
        super().__init__(said % {"n": n} if n else None)
        self.changes = list(changes)


class ReasonRefused(Refused):
    message = _("Choose the changes, and write the reason they have in common.")
    code = "reason_refused"


def require(changes: Iterable[Change]) -> None:
    """Raise ReasonMissing for the changes that do not say why."""
    missing = [change for change in changes if not change.reason]
    if missing:
        raise ReasonMissing(missing)


@transaction.atomic
def give_reason(
    *,
    revision: Revision,
    changes: Collection[int] | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> int:
    """Give one reason to a selection of a draft's changes; how many got it.

    ``changes`` are their ids; None: every change that has no reason yet. Who wrote a
    change stays who wrote it. Raises NotADraft, ReasonRefused.
    """
    claim(revision)
    reason = reason.strip()
    if not reason:
        raise ReasonRefused(fields={"reason": str(_gettext("Write why this changes."))})
    rows = revision.changes.all()
    chosen = rows.filter(reason="") if changes is None else rows.filter(pk__in=set(changes))
    ids = list(chosen.order_by("pk").values_list("pk", flat=True))
    if not ids or (changes is not None and len(ids) != len(set(changes))):
        raise ReasonRefused(
            fields={"changes": str(_gettext("Choose changes that are in the draft now."))}
        )
    chosen.update(reason=reason)
    Change.objects.filter(pk__in=ids, by_user=None).update(by_user=by.user_id)
    record(
        "revision.reasoned",
        revision,
        by=by,
        at=at,
        data={"changes": ids if len(ids) <= LISTED else len(ids)},
        texts={"reason": reason},
    )
    return len(ids)
