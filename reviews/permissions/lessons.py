"""Who may answer what was learned."""

from __future__ import annotations

import datetime
from typing import Any

from people.models import Post
from people.selectors import people
from reviews.models import LessonAsk


def answering_post(user: Any, ask: LessonAsk, *, on: datetime.date) -> Post | None:
    """The post that was asked, if the user holds it (acting counts)."""
    return next((post for post in people.posts_of(user, on) if post.pk == ask.post_id), None)


def may_answer(user: Any, ask: LessonAsk, *, on: datetime.date) -> bool:
    """Whoever was asked; the delivery unit for them, as where the post is vacant."""
    if ask.answer:
        return False
    return answering_post(user, ask, on=on) is not None or people.is_delivery_unit(user)
