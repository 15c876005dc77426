"""Opaque names of those who get notices; the people app turns them into addresses."""

from __future__ import annotations

USER = "user:"


def recipient(user_id: int) -> str:
    """The name under which a user's notices are kept: "user:7"."""
    return f"{USER}{user_id}"


def user_id_of(name: str) -> int | None:
    """The user whose notices are kept under ``name``; None when it names nobody."""
    number = name.removeprefix(USER)
    return int(number) if name.startswith(USER) and number.isdecimal() else None
