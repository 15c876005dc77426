"""Pages of meetings."""

from __future__ import annotations

from django.urls import URLPattern, path

from reviews.views import meetings

urlpatterns: list[URLPattern] = [
    path("meetings/<int:pk>/business/", meetings.add, name="meeting_business"),
    path("meetings/<int:pk>/attendance/", meetings.attendance, name="meeting_attendance"),
    path("meetings/<int:pk>/minutes/", meetings.minutes, name="meeting_minutes"),
    path("meetings/<int:pk>/sign/", meetings.sign, name="meeting_sign"),
    path("meetings/<int:pk>/cancel/", meetings.cancel, name="meeting_cancel"),
]
