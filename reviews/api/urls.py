"""Addresses of the reviews app under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from reviews.api.disputes import DisputeViewSet
from reviews.api.numbers import Numbers
from reviews.api.panels import PanelViewSet
from reviews.api.registers import BargainViewSet
from reviews.api.reviews import ReviewViewSet
from reviews.api.time_asked import DeclineTime

router = SimpleRouter()
router.register("reviews", ReviewViewSet, basename="api-reviews")
router.register("disputes", DisputeViewSet, basename="api-disputes")
router.register("panels", PanelViewSet, basename="api-panel")
router.register("bargains", BargainViewSet, basename="api-bargain")

urlpatterns: list[URLPattern | URLResolver] = [
    path("programmes/<slug:code>/numbers/", Numbers.as_view(), name="api-programme-numbers"),
    path("time-asked/<int:pk>/decline/", DeclineTime.as_view(), name="api-time-decline"),
    *router.urls,
]
