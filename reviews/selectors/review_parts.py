"""What hangs on a review besides its deviations and motions: evidence, referrals, actions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from forums.models import Action
from kpis.models import Deviation
from people.rules import workdays
from people.selectors import calendars
from reviews.models import Explanation, ExplanationSource, Referral, Review, ReviewDeviation
from reviews.selectors import referrals
from reviews.selectors.referrals import Line
from reviews.selectors.subjects import Subject


@dataclass(frozen=True)
class Joined:
    """A deviation of the review, since when it has been part of it, and whether it opened it."""

    deviation: Deviation
    at: datetime.datetime
    opened: bool


@dataclass(frozen=True)
class Parts:
    """All of it for the page of a review."""

    joined: list[Joined]
    referrals: list[Line]
    actions: list[Action]
    sources: dict[int, list[ExplanationSource]] = field(default_factory=dict)
    days_left: int | None = None
    late: bool = False

    @property
    def came_later(self) -> list[Joined]:
        """What joined the review after it was opened."""
        return [row for row in self.joined if not row.opened]

    @property
    def opened_it(self) -> list[Joined]:
        """What the review was opened for."""
        return [row for row in self.joined if row.opened]

    @property
    def all_done(self) -> bool:
        """Whether every action it decided has ended: the forum looks again."""
        return bool(self.actions) and not any(is_waiting(row) for row in self.actions)

    @property
    def refused(self) -> list[Line]:
        """Requests that were refused: a dispute may be opened about them."""
        return [row for row in self.referrals if row.referral.state == Referral.State.REFUSED]


def is_waiting(action: Action) -> bool:
    """Whether an action has not ended: one of high priority ends when somebody verified it."""
    if action.state == Action.State.DONE:
        return action.priority == Action.Priority.HIGH
    return action.state == Action.State.OPEN


def of(
    review: Review,
    subject: Subject,
    explanations: Sequence[Explanation],
    user: Any,
    on: datetime.date,
) -> Parts:
    """The parts of one review, in a fixed number of queries."""
    sources: dict[int, list[ExplanationSource]] = {}
    rows = ExplanationSource.objects.filter(explanation__review=review).select_related("document")
    for row in rows.order_by("dated", "pk"):
        sources.setdefault(row.explanation_id, []).append(row)
    for explanation in explanations:
        explanation.shown_sources = sources.get(explanation.pk, [])  # type: ignore[attr-defined]
    first = min((each.at for each in explanations), default=None)
    return Parts(
        joined=_joined(review),
        referrals=referrals.lines(
            referrals.loaded(Referral.objects.filter(review=review)).order_by("pk"), user, on
        ),
        actions=_actions(review),
        sources=sources,
        days_left=None if first else _days_left(review, subject, on),
        late=first is not None and subject.day(first) > review.explain_by,
    )


def _joined(review: Review) -> list[Joined]:
    rows = ReviewDeviation.objects.filter(review=review).select_related(
        "deviation__rule",
        "deviation__series__cell",
        "deviation__first_signal__version__rule",
        "deviation__first_signal__series__definition",
        "deviation__first_signal__series__cell",
        "deviation__last_signal__version__rule",
        "deviation__last_signal__series__definition",
        "deviation__last_signal__series__cell",
    )
    return [
        Joined(row.deviation, row.joined_at, row.joined_at <= review.opened_at)
        for row in rows.order_by("joined_at", "pk")
    ]


def _actions(review: Review) -> list[Action]:
    if review.decision_id is None:
        return []
    rows = Action.objects.filter(decision=review.decision_id)
    return list(rows.select_related("owner__organisation", "verifier").order_by("due_on", "pk"))


def _days_left(review: Review, subject: Subject, on: datetime.date) -> int | None:
    """Working days until the last day to explain, counted as the deadline was; None once passed."""
    if review.state != Review.State.OPEN or review.explain_by < on:
        return None
    country = subject.forum.country or subject.programme.country
    off = calendars.holidays(country, on.year, review.explain_by.year)
    return workdays.working_days_between(on, review.explain_by, off)
