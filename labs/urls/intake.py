"""Pages of intake, problem statements, seats, lessons and settings."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
