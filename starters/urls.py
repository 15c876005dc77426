"""Pages on which programmes are started from templates."""

from __future__ import annotations

from django.urls import path

from starters import views

app_name = "starters"

urlpatterns = [
    path("templates/", views.index, name="index"),
    path("templates/<slug:template>/", views.template, name="template"),
]
