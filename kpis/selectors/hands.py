"""Who stands behind a value, and so cannot be the one to check it (fact 9)."""

from __future__ import annotations

from datetime import date

from kpis.models import Reading
from people.selectors import people


def behind(reading: Reading, on: date) -> set[int]:
    """Users who entered the value, or hold a post it was entered in or for, then or now."""
    users = {reading.by_user_id, reading.principal_id}
    posts = {reading.by_post_id, reading.principal_post_id}
    named = [post_id for post_id in posts if post_id is not None]
    if named:
        users |= people.user_ids_holding(named, on)
        users |= people.user_ids_holding(named, reading.at.date())
    return {user_id for user_id in users if user_id is not None}
