"""Who may put to a forum what becomes of an initiative or a window at its end."""

from __future__ import annotations

import datetime
from typing import Any

from forums.models import Forum
from forums.selectors import ladders, members
from labs.selectors.endings import End
from people.models import Post
from people.selectors import people
from reviews.selectors import ends


def choosing_post(user: Any, end: End, *, on: datetime.date) -> Post | None:
    """The post in which ``user`` puts it: who leads it, or sits in the forum that decides."""
    held = {post.pk: post for post in people.posts_of(user, on)}
    lead = [end.lead.pk] if end.lead else []
    forum = ends.forum_of(end)
    wanted = [*lead, *(_around(ladders.sitting_for(forum), on) if forum else [])]
    return next((held[pk] for pk in wanted if pk in held), None)


def may_choose(user: Any, end: End, *, on: datetime.date) -> bool:
    """The delivery unit, who leads it, and the forum's chair, alternate, secretary, members."""
    if ends.programme_of(end).is_closed or end.chosen is not None:
        return False
    return people.is_delivery_unit(user) or choosing_post(user, end, on=on) is not None


def _around(forum: Forum, on: datetime.date) -> list[int]:
    core = [post.pk for post in members.members(forum, on)]
    offices = [forum.chair_id, forum.alternate_id, forum.secretary_id]
    return [*core, *(pk for pk in offices if pk is not None)]
