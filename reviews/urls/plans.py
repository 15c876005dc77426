"""Pages of plans that forums and KPIs have to do with."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reviews.views import ends, portfolio, revising

urlpatterns: list[URLPattern | URLResolver] = [
    path("programmes/<slug:code>/ends/", ends.index, name="ends"),
    path("plans/<int:pk>/ends/<uuid:key>/", ends.initiative, name="end"),
    path("windows/<int:pk>/end/", ends.window, name="window_end"),
    path("programmes/<slug:code>/portfolio/", portfolio.portfolio, name="portfolio"),
    path("revisions/<int:pk>/record/", revising.record, name="revision_record"),
    path("revisions/<int:pk>/merge/", revising.merge, name="revision_merge"),
    path("disputes/<int:pk>/lift-hold/", revising.lift_hold, name="dispute_lift_hold"),
]
