"""Taking a part out of a draft together with all that hangs on it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from labs.models import Revision
from labs.rules import parts
from labs.selectors import content
from labs.services.revisions.drafts import claim
from labs.services.revisions.edits import remove
from ledger.rules.actors import Actor


@transaction.atomic
def remove_whole(
    *,
    revision: Revision,
    part: str,
    key: uuid.UUID,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> uuid.UUID:
    """Take a part out of the draft, and first what belongs to it, from below; one reason for all.

    Steps of others that wait for what would go keep it: StillNeeded, and nothing is taken
    out. Raises NotADraft, PartGone, StillNeeded.
    """
    claim(revision)
    below = parts.belonging(part, key, content.raw_draft(revision))
    for kind, each in reversed(below):
        remove(revision=revision, part=kind, key=each, reason=reason, by=by, at=at)
    return remove(revision=revision, part=part, key=key, reason=reason, by=by, at=at)
