"""Pages that tell what came of what, and why."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reviews.views import lineage, why

urlpatterns: list[URLPattern | URLResolver] = [
    path("labs/<int:pk>/lineage/", lineage.lineage_lab, name="lineage_lab"),
    path("lineage/<str:kind>/<str:ident>/", lineage.lineage, name="lineage"),
    path("why/<str:part>/<uuid:key>/", why.why, name="why"),
]
