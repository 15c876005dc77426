"""Changing target values in a draft. What the targets are of is known above, and given in words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Change, Revision
from labs.rules import parts
from labs.rules import revisions as rules
from labs.services import problems
from labs.services.revisions.drafts import claim, record
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

Numbers = Mapping[str, str | None]
NAMES = ("value", "high", "baseline")


class TargetRefused(Refused):
    message = _("This target cannot be saved yet. Mend what is marked.")
    code = "target"


@transaction.atomic
def set_target(
    *,
    revision: Revision,
    series_key: uuid.UUID,
    period: str,
    before: Numbers | None,
    after: Numbers | None,
    reason: str = "",
    label: str = "",
    by: Actor,
    at: datetime,
) -> Change | None:
    """Set, change or (``after`` None) drop the target of a series for a period.

    ``period``: "2012-01-01/2012-12-31". ``before`` is the target in force, None if
    there is none. Numbers are strings: value, high (of a range), baseline. ``label``
    says in words what the target is of and for which period, for readers of the
    revision. None when it ends up as it is in force. Raises NotADraft, TargetRefused.
    """
    claim(revision)
    try:
        period = parts.read_period(period)
    except parts.Unreadable as error:
        raise TargetRefused(fields={"period": problems.said(error.problem)}) from None
    old, new = _read(before), _read(after)
    _in_range(new)
    reason = reason.strip()
    rows = revision.changes.filter(part=Change.Part.TARGET, key=series_key, field=period)
    change = None
    if old == new:
        rows.delete()
    else:
        said = {
            "after": new,
            "reason": reason,
            "label": label.strip()[:300],
            "by_user_id": by.user_id,
        }
        change, _new = Change.objects.update_or_create(
            revision=revision,
            part=Change.Part.TARGET,
            key=series_key,
            field=period,
            defaults=said,
            create_defaults={
                **said,
                "before": old,
                "touches": rules.touches(rules.TARGET, period),
            },
        )
    record(
        "target.set" if new else "target.dropped",
        revision,
        by=by,
        at=at,
        data={"series": series_key, "period": period, "before": old, "after": new},
        texts={"reason": reason},
    )
    return change


def _read(numbers: Numbers | None) -> dict[str, str | None] | None:
    """The three numbers in their one spelling. Raises TargetRefused."""
    if numbers is None:
        return None
    read: dict[str, str | None] = {}
    for name in NAMES:
        text = str(numbers.get(name) or "").strip()
        try:
            read[name] = parts.read_decimal(text) if text else None
        except parts.Unreadable as error:
            raise TargetRefused(fields={name: problems.said(error.problem)}) from None
    if read["value"] is None:
        raise TargetRefused(fields={"value": str(_("Write the value to be reached."))})
    return read


def _in_range(numbers: Mapping[str, str | None] | None) -> None:
    if numbers is None or numbers["high"] is None:
        return
    if parts.number(numbers["high"]) < parts.number(numbers["value"] or "0"):
        raise TargetRefused(
            fields={"high": str(_("The upper value must not be below the lower one."))}
        )
