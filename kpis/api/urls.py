"""Addresses of the kpis app under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from kpis.api import views

router = SimpleRouter(use_regex_path=False)
router.register("kpis", views.KpiViewSet, basename="api-kpi")
router.register("series", views.SeriesViewSet, basename="api-series")
router.register("targets", views.TargetViewSet, basename="api-target")
router.register("readings", views.ReadingViewSet, basename="api-reading")
router.register("signals", views.SignalViewSet, basename="api-signal")
router.register("deviations", views.DeviationViewSet, basename="api-deviation")

urlpatterns: list[URLPattern | URLResolver] = router.urls
