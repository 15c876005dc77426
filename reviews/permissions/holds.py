"""Who may ask the forum that has a dispute to lift its hold on a KPI."""

from __future__ import annotations

from datetime import date
from typing import Any

from people.models import Post
from people.selectors import people
from reviews.models import Dispute
from reviews.selectors import held


def lifting_post(user: Any, dispute: Dispute, *, on: date) -> Post | None:
    """The post of the forum's secretary, for who holds it; the delivery unit asks without one."""
    secretary = held.forum_holding(dispute).secretary_id
    return next((post for post in people.posts_of(user, on) if post.pk == secretary), None)


def may_lift(user: Any, dispute: Dispute, *, on: date) -> bool:
    """The delivery unit and the secretary of the forum, while the dispute holds its KPI."""
    if dispute.state != Dispute.State.OPEN or held.hold_of(dispute) is None:
        return False
    return people.is_delivery_unit(user) or lifting_post(user, dispute, on=on) is not None
