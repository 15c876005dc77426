"""Where a mini-lab or a reconvened lab comes from, as far as a reader may see it.

Labs know no review and ask here, by the setting LAB_ORIGIN.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from forums.permissions import readable_motions
from kpis.selectors import kpis as kpi_selectors
from labs.models import Lab
from reviews.models import LabBrief, Review
from reviews.selectors import reviews, subjects


@dataclass(frozen=True)
class Origin:
    """Where a lab comes from, as one reader may see it; what they may not is left empty."""

    decision: str = ""
    decision_url: str = ""
    review: str = ""
    review_url: str = ""
    kpis: list[tuple[str, str]] = field(default_factory=list)
    hidden_kpis: int = 0


def origin(lab: Lab, user: Any, *, on: datetime.date) -> Origin:
    """The review, decision and KPIs in doubt behind a lab (asked by labs, see LAB_ORIGIN)."""
    brief = (
        LabBrief.objects.filter(lab=lab)
        .select_related("review__kpi", "review__plan__lab", "lab__decision__motion")
        .first()
    )
    decision = lab.decision
    if decision is None:
        return Origin()
    open_to = decision.motion_id in readable_motions(user, [decision.motion_id], on=on)
    named: dict[str, Any] = {
        "decision": str(decision.motion.title) if open_to else "",
        "decision_url": reverse("forums:decision", args=[decision.pk]) if open_to else "",
    }
    if brief is None:
        return Origin(**named)
    readable = reviews.readable(user, on).filter(pk=brief.review_id).exists()
    seen = brief.kpis.filter(pk__in=kpi_selectors.readable(user, on).values("pk"))
    kpis = [(kpi.name, reverse("kpis:kpi", args=[kpi.code])) for kpi in seen.order_by("name")]
    return Origin(
        **named,
        review=_title(brief.review) if readable else "",
        review_url=reverse("reviews:review", args=[brief.review_id]) if readable else "",
        kpis=kpis,
        hidden_kpis=brief.kpis.count() - len(kpis),
    )


def _title(review: Review) -> str:
    return _("Review of %(subject)s") % {"subject": subjects.of_review(review).title}
