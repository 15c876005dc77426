"""Recommendations of a programme."""

from __future__ import annotations

from django.db.models import QuerySet

from labs.models import Programme, Recommendation


def listed(programme: Programme, state: str = "", owner: str = "") -> QuerySet[Recommendation]:
    """Newest first; ``owner="none"``: those that nobody follows up."""
    found = Recommendation.objects.filter(programme=programme).select_related(
        "programme", "owner__organisation", "by_user", "by_post__organisation"
    )
    if state in Recommendation.State.values:
        found = found.filter(state=state)
    return found.filter(owner=None) if owner == "none" else found
