"""Pages of the reviews app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reviews.urls import (
    continuity,
    disputes,
    health,
    labs,
    lessons,
    lineage,
    meetings,
    panels,
    plans,
    referrals,
    registers,
    watching,
)
from reviews.views import board, explaining, gate, programmes, reviews, setup, votes

app_name = "reviews"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.board, name="board"),
    path("desk/", board.desk, name="desk"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/explain/", explaining.explain, name="explain"),
    path("reviews/<int:pk>/propose/", reviews.propose, name="propose"),
    path("kpis/<slug:code>/reviews/", reviews.of_kpi, name="kpi_reviews"),
    path("motions/<int:pk>/subject/", votes.subject, name="subject"),
    path("motions/<int:pk>/vote/", votes.vote, name="vote"),
    path("motions/<int:pk>/minute/", votes.minute, name="minute"),
    path("motions/<int:pk>/withdraw/", votes.withdraw, name="withdraw_motion"),
    path("forums/<int:pk>/agenda/", board.agenda, name="agenda"),
    path("programmes/new/", programmes.programme_new, name="programme_new"),
    path("plans/<int:pk>/gate/", gate.plan_gate, name="plan_gate"),
    path("setup/<str:token>/", setup.setup, name="setup"),
    *disputes.urlpatterns,
    *labs.urlpatterns,
    *plans.urlpatterns,
    *registers.urlpatterns,
    *continuity.urlpatterns,
    *lineage.urlpatterns,
    *meetings.urlpatterns,
    *referrals.urlpatterns,
    *panels.urlpatterns,
    *lessons.urlpatterns,
    *watching.urlpatterns,
    *health.urlpatterns,
]
