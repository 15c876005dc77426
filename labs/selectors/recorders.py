"""Who recorded the revisions that needed no decision, as the ledger says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from labs.models import Revision
from ledger.models import Event


def named(revisions: Iterable[Revision]) -> list[Any]:
    """The revisions with ``recorded_by`` on each: a post, or "" where a forum decided.

    One query, none where a forum decided all of them.
    """
    rows: list[Any] = list(revisions)
    own = [str(row.pk) for row in rows if row.number and row.route == Revision.Route.OWNER]
    acts = Event.objects.filter(
        verb="revision.adopted", subject_type=Revision._meta.label_lower, subject_id__in=own
    )
    labels = dict(acts.values_list("subject_id", "actor_label")) if own else {}
    for row in rows:
        row.recorded_by = labels.get(str(row.pk), "")
    return rows
