"""What the pages about people list: each page a fixed number of queries."""

from __future__ import annotations

import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from people.models import (
    ApiClient,
    Appointment,
    Invitation,
    Organisation,
    Post,
    RoleGrant,
    User,
)


def organisations() -> QuerySet[Organisation]:
    """Every organisation with the number of its posts as ``post_count``."""
    return (
        Organisation.objects.select_related("parent", "successor")
        .annotate(post_count=Count("posts", filter=Q(posts__abolished_on=None)))
        .order_by("name")
    )


def posts_with_holders(organisation: Organisation, on: datetime.date) -> QuerySet[Post]:
    """The posts of an organisation, who holds each on the day in ``post.current``."""
    return organisation.posts.prefetch_related(
        Prefetch("appointments", queryset=_current(on), to_attr="current")
    )


def appointments(post: Post) -> QuerySet[Appointment]:
    """Everybody who held or holds ``post``, newest first."""
    return post.appointments.select_related("user").order_by("-starts_on", "-pk")


def users(on: datetime.date) -> QuerySet[User]:
    """Every account, with ``current`` appointments and ``open_grants``."""
    return User.objects.prefetch_related(
        Prefetch(
            "appointments",
            queryset=_current(on).select_related("post__organisation"),
            to_attr="current",
        ),
        Prefetch(
            "role_grants",
            queryset=RoleGrant.objects.filter(withdrawn_at=None),
            to_attr="open_grants",
        ),
    ).order_by("name", "pk")


def appointable() -> QuerySet[User]:
    """Who may be put into a post."""
    return User.objects.filter(is_active=True, is_system=False)


def open_posts() -> QuerySet[Post]:
    """Posts that are not abolished."""
    return Post.objects.filter(abolished_on=None).select_related("organisation")


def invitations() -> QuerySet[Invitation]:
    """Every invitation, newest first."""
    return Invitation.objects.select_related("post__organisation", "invited_by")


def api_clients() -> QuerySet[ApiClient]:
    """Every token's row, by name."""
    return ApiClient.objects.select_related("user")


def _current(on: datetime.date) -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)
        .select_related("user")
        .order_by("acting", "starts_on", "pk")
    )
