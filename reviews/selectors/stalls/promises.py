"""What somebody should have been reminded of."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from forums.models import Action
from reviews.models import Prompt, Referral
from reviews.selectors.stalls.cases import restricted_among
from reviews.selectors.stalls.found import Finding, Looked

# A day is over everywhere; whose zone it is need not be asked.
OVER = timedelta(days=1, hours=14)
# From the due day to the first reminder there may be holidays.
FIRST_REMINDER = timedelta(days=12)


def actions(at: datetime) -> Looked:
    """Open actions whose day of reminder has gone by, or long overdue without such a day."""
    opened = Action.objects.filter(state=Action.State.OPEN)
    never = Q(nag_on=None, due_on__lt=(at - FIRST_REMINDER).date())
    late = opened.filter(Q(nag_on__lt=(at - OVER).date()) | never).order_by("pk")
    found = [
        Finding(f"action:{pk}", title, reverse("forums:action", args=[pk]), bool(restricted))
        for pk, title, restricted in late.values_list("pk", "title", "decision__motion__restricted")
    ]
    return Looked(opened.count(), found)


def referrals(at: datetime) -> Looked:
    """Open referrals whose day of reminder has gone by, or long overdue without such a day."""
    opened = Referral.objects.filter(state=Referral.State.OPEN)
    never = Q(nag_on=None, due_on__lt=(at - FIRST_REMINDER).date())
    late = list(opened.filter(Q(nag_on__lt=(at - OVER).date()) | never).order_by("pk"))
    kept = restricted_among(each.dispute_id for each in late if each.dispute_id is not None)
    found = [
        Finding(
            f"referral:{each.pk}",
            each.text[:120],
            reverse("reviews:referral", args=[each.pk]),
            # Of a review no text is shown either: its KPI may be restricted.
            restricted=each.review_id is not None or each.dispute_id in kept,
        )
        for each in late
    ]
    return Looked(opened.count(), found)


def prompts(at: datetime) -> Looked:
    """Things that wait for somebody and were not brought up again on the day."""
    opened = Prompt.objects.filter(done_at=None)
    late = opened.filter(again_on__lt=(at - OVER).date()).order_by("pk")
    found = [
        Finding(f"prompt:{pk}", title, restricted=True)
        for pk, title in late.values_list("pk", "title")
    ]
    return Looked(opened.count(), found)
