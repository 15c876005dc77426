"""Who may sort out what several owners' plans have to do with each other."""

from __future__ import annotations

from datetime import date
from typing import Any

from labs.models import Coordination
from labs.selectors import coordination
from people.models import Post
from people.selectors import people


def coordinating_post(user: Any, item: Coordination, *, on: date) -> Post | None:
    """The post in which ``user`` acts on it: the common forum's secretary, or its coordinator."""
    forum = coordination.forum_of(item)
    wanted = {item.coordinator_id, forum.secretary_id if forum else None}
    return next((post for post in people.posts_of(user, on) if post.pk in wanted), None)


def may_name_coordinator(user: Any, item: Coordination, *, on: date) -> bool:
    """The delivery unit, and the secretary of the nearest forum common to the plans."""
    if item.closed_at is not None or item.programme.is_closed:
        return False
    if people.is_delivery_unit(user):
        return True
    forum = coordination.forum_of(item)
    return forum is not None and forum.secretary_id in people.post_ids_of(user, on)


def may_close_coordination(user: Any, item: Coordination, *, on: date) -> bool:
    """As naming the coordinator, and the coordinator."""
    if item.closed_at is not None or item.programme.is_closed:
        return False
    own = item.coordinator_id in people.post_ids_of(user, on)
    return own or may_name_coordinator(user, item, on=on)
