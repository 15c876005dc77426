"""From a signed-in user to the actor that services take as ``by=``."""

from __future__ import annotations

from typing import Any

from ledger.rules.actors import Actor
from people.models import Post
from people.selectors import people


def acting(user: Any, post: Post | None = None) -> Actor:
    """``user`` acting in ``post``, or for themselves.

    The label is the post's, or a role's: the ledger shows no person's name.
    Whether the user may act in that post is a question for permissions.
    """
    return Actor(
        user_id=user.pk,
        label=str(post) if post is not None else _label(user),
        post_id=post.pk if post is not None else None,
    )


def _label(user: Any) -> str:
    if user.is_system:
        return "integration"
    roles = sorted(people.roles_of(user))
    return ", ".join(role.replace("_", " ") for role in roles) or "user"
