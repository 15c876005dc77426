"""What pages show of two versions side by side."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from labs.selectors import comparing


def beside(request: HttpRequest, found: comparing.Comparison) -> dict[str, Any]:
    """One page of parts that differ, goals apart from execution."""
    page = Paginator(found.parts, comparing.PER_PAGE).get_page(request.GET.get("page"))
    goals = set(map(id, found.goal))
    return {
        "page": page,
        "reading": found.names,
        "goal_parts": [part for part in page if id(part) in goals],
        "execution_parts": [part for part in page if id(part) not in goals],
    }
