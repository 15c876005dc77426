"""Who holds which post on a day, and which roles a user has.

What a user holds is read once and kept on the user object, so that a page that
asks many times costs two queries. Services that change it call ``forget``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from people.models import Appointment, Post, RoleGrant, User
from people.models.access import Role

APPOINTMENTS = "_held_appointments"
ROLES = "_held_roles"


def posts_of(user: Any, on: datetime.date) -> list[Post]:
    """The posts ``user`` holds on the day, substantive first, then acting."""
    held = [each for each in _appointments(user) if _covers(each, on)]
    posts = {each.post_id: each.post for each in sorted(held, key=lambda each: each.acting)}
    return list(posts.values())


def post_ids_of(user: Any, on: datetime.date) -> frozenset[int]:
    """The ids of the posts ``user`` holds on the day."""
    return frozenset(post.pk for post in posts_of(user, on))


def organisation_ids_of(user: Any, on: datetime.date) -> set[int]:
    """The organisations in which ``user`` holds a post on the day."""
    return {post.organisation_id for post in posts_of(user, on)}


def holders(post: Post, on: datetime.date) -> list[User]:
    """Who holds ``post`` on the day, the substantive holder before an acting one."""
    return [each.user for each in _in_office([post.pk], on).select_related("user")]


def holder_ids(posts: Iterable[Post | int], on: datetime.date) -> dict[int, list[int]]:
    """User ids by post id, in one query; a vacant post has an empty list."""
    ids = [post if isinstance(post, int) else post.pk for post in posts]
    found: dict[int, list[int]] = {post_id: [] for post_id in ids}
    for post_id, user_id in _in_office(ids, on).values_list("post_id", "user_id"):
        found[post_id].append(user_id)
    return found


def first_holders(posts: Iterable[Post | int], on: datetime.date) -> dict[int, Appointment]:
    """Post -> who speaks for it on the day: the substantive holder, else whoever acts."""
    found = _in_office({each if isinstance(each, int) else each.pk for each in posts}, on)
    first: dict[int, Appointment] = {}
    for appointment in found.select_related("user"):
        first.setdefault(appointment.post_id, appointment)
    return first


def user_ids_holding(posts: Iterable[Post | int | None], on: datetime.date) -> set[int]:
    """The users who hold any of ``posts`` on the day: recipients of a notice."""
    known = [post for post in posts if post is not None]
    return {user_id for ids in holder_ids(known, on).values() for user_id in ids}


def user_ids_in_role(role: str) -> set[int]:
    """The active users with an installation-wide role."""
    return set(
        RoleGrant.objects.filter(role=role, withdrawn_at=None, user__is_active=True).values_list(
            "user_id", flat=True
        )
    )


def roles_of(user: Any) -> frozenset[str]:
    """The installation-wide roles ``user`` has now."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    if not hasattr(user, ROLES):
        grants = RoleGrant.objects.filter(user_id=user.pk, withdrawn_at=None)
        setattr(user, ROLES, frozenset(grants.values_list("role", flat=True)))
    held: frozenset[str] = getattr(user, ROLES)
    return held


def is_delivery_unit(user: Any) -> bool:
    return Role.DELIVERY_UNIT in roles_of(user)


def is_auditor(user: Any) -> bool:
    return Role.AUDITOR in roles_of(user)


def is_administrator(user: Any) -> bool:
    return Role.ADMINISTRATOR in roles_of(user)


def forget(user: Any) -> None:
    """Drop what was read about ``user``, after a change to it."""
    for name in (APPOINTMENTS, ROLES):
        if hasattr(user, name):
            delattr(user, name)


def _appointments(user: Any) -> list[Appointment]:
    if not getattr(user, "is_authenticated", False):
        return []
    if not hasattr(user, APPOINTMENTS):
        query = Appointment.objects.filter(user_id=user.pk).select_related("post__organisation")
        setattr(user, APPOINTMENTS, list(query.order_by("starts_on", "pk")))
    held: list[Appointment] = getattr(user, APPOINTMENTS)
    return held


def _covers(appointment: Appointment, on: datetime.date) -> bool:
    abolished = appointment.post.abolished_on
    return (
        appointment.starts_on <= on
        and (appointment.ends_on is None or on <= appointment.ends_on)
        and (abolished is None or on < abolished)
    )


def _in_office(post_ids: Iterable[int], on: datetime.date) -> Any:
    return Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        Q(post__abolished_on=None) | Q(post__abolished_on__gt=on),
        post_id__in=post_ids,
        starts_on__lte=on,
        user__is_active=True,
    ).order_by("acting", "starts_on", "pk")
