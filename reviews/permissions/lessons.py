"""Who may answer what was learned."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, ClassVar

from forums.models import Meeting
from labs.models import Lab
from people.models import Post
from people.selectors import people
from reviews.models import LessonAsk, Review
from reviews.selectors import lessons


@dataclass(frozen=True)
class Learned:
    """A lesson asked for when something ended, as its page shows it to one reader."""

    template: ClassVar[str] = "reviews/lessons/part_ask.html"

    ask: LessonAsk
    may_answer: bool


def answering_post(user: Any, ask: LessonAsk, *, on: datetime.date) -> Post | None:
    """The post that was asked, if the user holds it (acting counts)."""
    return next((post for post in people.posts_of(user, on) if post.pk == ask.post_id), None)


def may_answer(user: Any, ask: LessonAsk, *, on: datetime.date) -> bool:
    """Whoever was asked; the delivery unit for them, as where the post is vacant."""
    if ask.answer:
        return False
    return answering_post(user, ask, on=on) is not None or people.is_delivery_unit(user)


def learned(lab: Lab, user: Any, *, on: datetime.date) -> Learned | None:
    """What a lab was asked to have taught (asked by labs, see LAB_LEARNED)."""
    return _of(lessons.of_subject(user, on, lab=lab), user, on)


def learned_of_review(review: Review, user: Any, *, on: datetime.date) -> Learned | None:
    """What the closing of a review asked for; None while it is open."""
    return _of(lessons.of_subject(user, on, review=review), user, on)


def learned_of_meeting(meeting: Meeting, user: Any, *, on: datetime.date) -> Learned | None:
    """What the sign-off of a half-year or year asked for; None for other meetings."""
    return _of(lessons.of_subject(user, on, meeting=meeting), user, on)


def _of(ask: LessonAsk | None, user: Any, on: datetime.date) -> Learned | None:
    return Learned(ask, may_answer(user, ask, on=on)) if ask is not None else None
