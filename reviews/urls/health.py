"""Pages of how forums do, of closing one, and the calendar behind a secret address."""

from __future__ import annotations

from django.urls import URLPattern, path

from reviews.views import calendars, forum_closing, forum_health

urlpatterns: list[URLPattern] = [
    path("forums/health/", forum_health.index, name="forums_health"),
    path("forums/<int:pk>/health/", forum_health.forum, name="forum_health"),
    path("forums/<int:pk>/close/", forum_closing.close, name="forum_close"),
    path("calendars/<str:token>/makmal.ics", calendars.feed, name="calendar_feed"),
]
