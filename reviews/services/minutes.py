"""The forum's decision as its secretary enters it: the signed minute, then the votes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.core.files.base import File
from django.db import transaction

from forums.models import Decision, Motion
from forums.services.votes import MinutedVote
from ledger.rules.actors import Actor
from people.models import Post
from people.services import documents
from reviews.services import voting


@transaction.atomic
def enter(
    *,
    motion: Motion,
    minuted: Sequence[MinutedVote],
    reason: str,
    dissent: str,
    sources: Sequence[tuple[str, datetime.date]],
    file: File,
    principal_post: Post,
    by: Actor,
    at: datetime.datetime,
) -> Decision:
    """Keep the signed minute, enter the votes it shows and apply what they decide.

    Either all of it is kept or nothing. Raises what people.services.documents.store
    and voting.record_minute raise.
    """
    document = documents.store(file=file, restricted=motion.restricted, by=by, at=at)
    return voting.record_minute(
        motion=motion,
        minuted=minuted,
        reason=reason,
        dissent=dissent,
        sources=sources,
        document=document,
        principal_post=principal_post,
        by=by,
        at=at,
    )
