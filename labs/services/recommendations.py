"""Recommendations: who follows each up, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Programme, Recommendation
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Post

State = Recommendation.State


class RecommendationRefused(Refused):
    message = _("The recommendation cannot be kept like this. Mend what is marked.")
    code = "recommendation"


class RecommendationMoved(Refused):
    message = _("Its status changed meanwhile. Look at it again before you go on.")
    code = "recommendation_moved"


@transaction.atomic
def add(
    *,
    programme: Programme,
    title: str,
    source: str,
    text: str = "",
    owner: Post | None = None,
    by: Actor,
    at: datetime,
) -> Recommendation:
    """Keep what was recommended, by whom or where. Raises RecommendationRefused, ProgrammeClosed."""
    if programme.is_closed:
        raise ProgrammeClosed
    title, source = _filled("title", title), _filled("source", source)
    if programme.recommendations.filter(title=title, source=source).exists():
        raise RecommendationRefused(
            fields={"title": _("This recommendation of that source is kept already.")}
        )
    made = Recommendation.objects.create(
        programme=programme,
        title=title,
        source=source,
        text=text.strip(),
        owner=owner,
        at=at,
        **Recommendation.fields_of(by),
    )
    data = {"owner": owner.pk if owner else None}
    _record("recommendation.added", made, by, at, data, {"title": made.title})
    return made


@transaction.atomic
def assign(
    *, recommendation: Recommendation, owner: Post | None, by: Actor, at: datetime
) -> Recommendation:
    """Say who follows it up. Raises ProgrammeClosed."""
    if recommendation.programme.is_closed:
        raise ProgrammeClosed
    if recommendation.owner_id == (owner.pk if owner else None):
        return recommendation
    recommendation.owner = owner
    recommendation.save(update_fields=["owner"])
    data = {"owner": owner.pk if owner else None}
    _record("recommendation.assigned", recommendation, by, at, data, {})
    return recommendation


@transaction.atomic
def set_state(
    *,
    recommendation: Recommendation,
    state: str,
    reason: str = "",
    basis: str = "",
    by: Actor,
    at: datetime,
) -> Recommendation:
    """Where it stands now; done asks for evidence, declined for a reason.

    ``recommendation`` is as its reader saw it: raises RecommendationMoved when its status
    changed since. Raises RecommendationRefused, ProgrammeClosed.
    """
    if recommendation.programme.is_closed:
        raise ProgrammeClosed
    reason, basis = reason.strip(), basis.strip()
    if state == State.DONE and not basis:
        raise RecommendationRefused(fields={"basis": _("Say what shows that it is done.")})
    if state == State.DECLINED and not reason:
        raise RecommendationRefused(fields={"reason": _("Say why it is declined.")})
    seen = Recommendation.objects.filter(pk=recommendation.pk, state=recommendation.state)
    if seen.update(state=state, state_reason=reason, basis=basis) != 1:
        raise RecommendationMoved
    before = recommendation.state
    recommendation.refresh_from_db()
    texts = {"reason": reason, "basis": basis}
    data = {"from": before, "to": state}
    _record("recommendation.moved", recommendation, by, at, data, texts)
    return recommendation


def _filled(field: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > 300:
        raise RecommendationRefused(fields={field: _("Fill this in, in 300 characters.")})
    return text


def _record(
    verb: str,
    recommendation: Recommendation,
    by: Actor,
    at: datetime,
    data: dict[str, Any],
    texts: dict[str, str],
) -> None:
    events.record(
        verb=verb,
        subject=recommendation,
        by=by,
        at=at,
        data=data,
        texts=texts,
        programme_id=recommendation.programme_id,
    )
