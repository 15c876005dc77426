"""Pages of watching: numbers per programme and year, and the health of the installation."""

from __future__ import annotations

from django.urls import URLPattern, path

from reviews.views import numbers, watching

urlpatterns: list[URLPattern] = [
    path("health/", watching.health, name="health"),
    path("numbers/", numbers.all_programmes, name="all_numbers"),
    path("programmes/<slug:code>/numbers/", numbers.numbers, name="numbers"),
    path("programmes/<slug:code>/numbers.csv", numbers.numbers_csv, name="numbers_csv"),
]
