"""How the way to the targets of a series runs: changed in a draft like the targets themselves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Change, Revision
from labs.rules import paths
from labs.rules import revisions as rules
from labs.services import problems
from labs.services.revisions.drafts import claim, record
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

Path = Mapping[str, str | None]


class PathRefused(Refused):
    message = _("This path cannot be saved yet. Mend what is marked.")
    code = "path"


@transaction.atomic
def set_path(
    *,
    revision: Revision,
    series_key: uuid.UUID,
    before: Path | None,
    after: Path | None,
    reason: str = "",
    label: str = "",
    by: Actor,
    at: datetime,
) -> Change | None:
    """Set, change or (``after`` None) drop the path of a series.

    A path is {"method": "points", "steps" or "linear", "baseline": number as text,
    "baseline_on": last day of its period}; the last two are given together or not at
    all. ``before`` is the path in force, None if there is none. ``label`` says in words
    what the path is of, for readers of the revision. None when it ends up as it is in
    force. Raises NotADraft, PathRefused.
    """
    claim(revision)
    old, new = _read(before), _read(after)
    reason = reason.strip()
    change = None
    if old == new:
        revision.changes.filter(part=Change.Part.TARGET, key=series_key, field=rules.PATH).delete()
    else:
        said: dict[str, Any] = {
            "after": new,
            "reason": reason,
            "label": label.strip()[:300],
            "by_user_id": by.user_id,
        }
        change, _new = Change.objects.update_or_create(
            revision=revision,
            part=Change.Part.TARGET,
            key=series_key,
            field=rules.PATH,
            defaults=said,
            create_defaults={
                **said,
                "before": old,
                "touches": rules.touches(rules.TARGET, rules.PATH),
            },
        )
    record(
        "path.set" if new else "path.dropped",
        revision,
        by=by,
        at=at,
        data={"series": series_key, "before": old, "after": new},
        texts={"reason": reason},
    )
    return change


def _read(path: Path | None) -> dict[str, str | None] | None:
    """The path in its one spelling. Raises PathRefused."""
    if path is None:
        return None
    read, wrong = paths.read(path)
    if wrong:
        raise PathRefused(fields=problems.by_field(wrong))
    return read
