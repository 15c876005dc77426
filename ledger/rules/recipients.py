"""Opaque names of those who get notices; the people app turns them into addresses."""

from __future__ import annotations


def recipient(user_id: int) -> str:
    """The name under which a user's notices are kept: "user:7"."""
    return f"user:{user_id}"
