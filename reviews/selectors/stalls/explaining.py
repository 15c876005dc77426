"""Reviews whose day to explain passed without a word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from kpis.models import Kpi
from labs.models import Lab
from reviews.models import Explanation, Review
from reviews.selectors import reviews
from reviews.selectors.stalls.found import Finding, Looked
from reviews.selectors.stalls.promises import OVER


def not_said(at: datetime) -> Looked:
    """Open reviews nobody explained in time of which that was not said."""
    kept_kpi = Kpi.restricted_to.through.objects.filter(kpi=OuterRef("kpi"))
    kept_lab = Lab.restricted_to.through.objects.filter(lab=OuterRef("plan__lab"))
    opened = Review.objects.filter(
        state=Review.State.OPEN,
        kpi__area__programme__closed_at=None,
        plan__lab__area__programme__closed_at=None,
    )
    late = opened.filter(
        ~Exists(Explanation.objects.filter(review=OuterRef("pk"))),
        unexplained_at=None,
        explain_by__lt=(at - OVER).date(),
    ).annotate(kept=Exists(kept_kpi) | Exists(kept_lab))
    rows: Any = reviews.listed(late).order_by("pk")
    found = [
        Finding(
            f"explaining:{pk}",
            kpi or milestone or str(pk),
            reverse("reviews:review", args=[pk]),
            restricted=kept,
        )
        for pk, kpi, milestone, kept in rows.values_list(
            "pk", "kpi__name", "milestone_title", "kept"
        )
    ]
    return Looked(opened.count(), found)
