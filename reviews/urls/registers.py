"""Pages of registers that KPIs, reviews and forums have to do with."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
