"""Pages of meetings."""

from __future__ import annotations

from django.urls import URLPattern, path

from forums.views import meetings

urlpatterns: list[URLPattern] = [
    path("forums/<int:pk>/meetings/", meetings.index, name="meetings"),
    path("forums/<int:pk>/meetings/new/", meetings.convene, name="meeting_new"),
    path("forums/<int:pk>/rhythms/new/", meetings.cycle_new, name="cycle_new"),
    path("rhythms/<int:pk>/change/", meetings.cycle_change, name="cycle_change"),
    path("rhythms/<int:pk>/end/", meetings.cycle_end, name="cycle_end"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/move/", meetings.move, name="meeting_move"),
    path("meetings/<int:pk>/document/", meetings.document, name="meeting_document"),
]
