"""Pages that look at plans as a whole: waits, overlaps, the Gantt view."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from labs.views import analysis, waits

urlpatterns: list[URLPattern | URLResolver] = [
    path("plans/<int:pk>/gantt/", analysis.gantt, name="gantt"),
    path("revisions/<int:pk>/figures/", analysis.figures, name="figures"),
    path("programmes/<slug:code>/waits/", waits.waits, name="waits"),
    path("coordination/<int:pk>/", waits.item, name="coordination"),
    path("coordination/<int:pk>/coordinator/", waits.coordinator, name="coordination_coordinator"),
    path("coordination/<int:pk>/close/", waits.close, name="coordination_close"),
    path("coordination/<int:pk>/link/", waits.link, name="coordination_link"),
]
