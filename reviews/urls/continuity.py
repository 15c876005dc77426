"""Pages of reorganisations, handovers and lapses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reviews.views import continuity, handovers, lapses

urlpatterns: list[URLPattern | URLResolver] = [
    path("reorganisations/", continuity.reorganisations, name="reorganisations"),
    path("reorganisations/merge/", continuity.merge, name="organisations_merge"),
    path("reorganisations/<int:pk>/", continuity.reorganisation, name="reorganisation"),
    path("organisations/<int:pk>/rename/", continuity.rename, name="organisation_rename"),
    path("organisations/<int:pk>/split/", continuity.split, name="organisation_split"),
    path("handovers/", handovers.index, name="handovers"),
    path("handovers/<int:pk>/", handovers.handover, name="handover"),
    path("posts/<int:pk>/handover/", handovers.new, name="handover_new"),
    path("programmes/<slug:code>/lapses/", lapses.lapses, name="lapses"),
]
