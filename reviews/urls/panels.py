"""Pages of external validation."""

from __future__ import annotations

from django.urls import URLPattern, path

from reviews.views import panels

urlpatterns: list[URLPattern] = [
    path("panels/", panels.index, name="panels"),
    path("panels/new/", panels.new, name="panel_new"),
    path("panels/<int:pk>/", panels.panel, name="panel"),
    path("panels/<int:pk>/table.csv", panels.table, name="panel_table"),
    path("panels/<int:pk>/seats/new/", panels.seat, name="panel_seat_new"),
    path("panels/seats/<int:pk>/end/", panels.seat_end, name="panel_seat_end"),
    path("panels/<int:pk>/score/<slug:code>/", panels.score, name="panel_score"),
    path("panels/<int:pk>/report/", panels.report, name="panel_report"),
    path("panels/<int:pk>/report/file/", panels.report_file, name="panel_report_file"),
]
