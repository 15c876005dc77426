"""An owner's change of execution within the limits comes into force: recorded, not decided."""

from __future__ import annotations

import datetime

from django.db import transaction

from labs.models import Revision
from labs.services import revisions
from ledger.rules.actors import Actor
from reviews.services import adoptions, gate


@transaction.atomic
def record(*, revision: Revision, by: Actor, at: datetime.datetime) -> Revision:
    """Bring a draft into force that is its owner's to make, and tell who works on the plan.

    Raises gate.Incomplete and what labs.services.revisions.record_as_owner raises.
    """
    gate.require_complete(revision)
    adopted = revisions.record_as_owner(revision=revision, by=by, at=at)
    adoptions.tell(revision=adopted, decision=None, by=by, at=at)
    return adopted
