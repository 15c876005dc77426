"""Pages of calendars."""

from __future__ import annotations

from django.urls import URLPattern, path

from forums.views import calendars

urlpatterns: list[URLPattern] = [
    path("calendars/", calendars.index, name="calendars"),
    path("calendars/make/", calendars.make, name="calendar_make"),
    path("forums/<int:pk>/calendar/", calendars.make_for, name="calendar_make_for"),
    path("calendars/<int:pk>/give-up/", calendars.give_up, name="calendar_give_up"),
]
