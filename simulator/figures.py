"""What came of it: the figures a simulation prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import F, QuerySet

from forums.models import Action, Forum, Meeting, Motion
from forums.rules.actions import NAGS_BEFORE_A_GROUND
from kpis.models import Deviation, Reading
from labs.models import Plan, Revision
from ledger.models import Event, Seal
from people.models import Appointment
from reviews.models import (
    BumpUp,
    Dispute,
    Extension,
    InformationRequest,
    LessonAsk,
    Party,
    Review,
    RulingProposal,
    Tier,
    TimeAsked,
)
from simulator.world import World

LEVELS = ("1", "2", "3", "4")


def of(world: World, months: int) -> dict[str, Any]:
    """All figures but those of the checks. Days are calendar days, to a tenth."""
    return {
        "deviations": Deviation.objects.count(),
        "reviews": _reviews(),
        "disputes": _disputes(world, months),
        "plans": _plans(),
        "median_days": _durations(world),
        "meetings": _counted(Meeting.objects.exclude(state="planned"), "state"),
        "motions": _counted(Motion.objects.all(), "state"),
        "actions": {
            **_counted(Action.objects.all(), "state"),
            "became_a_ground": Action.objects.filter(nags__gte=NAGS_BEFORE_A_GROUND).count(),
        },
        "posts": {
            "fell_vacant": Appointment.objects.filter(acting=False, ends_on__isnull=False).count(),
            "somebody_acted": Appointment.objects.filter(acting=True).count(),
        },
        "corrections": Reading.objects.filter(corrects__isnull=False).count(),
        "forums_closed": Forum.objects.filter(closed_on__isnull=False).count(),
        "lessons": {
            "asked": LessonAsk.objects.count(),
            "given": LessonAsk.objects.filter(answer="lesson").count(),
            "nothing_new": LessonAsk.objects.filter(answer="nothing_new").count(),
        },
        "refused": dict(sorted(world.refused.items())),
        "events": Event.objects.count(),
        "head": _head(),
    }


def _counted(rows: QuerySet[Any], column: str) -> dict[str, int]:
    """How many rows have which value."""
    return dict(sorted(Counter(rows.values_list(column, flat=True)).items()))


def _reviews() -> dict[str, Any]:
    return {
        "opened": Review.objects.count(),
        "open": Review.objects.filter(state=Review.State.OPEN).count(),
        "closed": _counted(Review.objects.filter(state=Review.State.CLOSED), "outcome"),
    }


def _disputes(world: World, months: int) -> dict[str, Any]:
    """Tiers are numbered by how high the forum stands: 1 working committee to 4 top."""
    levels = {
        (dispute, number): str(world.levels[forum])
        for dispute, number, forum in Tier.objects.values_list("dispute", "number", "forum")
    }
    ended: dict[str, Counter[str]] = {"settled": Counter(), "ruled": Counter()}
    rows = Dispute.objects.filter(state__in=ended).order_by("pk")
    for pk, state, tier in rows.values_list("pk", "state", "tier"):
        ended[state][levels[pk, tier]] += 1
    at_top = ended["ruled"][LEVELS[-1]]
    return {
        "opened": Dispute.objects.count(),
        "open": Dispute.objects.filter(state="open").count(),
        "withdrawn": Dispute.objects.filter(state="withdrawn").count(),
        "opened_in_error": Dispute.objects.filter(state="withdrawn")
        .exclude(parties__withdrew_at__isnull=False)
        .count(),
        "joined_late": Party.objects.filter(joined_at__gt=F("dispute__at")).count(),
        "before_conflict_forum": Dispute.objects.filter(is_distributional=True).count(),
        "time": {"asked": TimeAsked.objects.count(), "given": Extension.objects.count()},
        "information": _information(),
        "settled_per_tier": {level: ended["settled"][level] for level in LEVELS},
        "rulings_per_tier": {level: ended["ruled"][level] for level in LEVELS},
        "rulings_at_top_per_year": round(at_top * 12 / months, 1),
        "bump_ups": _counted(BumpUp.objects.all(), "trigger"),
        "ruled_again": RulingProposal.objects.filter(
            motion__decision__supersedes__isnull=False
        ).count(),
    }


def _information() -> dict[str, int]:
    """What became of requests; silent: their day passed, also when answered later."""
    told = _counted(InformationRequest.objects.all(), "state")
    silent = InformationRequest.objects.filter(silent_since__isnull=False).count()
    return {**told, "silent": silent}


def _plans() -> dict[str, Any]:
    in_force = Plan.objects.filter(in_force__isnull=False).count()
    revised = Plan.objects.filter(in_force__number__gt=1).count()
    return {
        "in_force": in_force,
        "revised": revised,
        "share_revised": round(revised / in_force, 2) if in_force else None,
        "revisions": Revision.objects.filter(state="adopted").count(),
    }


def _durations(world: World) -> dict[str, Any]:
    """Medians of the steps from a deviation to what came of it; null where none was taken."""
    reviews = Review.objects.order_by("pk").prefetch_related(
        "deviations__deviation", "explanations"
    )
    opened, explained, decided = [], [], []
    for review in reviews:
        first = min((row.deviation.opened_at for row in review.deviations.all()), default=None)
        said = min((row.at for row in review.explanations.all()), default=None)
        opened.append((first, review.opened_at))
        explained.append((review.opened_at, said))
        decided.append((said or review.opened_at, review.closed_at))
    revisions = Revision.objects.filter(state="adopted", number__gt=1).select_related("decision")
    in_force = [(row.decision.at if row.decision else None, row.adopted_at) for row in revisions]
    return {
        "deviation_to_review": _days(opened),
        "review_to_explanation": _days(explained),
        "explanation_to_decision": _days(decided),
        "decision_to_revision_in_force": _days(in_force),
        "dispute_per_tier": {level: _at_level(world, level) for level in LEVELS},
    }


def _at_level(world: World, level: str) -> float | None:
    rows = Tier.objects.filter(entered_at__isnull=False).select_related("dispute").order_by("pk")
    return _days(
        (tier.entered_at, tier.left_at or tier.dispute.ended_at)
        for tier in rows
        if str(world.levels[tier.forum_id]) == level
    )


def _days(
    spans: Iterable[tuple[datetime | date | None, datetime | date | None]],
) -> float | None:
    lengths = [(end - start).total_seconds() for start, end in spans if start and end]
    return round(median(lengths) / 86_400, 1) if lengths else None


def _head() -> str:
    last = Seal.objects.order_by("number").last()
    return last.digest if last is not None else ""
