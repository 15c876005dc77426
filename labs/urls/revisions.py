"""Pages of limits, conflicts and reasons of revisions."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from labs.views import revising

urlpatterns: list[URLPattern | URLResolver] = [
    path("revisions/<int:pk>/reasons/", revising.reasons, name="reasons"),
    path("revisions/<int:pk>/conflicts/", revising.resolve, name="conflicts"),
    path("plans/<int:pk>/compare/", revising.compare, name="compare"),
    path("plans/<int:pk>/print/", revising.plan_print, name="plan_print"),
    path("forums/<int:pk>/limits/", revising.forum_limits, name="limits"),
    path("forums/<int:pk>/limits/<int:limit>/drop/", revising.limit_drop, name="limit_drop"),
]
