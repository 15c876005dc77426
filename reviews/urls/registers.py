"""Pages of registers that KPIs, reviews and forums have to do with."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reviews.views import allocations, bargains, obstacles

OBSTACLES = "programmes/<slug:code>/obstacles/"
BARGAINS = "programmes/<slug:code>/bargains/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(OBSTACLES, obstacles.index, name="obstacles"),
    path(OBSTACLES + "new/", obstacles.add, name="obstacle_new"),
    path(OBSTACLES + "<int:pk>/", obstacles.obstacle, name="obstacle"),
    path(OBSTACLES + "<int:pk>/edit/", obstacles.change, name="obstacle_edit"),
    path(OBSTACLES + "<int:pk>/move/", obstacles.move, name="obstacle_move"),
    path(OBSTACLES + "<int:pk>/end/", obstacles.end, name="obstacle_end"),
    path(OBSTACLES + "<int:pk>/answer/", obstacles.answer, name="obstacle_answer"),
    path("allocations/<int:pk>/", allocations.allocation, name="allocation"),
    path(BARGAINS, bargains.index, name="bargains"),
    path(BARGAINS + "new/", bargains.add, name="bargain_new"),
    path(BARGAINS + "<int:pk>/", bargains.bargain, name="bargain"),
    path(BARGAINS + "<int:pk>/rounds/new/", bargains.round_new, name="round_new"),
    path(BARGAINS + "<int:pk>/agree/", bargains.agree, name="bargain_agree"),
    path(BARGAINS + "<int:pk>/break-off/", bargains.break_off, name="bargain_break_off"),
]
