"""Addresses of the ledger app under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from ledger.api.events import Events

urlpatterns: list[URLPattern | URLResolver] = [
    path("events/", Events.as_view(), name="api_events"),
]
