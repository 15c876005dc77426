"""What answers an obstacle: a step, a dependency, an action or a KPI."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy

from forums.models import Action
from kpis.models import Kpi
from labs.models import Obstacle, Plan
from labs.services import obstacles
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from reviews.models import ObstacleAnswer, Review


class AnswerRefused(Refused):
    message = gettext_lazy(
        "Choose one thing that answers the obstacle: a step, a request, an action or a KPI."
    )
    code = "obstacle_answer"


class ObstacleGone(Refused):
    message = gettext_lazy("This obstacle is out of the way. Open it again before you answer it.")
    code = "obstacle_gone"


@transaction.atomic
def answer(
    *,
    obstacle: Obstacle,
    plan: Plan | None = None,
    milestone_key: uuid.UUID | None = None,
    dependency_key: uuid.UUID | None = None,
    action: Action | None = None,
    kpi: Kpi | None = None,
    review: Review | None = None,
    by: Actor,
    at: datetime.datetime,
) -> ObstacleAnswer:
    """Link what answers an obstacle; it counts as being answered from now on.

    ``plan`` is that of the step or dependency; ``review`` the one that works on it, which
    may stand beside anything or alone. Linking the same again changes nothing. Raises
    AnswerRefused, ObstacleGone, ProgrammeClosed.
    """
    if obstacle.programme.is_closed:
        raise ProgrammeClosed
    given = [each for each in (milestone_key, dependency_key, action, kpi) if each is not None]
    if len(given) > 1 or not (given or review):
        raise AnswerRefused
    if (milestone_key or dependency_key) and plan is None:
        raise AnswerRefused
    if Obstacle.objects.filter(pk=obstacle.pk, state=Obstacle.State.GONE).exists():
        raise ObstacleGone
    marked = obstacles.mark_answered(obstacle=obstacle, by=by, at=at)
    link = {
        "plan": plan,
        "milestone_key": milestone_key,
        "dependency_key": dependency_key,
        "action": action,
        "kpi": kpi,
        "review": review,
    }
    made, created = ObstacleAnswer.objects.get_or_create(
        obstacle=marked, **link, defaults={"at": at, **ObstacleAnswer.fields_of(by)}
    )
    if created:
        events.record(
            verb="obstacle.linked",
            subject=marked,
            by=by,
            at=at,
            data={
                "answer": made.pk,
                "plan": plan.pk if plan else None,
                "step": str(milestone_key or ""),
                "dependency": str(dependency_key or ""),
                "action": action.pk if action else None,
                "kpi": kpi.pk if kpi else None,
                "review": review.pk if review else None,
            },
            programme_id=obstacle.programme_id,
            restricted=_restricted(marked, plan, kpi),
        )
    return made


def _restricted(obstacle: Obstacle, plan: Plan | None, kpi: Kpi | None) -> bool:
    labs = [each for each in (obstacle.lab, plan.lab if plan else None) if each is not None]
    kept = any(each.restricted_to.exists() for each in labs)
    return kept or bool(kpi and kpi.restricted_to.exists())
