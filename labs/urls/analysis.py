"""Pages that look at a plan as a whole: Gantt, waits, portfolio."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
