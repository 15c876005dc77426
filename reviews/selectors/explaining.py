"""What may be chosen on the form that explains a review: of whom something is asked, about what."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kpis.models import LiveReading, Reading
from kpis.selectors import kpis as kpi_selectors
from labs.models import Dependency
from people import days
from people.models import Organisation
from reviews.models import Referral, Review
from reviews.rules import referrals as rules
from reviews.selectors import subjects

READINGS = 36
Choice = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """Whom and what a request may name."""

    organisations: Any
    needs: list[Choice] = field(default_factory=list)
    readings: list[LiveReading] = field(default_factory=list)
    asked: list[Referral] = field(default_factory=list)

    @property
    def asked_kinds(self) -> set[str]:
        """Kinds that the review has put to somebody already."""
        return {row.kind for row in self.asked}


def choices(review: Review) -> Choices:
    """Everything the form offers, in a fixed number of queries."""
    asked = review.referrals.exclude(state=Referral.State.WITHDRAWN)
    return Choices(
        organisations=Organisation.objects.filter(succeeded_on=None).order_by("name"),
        needs=_needs(review),
        readings=_readings(review),
        asked=list(asked.select_related("organisation").order_by("pk")),
    )


def _needs(review: Review) -> list[Choice]:
    """What steps of the plan need of other organisations, soonest needed first."""
    plan = subjects.plan_of(review)
    if plan is None:
        return []
    rows = Dependency.objects.filter(plan=plan, until_revision=None).select_related("provider")
    return [
        (
            str(row.key),
            _("%(what)s, from %(who)s by %(day)s")
            % {"what": row.title, "who": row.provider, "day": days.in_words(row.due_on)},
        )
        for row in rows.order_by("due_on", "pk")
    ]


def _readings(review: Review) -> list[LiveReading]:
    """The newest values that count, those of the total first."""
    if review.kpi_id is None:
        return []
    rows = (
        LiveReading.objects.filter(is_current=True, series__definition__kpi=review.kpi_id)
        .select_related("reading__source", "series__cell", "series__definition")
        .order_by("-period_end", "series__cell__key", "-pk")[:READINGS]
    )
    return sorted(rows, key=lambda row: row.series.cell.key != kpi_selectors.TOTAL)


@dataclass(frozen=True)
class Typed:
    """What the form said about a request."""

    cause: str
    organisation: Organisation | None = None
    dependency: str = ""
    reading: str = ""
    asked: str = ""
    answer_by: datetime.date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.organisation or self.dependency or self.reading or self.asked.strip())


def named(review: Review, typed: Typed) -> dict[str, Any] | None:
    """The fields of a request as typed, with what they name looked up; None: nothing is asked.

    A need of the plan says whom, what and by when where that was left open; a value, which
    post reported it; data of a milestone are its owner's to correct.
    """
    kind = rules.KIND_OF.get(typed.cause)
    if typed.is_empty:
        return None
    given: dict[str, Any] = {
        "kind": kind or "",
        "organisation": typed.organisation,
        "text": typed.asked,
        "due_on": typed.answer_by,
    }
    if kind == rules.DEPENDENCY and typed.dependency:
        return given | _of_need(review, typed)
    if kind == rules.CORRECTION:
        return given | _of_reading(review, typed)
    return given


def _of_need(review: Review, typed: Typed) -> dict[str, Any]:
    plan = subjects.plan_of(review)
    row = Dependency.objects.filter(
        plan=plan, key=UUID(typed.dependency), until_revision=None
    ).select_related("provider")
    need = row.first()
    if need is None:
        return {}
    return {
        "dependency_key": need.key,
        "organisation": need.provider,
        "text": typed.asked or need.title,
        "due_on": typed.answer_by or need.due_on,
    }


def _of_reading(review: Review, typed: Typed) -> dict[str, Any]:
    owner = subjects.of_review(review).owner
    reading = None
    if typed.reading:
        reading = (
            Reading.objects.filter(pk=int(typed.reading), series__definition__kpi=review.kpi_id)
            .select_related("by_post__organisation")
            .first()
        )
    post = reading.by_post if reading and reading.by_post else owner
    if typed.organisation is not None and (post is None or post.organisation != typed.organisation):
        return {"reading": reading}
    return {
        "reading": reading,
        "post": post,
        "organisation": post.organisation if post else None,
    }
