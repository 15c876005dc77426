"""Pages of registers and reference lists."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from labs.views.registers import (
    acts,
    coverage,
    funding,
    recommendations,
    reference,
    windows,
)

PROGRAMME = "programmes/<slug:code>/"

urlpatterns: list[URLPattern | URLResolver] = [
    # Reference lists
    path("reference/", reference.index, name="reference"),
    path("reference/new/", reference.item_new, name="reference_new"),
    path("reference/sizes/", reference.sizes, name="reference_sizes"),
    path("reference/<int:pk>/", reference.item, name="reference_item"),
    path("reference/<int:pk>/edit/", reference.item_edit, name="reference_edit"),
    path("reference/<int:pk>/retire/", reference.item_retire, name="reference_retire"),
    path("reference/<int:pk>/move/", reference.item_move, name="reference_move"),
    # Recommendations
    path(PROGRAMME + "recommendations/", recommendations.index, name="recommendations"),
    path(PROGRAMME + "recommendations/new/", recommendations.add, name="recommendation_new"),
    path(
        PROGRAMME + "recommendations/<int:pk>/",
        recommendations.recommendation,
        name="recommendation",
    ),
    path(
        PROGRAMME + "recommendations/<int:pk>/status/",
        recommendations.status,
        name="recommendation_status",
    ),
    path(
        PROGRAMME + "recommendations/<int:pk>/owner/",
        recommendations.owner,
        name="recommendation_owner",
    ),
    # Money
    path(PROGRAMME + "funding/", funding.index, name="funding"),
    path(PROGRAMME + "funding/new/", funding.source_new, name="source_new"),
    path(PROGRAMME + "funding/<int:pk>/amount/", funding.source_amount, name="source_amount"),
    path(
        PROGRAMME + "funding/<int:pk>/allocations/new/",
        funding.allocation_new,
        name="allocation_new",
    ),
    path(
        PROGRAMME + "allocations/<int:pk>/transfers/new/",
        funding.transfer_new,
        name="transfer_new",
    ),
    # Windows of opportunity
    path(PROGRAMME + "windows/", windows.index, name="windows"),
    path(PROGRAMME + "windows/new/", windows.add, name="window_new"),
    path(PROGRAMME + "windows/<int:pk>/", windows.window, name="window"),
    path(PROGRAMME + "windows/<int:pk>/edit/", windows.edit, name="window_edit"),
    path(PROGRAMME + "windows/<int:pk>/steps/", windows.steps, name="window_steps"),
    # Acts of councils
    path("acts/", acts.index, name="acts"),
    path("acts/new/", acts.add, name="act_new"),
    # Coverage of support
    path(PROGRAMME + "coverage/", coverage.coverage, name="coverage"),
]
