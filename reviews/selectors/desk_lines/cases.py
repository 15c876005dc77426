"""Lines of what is argued and decided: votes, disputes, reviews, meetings, actions."""

from __future__ import annotations

import datetime
from typing import Any

from django.urls import reverse

from forums.models import Action
from people import days
from reviews.selectors.desk_lines.line import DISPUTE, KPI, PLAN, Line


def decision(row: Any) -> Line:
    return Line(
        key=f"decision:{row.pk}:confirm",
        title=row.motion.title,
        url=reverse("forums:decision", args=[row.pk]),
        decide=True,
        restricted=row.motion.restricted,
    )


def dispute(row: Any, act: str) -> Line:
    return Line(
        # Asked anew at each tier.
        key=f"dispute:{row.pk}:{act}:{row.tier}",
        title=row.title,
        url=reverse("reviews:dispute", args=[row.pk]),
        decide=True,
        due_on=row.deadline,
        about=(DISPUTE, row.pk),
    )


def offer(row: Any) -> Line:
    return Line(
        key=f"settlement:{row.pk}:answer",
        title=row.dispute.title,
        url=reverse("reviews:dispute", args=[row.dispute_id]),
        decide=True,
        about=(DISPUTE, row.dispute_id),
    )


def question(row: Any) -> Line:
    return Line(
        key=f"information:{row.pk}:answer",
        title=row.question[:120],
        url=reverse("reviews:dispute", args=[row.dispute_id]),
        decide=True,
        due_on=row.due_on,
        about=(DISPUTE, row.dispute_id),
    )


def motion(row: Any) -> Line:
    return Line(
        key=f"motion:{row.pk}:vote",
        title=row.title,
        url=reverse("forums:motion", args=[row.pk]),
        decide=True,
        due_on=row.closes_at.date() if row.closes_at else None,
        restricted=row.restricted,
    )


def minute(row: Any) -> Line:
    return Line(
        key=f"motion:{row.pk}:minute",
        title=row.title,
        url=reverse("reviews:minute", args=[row.pk]),
        restricted=row.restricted,
    )


def review(row: Any, act: str, due_on: datetime.date | None, *, decide: bool) -> Line:
    return Line(
        key=f"review:{row.pk}:{act}",
        title=row.kpi.name if row.kpi else (row.milestone_title or ""),
        url=reverse("reviews:review", args=[row.pk]),
        decide=decide,
        due_on=due_on,
        about=(KPI, row.kpi_id) if row.kpi_id else (PLAN, row.plan_id),
    )


def referral(row: Any) -> Line:
    return Line(
        key=f"referral:{row.pk}:answer",
        title=row.text[:120],
        url=reverse("reviews:referral", args=[row.pk]),
        decide=True,
        due_on=row.due_on,
        about=about_referral(row),
    )


def about_referral(row: Any) -> tuple[str, int]:
    if row.dispute_id:
        return DISPUTE, row.dispute_id
    review = row.review
    return (KPI, review.kpi_id) if review.kpi_id else (PLAN, review.plan_id)


def panel(row: Any) -> Line:
    return Line(
        key=f"panel:{row.panel.pk}:{'score' if row.count else 'report'}",
        title=row.panel.name,
        url=reverse("reviews:panel", args=[row.panel.pk]),
        decide=True,
    )


def action(row: Any) -> Line:
    return Line(
        key=f"action:{row.pk}:do",
        title=row.title,
        url=reverse("forums:action", args=[row.pk]),
        due_on=row.due_on,
        restricted=bool(row.decision and row.decision.motion.restricted),
    )


def to_check(row: Any) -> Line:
    return Line(
        key=f"action:{row.pk}:verify",
        title=row.title,
        url=reverse("forums:action", args=[row.pk]),
        decide=row.priority == Action.Priority.HIGH,
        restricted=bool(row.decision and row.decision.motion.restricted),
    )


def lesson(row: Any) -> Line:
    return Line(
        key=f"lesson:{row.ask}:answer",
        title=row.title,
        url=reverse("reviews:lesson_ask", args=[row.ask]),
        restricted=row.restricted,
    )


def meeting(row: Any, act: str, *, decide: bool = False) -> Line:
    return Line(
        key=f"meeting:{row.pk}:{act}",
        title=f"{row.forum.name}, {days.in_words(row.local)}",
        url=reverse("forums:meeting", args=[row.pk]),
        decide=decide,
        due_on=row.call_on if act == "agenda" else None,
    )
