"""Every address under /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("people.api.urls")),
    path("", include("forums.api.urls")),
    path("", include("labs.api.urls")),
    path("", include("kpis.api.urls")),
    path("", include("reviews.api.urls")),
    path("", include("ledger.api.urls")),
]
