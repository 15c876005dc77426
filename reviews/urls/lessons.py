"""Pages of lessons asked for and of the search in lessons."""

from __future__ import annotations

from django.urls import URLPattern, path

from reviews.views import lessons

urlpatterns: list[URLPattern] = [
    path("lessons/", lessons.search, name="lesson_search"),
    path("lessons/asked/", lessons.asks, name="lesson_asks"),
    path("lessons/asked/<int:pk>/", lessons.ask, name="lesson_ask"),
    path("lessons/asked/<int:pk>/nothing-new/", lessons.nothing_new, name="lesson_nothing_new"),
]
